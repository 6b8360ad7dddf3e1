"""What an owner's notes decide: yes, no, or which of the dates that a message offers."""

import re
from collections.abc import Sequence

from core.text.dating import is_day_number
from core.text.facts import Fact, extract_facts
from core.text.forms import DIGITS
from core.text.lexicon import by_language, either, patterns_of
from core.writing.grounded.asked import Asking
from core.writing.grounded.notes import words_of

_DAYS = ("weekday", "date")
_ORDINAL = patterns_of("small_words", "ordinal")
_EDGE = " \t\n,;.!:?"
DECISIONS = ("yes", "no")


def chosen_date(clause: str, told: str, asking: Asking, dates_in: str) -> str:
    """Return the one offered date that a clause names and accepts, "" where it says anything else.

    Args:
        clause: what is told of the date.
        told: all that is told: who names another time in it does not accept the one that is offered.
        asking: the language of what is told, and what is offered.
        dates_in: the language of the dates.
    """
    found = extract_facts(clause, asking.language).items
    facts = [one for one in found if one.kind in {*_DAYS, "time"} or is_day_number(one.text)]
    rest = clause
    for fact in reversed(facts):
        rest = f"{rest[: fact.start]} {rest[fact.start + len(fact.text) :]}"
    accepts = either([words_of(asking.language)["picks"], rf"(?:\d{{1,2}})?{_ORDINAL}", r"\d{1,2}\.?"])
    if not facts or not asking.offered or not all(map(accepts.fullmatch, re.findall(r"[\w'\u2019]+", rest))):
        return ""
    times = [one.text for one in extract_facts(told, asking.language).items if one.kind == "time"]
    chosen = [one for one in asking.offered if _is_day(facts, one, dates_in)]
    is_other = len(chosen) != 1 or not all(_numbers(one) <= _numbers(chosen[0]) for one in times)
    return "" if is_other else chosen[0]


def _is_day(facts: Sequence[Fact], offered: str, language: str) -> bool:
    """Tell whether every day and time that is told is one of an offered date."""
    found = extract_facts(offered, language).items
    theirs = {kind: {reading for one in found if one.kind == kind for reading in one.readings} for kind in _DAYS}
    numbers = _numbers(offered)
    for fact in facts:
        said = _numbers(fact.text)
        if (
            fact.kind in _DAYS
            and not theirs[fact.kind] & fact.readings
            and (fact.kind == "weekday" or not said <= numbers)
        ):
            return False
        if fact.kind not in _DAYS and not said <= numbers:
            return False
    return True


def _numbers(text: str) -> set[str]:
    return {number.lstrip("0") for number in DIGITS.findall(text)} - {""}


def decides(told: str) -> str:
    """Return "yes" or "no" where that is all that is told, in whatever language; else ""."""
    tables = (one for table in by_language("replies").values() for one in table.get("directions", ()))
    said = (form for pattern, form in tables if form in DECISIONS and either([pattern]).fullmatch(told.strip(_EDGE)))
    return next(said, "")
