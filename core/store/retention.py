"""How long jobs with their texts, files and outcomes are kept, and whose are held for longer.

INLAID_RETENTION says the days by surface, such as `all=365,slack=30`; without it jobs are kept until their person is
purged. Sums of the report stay, for they name nobody. Who is on a legal hold keeps everything until it is lifted.
"""

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.audit.entries import Actor, AuditEvent, Thing
from core.errors import ConflictError
from core.job import LOCAL_WORKSPACE
from core.settings.storage import ALL_SURFACES
from core.store.audit import append
from core.store.engine import Database
from core.store.people.rows import Identity
from core.store.records import RecordStore
from core.store.tables import jobs, marks

HOLD_KIND = "legal_hold"
DAY_SECONDS = 86_400
# In one transaction, which others wait for, and in one round.
BATCH = 500
MAX_BATCHES = 40


def delete_jobs(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Delete jobs within a transaction; effects, files, outcomes and tallies go with them."""
    connection.execute(sa.delete(marks).where(marks.c.job_id.in_(ids)))
    connection.execute(sa.delete(jobs).where(jobs.c.id.in_(ids)))


def delete_old_jobs(
    database: Database, periods: Mapping[str, int], held: Collection[Identity] = (), *, now: float | None = None
) -> int:
    """Delete the jobs whose time is over, as many as one round takes, and return how many.

    Args:
        database: where.
        periods: days after the end of a job, by surface.
        held: names of people on a legal hold.
        now: Unix seconds.

    Raises:
        StoreOutage: the database cannot be used; a later round goes on.
    """
    deleted = 0
    for surface, days in periods.items():
        until = (time.time() if now is None else now) - days * DAY_SECONDS
        named = jobs.c.surface == surface if surface != ALL_SURFACES else jobs.c.surface.not_in([*periods])
        # Ids sort by the time of their making, so that what is young is not looked at.
        over = sa.and_(jobs.c.id < _first_id(until), jobs.c.delivered_at < until, named)
        free = sa.tuple_(jobs.c.workspace, jobs.c.person).not_in([tuple(name) for name in held]) if held else sa.true()
        old = sa.select(jobs.c.id).where(over, free).order_by(jobs.c.id).limit(BATCH)
        for _ in range(MAX_BATCHES):
            with database.write() as connection:
                ids = list(connection.execute(old).scalars())
                delete_jobs(connection, ids)
                if ids:
                    told = {"count": len(ids), "days": days}
                    append(connection, AuditEvent("jobs.expired", Actor(""), Thing("surface", surface), details=told))
            deleted += len(ids)
            if len(ids) < BATCH:
                break
    return deleted


def _first_id(seconds: float) -> str:
    """Return the least UUID version 7 of a time, so that all ids made before are less."""
    return str(uuid.UUID(int=max(0, int(seconds * 1000)) << 80))


@dataclass(frozen=True)
class Hold:
    """Whose data are held, why, who said so, and since when in Unix seconds."""

    home: Identity
    reason: str
    by: str
    since: float


class Holds:
    """Legal holds, by the home of the person.

    Args:
        records: where they are kept.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def put(self, home: Identity, *, reason: str, by: str) -> None:
        """Hold everything of a person until `lift`."""
        data = {"home": list(home), "reason": reason, "by": by, "since": time.time()}
        self._records.put(HOLD_KIND, LOCAL_WORKSPACE, _key(home), data)

    def lift(self, home: Identity) -> bool:
        """End a hold, and say whether there was one."""
        return self._records.delete(HOLD_KIND, LOCAL_WORKSPACE, _key(home)) > 0

    def all(self) -> list[Hold]:
        """Return all holds, the oldest first."""
        found = [record.data for record in self._records.list(HOLD_KIND, workspace=LOCAL_WORKSPACE)]
        holds = [Hold(Identity(*data["home"]), data["reason"], data["by"], data["since"]) for data in found]
        return sorted(holds, key=lambda hold: hold.since)

    def require_free(self, names: Collection[tuple[str, str]]) -> None:
        """Refuse to delete what is held.

        Raises:
            ConflictError: somebody of these names is on a legal hold.
        """
        if held := next((hold for hold in self.all() if hold.home in names), None):
            raise ConflictError(
                f"What is kept of {held.home.person} is on a legal hold: {held.reason}.",
                fix="Lift it first with: inlaid holds lift, if it has ended.",
            )


def _key(home: Identity) -> str:
    return "/".join(home)
