"""What PostgreSQL estimates of the passages: how many there are, who may read them, and which terms are frequent.

Its own statistics are read, which `ANALYZE` makes from a sample, so that a search counts nothing. They are kept in mind
for some minutes.
"""

import math
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

# A term that fewer hold is as good as rare.
MIN_FREQUENT = 100
_KNOWN_SECONDS = 300.0
_PARTITIONS = """
SELECT relname, reltuples, n_distinct, most_common_vals::text::bigint[] AS lists, most_common_freqs AS shares
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
LEFT JOIN pg_stats ON pg_stats.tablename = relname AND pg_stats.schemaname = relnamespace::regnamespace::text
    AND attname = 'access'
WHERE inhparent = 'knowledge_passage'::regclass ORDER BY relname
"""
_FREQUENT = """
SELECT term, frequency * reltuples FROM pg_inherits
JOIN pg_class ON pg_class.oid = inhrelid
JOIN pg_stats ON pg_stats.tablename = relname AND pg_stats.schemaname = relnamespace::regnamespace::text,
    unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common(term, frequency)
WHERE inhparent = 'knowledge_passage'::regclass AND attname = 'terms' AND term IS NOT NULL
    AND frequency * reltuples > :fewest
"""


@dataclass(frozen=True)
class Partition:
    """A part of the passages.

    Attributes:
        passages: how many there are.
        by_access: how many of them each large access list opens.
        by_other: how many any other list opens; infinite where nothing is known.
    """

    passages: float
    by_access: Mapping[int, float]
    by_other: float

    def readable(self, access_ids: Collection[int]) -> float:
        """Return how many of the passages somebody may read."""
        return min(sum(self.by_access.get(access, self.by_other) for access in access_ids), self.passages)


@dataclass(frozen=True)
class Statistics:
    """The estimates of one moment.

    Attributes:
        partitions: by their numbers.
        frequent: how many passages hold each frequent term.
    """

    partitions: Sequence[Partition] = ()
    frequent: Mapping[str, float] | None = None

    @property
    def passages(self) -> float:
        """How many there are."""
        return sum(partition.passages for partition in self.partitions)

    def holding(self, term: str) -> float:
        """Return how many passages hold a term, 0 for a rare one."""
        return (self.frequent or {}).get(term, 0.0)

    def readable_share(self, access_ids: Collection[int]) -> float:
        """Return the share of the passages that somebody may read, that of one passage at least."""
        readable = sum(partition.readable(access_ids) for partition in self.partitions)
        return max(readable, 1.0) / max(self.passages, 1.0)


class KnownStatistics:
    """Keeps the estimates in mind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = Statistics()
        self._until = 0.0

    def forget(self) -> None:
        """Have them read anew."""
        with self._lock:
            self._until = 0.0

    def current(self, connection: sa.Connection) -> Statistics:
        """Return what PostgreSQL estimates, as it did some minutes ago at most."""
        with self._lock:
            if time.monotonic() < self._until:
                return self._known
        made = _read(connection)
        with self._lock:
            self._known, self._until = made, time.monotonic() + _KNOWN_SECONDS
        return made


def _read(connection: sa.Connection) -> Statistics:
    rows = connection.execute(sa.text(_PARTITIONS)).all()
    frequent: dict[str, float] = {}
    for term, count in connection.execute(sa.text(_FREQUENT), {"fewest": MIN_FREQUENT}):
        frequent[term] = frequent.get(term, 0.0) + count
    return Statistics([_partition(connection, row) for row in rows], frequent)


def _partition(connection: sa.Connection, row: Any) -> Partition:
    if row.reltuples < 0:  # it was never analysed: little, or new
        statement = f"SELECT count(*) FROM {row.relname}"  # noqa: S608 # a table of ours
        return Partition(float(connection.execute(sa.text(statement)).scalar_one()), {}, math.inf)
    if row.n_distinct is None:
        return Partition(row.reltuples, {}, math.inf)
    known = {access: share * row.reltuples for access, share in zip(row.lists or (), row.shares or (), strict=True)}
    # Where it is negative, it is a share of the rows.
    lists = row.n_distinct if row.n_distinct >= 0 else -row.n_distinct * row.reltuples
    others = max(lists - len(known), 1.0)
    return Partition(row.reltuples, known, max(row.reltuples - sum(known.values()), 0.0) / others)
