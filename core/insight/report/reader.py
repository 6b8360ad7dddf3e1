"""Reads the cells that a report needs, and leaves the figures to `core.insight.report.figures`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.insight.report.counting_rules import CountingRules
from core.insight.report.cube import (
    DIMENSIONS,
    FINEST,
    OF_A_RECIPE,
    Cell,
    Dimensions,
    Query,
    date_of,
    grain_of,
    periods_between,
    person_key,
    start_of,
)
from core.insight.report.figures import Cells, Discretion, Report, joined, report_of
from core.insight.report.rollup import installation_salt, roll_up
from core.insight.report.rollup_store import RollupStore
from core.store import Store

# Up to so many days the trend is by day; longer ones are by month.
MAX_TREND_DAYS = 92
# Counting a job takes some milliseconds; what is more than a moment of work is left to the scheduler.
MAX_COUNTED_BEFORE_READING = 50
VERSIONS = ("recipe_version", "prompt_hash")


def read_report(
    store: Store,
    query: Query,
    rules: CountingRules,
    *,
    own: Iterable[tuple[str, str]] = (),
    discretion: Discretion,
) -> Report:
    """Return the report; what has just changed is counted first, as far as a moment allows.

    Args:
        store: where.
        query: what is asked.
        rules: how jobs are counted.
        own: (workspace, person) of the asker, who may see what is the asker's alone.
        discretion: from how many people on figures are shown.

    Raises:
        StoreOutage: the database cannot be used.
    """
    roll_up(store, rules, most=MAX_COUNTED_BEFORE_READING)
    salt = installation_salt(store)
    keys = frozenset(person_key(salt, workspace, person) for workspace, person in own)
    privacy = discretion.towards(keys, RollupStore(store.database).people())
    return replace(report_of(query, _read(store, query), privacy), titles=rules.titles())


def _read(store: Store, query: Query) -> Cells:
    is_short = query.days <= MAX_TREND_DAYS
    coarse = periods_between(query.first_day, query.last_day)
    fine: Sequence[int] = range(query.first_day, query.last_day + 1) if is_short else coarse
    by_period: dict[int, list[Cell]] = {}
    rollup = RollupStore(store.database)
    for period, _dimensions, cell in rollup.cells(grain_of(query.filters), list(fine), query.filters, query.scope):
        by_period.setdefault(period, []).append(cell)
    totals = {period: joined(cells) for period, cells in by_period.items()}
    spans = _by_day(query, totals) if is_short else _by_month(query, totals)
    groups = {name: _read_groups(store, query, coarse, name) for name in _compared(query) if name not in query.filters}
    return Cells(spans, groups)


def _compared(query: Query) -> Sequence[str]:
    """Return the dimensions to compare by: versions and prompts of one recipe, or when they are asked for by name.

    Of all recipes they would be as many rows again, and beside many filters they take the finest cells to read.
    """
    if query.by:
        return query.by
    has_versions = "recipe" in query.filters and grain_of([*query.filters, *VERSIONS[:1]]) != FINEST
    return [name for name in DIMENSIONS if name not in VERSIONS or has_versions]


def _read_groups(store: Store, query: Query, periods: Sequence[int], dimension: str) -> dict[str, Cell]:
    by_value: dict[str, list[Cell]] = {}
    variants: dict[str, set[str]] = {}
    grain = grain_of([*query.filters, dimension])
    for _period, dimensions, cell in RollupStore(store.database).cells(grain, periods, query.filters, query.scope):
        label = _label(dimensions, dimension, query)
        by_value.setdefault(label, []).append(cell)
        variants.setdefault(dimensions.recipe, set()).add(label)
    # A recipe with one variant, version or prompt has nothing to compare; asked for by name, it is shown all the same.
    alone = {label for labels in variants.values() if len(labels) == 1 for label in labels}
    hidden = alone if dimension in OF_A_RECIPE and dimension not in query.by else set()
    return {value: joined(cells) for value, cells in by_value.items() if value not in hidden}


def _label(dimensions: Dimensions, dimension: str, query: Query) -> str:
    value: str = getattr(dimensions, dimension)
    if dimension not in OF_A_RECIPE:
        return value
    named = value or ("main" if dimension == "variant" else "not recorded")
    return named if "recipe" in query.filters else f"{dimensions.recipe} / {named}"


def _by_day(query: Query, totals: dict[int, Cell]) -> list[tuple[date, date, Cell]]:
    days = range(query.first_day, query.last_day + 1)
    return [(date_of(day), date_of(day), totals.get(day, Cell())) for day in days]


def _by_month(query: Query, totals: dict[int, Cell]) -> list[tuple[date, date, Cell]]:
    """Return one span a month; days at the ends make up months that are not whole."""
    by_month: dict[date, list[Cell]] = {}
    for period, cell in sorted(totals.items(), key=lambda entry: start_of(entry[0])):
        by_month.setdefault(start_of(period).replace(day=1), []).append(cell)
    first, last = date_of(query.first_day), date_of(query.last_day)
    return [
        (max(start, first), min(_month_end(start), last), joined(cells)) for start, cells in sorted(by_month.items())
    ]


def _month_end(start: date) -> date:
    return (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
