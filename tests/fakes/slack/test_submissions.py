"""Modals and menus through a real Bolt app: what a person fills in, and the answers to it."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.bolt_app import open_modal, post
from tests.fakes.slack.filling import NotOnScreen
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import actions, button, menu, modal, option, plain, typed
from tests.fakes.slack.workspace import Workspace
from tests.fakes.slack.world import Channel

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
