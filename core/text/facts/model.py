"""The value that extraction returns: facts with their readings, and the test whether a source holds one."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["number", "money", "percent", "date", "time", "zone", "weekday", "day", "link", "address", "id"]

# Kinds whose value counts as a plain number too: "$1,200" in the source supports "1200" in the draft.
_COUNTABLE = frozenset({"number", "money", "percent"})
# Up to this many facts a model's attention is worth; more only crowd a small prompt.
_SHORT_LIST = 8


@dataclass(frozen=True)
class Fact:
    """One hard fact. `readings` holds every normal form that `text` can mean ("1.200" is 1200 or 1.2)."""

    kind: Kind
    text: str
    readings: frozenset[str]
    start: int = 0


@dataclass(frozen=True)
class Facts:
    """All facts of one text, in the order in which they stand."""

    items: tuple[Fact, ...]
    source: str

    @cached_property
    def _readings(self) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {}
        for fact in self.items:
            known.setdefault(fact.kind, set()).update(fact.readings)
        return known

    @cached_property
    def _numbers(self) -> set[str]:
        numbers = {part for kind in _COUNTABLE for part in self._readings.get(kind, ())}
        for reading in self._readings.get("date", ()):
            numbers.update(part.lstrip("0") for part in reading.split("-"))
        for reading in self._readings.get("time", ()):
            hour = int(reading[:2])
            numbers.update({str(hour), str(hour % 12 or 12)})
        return numbers

    @cached_property
    def _folded(self) -> str:
        return self.source.casefold()

    def hold(self, fact: Fact) -> bool:
        """Tell whether this text supports `fact`, by an equal reading or by the very words."""
        if self._readings.get(fact.kind, set()) & fact.readings:
            return True
        if fact.kind in _COUNTABLE and self._numbers & fact.readings:
            return True
        if fact.kind == "date" and any(self._holds_date(reading) for reading in fact.readings):
            return True
        return self._stands_literally(fact.text)

    def _holds_date(self, reading: str) -> bool:
        """A date is held when one source date agrees in every part and supplies every part that is asserted."""
        wanted = reading.split("-")
        for known in self._readings.get("date", ()):
            parts = known.split("-")
            agrees = all(not want or not have or want == have for want, have in zip(wanted, parts, strict=True))
            supplied = all(
                not want or have or want.lstrip("0") in self._numbers for want, have in zip(wanted, parts, strict=True)
            )
            if agrees and supplied:
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
        """Return the facts of this text that `source` does not hold."""
        return tuple(fact for fact in self.items if not source.hold(fact))

    def short_list(self, limit: int = _SHORT_LIST) -> tuple[str, ...]:
        """Return the words of the facts that a prompt should remind the model of, without repeats."""
        return tuple(dict.fromkeys(fact.text for fact in self.items))[:limit]
