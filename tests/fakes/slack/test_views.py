"""Modals and home tabs through the real client: triggers, hashes, the stack and the limits of a view."""

import time
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.person import Person
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import modal, plain, refusal

DIVIDER = {"type": "divider"}


def home(**fields: Any) -> Json:
    return {"type": "home", "blocks": [DIVIDER], **fields}


def trigger(slack: FakeSlack, person: Person, *, from_modal: bool = False) -> str:
    return slack.triggers.issue(person.user, from_modal=from_modal)


def test_a_view_opens_before_the_person_who_acted(
    slack: FakeSlack, client: WebClient, ada: Person, grace: Person
) -> None:
    view = client.views_open(trigger_id=trigger(slack, ada), view=modal(callback_id="cb", private_metadata="m"))["view"]
    assert ada.modal is not None
    assert (ada.modal.id, ada.modal.callback_id, ada.modal.title) == (view["id"], "cb", "Title")
    assert (view["root_view_id"], view["previous_view_id"], view["private_metadata"]) == (view["id"], None, "m")
    assert grace.modal is None
    assert [shown.kind for shown in ada.was_shown()] == ["modal"]


def test_a_trigger_opens_one_view_within_three_seconds(slack: FakeSlack, client: WebClient, ada: Person) -> None:
    slack.clock.freeze()
    first, second = trigger(slack, ada), trigger(slack, ada)
    slack.clock.advance(3)
    assert client.views_open(trigger_id=first, view=modal())["ok"]
    assert refusal(client.views_open, trigger_id=first, view=modal()) == "exchanged_trigger_id"
    slack.clock.advance(0.001)
    assert refusal(client.views_open, trigger_id=second, view=modal()) == "expired_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_an_update_with_an_old_hash_is_refused(slack: FakeSlack, client: WebClient, ada: Person) -> None:
    view = client.views_open(trigger_id=trigger(slack, ada), view=modal())["view"]
    newer = client.views_update(view_id=view["id"], hash=view["hash"], view=modal(title=plain("New")))["view"]
    assert ada.modal is not None
    assert ada.modal.title == "New"
    assert refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"
    assert client.views_update(view_id=view["id"], hash=newer["hash"], view=modal())["ok"]


def test_a_closed_view_cannot_be_updated(slack: FakeSlack, client: WebClient, ada: Person) -> None:
    view = client.views_open(trigger_id=trigger(slack, ada), view=modal())["view"]
    ada.cancel()
    assert refusal(client.views_update, view_id=view["id"], view=modal()) == "not_found"


def test_the_stack_holds_three_views(slack: FakeSlack, client: WebClient, ada: Person) -> None:
    assert refusal(client.views_push, trigger_id=trigger(slack, ada, from_modal=True), view=modal()) == "not_found"
    root = client.views_open(trigger_id=trigger(slack, ada), view=modal())["view"]
    second = client.views_push(trigger_id=trigger(slack, ada, from_modal=True), view=modal())["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    third = client.views_push(trigger_id=trigger(slack, ada, from_modal=True), view=modal())["view"]
    assert third["previous_view_id"] == second["id"]
    limit = refusal(client.views_push, trigger_id=trigger(slack, ada, from_modal=True), view=modal())
    assert limit == "push_limit_reached"


def test_an_external_id_names_one_open_view(slack: FakeSlack, client: WebClient, ada: Person, grace: Person) -> None:
    client.views_open(trigger_id=trigger(slack, ada), view=modal(external_id="own"))
    again = refusal(client.views_open, trigger_id=trigger(slack, grace), view=modal(external_id="own"))
    assert again == "duplicate_external_id"
    assert client.views_update(external_id="own", view=modal(external_id="own", title=plain("New")))["ok"]
    ada.cancel()
    assert client.views_open(trigger_id=trigger(slack, grace), view=modal(external_id="own"))["ok"]


@pytest.mark.parametrize(
    ("fits", "beyond"),
    [
        ({"title": plain("x" * 24)}, {"title": plain("x" * 25)}),
        ({"close": plain("x" * 24)}, {"close": plain("x" * 25)}),
        ({"private_metadata": "x" * 3000}, {"private_metadata": "x" * 3001}),
        ({"callback_id": "x" * 255}, {"callback_id": "x" * 256}),
        ({"external_id": "x" * 255}, {"external_id": "x" * 256}),
        ({"blocks": [DIVIDER] * 100}, {"blocks": [DIVIDER] * 101}),
        ({"notify_on_close": True}, {"notify_on_close": "yes"}),
        ({}, {"subtitle": plain("x")}),
    ],
)
def test_limits_of_a_view(slack: FakeSlack, client: WebClient, ada: Person, fits: Json, beyond: Json) -> None:
    assert client.views_open(trigger_id=trigger(slack, ada), view=modal(**fits))["ok"]
    assert refusal(client.views_open, trigger_id=trigger(slack, ada), view=modal(**beyond)) == "invalid_arguments"


def test_inputs_need_a_submit_button(slack: FakeSlack, client: WebClient, ada: Person) -> None:
    element = {"type": "plain_text_input", "action_id": "a"}
    blocks = [{"type": "input", "label": plain("L"), "element": element}]
    view = modal(blocks=blocks)
    assert refusal(client.views_open, trigger_id=trigger(slack, ada), view=view) == "invalid_arguments"
    assert client.views_open(trigger_id=trigger(slack, ada), view=modal(blocks=blocks, submit=plain("Go")))["ok"]


def test_a_view_over_250_kilobytes_is_too_large(slack: FakeSlack, client: WebClient, ada: Person) -> None:
    section = {"type": "section", "text": plain("x" * 3000)}
    view = modal(blocks=[section] * 90)
    assert refusal(client.views_open, trigger_id=trigger(slack, ada), view=view) == "view_too_large"


def test_a_home_tab_belongs_to_one_person(slack: FakeSlack, client: WebClient, ada: Person, grace: Person) -> None:
    view = client.views_publish(user_id=ada.id, view=home())["view"]
    assert ada.home is not None
    assert grace.home is None
    client.views_publish(user_id=ada.id, view=home(), hash=view["hash"])
    assert refusal(client.views_publish, user_id=ada.id, view=home(), hash=view["hash"]) == "hash_conflict"
    assert refusal(client.views_publish, user_id=ada.id, view=modal()) == "invalid_arguments"
    assert refusal(client.views_publish, user_id="U404", view=home()) == "invalid_arguments"
    slack.app.home_tab_enabled = False
    assert refusal(client.views_publish, user_id=ada.id, view=home()) == "not_enabled"


def test_the_fake_starts_fast() -> None:
    began = time.perf_counter()
    with FakeSlack() as slack:
        assert slack.workspace().person().dm
        assert time.perf_counter() - began < 0.05
