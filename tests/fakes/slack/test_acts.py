"""Commands, shortcuts and clicks through a real Bolt app, and what comes back."""

import threading

import pytest
from slack_bolt import App

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import new_app, post, served
from tests.fakes.slack.filling import NotOnScreen
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import FEEDBACK, actions, button, plain, typed
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel


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


def test_an_app_in_this_process_can_be_too_late_as_well(slack: FakeSlack, app: App, ada: Person) -> None:
    slack.ack_timeout_seconds = 0.0
    app.command("/draft")(lambda ack: ack("too late"))
    assert ada.slash("/draft").trouble == "http_timeout"
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


def test_a_rating_carries_the_value_of_the_pressed_button(
    slack: FakeSlack, acme: Workspace, ada: Person, general: Channel, app: App
) -> None:
    heard: list[Json] = []
    app.action("f")(lambda ack, body: (heard.append(body["actions"][0]), ack()))  # type: ignore[func-returns-value]
    rating = {**FEEDBACK, "negative_button": {"text": plain("Bad"), "value": "down"}}
    message = post(slack, acme, general, {"type": "context_actions", "elements": [rating]})
    ada.click(message, "f", "negative")
    assert (heard[0]["type"], heard[0]["value"]) == ("feedback_buttons", "down")
