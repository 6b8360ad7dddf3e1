"""Deletes what is kept of a person. Sums of the report stay, for they name nobody.

So does the audit trail, in which a pseudonym stands for the person from then on.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.audit.acting import current_actor
from core.audit.entries import Actor, AuditEvent, Name, Thing
from core.job import LOCAL_WORKSPACE
from core.store import sessions
from core.store.audit import AuditTrail, append
from core.store.engine import Database
from core.store.inventory import RECORDS
from core.store.people.rows import DISABLED_KIND, Identity
from core.store.people.store import SignInStore
from core.store.purge_sources import purge_sources
from core.store.records import LOCK_KIND, ONCE_KIND, RecordStore
from core.store.retention import HOLD_KIND, Holds, delete_jobs
from core.store.rows import readable_jobs
from core.store.tables import audit_names, jobs, model_calls, records, trials
from core.store.tokens import TokenStore

# What an installation decided stays in force; only who decided is forgotten.
Names = Sequence[tuple[str, str]]
EARLIER_KIND = "audit"
KEPT_KINDS = (HOLD_KIND, *(kind for kind, place in RECORDS.items() if place.purged == "nameless"))
_AT_ONCE = 500


@dataclass(frozen=True)
class Purged:
    """How much was deleted and ended, and the word of the audit trail for the person from now on, "" for nobody.

    `job_ids` are the jobs that are gone; their events are at the broker still (`core.events.streams.forget_events`).
    """

    jobs: int
    records: int
    named: str = ""
    tokens: int = 0
    sessions: int = 0
    job_ids: Sequence[str] = ()


def purge_person(kept: RecordStore, names: Names) -> Purged:
    """Delete the jobs of a person with all that hangs on them, and every record that is theirs.

    Args:
        kept: the records; the jobs are in the same database.
        names: each (workspace, person) that is this person.

    Raises:
        ConflictError: they are on a legal hold; nothing was deleted.
        StoreOutage: the database cannot be used; what was deleted until then stays deleted, a second call continues.
    """
    Holds(kept).require_free(names)
    job_ids, tokens = list[str](), TokenStore(kept)
    theirs = tokens.list(names=[*names])
    for workspace, person in names:
        while deleted := _delete_jobs(kept.database, workspace, person):
            job_ids += deleted
    revoked = sum(tokens.revoke(token.id) for token in theirs)
    _forget_deciders(kept, _known_as(kept.database, names))
    accounts = sessions.end_all(kept, names)
    _delete_tokens_of_microsoft(kept, names, accounts)
    _delete_with_mailboxes(kept, names)
    purge_sources(kept, names)
    deleted_records = sum(_delete_records(kept.database, workspace, person) for workspace, person in names)
    signed_in = _forget_sign_ins(kept, names)
    told = {"jobs": len(job_ids), "records": deleted_records, "tokens": revoked, "people": signed_in}
    named = AuditTrail(kept.database).forget(names, current_actor(names[0][0]), told)
    kept.database.overwrite_deleted()
    return Purged(len(job_ids), deleted_records, named, revoked, len(accounts), job_ids)


def purge_mails(kept: RecordStore, workspace: str, surface: str, account: str) -> Sequence[str]:
    """Delete the jobs of a surface that are about the mails of one mailbox, with the mails, and return their ids.

    Raises:
        StoreOutage: the database cannot be used; a second call continues.
    """
    found = sa.select(jobs).where(jobs.c.workspace == workspace, jobs.c.surface == surface).order_by(jobs.c.id)
    deleted, after = list[str](), ""
    while True:
        with kept.database.read() as connection:
            rows = connection.execute(found.where(jobs.c.id > after).limit(_AT_ONCE)).all()
        if not rows:
            break
        after = rows[-1].id
        ids = [job.id for job in readable_jobs(rows, kept.cipher) if job.delivery.get("account") == account]
        with kept.database.write() as connection:
            delete_jobs(connection, ids)
        deleted += ids
    if deleted:
        kept.database.overwrite_deleted()
    return deleted


def _delete_jobs(database: Database, workspace: str, person: str) -> Sequence[str]:
    """Delete some jobs, and return their ids; effects, files, outcomes and tallies go with them."""
    mine = sa.select(jobs.c.id).where(jobs.c.workspace == workspace, jobs.c.person == person).limit(_AT_ONCE)
    with database.write() as connection:
        ids = list(connection.execute(mine).scalars())
        delete_jobs(connection, ids)
    return ids


def _known_as(database: Database, names: Names) -> set[str]:
    """Return what the person is called where it stands who decided: keys, and the labels that doors gave them."""
    theirs = sa.or_(*(sa.and_(audit_names.c.workspace == at, audit_names.c.person == who) for at, who in names))
    labels = sa.select(audit_names.c.label).where(theirs, audit_names.c.kind == "person", audit_names.c.label != "")
    with database.read() as connection:
        return {*connection.execute(labels).scalars(), *(person for _, person in names)}


def _forget_deciders(kept: RecordStore, known_as: Collection[str]) -> None:
    found = (record for kind in KEPT_KINDS for record in kept.list(kind))
    for record in (record for record in found if record.data.get("by") in known_as):
        is_it = sa.and_(*(records.c[part] == getattr(record, part) for part in ("kind", "workspace", "key", "version")))
        said = {"note": ""} if "note" in record.data else {}  # it may name them
        nameless = kept.cipher.seal(record.workspace, {**record.data, "by": "", **said})
        with kept.database.write() as connection:  # nothing is decided by this, so the trail has no entry of it
            connection.execute(sa.update(records).where(is_it).values(data=nameless, person=""))


def _delete_tokens_of_microsoft(kept: RecordStore, names: Names, accounts: Collection[str]) -> None:
    """Delete the caches of sign-ins at Microsoft: they are kept by account, which no mailbox need have."""
    for account in {*accounts, *(f"{person}.{workspace}" for workspace, person in names)}:
        kept.delete("graph_tokens", "microsoft", hashlib.sha256(account.encode()).hexdigest())
    for workspace, person in names:
        kept.delete("graph_tokens", "microsoft", person=f"{workspace}/{person}")


def _delete_with_mailboxes(kept: RecordStore, names: Names) -> None:
    """Delete what hangs on the mailboxes of the person, also of those that could not be left in good order."""
    owned = {
        (workspace, record.key)
        for workspace, person in names
        for kind in ("mailbox", "graph_mailbox", "gmail_mailbox")
        for record in kept.list(kind, workspace=workspace, person=person)
    }
    for kind in (kind for kind, place in RECORDS.items() if place.is_of_mailbox):
        for record in kept.list(kind):
            workspace = record.data.get("workspace", record.workspace)
            if (workspace, record.data.get("account")) in owned:
                kept.delete(kind, record.workspace, record.key)


def _forget_sign_ins(kept: RecordStore, names: Names) -> int:
    """Forget how they sign in, and return how many people of these names there were."""
    sign_ins = SignInStore(kept.database, kept.cipher)
    ids = [person.id for name in names if (person := sign_ins.at_home(Identity(*name)))]
    with kept.database.write() as connection:
        connection.execute(sa.delete(records).where(records.c.kind == DISABLED_KIND, records.c.key.in_(ids)))
    sign_ins.forget(names)
    return len(ids)


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
