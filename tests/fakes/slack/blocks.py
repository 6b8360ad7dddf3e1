"""Blocks, and what Slack refuses in a message or a view (docs.slack.dev/reference/block-kit/blocks)."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.elements import (
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    MARKUP,
)
from tests.fakes.slack.refusal import Json
from tests.fakes.slack.shapes import Anything, ByType, Chars, Flag, Items, OneOf, Record, Shape, Text, wrong

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MARKDOWN_CHARS = 12_000


class ContextElement:
    """An image or a text in a context block."""

    def check(self, value: object, at: str) -> Iterator[str]:
        is_image = isinstance(value, dict) and value.get("type") == "image"
        yield from (IMAGE if is_image else Text(2000, MARKUP)).check(value, at)


def block(kind: str, fields: dict[str, Shape], **rules: tuple[str, ...]) -> Record:
    """Return the shape of a block: its type, its id and its own fields."""
    everyone: dict[str, Shape] = {"type!": OneOf((kind,)), "block_id": Chars(255)}
    return Record({**everyone, **fields}, **rules)


EVERYWHERE = {
    "section": block(
        "section",
        {
            "text": Text(3000, MARKUP),
            "fields": Items(Text(2000, MARKUP), 10),
            "accessory": IN_SECTION,
            "expand": Flag(),
        },
        one_of=("text", "fields"),
    ),
    "header": block("header", {"text!": Text(150)}),
    "divider": block("divider", {}),
    "image": block(
        "image",
        {"image_url": Chars(3000), "slack_file": Anything(), "alt_text!": Chars(2000), "title": Text(2000)},
        one_of=("image_url", "slack_file"),
    ),
    "context": block("context", {"elements!": Items(ContextElement(), 10)}),
    "actions": block("actions", {"elements!": Items(IN_ACTIONS, 25)}),
    "input": block(
        "input",
        {
            "label!": Text(2000),
            "element!": IN_INPUT,
            "hint": Text(2000),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
    ),
    "rich_text": block("rich_text", {"elements!": Items(Anything(), 1000)}),
    "video": block(
        "video",
        {
            "alt_text!": Chars(2000), "title!": Text(200), "video_url!": Chars(3000), "thumbnail_url!": Chars(3000),
            "title_url": Chars(3000), "description": Text(200), "author_name": Chars(50),
            "provider_name": Chars(50), "provider_icon_url": Chars(3000),
        },
    ),
}  # fmt: skip
IN_MESSAGES = {
    **EVERYWHERE,
    "markdown": block("markdown", {"text!": Chars(MARKDOWN_CHARS)}),
    "context_actions": block("context_actions", {"elements!": Items(IN_CONTEXT_ACTIONS, 5)}),
    "table": block("table", {"rows!": Items(Items(Anything(), 20), 100), "column_settings": Items(Anything(), 20)}),
    "file": block("file", {"external_id!": Chars(255), "source!": OneOf(("remote",))}),
}

MESSAGE = ByType(IN_MESSAGES)
VIEW = ByType(EVERYWHERE)


def elements_of(block: Json) -> list[Json]:
    """Return the elements of a block that a person can act on or fill in."""
    found: list[Any] = [block.get("accessory"), block.get("element")]
    if block.get("type") in ("actions", "context_actions"):
        found += block.get("elements", [])
    return [element for element in found if isinstance(element, dict) and "action_id" in element]


def repeated_ids(blocks: list[Any], at: str) -> Iterator[str]:
    """Find a block id that occurs twice in a surface, or an action id twice in a block."""
    seen: set[str] = set()
    for number, item in enumerate(blocks):
        if not isinstance(item, dict):
            continue
        block_id = item.get("block_id")
        if block_id and block_id in seen:
            yield wrong(f"block_id `{block_id}` already exists", f"{at}/{number}/block_id")
        seen.add(block_id or "")
        actions = [element["action_id"] for element in elements_of(item)]
        for action in {action for action in actions if actions.count(action) > 1}:
            yield wrong(f"`action_id` must be unique: {action}", f"{at}/{number}")


def faults_in_message(blocks: object, at: str = "/blocks") -> list[str]:
    """Return what Slack would refuse in the blocks of a message."""
    faults = list(Items(MESSAGE, MESSAGE_BLOCKS, 0).check(blocks, at))
    if not faults and isinstance(blocks, list):
        faults += repeated_ids(blocks, at)
        texts = [block["text"] for block in blocks if block["type"] == "markdown"]
        if sum(map(len, texts)) > MARKDOWN_CHARS:
            faults.append(wrong(f"markdown blocks have more than {MARKDOWN_CHARS} characters in all", at))
        if [block["type"] for block in blocks].count("table") > 1:
            faults.append(wrong("only one table is allowed in a message", at))
    return faults


def faults_in_view_blocks(blocks: object, at: str = "/view/blocks") -> list[str]:
    """Return what Slack would refuse in the blocks of a modal or a home tab."""
    faults = list(Items(VIEW, VIEW_BLOCKS, 0).check(blocks, at))
    if not faults and isinstance(blocks, list):
        faults += repeated_ids(blocks, at)
    return faults


def with_ids(blocks: list[Json], new_id: "NewId") -> list[Json]:
    """Return the blocks as Slack stores them: every block and interactive element has an id."""
    stored = []
    for item in blocks:
        named: Json = {"block_id": new_id(), **item}
        for key in ("accessory", "element"):
            if isinstance(named.get(key), dict) and named[key].get("type") != "image":
                named[key] = {"action_id": new_id(), **named[key]}
        if named["type"] in ("actions", "context_actions"):
            named["elements"] = [{"action_id": new_id(), **element} for element in named["elements"]]
        stored.append(named)
    return stored


class NewId:
    """Makes ids for blocks and elements that came without one."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> str:
        self._last += 1
        return f"auto{self._last}"
