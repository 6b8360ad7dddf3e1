"""What a message or a view says, for tests."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.acks import Ack
from tests.fakes.slack.person import Person
from tests.fakes.slack.views import View
from tests.fakes.slack.world import Message


def shown_text(shown: Message | View) -> str:
    """Return the text of the sections."""
    return "\n".join(str(block["text"]["text"]) for block in shown.blocks if block["type"] in {"section", "header"})


def quiet_text(shown: Message | View) -> str:
    """Return the text of the context lines."""
    contexts = (block["elements"] for block in shown.blocks if block["type"] == "context")
    return "\n".join(str(element["text"]) for elements in contexts for element in elements)


def button_labels(shown: Message | View) -> list[str]:
    """Return the labels of the buttons in order."""
    return [str(element["text"]["text"]) for element in _elements(shown) if element["type"] == "button"]


def menu_labels(shown: Message | View) -> list[str]:
    """Return what the menus offer, in order."""
    menus = [element for element in _elements(shown) if element["type"] == "overflow"]
    return [str(option["text"]["text"]) for menu in menus for option in menu["options"]]


def choose(person: Person, shown: Message, act: str) -> Ack:
    """Choose an act in the menu of an answer."""
    menu = next(element for element in _elements(shown) if element["type"] == "overflow")
    [value] = [option["value"] for option in menu["options"] if option["value"].startswith(f"{act}:")]
    return person.click(shown, str(menu["action_id"]), value)


def action_ids(shown: Message | View) -> list[str]:
    """Return the ids of everything that can be pressed."""
    return [str(element["action_id"]) for element in _elements(shown)]


def _elements(shown: Message | View) -> Iterator[dict[str, Any]]:
    for block in shown.blocks:
        if block["type"] in {"actions", "context_actions"}:
            yield from block["elements"]
        elif "accessory" in block:
            yield block["accessory"]
