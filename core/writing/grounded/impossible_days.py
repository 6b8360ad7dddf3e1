"""Dates that cannot be right: a day that its month lacks, and a weekday that a date with its year does not fall on."""

from collections.abc import Iterator
from datetime import date

from core.text.facts.model import Fact
from core.text.facts.moments import find_dates
from core.text.lexicon import lexicon
from core.writing.grounded.grammar import Correction

# A date without a year may be 29 February.
_LEAP_YEAR = "2024"
# "Sat", "mar", "sol" may be other words where no stop or comma follows.
_MIN_WEEKDAY_CHARS, _MAX_BEFORE_CHARS = 4, 24


def find_impossible_days(text: str, language: str) -> Iterator[Correction]:
    """Give a remark for each such date: with the right weekday, or without a proposal."""
    for found in find_dates(text, lexicon(language)):
        end = found.start + len(found.text)
        is_month_first = found.text[0].isalpha() and not found.text[-1].isalpha()
        if found.is_weak or (is_month_first and not _year_of(found) and text[end + 1 : end + 2].islower()):
            continue  # "in November 31 people came"
        days = [day for reading in found.readings if (day := _day(reading))]
        if not days and all(reading[-2:].isdecimal() for reading in found.readings):
            why = lexicon(language).wording("rule_sets.no_such_day")
            yield Correction(found.start, end, "", why, is_sure=False, rule="no such day")
        elif days and _year_of(found):
            yield from _weekday_remark(text, found, days, language)


def _year_of(found: Fact) -> str:
    return next(iter(found.readings)).partition("-")[0]


def _day(reading: str) -> date | None:
    """Return the day that a reading stands for, in a leap year where it has no year; None where there is none."""
    year, _, rest = reading.partition("-")
    try:
        return date.fromisoformat(f"{year or _LEAP_YEAR}-{rest}")
    except ValueError:
        return None


def _weekday_remark(text: str, found: Fact, days: list[date], language: str) -> Iterator[Correction]:
    """Give a remark where the weekday right before a date is another than that of each day it can mean."""
    known = lexicon(language)
    lines = known.words("facts.weekdays")
    numbers = {name: number for number, names in enumerate(lines) for name in names.split()}
    before = text[max(0, found.start - _MAX_BEFORE_CHARS) : found.start].rpartition("\n")[2]
    words = before.split()
    if words and words[-1].casefold() in known.words("rule_sets.before_date"):
        words.pop()
    said = words[-1] if words else ""
    word = said.strip(".,(")
    number = numbers.get(word.casefold())
    if number is None or (len(word) < _MIN_WEEKDAY_CHARS and said[-1:] not in (".", ",")):
        return
    if len(days) == 1 and number != days[0].weekday():
        right = lines[days[0].weekday()].split()[0]
        right = right.capitalize() if word[:1].isupper() else right
        start = text.rindex(word, 0, found.start)
        why = known.wording("rule_sets.weekday").format(date=found.text, right=right)
        yield Correction(start, start + len(word), right, why, is_sure=False, rule="weekday")
