"""What somebody says about the open changes of a document: take these, refuse those. No model reads it.

What says how the changes should be worded is a wish like any other (`core.text.wishes`).
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.drafts import Edit
from core.text.lexicon import by_language, patterns_of

_TOPIC = "cards"
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_QUOTED = re.compile(r"[\"“„«](?P<words>[^\"“”„«»]{1,80})[\"”“»]")
_AROUND = " \t\n.!?…,;:"


@dataclass(frozen=True)
class Decision:
    """What is to become of open changes.

    Attributes:
        outcome: of each.
        about: what tells which they are, in the person's words; "" for all.
    """

    outcome: Literal["accepted", "rejected"]
    about: str = ""

    def chosen(self, edits: Sequence[Edit], open_places: Sequence[int]) -> list[int]:
        """Return the places of the open edits that it is about: by their number, or by the words that change."""
        if self.about.isdecimal():
            return [place for place in open_places if place + 1 == int(self.about)]
        wanted = {word.casefold() for word in _WORD.findall(self.about)}
        return [place for place in open_places if wanted <= _words(edits[place])]


def read_decision(text: str) -> Decision | None:
    """Return what a text decides about open changes, None where it decides nothing."""
    said = " ".join(text.split()).strip(_AROUND)
    for name, outcome in (("accept", "accepted"), ("reject", "rejected")):
        for found in map(re.Pattern.fullmatch, _patterns(name), [said] * len(_patterns(name))):
            if found:
                return Decision(outcome, _about(found["what"]))  # type: ignore[arg-type] # one of the two
    return None


def _about(what: str) -> str:
    """Return the words that tell which changes are meant."""
    if quoted := _QUOTED.search(what):
        return quoted["words"].strip()
    return " ".join(word for word in _WORD.findall(what) if word.casefold() not in _filler())


@functools.cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    lists = (table.get(name, ()) for table in by_language(_TOPIC).values())
    before = patterns_of(_TOPIC, "before")
    return tuple(re.compile(rf"(?i)(?:{before}[\s,]+)?{one}") for each in lists for one in each)


@functools.cache
def _filler() -> frozenset[str]:
    return frozenset(word for table in by_language(_TOPIC).values() for word in table.get("filler", ()))


def _words(edit: Edit) -> set[str]:
    """Return the words by which a change is named: those that go or come, why, and the heading above it."""
    before, after = ({word.casefold() for word in _WORD.findall(text)} for text in (edit.before, edit.text or ""))
    changed = (before ^ after) if edit.text is not None else set()
    told = " ".join((edit.reason, edit.comment, edit.quote, edit.where))
    return changed | {word.casefold() for word in _WORD.findall(told)}
