"""What people do, through a real Bolt app: commands, shortcuts, clicks and modals, and what comes back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import handler_of, new_app, served
from tests.fakes.slack.filling import NotOnScreen
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import FEEDBACK, actions, button, menu, modal, option, plain, typed
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel, Message


@pytest.fixture
def app(slack: FakeSlack, acme: Workspace) -> App:
    app = new_app(slack, acme.bot_token)
    slack.connect(handler_of(app))
    return app


@pytest.fixture
def heard(app: App) -> list[Json]:
    """Let the app acknowledge every act, and collect the payloads."""
    payloads: list[Json] = []

    def take(ack: Ack, body: Json) -> None:
        payloads.append(body)
        ack()

    app.action("go")(take)
    app.shortcut("short")(take)
    app.view("cb")(take)
    app.view_closed("cb")(take)
    app.command("/draft")(take)
    return payloads


def post(slack: FakeSlack, acme: Workspace, channel: Channel, *blocks: Json, only_for: str = "") -> Message:
    """Let the app have posted a message with blocks."""
    client = WebClient(acme.bot_token, base_url=slack.api_url)
    if only_for:
        client.chat_postEphemeral(channel=channel.id, user=only_for, text="x", blocks=list(blocks))
    else:
        client.chat_postMessage(channel=channel.id, text="x", blocks=list(blocks))
    return slack.world.messages[-1]


def open_modal(slack: FakeSlack, acme: Workspace, person: Person, **fields: Any) -> None:
    """Let the app have opened a modal."""
    trigger_id = slack.triggers.issue(person.user)
    view = modal(callback_id="cb", submit=plain("Go"), **fields)
    WebClient(acme.bot_token, base_url=slack.api_url).views_open(trigger_id=trigger_id, view=view)


def test_a_slash_command_has_all_documented_fields(ada: Person, general: Channel, heard: list[Json]) -> None:
    ack = ada.slash("/draft", "a & b", channel=general)
    assert (ack.ok, ack.status) == (True, 200)
    assert 0 <= ack.seconds < 3
    (body,) = heard
    assert set(body) >= {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
        "response_url", "trigger_id", "api_app_id", "is_enterprise_install",
    }  # fmt: skip
    assert (body["command"], body["text"], body["channel_name"]) == ("/draft", "a & b", "general")


def test_the_answer_in_an_acknowledgement_is_seen(
    slack: FakeSlack, app: App, ada: Person, grace: Person, general: Channel
) -> None:
    app.command("/private")(lambda ack: ack("just you"))
    app.command("/public")(lambda ack: ack(text="all", response_type="in_channel"))
    ada.slash("/private", channel=general)
    ada.slash("/public", channel=general)
    assert [message.text for message in ada.sees(general)] == ["just you", "all"]
    assert [message.text for message in grace.sees(general)] == ["all"]
    assert [shown.via for shown in slack.ledger.answers()] == ["ack", "ack"]


def test_an_acknowledgement_with_wrong_blocks_is_trouble_for_the_person(
    slack: FakeSlack, app: App, ada: Person, general: Channel
) -> None:
    app.command("/draft")(lambda ack: ack(text="x", blocks=[{"type": "paragraph"}]))
    ack = ada.slash("/draft", channel=general)
    assert "unsupported type: paragraph" in ack.trouble
    assert ada.sees(general) == []
    assert [shown.kind for shown in ada.was_shown()] == ["trouble"]


def test_a_command_that_nobody_takes_is_trouble(app: App, ada: Person, general: Channel) -> None:
    ack = ada.slash("/unknown", channel=general)
    assert (ack.status, ack.trouble) == (404, "http_error")


def test_an_acknowledgement_that_comes_too_late_is_trouble(slack: FakeSlack, app: App, ada: Person) -> None:
    slack.ack_timeout_seconds = 0.05
    release = threading.Event()
    app.command("/draft")(lambda ack: (release.wait(5), ack("too late")))
    with served(app) as url:
        slack.connect(f"{url}/slack/events")
        ack = ada.slash("/draft")
        release.set()
    assert (ack.ok, ack.trouble) == (False, "http_timeout")
    assert ada.sees(ada.dm) == []


def test_an_app_that_is_not_there_is_trouble(slack: FakeSlack, acme: Workspace, ada: Person) -> None:
    with served(new_app(slack, acme.bot_token)) as url:
        pass
    slack.connect(url)
    assert ada.slash("/draft").trouble == "connection_failed"


def test_a_message_shortcut_carries_the_message_and_a_response_url(
    ada: Person, grace: Person, general: Channel, heard: list[Json]
) -> None:
    root = grace.writes("Shall we ship?", general)
    reply = grace.writes("Soon", general, root.ts)
    assert ada.shortcut("short", reply).ok
    (body,) = heard
    assert (body["type"], body["message_ts"], body["channel"]["id"]) == ("message_action", reply.ts, general.id)
    assert (body["message"]["text"], body["message"]["thread_ts"]) == ("Soon", root.ts)
    assert body["response_url"].startswith("http://127.0.0.1")


def test_a_global_shortcut_has_neither_channel_nor_response_url(ada: Person, heard: list[Json]) -> None:
    ada.shortcut("short")
    (body,) = heard
    assert body["type"] == "shortcut"
    assert not {"channel", "response_url", "message"} & set(body)


def test_a_click_carries_message_value_and_state(
    slack: FakeSlack, acme: Workspace, ada: Person, general: Channel, heard: list[Json]
) -> None:
    message = post(slack, acme, general, typed(), actions(button(value="42")))
    ada.click(message, "go", values={"a": "typed in"})
    (body,) = heard
    (action,) = body["actions"]
    assert (action["value"], action["type"], body["message"]["ts"]) == ("42", "button", message.ts)
    assert body["state"]["values"]["b"]["a"] == {"type": "plain_text_input", "value": "typed in"}
    assert body["container"]["is_ephemeral"] is False


def test_a_click_on_an_ephemeral_message_carries_no_message(
    slack: FakeSlack, acme: Workspace, ada: Person, grace: Person, general: Channel, heard: list[Json]
) -> None:
    message = post(slack, acme, general, actions(button()), only_for=ada.id)
    ada.click(message, "go")
    assert "message" not in heard[0]
    assert heard[0]["container"]["is_ephemeral"] is True
    with pytest.raises(NotOnScreen, match="does not see"):
        grace.click(message, "go")


def test_nobody_can_click_what_is_not_there(slack: FakeSlack, acme: Workspace, ada: Person, general: Channel) -> None:
    message = post(slack, acme, general, actions(button()))
    with pytest.raises(NotOnScreen, match=r"no element 'stop'.*'go'"):
        ada.click(message, "stop")


PICK = option("v", "T")
CHOICES: list[tuple[Json, Any, str, Any]] = [
    (menu(options=[PICK]), "v", "selected_option", PICK),
    (menu("users_select"), "U1", "selected_user", "U1"),
    (menu("conversations_select"), "C1", "selected_conversation", "C1"),
    (menu("channels_select"), "C1", "selected_channel", "C1"),
    (menu("multi_users_select"), ["U1"], "selected_users", ["U1"]),
    (menu("multi_static_select", options=[PICK]), ["v"], "selected_options", [PICK]),
    ({"type": "datepicker", "action_id": "m"}, "2026-11-24", "selected_date", "2026-11-24"),
    ({"type": "timepicker", "action_id": "m"}, "09:30", "selected_time", "09:30"),
    ({"type": "checkboxes", "action_id": "m", "options": [PICK]}, [], "selected_options", []),
    ({"type": "radio_buttons", "action_id": "m", "options": [PICK]}, "v", "selected_option", PICK),
]


@pytest.mark.parametrize(("element", "choice", "field", "value"), CHOICES)
def test_a_choice_comes_in_the_field_of_its_kind(
    slack: FakeSlack,
    acme: Workspace,
    ada: Person,
    general: Channel,
    app: App,
    element: Json,
    choice: Any,
    field: str,
    value: Any,
) -> None:
    heard: list[Json] = []
    app.action("m")(lambda ack, body: (heard.append(body), ack()))  # type: ignore[func-returns-value]
    assert ada.click(post(slack, acme, general, actions(element)), "m", choice).ok
    assert heard[0]["actions"][0][field] == value
    open_modal(
        slack,
        acme,
        ada,
        blocks=[{"type": "input", "optional": True, "block_id": "b", "label": plain("L"), "element": element}],
    )
    app.view("cb")(lambda ack, body: (heard.append(body), ack()))  # type: ignore[func-returns-value]
    ada.submit({"m": choice})
    assert heard[1]["view"]["state"]["values"]["b"]["m"][field] == value


def test_a_rating_carries_the_value_of_the_pressed_button(
    slack: FakeSlack, acme: Workspace, ada: Person, general: Channel, app: App
) -> None:
    heard: list[Json] = []
    app.action("f")(lambda ack, body: (heard.append(body["actions"][0]), ack()))  # type: ignore[func-returns-value]
    rating = {**FEEDBACK, "negative_button": {"text": plain("Bad"), "value": "down"}}
    message = post(slack, acme, general, {"type": "context_actions", "elements": [rating]})
    ada.click(message, "f", "negative")
    assert (heard[0]["type"], heard[0]["value"]) == ("feedback_buttons", "down")


def test_a_modal_is_submitted_with_initial_and_typed_values(
    slack: FakeSlack, acme: Workspace, ada: Person, heard: list[Json]
) -> None:
    second = {**typed(initial_value="kept"), "block_id": "second", "label": plain("Second")}
    open_modal(slack, acme, ada, blocks=[typed(), second], private_metadata="m")
    ack = ada.submit({"b": "hello"})
    assert ack.ok
    assert ada.modal is None
    view = heard[0]["view"]
    assert (view["type"], view["private_metadata"]) == ("modal", "m")
    assert [values["a"]["value"] for values in view["state"]["values"].values()] == ["hello", "kept"]


def test_slacks_own_client_refuses_incomplete_forms(
    slack: FakeSlack, acme: Workspace, ada: Person, heard: list[Json]
) -> None:
    open_modal(slack, acme, ada, blocks=[typed(min_length=2, max_length=3)])
    for value in ({}, {"a": "x"}, {"a": "xxxx"}):
        ack = ada.submit(value)
        assert (ack.sent, set(ack.errors)) == (False, {"b"})
    assert heard == []
    assert ada.modal is not None
    with pytest.raises(NotOnScreen, match="no inputs named"):
        ada.submit({"c": "x"})


def answer_with(app: App, **response: Any) -> None:
    app.view("cb")(lambda ack: ack(**response))


def test_errors_stand_beside_the_fields_and_the_modal_stays(
    slack: FakeSlack, acme: Workspace, app: App, ada: Person
) -> None:
    open_modal(slack, acme, ada, blocks=[typed()])
    answer_with(app, response_action="errors", errors={"b": "Too vague"})
    assert ada.submit({"a": "x"}).errors == {"b": "Too vague"}
    assert ada.modal is not None


def test_errors_beside_a_field_that_is_not_there_are_trouble(
    slack: FakeSlack, acme: Workspace, app: App, ada: Person
) -> None:
    open_modal(slack, acme, ada, blocks=[typed()])
    answer_with(app, response_action="errors", errors={"a": "names the action, not the block"})
    assert "input blocks" in ada.submit({"a": "x"}).trouble


@pytest.mark.parametrize(("action", "depth"), [("update", 1), ("push", 2), ("clear", 0)])
def test_a_submission_can_be_answered_with_a_view(
    slack: FakeSlack, acme: Workspace, app: App, ada: Person, action: str, depth: int
) -> None:
    open_modal(slack, acme, ada, blocks=[typed()])
    extra = {} if action == "clear" else {"view": modal(title=plain("Next"))}
    answer_with(app, response_action=action, **extra)
    assert ada.submit({"a": "x"}).ok
    assert len(slack.views.stack(ada.user)) == depth
    assert ada.modal is None or ada.modal.title == "Next"


def test_a_wrong_view_in_an_answer_is_trouble(slack: FakeSlack, acme: Workspace, app: App, ada: Person) -> None:
    open_modal(slack, acme, ada, blocks=[typed()])
    answer_with(app, response_action="update", view=modal(title=plain("x" * 25)))
    assert "less than 25 characters" in ada.submit({"a": "x"}).trouble


def test_the_app_hears_of_a_closed_modal_only_when_it_asked(
    slack: FakeSlack, acme: Workspace, ada: Person, heard: list[Json]
) -> None:
    open_modal(slack, acme, ada)
    assert ada.cancel() is None
    open_modal(slack, acme, ada, notify_on_close=True)
    closed = ada.cancel(everything=True)
    assert closed is not None
    assert closed.ok
    assert [(body["type"], body["is_cleared"]) for body in heard] == [("view_closed", True)]


def test_a_picked_channel_brings_a_response_url_when_asked_for(
    slack: FakeSlack, acme: Workspace, ada: Person, general: Channel, heard: list[Json]
) -> None:
    element = menu("conversations_select", response_url_enabled=True)
    open_modal(slack, acme, ada, blocks=[{"type": "input", "block_id": "b", "label": plain("L"), "element": element}])
    ada.submit({"m": general.id})
    (url,) = heard[0]["response_urls"]
    assert (url["channel_id"], url["block_id"], url["action_id"]) == (general.id, "b", "m")


def suggest(slack: FakeSlack, acme: Workspace, app: App, ada: Person, **answer: Any) -> Any:
    app.options("m")(lambda ack: ack(**answer))
    open_modal(slack, acme, ada, blocks=[actions(menu("external_select"))])
    assert ada.modal is not None
    return ada.suggest(ada.modal, "m", "que")


def test_an_external_select_offers_what_the_app_suggests(
    slack: FakeSlack, acme: Workspace, app: App, ada: Person
) -> None:
    ack = suggest(slack, acme, app, ada, options=[option("v", "T")])
    assert (ack.ok, ack.options) == (True, [option("v", "T")])
    assert (ack.payload["type"], ack.payload["value"]) == ("block_suggestion", "que")


def test_more_than_a_hundred_suggestions_are_trouble(slack: FakeSlack, acme: Workspace, app: App, ada: Person) -> None:
    assert "no more than 100" in suggest(slack, acme, app, ada, options=[option()] * 101).trouble


def test_a_trigger_from_a_modal_can_push(slack: FakeSlack, acme: Workspace, app: App, ada: Person) -> None:
    def push(ack: Callable[[], None], body: Json, client: Any) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=modal(title=plain("On top")))

    app.action("go")(push)
    open_modal(slack, acme, ada, blocks=[actions(button())])
    assert ada.modal is not None
    ada.click(ada.modal, "go")
    slack.ledger.wait_until(lambda: ada.modal is not None and ada.modal.title == "On top")
