"""Weekdays that stand right before a date, and the weekday that a date falls on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.text.facts.model import Fact
from core.text.facts.moments import find_dates
from core.text.lexicon import Lexicon

# A date without a year may be 29 February.
_LEAP_YEAR = "2024"
# "Sat", "mar", "sol" may be other words where no stop or comma follows.
_MIN_WEEKDAY_CHARS, _MAX_BEFORE_CHARS = 4, 24


@dataclass(frozen=True)
class DatedWeekday:
    """A weekday with the date behind it.

    Attributes:
        word: the weekday as it is written.
        start: where it stands.
        number: which it is, from 0 for Monday.
        when: the date.
    """

    word: str
    start: int
    number: int
    when: Fact

    @property
    def days(self) -> list[date]:
        """The days that the date can mean, as `days_of` has them; before a dot stands the day."""
        day, dot, _ = self.when.text.partition(".")
        return [found for found in days_of(self.when) if not (dot and day.isdecimal()) or found.day == int(day)]


def days_of(found: Fact) -> list[date]:
    """Return the days that a date can mean, in a leap year where it has no year; months alone are none."""
    return [day for reading in found.readings if (day := _day(reading))]


def _day(reading: str) -> date | None:
    year, _, rest = reading.partition("-")
    try:
        return date.fromisoformat(f"{year or _LEAP_YEAR}-{rest}")
    except ValueError:
        return None


def year_of(found: Fact) -> str:
    """Return the year that a date names, "" for none."""
    return next(iter(found.readings)).partition("-")[0]


def dated_weekdays(text: str, known: Lexicon) -> Iterator[DatedWeekday]:
    """Yield each weekday that stands right before a date with a day."""
    for found in find_dates(text, known):
        if days_of(found) and (dated := weekday_before(text, found, known)):
            yield dated


def weekday_before(text: str, found: Fact, known: Lexicon) -> DatedWeekday | None:
    """Return the weekday right before a date, None where another word stands there."""
    numbers = {name: number for number, names in enumerate(known.words("facts.weekdays")) for name in names.split()}
    before = text[max(0, found.start - _MAX_BEFORE_CHARS) : found.start].rpartition("\n")[2]
    words = before.split()
    if words and words[-1].casefold() in known.words("rule_sets.before_date"):
        words.pop()
    said = words[-1] if words else ""
    word = said.strip(".,(")
    number = numbers.get(word.casefold())
    if number is None or (len(word) < _MIN_WEEKDAY_CHARS and said[-1:] not in (".", ",")):
        return None
    return DatedWeekday(word, text.rindex(word, 0, found.start), number, found)


def weekday_name(number: int, like: str, known: Lexicon) -> str:
    """Return the name of a weekday, with a capital where the word `like` has one."""
    name = known.words("facts.weekdays")[number].split()[0]
    return name.capitalize() if like[:1].isupper() else name
