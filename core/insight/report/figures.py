"""The report: turns cells into figures with case counts and intervals. Pure functions.

Nobody is watched individually: as soon as there is more than one person, figures of fewer than `min_people` people
are not shown. A part that is too small is joined with others until it is large enough, so that it cannot be worked out
from the rest either. Figures of the asker alone are the asker's own, and shown.

A percentile comes from a histogram: it is exact to the bucket it falls in and linear within it.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.insight.report.cube import Cell, Query, count_people, join_people, split_people
from core.outcomes import OPEN_GAPS
from core.text.catalogues import N_

# Upper ends. The first bucket of distances holds only drafts that were used without any change.
DISTANCE_ENDS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0)
SECONDS_ENDS = (
    0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 40.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 86400.0,
)  # fmt: skip
Z = 1.959964
MIN_PEOPLE = 5
# Of fewer cases a share says nothing to who reads it: there the counts are shown.
LEAST_CASES = 10
OUTCOMES = ("accepted", "edited", "rejected", "regenerated", "expired")
OTHERS = N_("others")
LISTS = {"check": "checks", "escalation": "escalations", "reason": "reasons", "kind": "kinds", "event": "events"}
SAVED_NOTE = N_(
    "Money saved is what drafts of the small model would have cost at the price of the next model of their route,"
    " with the same number of tokens, less what they did cost."
)


@dataclass(frozen=True)
class Estimate:
    """A figure with the number of cases behind it and its 95 % interval; `value` None without cases."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def part(self) -> int:
        """Of a share: how many of the cases."""
        return round((self.value or 0.0) * self.n)

    @property
    def has_enough(self) -> bool:
        """Say whether there are enough cases for a share."""
        return self.n >= LEAST_CASES


NOTHING = Estimate(None, 0)


def bucket_name(prefix: str, ends: Sequence[float], value: float) -> str:
    """Return the name under which a value is counted. What is above the last end counts in the last bucket."""
    return f"{prefix}{min(bisect_left(ends, value), len(ends) - 1)}"


def histogram(counts: Mapping[str, float], prefix: str, ends: Sequence[float]) -> list[int]:
    """Return the number of values in each bucket."""
    return [round(counts.get(f"{prefix}{place}", 0)) for place in range(len(ends))]


def share(part: float, whole: float) -> Estimate:
    """Return a ratio with Wilson's interval, which holds for few cases and near 0 and 1 (Wilson, 1927)."""
    n = round(whole)
    if n <= 0:
        return NOTHING
    p = min(max(part / n, 0.0), 1.0)
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Estimate(p, n, max(0.0, min(middle - half, p)), min(1.0, max(middle + half, p)))


def percentile(buckets: Sequence[int], ends: Sequence[float], part: float) -> Estimate:
    """Return a percentile (0.5 is the median) with the interval from the ranks that chance allows.

    The interval takes the normal approximation of the binomial distribution of ranks (Conover, 1999, section 3.2).
    """
    n = sum(buckets)
    if n == 0:
        return NOTHING
    half = Z * math.sqrt(n * part * (1 - part))
    low, high = (_at_rank(buckets, ends, min(max(n * part + side, 0.0), float(n))) for side in (-half, half))
    return Estimate(_at_rank(buckets, ends, n * part), n, low, high)


def _at_rank(buckets: Sequence[int], ends: Sequence[float], rank: float) -> float:
    seen = 0.0
    for place, count in enumerate(buckets):
        if count and seen + count >= rank:
            start = ends[place - 1] if place else 0.0
            return start + (ends[place] - start) * max(0.0, rank - seen) / count
        seen += count
    return ends[-1]


@dataclass(frozen=True)
class JobFigures:
    """The figures of a set of jobs.

    Shares of outcomes are of the decided drafts: those with any outcome. `distance` is the median over all drafts that
    were used, `edited_distance` over those of them that were changed. `open_gaps` counts those that went out with a
    question to their person still in it. `made` are the drafts that were made: what is done, but scans.
    """

    jobs: int
    done: int
    made: int
    scans: int
    failed: int
    cancelled: int
    drafts: int
    decided: int
    people: int
    shares: Mapping[str, Estimate]
    used: Estimate
    distance: Estimate
    edited_distance: Estimate
    seconds_p50: Estimate
    seconds_p95: Estimate
    usd: float
    saved_usd: float
    small: Estimate
    skeleton: Estimate
    escalated: Estimate
    changes_taken: Estimate
    open_gaps: Estimate


@dataclass(frozen=True)
class GroupFigures:
    """The figures of one value of a dimension; `joined` is how many values it covers (more than one: others)."""

    name: str
    figures: JobFigures
    joined: int = 1


@dataclass(frozen=True)
class Span:
    """The figures of some days in a row, first and last date included."""

    first: date
    last: date
    figures: JobFigures


@dataclass(frozen=True)
class NamedCount:
    """How often something was there, as a share of `n`; `value` is the sum of an event's values."""

    name: str
    count: int
    share: Estimate
    value: float = 0.0


@dataclass(frozen=True)
class Report:
    """What was asked and what is shown. `is_hidden`: too few people; `is_empty`: no jobs at all.

    `titles` of recipes, by name.
    """

    query: Query
    min_people: int
    is_empty: bool = False
    is_hidden: bool = False
    total: JobFigures | None = None
    trend: Sequence[Span] = ()
    groups: Mapping[str, Sequence[GroupFigures]] = field(default_factory=dict)
    lists: Mapping[str, Sequence[NamedCount]] = field(default_factory=dict)
    distances: Sequence[int] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Discretion:
    """From how many people on figures are shown. Where one person works alone, everything is.

    Attributes:
        least_people: the smallest set of people that is shown as soon as there are several.
        has_tenant: whether there are several people for certain: an organisation, a Slack workspace.
        asker_counts: whether whoever asks is one of the people, though nothing of theirs may be in the data.
    """

    min_people: int = MIN_PEOPLE
    has_tenant: bool = False
    asker_counts: bool = True

    def towards(self, own: frozenset[bytes], everybody: bytes) -> "Privacy":
        """Return who may be seen by somebody.

        Args:
            own: hashes of the asker, one for each of their names.
            everybody: hashes of all people in the data, whatever was asked for.
        """
        people = frozenset(split_people(everybody))
        is_asker_there = bool(own and (self.asker_counts or own & people))
        is_shared = self.has_tenant or len(people - own) + is_asker_there > 1
        return Privacy(self.min_people if is_shared else 1, own)


@dataclass(frozen=True)
class Privacy:
    """Who may be seen.

    Attributes:
        least_people: the smallest set of people that is shown.
        own: hashes of the asker, whose own figures are always shown.
    """

    min_people: int = MIN_PEOPLE
    own: frozenset[bytes] = frozenset()

    def shows(self, cell: Cell) -> bool:
        """Whether the figures of a cell may be shown."""
        if count_people(cell.people) >= self.min_people:
            return True
        return bool(cell.people) and self.own.issuperset(split_people(cell.people))


@dataclass
class Cells:
    """What was read for a report: by stretch of days in order, and by dimension and value."""

    spans: list[tuple[date, date, Cell]]
    groups: dict[str, dict[str, Cell]]


def report_of(query: Query, cells: Cells, privacy: Privacy) -> Report:
    """Return the report."""
    total = joined(cell for _first, _last, cell in cells.spans)
    if not total.counts.get("jobs"):
        return Report(query, privacy.min_people, is_empty=True)
    if not privacy.shows(total):
        return Report(query, privacy.min_people, is_hidden=True)
    return Report(
        query,
        privacy.min_people,
        total=figures_of(total),
        trend=[Span(first, last, figures_of(cell)) for first, last, cell in shown_spans(cells.spans, privacy)],
        groups={
            name: [GroupFigures(value, figures_of(cell), many) for value, cell, many in shown_groups(group, privacy)]
            for name, group in cells.groups.items()
        },
        lists={plural: _named(total, prefix) for prefix, plural in LISTS.items()},
        distances=histogram(total.counts, "d", DISTANCE_ENDS),
    )


def joined(cells: Iterable[Cell]) -> Cell:
    """Return the sum of cells."""
    total = Cell()
    people = []
    for cell in cells:
        total.add(cell.counts, b"")
        people.append(cell.people)
    total.people = join_people(people)
    return total


def figures_of(cell: Cell) -> JobFigures:
    """Return the figures of a cell."""
    counts = cell.counts

    def number(name: str) -> int:
        return round(counts.get(name, 0))

    decided = sum(number(name) for name in OUTCOMES)
    seconds = histogram(counts, "t", SECONDS_ENDS)
    distances = histogram(counts, "d", DISTANCE_ENDS)
    return JobFigures(
        jobs=number("jobs"),
        done=number("done"),
        made=number("done") - number("scans"),
        scans=number("scans"),
        failed=number("failed"),
        cancelled=number("cancelled"),
        drafts=number("drafts"),
        decided=decided,
        people=count_people(cell.people),
        shares={name: share(number(name), decided) for name in OUTCOMES},
        used=share(number("accepted") + number("edited"), decided),
        distance=percentile(distances, DISTANCE_ENDS, 0.5),
        edited_distance=percentile([0, *distances[1:]], DISTANCE_ENDS, 0.5),
        seconds_p50=percentile(seconds, SECONDS_ENDS, 0.5),
        seconds_p95=percentile(seconds, SECONDS_ENDS, 0.95),
        usd=counts.get("usd", 0.0),
        saved_usd=counts.get("saved_usd", 0.0),
        small=share(number("small"), number("drafts")),
        skeleton=share(number("skeleton"), number("drafts")),
        escalated=share(number("escalated"), number("drafts")),
        changes_taken=share(number("taken"), number("taken") + number("refused")),
        open_gaps=share(number(f"kind:{OPEN_GAPS}"), decided),
    )


def shown_spans(spans: Sequence[tuple[date, date, Cell]], privacy: Privacy) -> list[tuple[date, date, Cell]]:
    """Return the spans that may be shown: one that is too small is joined with the next, the last with those before."""
    shown: list[tuple[date, date, Cell]] = []
    waiting: tuple[date, date, Cell] | None = None
    for span in spans:
        waiting = _together(waiting, span) if waiting else span
        if privacy.shows(waiting[2]):
            shown.append(waiting)
            waiting = None
    if waiting and waiting[2].counts.get("jobs"):
        shown = [*shown[:-1], _together(shown[-1], waiting)] if shown else []
    return shown


def _together(first: tuple[date, date, Cell], other: tuple[date, date, Cell]) -> tuple[date, date, Cell]:
    return first[0], other[1], joined((first[2], other[2]))


def shown_groups(groups: Mapping[str, Cell], privacy: Privacy) -> list[tuple[str, Cell, int]]:
    """Return (name, cell, how many values) by size; values that are too small are joined into others."""
    by_size = sorted(groups.items(), key=lambda group: (-group[1].counts.get("jobs", 0), group[0]))
    by_size = [(name, cell) for name, cell in by_size if cell.counts.get("jobs")]
    shown = [(name, cell, 1) for name, cell in by_size if privacy.shows(cell)]
    small = [cell for _name, cell in by_size if not privacy.shows(cell)]
    if not small:
        return shown
    rest, many = joined(small), len(small)
    while shown and not privacy.shows(rest):
        rest, many = joined((rest, shown.pop()[1])), many + 1
    return [*shown, (OTHERS, rest, many)] if privacy.shows(rest) else shown


def _named(total: Cell, prefix: str) -> list[NamedCount]:
    of = {"check": "drafts", "escalation": "drafts", "reason": "rejected", "kind": "edited", "event": "drafts"}[prefix]
    n = total.counts.get(of, 0)
    found = [
        NamedCount(
            name := key.partition(":")[2],
            round(count),
            share(min(count, n), n) if n else NOTHING,
            total.counts.get(f"value:{name}", 0.0) if prefix == "event" else 0.0,
        )
        for key, count in total.counts.items()
        if key.startswith(f"{prefix}:") and count >= 1
    ]
    return sorted(found, key=lambda entry: (-entry.count, entry.name))
