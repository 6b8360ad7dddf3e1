"""Ending at once what somebody who leaves can do: sessions, API tokens, waiting jobs, and every way in.

Sources that are read with a sign-in of theirs (the option `account`) are paused.

Their mailboxes are disconnected by the caller, since providers are out of reach here. What they made stays,
until it is purged or its time is over; `People.enable` lets them in again, without what was ended.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from core.errors import ConflictError, NotFoundError
from core.job import LOCAL_WORKSPACE
from core.people import Identity, KnownPerson, People
from core.store import Store, sessions
from core.store.rows import Scope
from core.store.tables import jobs, sources
from core.store.tokens import TokenStore


@dataclass(frozen=True)
class Ended:
    """How much was ended."""

    sessions: int
    tokens: int
    jobs: int
    sources: int = 0


def find_leaver(store: Store, people: People, text: str, scope: Scope | None = None) -> KnownPerson:
    """Return who is to be shut out, as `People.find` does; somebody with a token that was never used is one, too.

    Raises:
        NotFoundError: nobody is known as that, and no token is theirs.
    """
    workspace, slash, person = text.rpartition("/")
    name = Identity(workspace if slash else LOCAL_WORKSPACE, person)
    if store.tokens.list(scope=scope, names=[name]):
        people.meet(*name)
    return people.find(text, scope)


def disable_person(store: Store, people: People, known: KnownPerson) -> Ended:
    """Let a person in by no door any more, and end what they have open.

    A second call continues where a first one was stopped.

    Raises:
        StoreOutage: the database cannot be used.
    """
    people.disable(known)
    names = people.names_of(known.person.home)
    ended_sessions = len(sessions.end_all(store.records, names))
    tokens = TokenStore(store.records)
    revoked = sum(tokens.revoke(token.id) for token in tokens.list(names=names))
    return Ended(ended_sessions, revoked, _cancel_open_jobs(store, names), _pause_sources(store, names))


def _pause_sources(store: Store, names: Sequence[Identity]) -> int:
    """Have what is read with a sign-in of theirs no longer be read; what they added in other ways stays for others."""
    theirs = sa.tuple_(sources.c.workspace, sources.c.person).in_([tuple(name) for name in names])
    paused = 0
    with store.database.write() as connection:
        for row in connection.execute(sa.select(sources).where(theirs, sources.c.state == "active")).all():
            detail = store.records.cipher.open(row.workspace, row.detail)
            if detail["options"].get("account"):
                stopped = {"state": "paused", "due_at": None}
                connection.execute(sa.update(sources).where(sources.c.id == row.id).values(stopped))
                paused += 1
    return paused


def _cancel_open_jobs(store: Store, names: Sequence[Identity]) -> int:
    theirs = sa.tuple_(jobs.c.workspace, jobs.c.person).in_([tuple(name) for name in names])
    is_open = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.cancel_requested == 0, jobs.c.finished_at.is_(None))
    with store.database.read() as connection:
        found = list(connection.execute(sa.select(jobs.c.id).where(theirs, is_open)).scalars())
    cancelled = 0
    for job_id in found:
        with suppress(ConflictError, NotFoundError):  # it has just ended
            store.jobs.request_cancel(job_id)
            cancelled += 1
    return cancelled
