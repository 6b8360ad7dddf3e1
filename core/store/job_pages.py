"""Jobs a page at a time, by filters: the newest first, each page from where the one before ended (keyset paging).

Ids sort by the time they were made (`core.job.new_id`), so an id is all that a page has to know of the one before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import sqlalchemy as sa

from core.job import QUEUES, SIGNALS, TRIAL, Job
from core.privacy import Cipher
from core.store.engine import Database
from core.store.rows import JobList, Scope, jobs_after, readable_jobs
from core.store.tables import jobs, tallies

# What is looked for: how far a job is, or what its person made of the result ("open": nothing yet).
Stage = Literal["working", "failed", "cancelled", "open", "accepted", "edited", "rejected", "regenerated", "expired"]
STAGES: tuple[Stage, ...] = get_args(Stage)
_STATES: dict[str, tuple[str, ...]] = {
    "working": ("queued", "running"),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are asked for.

    Attributes:
        names: each (workspace, person) whose jobs they are; None for everybody's within `scope`.
        scope: the workspaces, where `names` is None.
        stage: how far they are; "" for any.
        surface, recipe: where they came from, and what they are of; "" for any.
        without: surfaces whose jobs are left out: no person asked for what trials and scans do.
        before: the id of the last job of the page before; "" for the newest.
    """

    names: Sequence[tuple[str, str]] | None = None
    scope: Scope = field(default_factory=Scope)
    stage: Stage | Literal[""] = ""
    surface: str = ""
    recipe: str = ""
    without: Sequence[str] = (TRIAL, SIGNALS)
    before: str = ""


@dataclass(frozen=True)
class JobPage:
    """Some jobs.

    Attributes:
        jobs: themselves.
        following: what `before` of the next page is, "" where nothing follows.
        read: of a search, how many were looked through.
    """

    jobs: JobList
    following: str = ""
    read: int = 0


@dataclass(frozen=True)
class QueueLoad:
    """How many jobs of a queue wait and are worked on; `since` is when the one that waits longest came, 0 for none."""

    queue: str
    waiting: int
    running: int
    since: float


class JobPages:
    """Reads jobs by page.

    Args:
        database: where they are.
        cipher: opens their texts.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def page(self, wanted: JobFilter, *, limit: int) -> JobPage:
        """Return at most `limit` jobs; those that cannot be read are left out and counted."""
        rows, following = self._rows(wanted, limit)
        return JobPage(readable_jobs(rows, self._cipher), following)

    def search(self, wanted: JobFilter, words: str, *, limit: int, most_read: int) -> JobPage:
        """Return jobs in which all words stand; texts are sealed, so at most `most_read` are opened and looked through.

        `following` goes on after the last that was looked at.
        """
        found, read, before = JobList(), 0, wanted.before
        terms = words.casefold().split()
        while read < most_read:
            rows, following = self._rows(replace(wanted, before=before), min(100, most_read - read))
            readable = {job.id: job for job in readable_jobs(rows, self._cipher)}
            for row in rows:
                read, before = read + 1, row.id if row is not rows[-1] else following
                job = readable.get(row.id)
                text = " ".join(_texts(job)).casefold() if job else ""
                if job is None:
                    found.left_out += 1
                elif all(term in text for term in terms):
                    found.append(job)
                if len(found) == limit:
                    break
            if not rows or not before or len(found) == limit:
                break
        return JobPage(found, before if read else "", read - found.left_out)

    def versions_after(self, job: Job, names: Sequence[tuple[str, str]], *, most_read: int) -> list[Job]:
        """Return the versions that were made of a job's draft, and of these, the oldest first.

        Args:
            job: whose draft it is.
            names: each (workspace, person) whose jobs they may be.
            most_read: of the jobs of its recipe that came after it, so many are looked at.
        """
        with self._database.read() as connection:
            after = jobs_after(connection, self._cipher, job, names, most_read=most_read)
        known, found = {job.id}, list[Job]()
        for later in after:
            if later.refines in known:
                known.add(later.id)
                found.append(later)
        return found

    def _rows(self, wanted: JobFilter, limit: int) -> tuple[Sequence[sa.Row[Any]], str]:
        """Return the rows of a page, still sealed, and what `before` of the next one is."""
        with self._database.read() as connection:
            ids = self._ids(connection, wanted, limit + 1)
            rows = connection.execute(
                sa.select(jobs).where(jobs.c.id.in_(ids[:limit])).order_by(jobs.c.id.desc())
            ).all()
        return rows, ids[limit - 1] if len(ids) > limit else ""

    def loads(self) -> list[QueueLoad]:
        """Return what each queue has to do, of all workspaces."""
        is_open = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.state.in_(("queued", "running")))
        counted = sa.select(jobs.c.queue, jobs.c.state, sa.func.count(), sa.func.min(jobs.c.not_before)).where(is_open)
        with self._database.read() as connection:
            rows = connection.execute(counted.group_by(jobs.c.queue, jobs.c.state)).all()
        found = {(queue, state): (count, since) for queue, state, count, since in rows}
        return [
            QueueLoad(
                queue,
                found.get((queue, "queued"), (0, 0))[0],
                found.get((queue, "running"), (0, 0))[0],
                found.get((queue, "queued"), (0, 0.0))[1],
            )
            for queue in QUEUES
        ]

    def _ids(self, connection: sa.Connection, wanted: JobFilter, limit: int) -> list[str]:
        """Return the ids of a page. One query for each name, so that each reads its index from the newest on."""
        if wanted.names is None:
            return self._taken(connection, wanted, None, limit)
        found: list[str] = []
        for workspace, person in dict.fromkeys(tuple(name) for name in wanted.names):
            found += self._taken(connection, wanted, (workspace, person), limit)
        return sorted(found, reverse=True)[:limit]

    def _taken(
        self, connection: sa.Connection, wanted: JobFilter, name: tuple[str, str] | None, limit: int
    ) -> list[str]:
        """Return the ids of one name's jobs, or of everybody's in the scope.

        By outcome, the table of what jobs count for is read in its order: the worker keeps it, at most seconds late.
        """
        states = _STATES.get(wanted.stage)
        is_by_outcome = bool(wanted.stage) and not states
        ids = tallies.c.job_id if is_by_outcome else jobs.c.id
        statement = sa.select(jobs.c.id).where(jobs.c.surface.not_in(wanted.without))
        if is_by_outcome:
            outcome = "" if wanted.stage == "open" else wanted.stage
            statement = statement.join(tallies, ids == jobs.c.id).where(tallies.c.outcome == outcome)
            states = ("ready", "delivered") if outcome == "" else None
        for table in (jobs, tallies) if is_by_outcome else (jobs,):
            is_theirs = name and sa.and_(table.c.workspace == name[0], table.c.person == name[1])
            statement = statement.where(wanted.scope.rows(table.c.workspace) if is_theirs is None else is_theirs)
        if states:
            statement = statement.where(jobs.c.state.in_(states))
        if wanted.stage == "working":  # what is open is few, and has an index of its own
            statement = statement.where(jobs.c.delivered_at.is_(None), jobs.c.queue.in_(QUEUES))
        for column, value in ((jobs.c.surface, wanted.surface), (jobs.c.recipe, wanted.recipe)):
            if value:
                statement = statement.where(column == value)
        if wanted.before:
            statement = statement.where(ids < wanted.before)
        return list(connection.execute(statement.order_by(ids.desc()).limit(limit)).scalars())


def _texts(job: Job) -> Iterator[str]:
    """Return what of a job its person may remember: what they asked with, and what came of it."""
    yield from (value for value in job.inputs.values() if isinstance(value, str))
    if job.draft:
        yield job.draft.subject or ""
        yield job.draft.text
        yield from (item.text for item in job.draft.items or ())
        yield from (edit.text or edit.comment for edit in job.draft.edits or ())
