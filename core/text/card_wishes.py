"""What somebody says about the open changes of a document: take these, refuse those. No model reads it.

What says how the changes should be worded is a wish like any other (`core.text.wishes`).
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.drafts import Edit
from core.text.forms import WHOLE_WORD
from core.text.lexicon import WORD_BEGINS, WORD_ENDS, by_language, either, either_of, joined, patterns_of, words_of

_TOPIC = "cards"
_QUOTED = re.compile(r"[\"“„«](?P<words>[^\"“”„«»]{1,80})[\"”“»]")
_AROUND = " \t\n.!?…,;:"
_LAST = -1
_MAX_RANGE = 1000
_Outcome = Literal["accepted", "rejected"]


@dataclass(frozen=True)
class ChangeDecision:
    """What is to become of open changes.

    Attributes:
        outcome: of each; None where it is not clear which ones are meant, so that nothing may be done.
        about: what tells which they are, in the person's words; "" for all.
        numbers: of the changes that are named by number, from 1; -1 for the last.
        is_of_comments: whether only comments are meant.
        is_of_one: whether a single change is meant, which no heading over several of them tells.
        is_except: whether all are meant but those that are told.
        is_of_place: whether they are told by where they stand ("in Pricing").
    """

    outcome: _Outcome | None
    about: str = ""
    numbers: tuple[int, ...] = ()
    is_of_comments: bool = False
    is_of_one: bool = False
    is_except: bool = False
    is_of_place: bool = False

    def chosen(self, edits: Sequence[Edit], open_places: Sequence[int]) -> list[int] | None:
        """Return the places of the open edits that it is about; none where no edit is told by what it leaves out.

        None where it is not clear which ones: some of the numbers are of no change, or a heading tells some and the
        words that change tell others, or nothing is left of all but some.
        """
        if self.outcome is None:
            return None
        told = self._told(edits, open_places)
        if told is None:
            return None
        if not (told and self.is_except):
            return told
        return [place for place in open_places if place not in told] or None

    def _told(self, edits: Sequence[Edit], open_places: Sequence[int]) -> list[int] | None:
        """Return the places of the edits that are told: by number, by the words that change, or by the heading."""
        if self.numbers:
            places = {len(edits) - 1 if number == _LAST else number - 1 for number in self.numbers}
            told = [place for place in open_places if place in places]
            return None if told and max(places) >= len(edits) else told
        if self.is_of_comments:
            return [place for place in open_places if edits[place].text is None]
        return self._told_by_words(edits, open_places)

    def _told_by_words(self, edits: Sequence[Edit], open_places: Sequence[int]) -> list[int] | None:
        wanted = _folded(self.about)
        by_words = [place for place in open_places if wanted <= _words(edits[place])]
        if self.is_of_one:
            return by_words
        by_heading = [place for place in open_places if wanted <= _folded(edits[place].where)]
        is_mixed = bool(by_words and by_heading) and not set(by_words) <= set(by_heading)
        if self.is_except and (is_mixed or self.is_of_place):
            return sorted({*by_words, *by_heading})  # what may be meant stays open
        if self.is_of_place and by_heading:
            return by_heading
        if is_mixed:
            return None
        return by_words or [
            place for place in open_places if wanted <= _words(edits[place]) | _folded(edits[place].where)
        ]


def read_decision(text: str) -> ChangeDecision | None:
    """Return what a text decides about open changes, None where it decides nothing."""
    said = " ".join(text.split()).strip(_AROUND).replace("\u2019", "'")
    for name, outcome in (("accept", "accepted"), ("reject", "rejected")):
        for is_loose in (False, True):
            for pattern in _patterns(f"loose_{name}" if is_loose else name):
                if found := pattern.fullmatch(said):
                    what, before = found["what"], found["before"] or ""
                    return _exception(outcome, what, before) or _decision(outcome, what, before, is_loose)  # type: ignore[arg-type] # one of the two
    return None


def _exception(outcome: _Outcome, what: str, before: str) -> ChangeDecision | None:
    """Return what is decided of all changes but some; None where nothing is left out so, or it is not clear what."""
    parts = re.fullmatch(rf"(?i)(?P<all>.+?),? {patterns_of(_TOPIC, 'excepts')} (?P<some>.+)", what)
    if not parts:
        return None
    whole = _decision(outcome, parts["all"], before, is_loose=False)
    some = _decision(outcome, parts["some"], before, is_loose=False)
    is_clear = whole == ChangeDecision(outcome) and some and some.outcome and some != ChangeDecision(outcome)
    return replace(some, is_except=True) if some and is_clear else None


def _decision(outcome: _Outcome, what: str, before: str, is_loose: bool) -> ChangeDecision | None:
    """Return what is decided with a verb; `is_loose` for one that is as often said of the wording ("keep it short")."""
    quoted, means_all = _QUOTED.search(what), either_of(_TOPIC, "all", WORD_BEGINS, WORD_ENDS)
    rest = _without_ranges(_QUOTED.sub(" ", what))
    words = WHOLE_WORD.findall(rest)
    left = [word for word in words if word.casefold() not in _known()]
    numbers = () if quoted else _numbers(left)
    is_of_one = not means_all.search(rest) and not words_of(_TOPIC, "single").isdisjoint(
        word.casefold() for word in words
    )
    is_of_place = not words_of(_TOPIC, "places").isdisjoint(word.casefold() for word in words)
    if is_loose and left and not numbers and words_of(_TOPIC, "nouns").isdisjoint(word.casefold() for word in words):
        return None
    # What is denied is not read by rule: to take the opposite of what was said is the worst answer.
    if any(word.casefold() in words_of(_TOPIC, "denials") for word in (*WHOLE_WORD.findall(before), *words)):
        return ChangeDecision(None)
    if quoted:
        return ChangeDecision(outcome, quoted["words"].strip(), is_of_one=is_of_one, is_of_place=is_of_place)
    if left:
        return ChangeDecision(outcome, " ".join(left), numbers, is_of_one=is_of_one, is_of_place=is_of_place)
    if not means_all.search(rest):
        return ChangeDecision(None)
    comments = next((word for word in words if word.casefold() in words_of(_TOPIC, "comments")), "")
    return ChangeDecision(outcome, comments, is_of_comments=bool(comments))


def _numbers(words: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers that the words are; () where one of them is something else ("the first 3", "second page")."""
    number = either_of(_TOPIC, "number_ends", r"(\d{1,4})", "?")
    ordinals = _ordinals()
    named = [ordinals.get(word.casefold()) for word in words]
    counted = [int(found[1]) if (found := number.fullmatch(word)) else None for word in words]
    whole = next((found for found in (named, counted) if all(found)), [])
    return tuple(number for number in whole if number)


def _without_ranges(text: str) -> str:
    """Return a text with every number of a range ("2 to 4") in the place of the range."""
    to, numero = patterns_of(_TOPIC, "ranges"), either_of(_TOPIC, "numero", WORD_BEGINS, r"[.°º]+\s?(?=\d)")

    def numbers(found: re.Match[str]) -> str:
        first, last = int(found[1]), int(found[2])
        return " ".join(map(str, range(first, last + 1))) if first <= last < first + _MAX_RANGE else found[0]

    return re.sub(rf"(?i)(?<!\w)(\d{{1,4}})\s?{to}\s?(\d{{1,4}})(?!\w)", numbers, numero.sub(" ", text))


@functools.cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    lists = (table.get(name, ()) for table in by_language(_TOPIC).values())
    before = joined([patterns_of(_TOPIC, "before"), *map(re.escape, sorted(words_of(_TOPIC, "denials")))])
    return tuple(either([word], rf"(?P<before>(?:{before}[\s,]+){{0,4}})") for each in lists for word in each)


@functools.cache
def _known() -> frozenset[str]:
    """Return the words that do not tell which changes are meant."""
    alls = {word for phrase in words_of(_TOPIC, "all") for word in phrase.split()}
    return words_of(_TOPIC, "filler") | words_of(_TOPIC, "nouns") | words_of(_TOPIC, "denials") | alls


def _ordinals() -> dict[str, int]:
    """Return the ordinal words of all languages with their numbers; the words of one number are parted by blanks."""
    lists = (table.get("ordinals", ()) for table in by_language(_TOPIC).values())
    return {
        word: _LAST if number == len(each) else number
        for each in lists
        for number, words in enumerate(each, 1)
        for word in words.split()
    }


def _words(edit: Edit) -> set[str]:
    """Return the words by which a change is named: those that go or come, and why."""
    changed = (_folded(edit.before) ^ _folded(edit.text)) if edit.text is not None else set()
    return changed | _folded(" ".join((edit.reason, edit.comment, edit.quote)))


def _folded(text: str) -> set[str]:
    return {word.casefold() for word in WHOLE_WORD.findall(text)}
