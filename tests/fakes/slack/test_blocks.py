"""Block Kit's limits, each at its edge: the real client's call passes at the limit and fails one beyond."""

import re
from collections.abc import Callable

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.blocks import faults_in_message, faults_in_view_blocks
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.samples import FEEDBACK, actions, button, menu, option, plain, typed
from tests.fakes.slack.world import Channel


def ratings(count: int) -> list[Json]:
    return [{**FEEDBACK, "action_id": str(place)} for place in range(count)]


CONFIRM = {name: plain("x") for name in ("title", "text", "confirm", "deny")}
GROUP = {"label": plain("g"), "options": [option()]}
SECTION = {"type": "section", "text": plain("x")}

Maker = Callable[[int], Json]

# How to build a block of a size, and the largest size that Slack takes.
LIMITS: dict[str, tuple[Maker, int]] = {
    "section text": (lambda n: {"type": "section", "text": plain("x" * n)}, 3000),
    "section fields": (lambda n: {"type": "section", "fields": [plain("x")] * n}, 10),
    "section field": (lambda n: {"type": "section", "fields": [plain("x" * n)]}, 2000),
    "header": (lambda n: {"type": "header", "text": plain("x" * n)}, 150),
    "block id": (lambda n: {"type": "divider", "block_id": "x" * n}, 255),
    "actions": (lambda n: actions(*[button(action_id=str(place)) for place in range(n)]), 25),
    "context": (lambda n: {"type": "context", "elements": [plain("x")] * n}, 10),
    "button text": (lambda n: actions(button(text=plain("x" * n))), 75),
    "button value": (lambda n: actions(button(value="x" * n)), 2000),
    "button url": (lambda n: actions(button(url="x" * n)), 3000),
    "button label": (lambda n: actions(button(accessibility_label="x" * n)), 75),
    "action id": (lambda n: actions(button(action_id="x" * n)), 255),
    "options": (lambda n: actions(menu(options=[option()] * n)), 100),
    "option text": (lambda n: actions(menu(options=[option("v", "x" * n)])), 75),
    "option value": (lambda n: actions(menu(options=[option("x" * n)])), 150),
    "option groups": (lambda n: actions(menu(option_groups=[GROUP] * n)), 100),
    "placeholder": (lambda n: actions(menu("users_select", placeholder=plain("x" * n))), 150),
    "overflow": (lambda n: actions({"type": "overflow", "action_id": "o", "options": [option()] * n}), 5),
    "checkboxes": (lambda n: actions({"type": "checkboxes", "action_id": "c", "options": [option()] * n}), 10),
    "input label": (lambda n: {**typed(), "label": plain("x" * n)}, 2000),
    "input hint": (lambda n: {**typed(), "hint": plain("x" * n)}, 2000),
    "input length": (lambda n: typed(max_length=n), 3000),
    "input value": (lambda n: typed(initial_value="x" * n), 3000),
    "markdown": (lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
    "context actions": (lambda n: {"type": "context_actions", "elements": ratings(n)}, 5),
    "alt text": (lambda n: {"type": "image", "image_url": "https://x.example", "alt_text": "x" * n}, 2000),
    "confirm text": (lambda n: actions(button(confirm={**CONFIRM, "text": plain("x" * n)})), 300),
    "confirm title": (lambda n: actions(button(confirm={**CONFIRM, "title": plain("x" * n)})), 100),
    "confirm button": (lambda n: actions(button(confirm={**CONFIRM, "deny": plain("x" * n)})), 30),
}

ICON = {"type": "icon_button", "action_id": "i", "icon": "trash", "text": plain("x")}
WRONG: dict[str, Json] = {
    "unknown block": {"type": "paragraph"},
    "no type": {},
    "unknown field": {**SECTION, "colour": "red"},
    "section without text": {"type": "section"},
    "empty text": {"type": "section", "text": plain("")},
    "mrkdwn in a header": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "emoji flag on mrkdwn": {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
    "unknown style": actions(button(style="primery")),
    "button without text": actions({"type": "button", "action_id": "go"}),
    "an action id twice in a block": actions(button(), button()),
    "no elements": actions(),
    "input outside an input block": actions({"type": "plain_text_input", "action_id": "a"}),
    "button in an input block": {**typed(), "element": button()},
    "menu without options": actions(menu()),
    "options and groups": actions(menu(options=[option()], option_groups=[GROUP])),
    "rating outside context_actions": actions(FEEDBACK),
    "unknown icon": {"type": "context_actions", "elements": [{**ICON, "icon": "pen"}]},
    "image without alt text": {"type": "image", "image_url": "https://x.example"},
    "number input without is_decimal_allowed": {**typed(), "element": {"type": "number_input", "action_id": "n"}},
    "text that is a number": {"type": "section", "text": {"type": "plain_text", "text": 1}},
    "min_length below zero": typed(min_length=-1),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_kept_at_its_edge(client: WebClient, general: Channel, name: str) -> None:
    make, most = LIMITS[name]
    assert client.chat_postMessage(channel=general.id, text="x", blocks=[make(most)])["ok"]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=general.id, text="x", blocks=[make(most + 1)])
    assert caught.value.response["error"] == "invalid_blocks"
    (message,) = caught.value.response["response_metadata"]["messages"]
    assert re.search(r"(less than|no more than|between).*\[json-pointer:/blocks/0/", message)


@pytest.mark.parametrize("name", WRONG)
def test_what_block_kit_does_not_know_is_refused(name: str) -> None:
    assert faults_in_message([WRONG[name]])


def test_fifty_blocks_fit_in_a_message_and_a_hundred_in_a_view() -> None:
    divider = {"type": "divider"}
    assert faults_in_message([divider] * 50) == []
    assert faults_in_message([divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert faults_in_view_blocks([divider] * 100) == []
    assert faults_in_view_blocks([divider] * 101)


def test_markdown_blocks_share_one_limit() -> None:
    half = {"type": "markdown", "text": "x" * 6_001}
    assert faults_in_message([half]) == []
    assert faults_in_message([half, half])


def test_block_ids_are_unique_in_a_message() -> None:
    twice = {"type": "divider", "block_id": "same"}
    assert faults_in_message([twice, twice])


@pytest.mark.parametrize(
    "block", [{"type": "markdown", "text": "x"}, {"type": "context_actions", "elements": [FEEDBACK]}]
)
def test_some_blocks_live_in_messages_only(block: Json) -> None:
    assert faults_in_message([block]) == []
    assert faults_in_view_blocks([block])
