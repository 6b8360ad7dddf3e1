"""The query of a report: a range of days (UTC) and filters. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.errors import InputError
from core.insight.report.cube import DIMENSIONS, date_of, day_of
from core.store.rows import Scope

USUAL_SINCE = "30d"
MAX_DAYS = 3660
MAX_VALUE_CHARS = 200
_STRETCH = re.compile(r"(\d{1,4})([hdwmy])")
_UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_EPOCH = date(1970, 1, 1)


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

    def to_json(self) -> dict[str, object]:
        """Return the public form."""
        first, last = date_of(self.first_day), date_of(self.last_day)
        return {"from": first.isoformat(), "to": last.isoformat(), "filters": dict(self.filters)}


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
    if found := _STRETCH.fullmatch(since.lower()):
        number, unit = int(found[1]), found[2]
        days = -(-number // 24) + 1 if unit == "h" else number * _UNIT_DAYS[unit]
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
