"""Quotations: what stands in quotation marks was said. Words may be left out, none may come in."""

import re
from collections.abc import Iterator

from core.drafts import Finding, without_gaps
from core.writing.checks.grounds import Grounds

_QUOTED = re.compile(
    r"[\u201c\u201e]([^\u201c\u201d\u201e\n]{8,600})[\u201d\u201c]|\"([^\"\n]{8,600})\"|«([^«»\n]{8,600})»"
)
_WORD = re.compile(r"\w+")
_MIN_WORDS = 3
# How far apart two words of a quotation may stand in the source.
_MAX_LEFT_OUT = 25
_MAX_STARTS = 200


def find_wrong_quotations(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each quotation of three words or more that the source does not hold in this order."""
    quotes = [next(part for part in match.groups() if part) for match in _QUOTED.finditer(without_gaps(text))]
    if not quotes:
        return
    said = [word.casefold() for word in _WORD.findall(grounds.everything)]
    places: dict[str, list[int]] = {}
    for at, word in enumerate(said):
        places.setdefault(word, []).append(at)
    for quote in quotes:
        words = [word.casefold() for word in _WORD.findall(quote)]
        if len(words) >= _MIN_WORDS and not stands_in_order(words, said, places):
            sentence = f"Nobody says “{quote[:120]}” in the source."
            yield Finding(check="quotations", severity="block", place=quote, sentence=sentence)


def stands_in_order(words: list[str], said: list[str], places: dict[str, list[int]]) -> bool:
    """Tell whether the words come in the source in this order, none far from the one before it."""
    return any(_goes_on(words, said, start) for start in places.get(words[0], ())[:_MAX_STARTS])


def _goes_on(words: list[str], said: list[str], start: int) -> bool:
    at = start
    for word in words[1:]:
        window = said[at + 1 : at + 2 + _MAX_LEFT_OUT]
        if word not in window:
            return False
        at += 1 + window.index(word)
    return True
