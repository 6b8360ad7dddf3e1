"""What a person reads in a message, and what of it notifies people or leads elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.refusal import Json

BROADCAST = re.compile(r"<!(channel|here|everyone|subteam\^\w+)(?:\|[^>]*)?>")
MENTION = re.compile(r"<@([UW]\w+)(?:\|[^>]*)?>")
LINK = re.compile(r"(?:https?://|mailto:)[^\s<>|)\]]+")


def texts_in(value: Any) -> Iterator[str]:
    """Find every text in blocks, in reading order."""
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in ("text", "alt_text", "url") and isinstance(inner, str):
                yield inner
            elif name != "value":
                yield from texts_in(inner)


def words_of(text: str, blocks: list[Json]) -> str:
    """Return what is read on the screen: the blocks where there are any, the text otherwise."""
    return "\n".join(texts_in(blocks)) if blocks else text
