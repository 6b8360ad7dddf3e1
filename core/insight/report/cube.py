"""The cube of the report: how jobs are added up in cells, so that each question of the report reads few rows. Pure.

The query of a report is a range of days (UTC) and filters.

A *grain* is a set of dimensions; for each grain there is one cell for each combination of their values, per day and
per month (UTC). A filter and the dimension to compare by make a grain of at most three; for those there are cells of
their own, and for more the finest grain is read. A variant, the version of a recipe and the hash of a prompt stand only
beside their recipe; the last two have a finest grain of their own, so that other questions read fewer cells.

Cells hold counts, and the keys of the people behind them: the smallest `MAX_KEYS` hashes, so that cells can be
joined, small numbers of people are exact, and large ones are estimated (k minimum values, Bar-Yossef et al. 2002).
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from core.errors import InputError
from core.store.rows import Scope

DIMENSIONS = ("recipe", "surface", "model", "variant", "team", "recipe_version", "prompt_hash")
RECIPE, SURFACE, MODEL, VARIANT, TEAM, VERSION, PROMPT = (1 << position for position in range(len(DIMENSIONS)))
# What people choose and who they are; what tells one wording of a recipe from another is in the finest of all.
FINEST_OF_CHOICES = RECIPE | SURFACE | MODEL | VARIANT | TEAM
FINEST = FINEST_OF_CHOICES | VERSION | PROMPT
BIT = dict(zip(DIMENSIONS, (RECIPE, SURFACE, MODEL, VARIANT, TEAM, VERSION, PROMPT), strict=True))
# Their values mean something only beside the recipe that has them.
OF_A_RECIPE = ("variant", "recipe_version", "prompt_hash")
DAY_SECONDS = 86_400
_MAX_NUMBER_CHARS = 4
MONTHS_FROM = 1_000_000
MAX_KEYS = 256
_KEY_BYTES = 8
_EPOCH = date(1970, 1, 1)
Counts = Mapping[str, float]
USUAL_SINCE = "30d"
MAX_DAYS = 3660
MAX_VALUE_CHARS = 200
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def _all_grains() -> tuple[int, ...]:
    plain = [sum(bits) for size in range(4) for bits in combinations((RECIPE, SURFACE, MODEL, TEAM), size)]
    others = [sum(bits) for size in range(3) for bits in combinations((SURFACE, MODEL, TEAM), size)]
    versions = (VERSION | RECIPE | bits for bits in (0, SURFACE, MODEL, TEAM))
    prompts = (PROMPT | RECIPE | bits for bits in (0, SURFACE, MODEL, TEAM))
    return (*plain, *(VARIANT | RECIPE | bits for bits in others), FINEST_OF_CHOICES, *versions, *prompts, FINEST)


GRAINS = _all_grains()


def grain_of(dimensions: Iterable[str]) -> int:
    """Return the coarsest grain that tells these dimensions apart."""
    bits = 0
    for name in dimensions:
        bits |= BIT[name]
    if bits & (VARIANT | VERSION | PROMPT):
        bits |= RECIPE
    if bits in GRAINS:
        return bits
    return FINEST if bits & (VERSION | PROMPT) else FINEST_OF_CHOICES


class Dimensions(NamedTuple):
    """A job's value for each dimension; in a cell, "" where its grain does not tell them apart."""

    workspace: str
    recipe: str
    surface: str
    model: str
    variant: str
    team: str
    recipe_version: str = ""
    prompt_hash: str = ""

    def at(self, grain: int) -> "Dimensions":
        """Return the values with only the dimensions of a grain."""
        values = (value if grain & BIT[name] else "" for name, value in zip(DIMENSIONS, self[1:], strict=True))
        return Dimensions(self.workspace, *values)


class CellKey(NamedTuple):
    """What a cell is found by."""

    grain: int
    period: int
    dimensions: Dimensions

    def digest(self) -> str:
        """Return a short key; names may hold any sign, so they are not just joined."""
        # Stored cells are found by it, and were first written when the class was called Place.
        written = repr(tuple(self)).replace(", Dimensions(", ", Place(", 1)
        return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()


@dataclass
class Cell:
    """Counts, and the sorted hashes of people."""

    counts: dict[str, float] = field(default_factory=dict)
    people: bytes = b""

    def add(self, counts: Counts, people: bytes, *, sign: int = 1) -> None:
        """Add another cell's content; `sign` -1 takes its counts away. People are never taken away."""
        for name, value in counts.items():
            total = round(self.counts.get(name, 0.0) + sign * value, 6)
            if total:
                self.counts[name] = total
            else:
                self.counts.pop(name, None)
        self.people = join_people((self.people, people))


def day_of(seconds: float) -> int:
    """Return the number of the UTC day of a moment."""
    return int(seconds // DAY_SECONDS)


@functools.lru_cache(maxsize=1024)
def month_of(day: int) -> int:
    """Return the period of the month that a day is in."""
    when = date_of(day)
    return MONTHS_FROM + when.year * 12 + when.month - 1


def date_of(day: int) -> date:
    """Return the date of a day's number."""
    return _EPOCH + timedelta(days=day)


def start_of(period: int) -> date:
    """Return the first date of a period, which is a day or a month."""
    if period < MONTHS_FROM:
        return date_of(period)
    year, month = divmod(period - MONTHS_FROM, 12)
    return date(year, month + 1, 1)


def periods_between(first: int, last: int) -> list[int]:
    """Return the months that lie wholly between two days, both included, and the days around them."""
    periods: list[int] = []
    day = first
    while day <= last:
        when = date_of(day)
        following = (when.replace(day=1) + timedelta(days=32)).replace(day=1)
        days = (following - when).days
        if when.day == 1 and day + days - 1 <= last:
            periods.append(month_of(day))
            day += days
        else:
            periods.append(day)
            day += 1
    return periods


def cells_of(dimensions: Dimensions, day: int) -> Iterator[CellKey]:
    """Return the keys of all cells that a job counts in."""
    month = month_of(day)
    for grain, at in _dimensions_by_grain(dimensions):
        yield CellKey(grain, day, at)
        yield CellKey(grain, month, at)


@functools.lru_cache(maxsize=4096)
def _dimensions_by_grain(dimensions: Dimensions) -> tuple[tuple[int, Dimensions], ...]:
    return tuple((grain, dimensions.at(grain)) for grain in GRAINS)


class CellChanges:
    """Collects what has to be added to cells, so that each cell is written once.

    Only differences are kept: a job that counted before is first taken away as it counted.
    """

    def __init__(self) -> None:
        self.cells: dict[CellKey, Cell] = {}

    def add(self, dimensions: Dimensions, day: int, counts: Counts, person_key: bytes, *, sign: int = 1) -> None:
        """Add a job to all of its cells, or take it away."""
        for key in cells_of(dimensions, day):
            self.cells.setdefault(key, Cell()).add(counts, person_key if sign > 0 else b"", sign=sign)


def person_key(salt: bytes, workspace: str, person: str) -> bytes:
    """Return the hash of a person; without the salt of the installation it reveals nothing."""
    return hashlib.blake2b(f"{workspace}\0{person}".encode(), digest_size=_KEY_BYTES, key=salt).digest()


def split_people(people: bytes) -> list[bytes]:
    """Return the single hashes."""
    return [people[at : at + _KEY_BYTES] for at in range(0, len(people), _KEY_BYTES)]


def join_people(parts: Iterable[bytes]) -> bytes:
    """Return the people of several cells together, nobody twice."""
    filled = [part for part in parts if part]
    if len(filled) <= 1:
        return filled[0] if filled else b""
    together = {key for part in filled for key in split_people(part)}
    return b"".join(sorted(together)[:MAX_KEYS])


def count_people(people: bytes) -> int:
    """Return how many people there are: exact below `MAX_KEYS`, an estimate above (standard error 6 %)."""
    known = len(people) // _KEY_BYTES
    if known < MAX_KEYS:
        return known
    largest = int.from_bytes(people[-_KEY_BYTES:], "big") + 1
    return round((MAX_KEYS - 1) * 2.0 ** (8 * _KEY_BYTES) / largest)


@dataclass(frozen=True)
class Query:
    """The days, both included, and what jobs must be. `scope` None is all workspaces; `filters` are by dimension.

    `by` are the dimensions to compare by; none: all that there is something to compare in.
    """

    first_day: int
    last_day: int
    scope: Scope | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    by: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """How many days it is about."""
        return self.last_day - self.first_day + 1

    @property
    def first(self) -> date:
        """The first day."""
        return date_of(self.first_day)

    @property
    def last(self) -> date:
        """The last day."""
        return date_of(self.last_day)

    def to_json(self) -> dict[str, object]:
        """Return the public form."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "filters": dict(self.filters)}


def make_query(
    since: str,
    now_seconds: float,
    *,
    scope: Scope | None = None,
    filters: Mapping[str, str | None],
    by: Sequence[str] = (),
) -> Query:
    """Return the query for a stretch such as "30d", "12w", "24h", "6m", "1y", or a date; until today.

    Args:
        since: how far back, or the first day as YYYY-MM-DD. Whole days (UTC); "24h" is yesterday and today.
        now_seconds: Unix seconds.
        scope: only these workspaces; None for all.
        filters: by dimension; None is no filter, "" those without a value (no team).
        by: the dimensions to compare by; none: all that there is something to compare in.

    Raises:
        InputError: the stretch cannot be read, or there is no such filter or dimension.
    """
    last = day_of(now_seconds)
    for name, value in filters.items():
        if name not in DIMENSIONS or (value is not None and len(value) > MAX_VALUE_CHARS):
            raise InputError("The report has no such filter.", fix=f"Filters are {', '.join(DIMENSIONS)}.")
    for name in by:
        if name not in DIMENSIONS:
            told = name[:MAX_VALUE_CHARS]
            raise InputError(f"The report cannot compare by “{told}”.", fix=f"Take one of {', '.join(DIMENSIONS)}.")
    chosen = {name: value for name, value in filters.items() if value is not None}
    return Query(_first_day(since.strip(), last), last, scope, chosen, tuple(by))


def _first_day(since: str, last: int) -> int:
    number, unit = since[:-1], since[-1:].lower()
    if number.isdecimal() and len(number) <= _MAX_NUMBER_CHARS and unit in {"h", *_UNIT_DAYS}:
        days = -(-int(number) // 24) + 1 if unit == "h" else int(number) * _UNIT_DAYS[unit]
        if 1 <= days <= MAX_DAYS:
            return last - days + 1
    else:
        try:
            day = (date.fromisoformat(since) - _EPOCH).days
        except ValueError:
            day = last + 1
        if last - MAX_DAYS < day <= last:
            return day
    raise InputError("The start of the report cannot be read.", fix="Write it as 30d, 12w, 6m, 1y or YYYY-MM-DD.")
