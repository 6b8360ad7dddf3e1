"""The passages that an answer may rest on, as a value of a recipe: JSON from a search, or plain text from a person."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.text.sentences import split_paragraphs, unwrap

_NUMBERED = re.compile(r"\A\[?(?:passage )?\d{1,3}[\].:)]\s*", re.I)
_LONGEST_TITLE_CHARS = 120


@dataclass(frozen=True)
class Passage:
    """One passage. `number` counts from 1 in the order given, which is how an answer cites it."""

    number: int
    title: str
    link: str
    text: str


def passages_value(passages: Sequence[tuple[str, str, str]]) -> str:
    """Return (title, link, text) of each passage as the value of a recipe's input."""
    return json.dumps([{"title": title, "link": link, "text": text} for title, link, text in passages])


def read_passages(value: str) -> list[Passage]:
    """Return the passages of a value: a JSON list of objects with `text` and perhaps `title` and `link`, else blocks.

    In plain text a blank line parts two passages; a number before a block is left out.
    """
    entries = _entries(value)
    if entries is None:
        blocks = [_NUMBERED.sub("", block) for block in split_paragraphs(value)]
        return [Passage(number, _first_words(block), "", block) for number, block in enumerate(blocks, 1)]
    return [
        Passage(number, unwrap(str(entry.get("title", "")))[:_LONGEST_TITLE_CHARS] or _first_words(str(entry["text"])),
                str(entry.get("link", "")), str(entry["text"]))
        for number, entry in enumerate(entries, 1)
    ]  # fmt: skip


def _entries(value: str) -> list[dict[str, Any]] | None:
    if not value.lstrip().startswith("["):
        return None
    try:
        entries = json.loads(value)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(entries, list) and all(isinstance(entry, dict) and "text" in entry for entry in entries)
    return entries if sound else None


def _first_words(text: str) -> str:
    return " ".join(text.split()[:6])
