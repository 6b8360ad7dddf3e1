"""The value that extraction returns: facts with their readings, and the test whether a source holds one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, combinations, pairwise, product
from typing import Literal

from core.cached_property import cached_property
from core.text.forms import without_accents
from core.text.lexicon import either, either_of, joined, patterns_of
from core.text.sentences import split_sentences

Kind = Literal["number", "money", "percent", "date", "time", "weekday", "day", "link", "address", "id"]

# Sums and differences of so many given numbers at most are worked out.
_MAX_TERMS = 30
# Longer numbers are not multiplied: a product has to fit into the 28 digits of a Decimal.
_MAX_FACTOR_CHARS = 12
_CENT = Decimal("0.01")
# Up to here a number may be counted from what the source lists.
_COUNTED_UP_TO = 10
# The unit of a part of a date, which is no count of anything.
_OF_DATE = "date"
# Day and night, though it is written as a day of July is.
_ALWAYS = "24/7"
# Between the numbers of spans that are one: "2 hours and 30 minutes".
_BETWEEN_SPANS = either_of("small_words", "and", r"[\s-]?[^\W\d_]++,?(?:\s", r")?\s")

_JOINING = joined(patterns_of("small_words", name) for name in ("and", "or", "ranges"))
# Between days of which the last or the first has its month: "8, 9 and 10 May", "14. Januar oder 15."
_JOINED_DAYS = either(
    [r"[,/&+:\u2013-]", _JOINING, r"of|de|\s"],
    rf"(?:{patterns_of('small_words', 'ordinal')}\b|\.)?+\s?",
    rf"\s?(?:{patterns_of('small_words', 'before_date')}\s)?",
)
_DOTTED_CLOCK = either([r"(1?\d|2[0-3])\.([0-5]\d)"])
# Behind a number that counts something.
_COUNTS = either([rf"\s(?!{_JOINING}\b)[^\W\d_]"])


def _respelt(text: str) -> str:
    """Return the words of a text in small letters, without accents and without what parts their figures."""
    return " ".join(re.findall(r"\w+", without_accents(text.casefold())))


# Each with what it is measured in, and how many of that it is: no number of days is a month.
_SPANS = {
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3600),
    "day": ("second", 86_400),
    "week": ("second", 604_800),
    "month": ("month", 1),
    "year": ("month", 12),
    "quarter": ("month", 3),
    "working day": ("working day", 1),
}
SPANS = tuple(_SPANS)


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
        span: which of `SPANS` a number counts, "" for none; of money what it is paid for.
        is_hour: it is a number that stands where an hour does: "from seven".
        is_day: it is a number that stands where a day of the month does: "the 14th", "am 14".
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
    is_day: bool = False

    @property
    def category(self) -> Kind:
        """The kind, and for numbers with a unit "money" or "percent"."""
        return self.kind if not self.unit else "percent" if self.unit == "%" else "money"

    @property
    def lengths(self) -> set[tuple[str, Decimal]]:
        """How long each reading of a number of spans is, in what its span is measured in."""
        if not self.span or self.unit:
            return set()
        measure, count = _SPANS[self.span]
        short = (reading for reading in self.readings if len(reading) <= _MAX_FACTOR_CHARS)
        return {(measure, Decimal(reading) * count) for reading in short}

    @property
    def is_bare_moment(self) -> bool:
        """Whether it is an hour or a day in figures that nothing but its place tells from a number."""
        return self.is_weak and self.kind in {"time", "date"} and self.text.isdecimal()

    @property
    def clock_times(self) -> frozenset[str]:
        """The times that a number with a dot may be: the British write "8.45"."""
        found = _DOTTED_CLOCK.fullmatch(self.text) if self.kind == "number" and not (self.unit or self.span) else None
        hours = {int(found[1]), int(found[1]) + 12 * (int(found[1]) <= 12)} if found else set[int]()
        return frozenset(f"{hour % 24:02d}:{found[2]}" for hour in hours if found)

    @property
    def may_be_day(self) -> bool:
        """Whether it is a number of nothing in units, which is a day of the month beside another: "8 and 9 May"."""
        return (self.kind == "number" and not (self.unit or self.has_unit or self.span)) or self.is_bare_moment

    @property
    def is_small(self) -> bool:
        """Whether it may be a count that nobody wrote down."""
        return (
            self.kind == "number"
            and not self.unit
            and any(reading.isdecimal() and int(reading) <= _COUNTED_UP_TO for reading in self.readings)
        )


def _numbers_of(fact: Fact) -> Iterator[tuple[str, str]]:
    """Yield the numbers of a fact, each with its unit; an hour may be so many hours, and a bare day so many things."""
    for reading in fact.readings:
        if fact.kind == "number":
            yield reading, fact.unit
        elif fact.kind == "date":
            yield from ((part, _OF_DATE) for part in reading.split("-"))
        elif fact.kind == "time":
            hour, minute = map(int, reading.split(":"))
            yield from ((str(number), "") for number in (hour, hour % 12 or 12, minute))
    if fact.is_bare_moment:
        yield fact.text, ""
    if fact.text == _ALWAYS:
        yield from ((number, "") for number in _ALWAYS.split("/"))


def _day_or_other(span: str) -> str:
    """Return a span; a number of days may be of working days."""
    return span.removeprefix("working ")


@dataclass(frozen=True)
class Facts:
    """All facts of one text, or of several that are known together.

    `spoken` are spans whose number is no word for one ("half an hour", "a week"): they only support others.
    """

    items: tuple[Fact, ...]
    source: str
    spoken: tuple[Fact, ...] = ()

    def together_with(self, other: "Facts") -> "Facts":
        """Return the facts of both texts."""
        shift = len(self.source) + 1
        items, spoken = ([replace(fact, start=fact.start + shift) for fact in of] for of in (other.items, other.spoken))
        return Facts((*self.items, *items), f"{self.source}\n{other.source}", (*self.spoken, *spoken))

    @cached_property
    def _readings(self) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {}
        for fact in self.items:
            known.setdefault(fact.kind, set()).update(fact.readings)
        return known

    @cached_property
    def _numbers(self) -> dict[str, set[str]]:
        """The units that each number is given with."""
        numbers: dict[str, set[str]] = {}
        for number, unit in chain.from_iterable(map(_numbers_of, self.items)):
            numbers.setdefault(number.lstrip("0") or "0", set()).add(unit)
        return numbers

    @cached_property
    def _worked_out(self) -> set[str]:
        """Sums and differences of the numbers that are given, and amounts of money times their count or percentage."""
        numbers = (fact for fact in self.items if fact.kind == "number" and not fact.is_small and not fact.is_weak)
        given = {reading for fact in numbers for reading in fact.readings}
        terms = [Decimal(term) for term in sorted(given) if len(term) < _MAX_TERMS][:_MAX_TERMS]
        pairs = [value for first, second in combinations(terms, 2) for value in (first + second, abs(first - second))]
        # One number is no sum: it is held in its own unit alone.
        sums = [sum(terms, Decimal(0))] if len(terms) > 1 else []
        return {format(value.normalize(), "f") for value in [*pairs, *sums, *self._products()]}

    def _products(self) -> Iterator[Decimal]:
        """Multiply each amount with the count or percentage that stands next to it in its sentence."""
        numbers = [fact for fact in self.items if fact.kind == "number" and not fact.is_weak]
        for first, second in pairwise(sorted(numbers, key=lambda fact: fact.start)):
            if sorted(fact.category == "money" for fact in (first, second)) == [False, True]:
                words = self.source[first.start : second.start + len(second.text)]
                is_one_sentence = "\n" not in words and len(split_sentences(words)) == 1
                parts = 100 if "%" in (first.unit, second.unit) else 1
                for factor, amount in product(first.readings, second.readings) if is_one_sentence else ():
                    # Once an amount is no product: it is held in its own unit alone.
                    is_product = parts > 1 or "1" not in (factor, amount)
                    if is_product and max(len(factor), len(amount)) <= _MAX_FACTOR_CHARS:
                        worth = Decimal(factor) * Decimal(amount) / parts
                        yield worth.quantize(_CENT, ROUND_HALF_UP)

    @cached_property
    def _folded(self) -> str:
        return self.source.casefold()

    def hold(self, fact: Fact) -> bool:
        """Tell whether this text supports `fact`, by an equal reading or by the very words."""
        if fact.kind == "number" and (fact.has_unit or fact.span):
            return fact.is_weak or self._holds_number(fact)
        if self._stands_literally(fact.text):
            return True
        if fact.is_weak:
            return not fact.is_bare_moment or self._holds_bare(fact)
        if fact.kind == "number":
            return self._holds_number(fact)
        return self._holds_moment(fact)

    def _holds_bare(self, fact: Fact) -> bool:
        number = Fact("number", fact.text, frozenset({fact.text.lstrip("0")}))
        return self._holds_moment(fact) or self._holds_number(number)

    def _holds_moment(self, fact: Fact) -> bool:
        if fact.kind == "date":
            return any(self._holds_date(reading) for reading in fact.readings)
        if self._readings.get(fact.kind, set()) & fact.readings:
            return True
        if fact.kind == "time":
            hours = {int(reading[:2]) for reading in fact.readings if reading.endswith(":00")}
            # "From seven" may be said of the evening.
            in_half = {str(hour - 12) for hour in hours if hour > 12}
            is_told = any(str(hour) in self._uncounted for hour in hours) or bool(in_half & self._hours)
            return is_told or self._holds_clock(fact)
        return fact.kind == "id" and self._holds_id(fact.text)

    def _holds_id(self, text: str) -> bool:
        """An id of several words is held by these, and any by its letters and figures: "súper-8" by "Super 8"."""
        is_each_held = " " in text and all(map(self._stands_literally, text.split()))
        return is_each_held or f" {_respelt(text)} " in self._respelt_source

    @cached_property
    def _respelt_source(self) -> str:
        return f" {_respelt(self.source)} "

    def _holds_number(self, fact: Fact) -> bool:
        if fact.lengths & self._lengths:
            return True
        for reading in fact.readings:
            number = reading.lstrip("0") or "0"
            units = self._numbers.get(number)
            is_counted = units and (not (fact.unit or fact.has_unit) or units & {"", fact.unit})
            if is_counted and not self._is_of_another_span(fact, number):
                return True
        if fact.clock_times & self._readings.get("time", set()):
            return True
        if fact.is_small and not fact.has_unit and not any(fact.beside & item.beside for item in self.items):
            return True
        return bool(fact.readings & self._worked_out)

    def _is_of_another_span(self, fact: Fact, number: str) -> bool:
        known = self._spans.get(number, set())
        return bool(fact.span and known) and known.isdisjoint({"", _day_or_other(fact.span)})

    @cached_property
    def _spans(self) -> dict[str, set[str]]:
        """What each number counts."""
        spans: dict[str, set[str]] = {}
        for fact in self.items:
            for reading in fact.readings if fact.kind == "number" else ():
                spans.setdefault(reading.lstrip("0") or "0", set()).add(_day_or_other(fact.span))
        return spans

    @cached_property
    def _lengths(self) -> set[tuple[str, Decimal]]:
        return {length for fact in (*self.items, *self.spoken) for length in fact.lengths}.union(
            *self._side_by_side.values()
        )

    @cached_property
    def _side_by_side(self) -> dict[Fact, set[tuple[str, Decimal]]]:
        """The spans that are parts of one, each with how long that is: "2 hours 30 minutes"."""
        found: dict[Fact, set[tuple[str, Decimal]]] = {}
        spans = (fact for fact in (*self.items, *self.spoken) if fact.span and not fact.unit)
        for first, second in pairwise(sorted(spans, key=lambda fact: fact.start)):
            between = self.source[first.start + len(first.text) : second.start]
            (measure, size), (other, part) = _SPANS[first.span], _SPANS[second.span]
            if measure == other and size > part and _BETWEEN_SPANS.fullmatch(between):
                sums = {long + short for (_, long), (_, short) in product(first.lengths, second.lengths)}
                found[first] = found[second] = {(measure, length) for length in sums}
        return found

    def _holds_clock(self, fact: Fact) -> bool:
        """A time is held by its figures where the half of the day is told in words: "10.30 in the morning"."""
        figures = fact.text.split(maxsplit=1)[0]
        is_whole = figures.isdecimal()
        return any(
            item.kind == "number" and figures == item.text and (item.is_hour or not is_whole) for item in self.items
        ) or any(item.clock_times & fact.readings for item in self.items)

    @cached_property
    def _hours(self) -> set[str]:
        """The numbers that may be an hour of either half of the day."""
        return {reading for fact in self.items if fact.is_hour and not fact.unit for reading in fact.readings}

    @cached_property
    def _uncounted(self) -> set[str]:
        """The plain numbers of nothing that is counted in units."""
        counts = (fact for fact in self.items if fact.kind == "number" and not (fact.unit or fact.has_unit))
        return {reading for fact in counts for reading in fact.readings}

    @cached_property
    def _days(self) -> set[str]:
        """The numbers that may be a day of the month: "not the 8th of May, the 7th", "8, 9 and 10 May"."""
        days = {fact for fact in self.items if fact.is_day or fact.kind == "date"}
        pairs = [*pairwise(self.items)]
        for first, second in (*reversed(pairs), *pairs):
            if (first in days) is (second in days):
                continue
            begin, end = first.start + len(first.text), second.start + len(second.text)
            other, is_last = (first, False) if second in days else (second, True)
            # "We are 14, and 24 chairs" counts them, and "room 24, 9 May" names it.
            is_other = (
                _COUNTS.match(self.source, end) if is_last else second.kind == "date" and self.source[begin] == ","
            )
            if other.may_be_day and not is_other and _JOINED_DAYS.fullmatch(self.source, begin, second.start):
                days.add(other)
        numbers = {reading for fact in days if fact.kind == "number" for reading in fact.readings}
        # "until 13" may be an hour or a day.
        return numbers | {fact.text.lstrip("0") for fact in days if fact.kind == "time"}

    def _holds_date(self, reading: str) -> bool:
        """A date is held when one source date agrees in year and month, and its day stands there or by itself."""
        year, month, day = reading.split("-")
        for known in self._readings.get("date", ()):
            known_year, known_month, known_day = known.split("-")
            is_year_held = not year or known_year == year or (not known_year and year in self._numbers)
            if is_year_held and known_month == month and (not day or day == known_day or day.lstrip("0") in self._days):
                return True
        return False

    def _stands_literally(self, text: str) -> bool:
        needle = text.casefold()
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
        missing = {fact.text: fact for fact in self.items if not (source.hold(fact) or self._is_part(fact, source))}
        return tuple(missing.values())

    def _is_part(self, fact: Fact, source: "Facts") -> bool:
        return not source._lengths.isdisjoint(self._side_by_side.get(fact, ()))
