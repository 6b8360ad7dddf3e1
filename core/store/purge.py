"""Deletes what is kept of a person. Sums of the report stay, for they name nobody.

So does the audit trail, in which a pseudonym stands for the person from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import Actor, AuditEvent, Name, Thing
from core.job import LOCAL_WORKSPACE
from core.store import sessions
from core.store.audit import AuditTrail, append
from core.store.engine import Database
from core.store.people.store import SignInStore
from core.store.records import LOCK_KIND, ONCE_KIND, RecordStore
from core.store.retention import Holds, delete_jobs
from core.store.tables import jobs, model_calls, records, trials
from core.store.tokens import TokenStore

# A decision about a recipe's variants stays in force; only who made it is forgotten.
EARLIER_KIND = "audit"
KEPT_KINDS = ("variant",)
_AT_ONCE = 500


@dataclass(frozen=True)
class Purged:
    """How much was deleted, and the word that the audit trail has for the person from now on.

    `job_ids` are the jobs that are gone; their events are at the broker still (`core.events.streams.forget_events`).
    """

    jobs: int
    records: int
    named: str = ""
    job_ids: Sequence[str] = ()


def purge_person(kept: RecordStore, names: Sequence[tuple[str, str]]) -> Purged:
    """Delete the jobs of a person with all that hangs on them, and every record that is theirs.

    Args:
        kept: the records; the jobs are in the same database.
        names: each (workspace, person) that is this person.

    Raises:
        ConflictError: they are on a legal hold; nothing was deleted.
        StoreOutage: the database cannot be used; what was deleted until then stays deleted, and a second call goes on.
    """
    Holds(kept).require_free(names)
    deleted_records, job_ids = 0, list[str]()
    for workspace, person in names:
        while deleted := _delete_jobs(kept.database, workspace, person):
            job_ids += deleted
        _forget_deciders(kept, workspace, person)
        deleted_records += _delete_records(kept.database, workspace, person)
        for token in TokenStore(kept).list(names=[(workspace, person)]):
            TokenStore(kept).revoke(token.id)
        kept.delete(sessions.KIND, sessions.WORKSPACE, person=person)
    SignInStore(kept.database, kept.cipher).forget(names)
    told = {"jobs": len(job_ids), "records": deleted_records}
    named = AuditTrail(kept.database).forget(names, current_actor(names[0][0]), told)
    kept.database.overwrite_deleted()
    return Purged(len(job_ids), deleted_records, named, job_ids)


def _delete_jobs(database: Database, workspace: str, person: str) -> Sequence[str]:
    """Delete some jobs, and return their ids; effects, files, outcomes and tallies go with them."""
    mine = sa.select(jobs.c.id).where(jobs.c.workspace == workspace, jobs.c.person == person).limit(_AT_ONCE)
    with database.write() as connection:
        ids = list(connection.execute(mine).scalars())
        delete_jobs(connection, ids)
    return ids


def _forget_deciders(kept: RecordStore, workspace: str, person: str) -> None:
    for kind in KEPT_KINDS:
        for record in kept.list(kind, workspace=workspace, person=person):
            kept.put(kind, workspace, record.key, {**record.data, "by": ""})


def _delete_records(database: Database, workspace: str, person: str) -> int:
    theirs = sa.and_(records.c.workspace == workspace, records.c.person == person)
    # Locks and marks are nobody's, and some are named for whom they are about.
    marked = sa.and_(
        records.c.workspace == workspace,
        records.c.kind.in_((LOCK_KIND, ONCE_KIND)),
        records.c.key.contains(person, autoescape=True),
    )
    with database.write() as connection:
        deleted = connection.execute(sa.delete(records).where(theirs)).rowcount
        connection.execute(sa.delete(records).where(marked))
        connection.execute(sa.delete(trials).where(trials.c.workspace == workspace, trials.c.person == person))
        # What calls cost counts for the workspace's budget; whose they were is forgotten.
        costs = sa.update(model_calls).where(model_calls.c.workspace == workspace, model_calls.c.person == person)
        connection.execute(costs.values(person=""))
    return deleted


def bring_earlier(kept: RecordStore) -> int:
    """Bring what an earlier version wrote down into the audit trail, and return how many entries that were."""
    found = kept.list(EARLIER_KIND, workspace=sessions.WORKSPACE)
    for record in found:
        said = record.data
        workspace, which = said.get("workspace", LOCAL_WORKSPACE), said.get("which", "")
        # What was done is a sentence with a name in it, so it stands beside the chain, and goes with that person.
        name = Name(workspace, which, "earlier", record.key, f"{said['what']}: {which}")
        event = AuditEvent(
            "earlier.change",
            Actor(workspace, said["who"], "earlier"),
            Thing("change", name),
            details={"at": int(said["at"])},
        )
        with kept.database.write() as connection:
            append(connection, event)
            is_it = sa.and_(records.c.kind == EARLIER_KIND, records.c.key == record.key)
            connection.execute(sa.delete(records).where(is_it))
    return len(found)
