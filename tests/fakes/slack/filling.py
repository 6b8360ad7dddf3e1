"""What a person can do with blocks: find an element, fill one in, and the `state` that Slack makes of it."""

from collections.abc import Iterable
from typing import Any

from tests.fakes.slack.blocks import elements_of
from tests.fakes.slack.refusal import Json

# Element type -> the field of its state, and of an action on it.
ONE_ID = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
SEVERAL_IDS = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
SEVERAL_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
WRITTEN = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
INITIAL = {
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "value": "initial_value",
}


class NotOnScreen(AssertionError):
    """The test wants a person to use something that is not there."""


def state_field(element: Json) -> str:
    """Return the name under which the state holds what an element has."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return "selected_option"
    if kind in SEVERAL_OPTIONS:
        return "selected_options"
    return ONE_ID.get(kind) or SEVERAL_IDS.get(kind) or "value"


def find_element(blocks: Iterable[Json], action_id: str) -> tuple[Json, Json]:
    """Return the block and the element with an action id."""
    known = []
    for block in blocks:
        for element in elements_of(block):
            if element["action_id"] == action_id:
                return block, element
            known.append(element["action_id"])
    raise NotOnScreen(f"no element {action_id!r} on the screen; there are {known}")


def option_of(element: Json, value: str) -> Json:
    """Return the option with a value, as the person picks it."""
    groups = [group["options"] for group in element.get("option_groups", [])]
    options: list[Json] = [*element.get("options", []), *(option for group in groups for option in group)]
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    for option in options:
        if option["value"] == value:
            return option
    raise NotOnScreen(f"no option {value!r}; there are {[option['value'] for option in options]}")


def chosen(element: Json, value: Any) -> Any:
    """Return a person's choice in the form that the state holds."""
    if element["type"] in ONE_OPTION:
        return None if value is None else option_of(element, value)
    if element["type"] in SEVERAL_OPTIONS:
        return [option_of(element, one) for one in value]
    return value


def fill(blocks: list[Json], values: Json) -> tuple[Json, dict[str, str]]:
    """Fill in the inputs on a screen.

    Args:
        blocks: what is on the screen.
        values: what the person enters, by action id or block id; what is missing keeps its initial value.

    Returns:
        `state.values`, and what Slack's own client complains of, by block id.
    """
    state: Json = {}
    complaints: dict[str, str] = {}
    unused = set(values)
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in ("button", "feedback_buttons", "icon_button", "overflow"):
                continue
            name = state_field(element)
            keys = [key for key in (element["action_id"], block["block_id"]) if key in values]
            unused -= set(keys)
            value = chosen(element, values[keys[0]]) if keys else element.get(INITIAL[name])
            state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], name: value}
            if block["type"] == "input" and (complaint := complaint_about(block, element, value)):
                complaints[block["block_id"]] = complaint
    if unused:
        raise NotOnScreen(f"no inputs named {sorted(unused)}")
    return state, complaints


def complaint_about(block: Json, element: Json, value: Any) -> str:
    """Return what Slack's client says about an input before it sends anything."""
    if value in (None, "", []):
        return "" if block.get("optional") else "Please complete this required field."
    if element["type"] in WRITTEN and element["type"] != "number_input":
        if len(value) > element.get("max_length", 3000):
            return "This entry is too long."
        if len(value) < element.get("min_length", 0):
            return "This entry is too short."
    return ""


def acted(block: Json, element: Json, value: Any, action_ts: str) -> Json:
    """Return the `actions` entry of a person's act on an element."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "feedback_buttons":
        return action | rated(element, value)
    if element["type"] in ("button", "icon_button"):
        shown = {name: element[name] for name in ("text", "value", "style") if name in element}
        return action | shown
    return action | {state_field(element): chosen(element, value)}


def rated(element: Json, value: Any) -> Json:
    """Return the button of a rating that was pressed: by its value, or by the words positive and negative."""
    for side in ("positive", "negative"):
        button = element[f"{side}_button"]
        if value in (side, button["value"]):
            return {"text": button["text"], "value": button["value"]}
    raise NotOnScreen(f"a rating has no {value!r}; use positive or negative")
