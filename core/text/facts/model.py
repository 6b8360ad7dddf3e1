"""The value that extraction returns: facts with their readings, and the test whether a source holds one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from core.cached_property import cached_property
from core.text.forms import WORD, without_accents

Kind = Literal["number", "money", "percent", "date", "time", "weekday", "day", "link", "address", "id"]

# Up to here a number may be counted from what the source lists.
_COUNTED_UP_TO = 10
# The unit of a part of a date, which is no count of anything.
_OF_DATE = "date"
# Units and spans of what may be a day of the month.
_DAYS = frozenset({("", ""), ("", "day")})


@dataclass(frozen=True)
class Fact:
    """One hard fact.

    Attributes:
        kind: what it is; money and percentages are numbers with a unit.
        text: its words.
        readings: every normal form that `text` can mean ("1.200" is 1200 or 1.2).
        start: where it stands.
        unit: a currency's code or "%"; "" for none.
        beside: the words before and after a number, folded.
        is_weak: it supports others and asserts nothing by itself, as "one" or a month without a day; an hour or a day
            in bare figures asserts its number.
        has_unit: a word such as "days" makes a small number an assertion.
        span: the span of time that a number counts, such as "week", "" for none; of money what it is paid for.
        is_hour: it is a number that stands where an hour does: "from seven".
    """

    kind: Kind
    text: str
    readings: frozenset[str]
    start: int = 0
    unit: str = ""
    beside: frozenset[str] = frozenset()
    is_weak: bool = False
    has_unit: bool = False
    span: str = ""
    is_hour: bool = False

    @property
    def category(self) -> Kind:
        """The kind, and for numbers with a unit "money" or "percent"."""
        return self.kind if not self.unit else "percent" if self.unit == "%" else "money"

    @property
    def is_bare_moment(self) -> bool:
        """Whether it is an hour or a day in figures that nothing but its place tells from a number."""
        return self.is_weak and self.kind in {"time", "date"} and self.text.isdecimal()

    @property
    def is_small(self) -> bool:
        """Whether it may be a count that nobody wrote down."""
        return (
            self.kind == "number"
            and not self.unit
            and any(reading.isdecimal() and int(reading) <= _COUNTED_UP_TO for reading in self.readings)
        )


def _numbers_of(fact: Fact) -> Iterator[tuple[str, str, str]]:
    """Yield the numbers of a fact with unit and span; an hour may be so many, and a bare day so many things."""
    for reading in fact.readings:
        if fact.kind == "number":
            yield reading, fact.unit, fact.span
        elif fact.kind == "date":
            yield from ((part.lstrip("0"), _OF_DATE, "") for part in reading.split("-"))
        elif fact.kind == "time":
            hour, minute = map(int, reading.split(":"))
            yield from ((str(number), "", "hour") for number in (hour, hour % 12 or 12, minute))
    if fact.is_bare_moment:
        yield fact.text, "", "day"


@dataclass(frozen=True)
class Facts:
    """All facts of one text, or of several that are known together."""

    items: tuple[Fact, ...]
    source: str

    def together_with(self, other: "Facts") -> "Facts":
        """Return the facts of both texts."""
        shift = len(self.source) + 1
        moved = (replace(fact, start=fact.start + shift) for fact in other.items)
        return Facts((*self.items, *moved), f"{self.source}\n{other.source}")

    @cached_property
    def _readings(self) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {}
        for fact in self.items:
            known.setdefault(fact.kind, set()).update(fact.readings)
            if fact.is_hour:
                # "From seven" may be said of the evening.
                hours = {int(reading) for reading in fact.readings if reading.isdecimal() and int(reading) <= 24}
                evening = {hour + 12 for hour in hours if hour <= 12}
                known.setdefault("time", set()).update(f"{hour % 24:02d}:00" for hour in hours | evening)
        return known

    @cached_property
    def _numbers(self) -> dict[str, set[tuple[str, str]]]:
        """The units and spans that each number is given with."""
        numbers: dict[str, set[tuple[str, str]]] = {}
        for number, *counted in chain.from_iterable(map(_numbers_of, self.items)):
            numbers.setdefault(number, set()).add((counted[0], counted[1]))
        return numbers

    @cached_property
    def _folded(self) -> str:
        return without_accents(self.source.casefold())

    def hold(self, fact: Fact) -> bool:
        """Tell whether this text supports `fact`, by an equal reading or by the very words."""
        if fact.is_weak and not fact.is_bare_moment:
            return True
        if not (fact.has_unit or fact.span) and self._stands_literally(fact.text):
            return True
        if fact.is_bare_moment:
            number = Fact("number", fact.text, frozenset({fact.text.lstrip("0")}))
            return self._holds_moment(fact) or self._holds_number(number)
        return self._holds_number(fact) if fact.kind == "number" else self._holds_moment(fact)

    def _holds_number(self, fact: Fact) -> bool:
        known = [counted for reading in fact.readings for counted in self._numbers.get(reading, ())]
        if known and not (fact.unit or fact.has_unit or fact.span):
            return True
        if any(unit in {"", fact.unit} and (not fact.span or span in {"", fact.span}) for unit, span in known):
            return True
        return fact.is_small and not fact.has_unit and not any(fact.beside & item.beside for item in self.items)

    def _holds_moment(self, fact: Fact) -> bool:
        if fact.kind == "date":
            return any(map(self._holds_date, fact.readings))
        if fact.kind == "id":
            # "súper-8" is "Super 8".
            return all(map(self._stands_literally, WORD.findall(fact.text)))
        # "10.30 in the morning" holds "10.30 am".
        figures = fact.text.split(maxsplit=1)[0]
        is_said = fact.kind == "time" and not figures.isdecimal() and any(figures == item.text for item in self.items)
        return is_said or bool(self._readings.get(fact.kind, set()) & fact.readings)

    def _holds_date(self, reading: str) -> bool:
        """A date is held when one source date agrees in year and month, and its day stands there or by itself."""
        year, month, day = reading.split("-")
        for known in self._readings.get("date", ()):
            known_year, known_month, known_day = known.split("-")
            is_year_held = not year or known_year == year or (not known_year and year in self._numbers)
            is_day_held = not day or day == known_day or not _DAYS.isdisjoint(self._numbers.get(day.lstrip("0"), ()))
            if is_year_held and known_month == month and is_day_held:
                return True
        return False

    def _stands_literally(self, text: str) -> bool:
        needle = without_accents(text.casefold())
        at = self._folded.find(needle)
        while at >= 0:
            before = self._folded[at - 1 : at]
            after = self._folded[at + len(needle) : at + len(needle) + 1]
            if not (before.isalnum() and needle[0].isalnum()) and not (after.isalnum() and needle[-1].isalnum()):
                return True
            at = self._folded.find(needle, at + 1)
        return False

    def missing_from(self, source: "Facts") -> tuple[Fact, ...]:
        """Return the facts of this text that `source` does not hold, each once."""
        return tuple({fact.text: fact for fact in self.items if not source.hold(fact)}.values())
