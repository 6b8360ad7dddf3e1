"""A weekday of a draft falls on the date behind it, by the year of that or by the weekdays of the source."""

from collections.abc import Iterator
from datetime import date

from core.drafts import Finding
from core.text.facts.weekdays import DatedWeekday, dated_weekdays, days_of, weekday_name, year_of
from core.text.lexicon import lexicon
from core.writing.checks.grounds import Grounds

_DEFAULT = "en"
# Each day of a year falls on each weekday in some of these.
_YEARS = range(2000, 2028)
_HALF_YEAR = 6


def find_wrong_weekdays(grounds: Grounds, text: str) -> Iterator[Finding]:
    """Yield a finding for each weekday that the date behind it, which the source holds, does not fall on.

    A pair that the source itself has so is left alone.
    """
    known = lexicon(grounds.language_of(text) or _DEFAULT)
    said = list(dated_weekdays(text, known))
    # Without such a pair in the draft the source need not be read for its own.
    given = list(dated_weekdays(grounds.everything, lexicon(grounds.language or _DEFAULT))) if said else []
    for pair in said:
        if len(pair.days) != 1 or not grounds.facts.hold(pair.when) or any(_is_same(pair, other) for other in given):
            continue
        right = _dated(pair, grounds) or _by_others(pair.days[0], given)
        if right and pair.number not in right:
            days = " / ".join(weekday_name(number, pair.word, known) for number in sorted(right))
            place = text[pair.start : pair.when.start + len(pair.when.text)]
            sentence = f"“{place}” cannot be right: “{pair.when.text}” falls on {days}."
            yield Finding(check="facts", severity="repair", place=place, sentence=sentence)


def _is_same(pair: DatedWeekday, other: DatedWeekday) -> bool:
    days = {(day.month, day.day) for day in pair.days} & {(day.month, day.day) for day in other.days}
    return pair.number == other.number and bool(days)


def _dated(pair: DatedWeekday, grounds: Grounds) -> set[int]:
    """Return the weekdays that a date falls on in its year, or in one that the source gives it."""
    dates = [pair.when] if year_of(pair.when) else [fact for fact in grounds.facts.items if fact.kind == "date"]
    days = [day for fact in dates if year_of(fact) for day in days_of(fact)]
    return {day.weekday() for day in days if (day.month, day.day) == (pair.days[0].month, pair.days[0].day)}


def _by_others(day: date, given: list[DatedWeekday]) -> set[int]:
    """Return the weekdays that a date may fall on as others have theirs."""
    found = set[int]()
    for other in given:
        for known in other.days:
            is_dated = bool(year_of(other.when))
            for year in (known.year,) if is_dated else _YEARS:
                anchor, near = _in_year(known, year), _in_year(day, year + _years_between(known, day))
                if anchor and near and anchor.weekday() == other.number:
                    found.add(near.weekday())
    return found


def _years_between(known: date, day: date) -> int:
    """Return in which year, from that of a date, another without a year is nearest."""
    months = day.month - known.month
    return -1 if months > _HALF_YEAR else 1 if months < -_HALF_YEAR else 0


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
