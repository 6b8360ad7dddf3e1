"""Records that are due at some time, and the workers that take them: one at a time each, whatever is killed.

Who takes a record puts its time off until its lease ends, so that another takes it when the holder dies. The time is
also the fence: a holder whose record was brought forward meanwhile, or taken by another, changes nothing at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.store.engine import Database
from core.store.rows import now, now_once
from core.store.tables import records

# How many of one server in one workspace are looked at: what one of them has waiting hides nobody else's.
MAX_OF_SERVER = 8


@dataclass(frozen=True)
class Due:
    """A record that is due, or was taken: then `due_at` is when that ends.

    Args:
        kind: of the record; likewise `workspace` and `key`.
        server: of which it is one of many that should not all be worked on at once, "" for none.
        due_at: by the database's clock, in Unix seconds.
    """

    kind: str
    workspace: str
    key: str
    server: str
    due_at: float


class RecordState(NamedTuple):
    """A record as it stands: `version` grows with each change of its value, and not with its due time."""

    workspace: str
    key: str
    server: str
    version: int


@dataclass(frozen=True)
class DueIndex:
    """Which records are due.

    Args:
        database: where they are.
    """

    database: Database

    def bring(self, kind: str, workspace: str, key: str, *, in_seconds: float = 0.0, server: str | None = None) -> None:
        """Have a record taken then, unless it is due earlier. With `server` it belongs to that one from now on."""
        at = now + in_seconds
        earlier = sa.case((records.c.due_at <= at, records.c.due_at), else_=at)
        servers = {} if server is None else {"server": server}
        self._write(sa.update(records).where(_is(kind, workspace, key)).values(due_at=earlier, **servers))

    def place(self, kind: str, workspace: str, key: str, *, in_seconds: float, server: str) -> None:
        """Have a record due then, whenever it was due before."""
        self._write(sa.update(records).where(_is(kind, workspace, key)).values(due_at=now + in_seconds, server=server))

    def soon(self, kind: str, server: str, *, within_seconds: float, limit: int) -> Sequence[Due]:
        """Return records of a server that are due within some time, the first ones first."""
        is_soon = sa.and_(
            records.c.kind == kind, records.c.server == server, records.c.due_at <= now_once + within_seconds
        )
        statement = sa.select(*_COLUMNS).where(is_soon).order_by(records.c.due_at).limit(limit)
        with self.database.read() as connection:
            return [Due(*row) for row in connection.execute(statement)]

    def waiting(self, kinds: Sequence[str], *, limit: int) -> Sequence[Due]:
        """Return records that are due, in turn by workspace and server, in each the one that waits longest first."""
        statement, values = _waiting(), {"kinds": list(kinds), "most": limit}
        with self.database.read() as connection:
            return [Due(*row) for row in connection.execute(statement, values)]

    def take(self, wanted: Sequence[Due], *, lease_seconds: float) -> Sequence[Due]:
        """Take of these records those that nobody else has taken; returned in the order in which they were wanted."""
        if not wanted:
            return []
        taken: dict[tuple[str, str, str], Due] = {}
        with self.database.write() as connection:
            # In one order everywhere, or two workers could wait for each other.
            for due in sorted(wanted, key=_key):
                until = connection.execute(_TAKE, _put_off(due, lease_seconds)).scalar_one_or_none()
                if until is not None:
                    taken[_key(due)] = Due(due.kind, due.workspace, due.key, due.server, until)
        return [taken[_key(due)] for due in wanted if _key(due) in taken]

    def put_off(self, taken: Due, *, seconds: float) -> bool:
        """Give back a record that was taken, due again then; False when it was brought forward or is another's."""
        with self.database.write() as connection:
            return connection.execute(_PUT_OFF, _put_off(taken, seconds)).rowcount > 0

    def without_time(self, kind: str) -> Sequence[tuple[str, str]]:
        """Return workspace and key of the records of a kind that are never due, such as those of earlier versions."""
        statement = sa.select(records.c.workspace, records.c.key).where(
            records.c.kind == kind, records.c.due_at.is_(None)
        )
        with self.database.read() as connection:
            return [(row.workspace, row.key) for row in connection.execute(statement)]

    def standing(self, kind: str) -> Sequence[RecordState]:
        """Return all records of a kind as they stand, without opening any."""
        columns = (records.c.workspace, records.c.key, records.c.server, records.c.version)
        with self.database.read() as connection:
            return [RecordState(*row) for row in connection.execute(sa.select(*columns).where(records.c.kind == kind))]

    def backlog(self, kinds: Sequence[str]) -> tuple[int, float]:
        """Return how many records are due now, and since how many seconds the first of them is."""
        figures = sa.select(sa.func.count(), now - sa.func.min(records.c.due_at)).where(
            records.c.kind.in_(kinds), records.c.due_at <= now_once
        )
        with self.database.read() as connection:
            count, seconds = connection.execute(figures).one()
        return int(count), float(seconds or 0.0)

    def _write(self, statement: sa.Update) -> int:
        with self.database.write() as connection:
            return connection.execute(statement).rowcount


_COLUMNS = (records.c.kind, records.c.workspace, records.c.key, records.c.server, records.c.due_at)


def _key(due: Due) -> tuple[str, str, str]:
    return due.kind, due.workspace, due.key


def _is(kind: str, workspace: str, key: str) -> sa.ColumnElement[bool]:
    return sa.and_(records.c.kind == kind, records.c.workspace == workspace, records.c.key == key)


def _put_off(due: Due, seconds: float) -> dict[str, object]:
    return {
        "sort": due.kind,
        "place": due.workspace,
        "named": due.key,
        "was_due": due.due_at,
        "seconds": seconds,
    }


# Built once, since building costs more than running, and each mailbox is taken and put off many times an hour.
_PUT_OFF = (
    sa.update(records)
    .where(
        records.c.kind == sa.bindparam("sort"),
        records.c.workspace == sa.bindparam("place"),
        records.c.key == sa.bindparam("named"),
        records.c.due_at == sa.bindparam("was_due"),
    )
    .values(due_at=now + sa.bindparam("seconds"))
)
_TAKE = _PUT_OFF.returning(records.c.due_at)


@cache
def _waiting() -> sa.Select[Any]:
    turn = (
        sa.func.row_number()
        .over(partition_by=(records.c.workspace, records.c.server), order_by=records.c.due_at)
        .label("turn")
    )
    is_due = sa.and_(records.c.kind.in_(sa.bindparam("kinds", expanding=True)), records.c.due_at <= now_once)
    ranked = sa.select(*_COLUMNS, turn).where(is_due).subquery()
    return (
        sa.select(*(ranked.c[column.key] for column in _COLUMNS))
        .where(ranked.c.turn <= MAX_OF_SERVER)
        .order_by(ranked.c.turn, ranked.c.due_at)
        .limit(sa.bindparam("most"))
    )
