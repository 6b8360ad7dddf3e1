"""The passages that an answer may rest on, as a value of a recipe: JSON from a search, or plain text from a person."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.text.sentences import split_paragraphs, split_sentences, unwrap

_NUMBERED = re.compile(r"\A\[?(?:passage )?\d{1,3}[\].:)]\s*", re.I)
# A short line of words with no end, before a new line that begins a sentence, stands over it.
_HEADING = re.compile(
    r"\A(?:#{1,6}[^\n]*|[^\d\n:.,;!?…|-][^\d\n:.,;!?…|]{0,49}:?)(?:\n(?=[\W_]*[^\Wa-zäöüàâçéèêîôûñáíóú])|\Z)"
)
_MAX_TITLE_CHARS = 120


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
        entries = [{"text": _NUMBERED.sub("", block)} for block in split_paragraphs(value)]
    titles = [unwrap(str(entry.get("title", "")))[:_MAX_TITLE_CHARS] for entry in entries]
    return [
        Passage(number, title or " ".join(text.split()[:6]), str(entry.get("link", "")), text)
        for number, (entry, title) in enumerate(zip(entries, titles, strict=True), 1)
        for text in [str(entry["text"])]
    ]


def read_sentences(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a passage, each with the heading that it stands under."""
    heading = ""
    for block in split_paragraphs(text):
        if found := _HEADING.match(block):
            heading = found[0].strip("# \n:")
        for sentence in split_sentences(block[found.end() :] if found else block):
            yield heading, sentence


def _entries(value: str) -> list[dict[str, Any]] | None:
    if not value.lstrip().startswith("["):
        return None
    try:
        entries = json.loads(value)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(entries, list) and all(isinstance(entry, dict) and "text" in entry for entry in entries)
    return entries if sound else None
