"""The job table: how jobs come in, are read, cancelled, tried again and found to be due."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.audit.acting import current_actor
from core.audit.entries import AuditEvent, Thing
from core.drafts import JsonObject
from core.errors import ConflictError, NotFoundError, UnreadableJob
from core.job import QUEUES, Job, JobRequest, QueueName, State, new_id
from core.privacy import Cipher
from core.store.audit import append
from core.store.effects import put_blob
from core.store.engine import Database
from core.store.rows import (
    MAX_SECONDS,
    JobList,
    Scope,
    closed_job,
    is_undelivered,
    is_workable,
    job_from_row,
    now,
    readable_jobs,
    sealed_request,
)
from core.store.tables import jobs, outcomes

MAX_RESEND_DOUBLINGS = 6
# The classes by urgency, and how many times longer than the first a job of each waits before it is sent again.
RESEND_WAITS: dict[QueueName, float] = {"interactive": 1.0, "background": 3.0, "bulk": 6.0}
# A figure costs the same however many there are: of what is counted, that many of a class and state are at most.
MAX_COUNTED = 10_000
OPEN_STATES: tuple[State, ...] = ("queued", "running", "ready")
# Made once, with its constants: it is asked every few seconds, day and night.
_UNFINISHED = sa.text(
    "SELECT 1 FROM job WHERE delivered_at IS NULL AND queue IN ('interactive', 'background', 'bulk')"
    " AND state IN ('queued', 'running', 'ready', 'failed') LIMIT 1"
)


class JobStore:
    """Jobs in the database.

    Args:
        database: where.
        cipher: seals requests, drafts and errors.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def add(self, request: JobRequest) -> tuple[Job, bool]:
        """Store a job unless its dedupe key is known. Returns the stored job and whether it is new.

        A new job counts as sent, because its caller wakes a worker next: one commit instead of two.

        Raises:
            ConflictError: the key is known with other content.
            StoreOutage: nothing was stored.
        """
        job_id = new_id()
        key = request.dedupe_key or job_id
        digest = request.content_hash()
        row = {
            "id": job_id,
            "workspace": request.workspace,
            "person": request.person,
            "surface": request.surface,
            "recipe": request.recipe,
            "queue": request.queue,
            "dedupe_key": key,
            "content_hash": digest,
            "state": "queued",
            "request": sealed_request(request, self.cipher),
            "model": request.model,
        }
        with self.database.write() as connection:
            try:
                with connection.begin_nested():
                    stored = self._insert(connection, row, request)
            except IntegrityError:
                return self._earlier(connection, request, digest), False
            append(connection, _requested(stored, request))
        return stored, True

    def _insert(self, connection: sa.Connection, row: JsonObject, request: JobRequest) -> Job:
        statement = sa.insert(jobs).values(**row, not_before=now, created_at=now, sent_at=now).returning(*jobs.c)
        stored = connection.execute(statement).one()
        for name, data in request.blobs.items():
            put_blob(connection, self.cipher, stored, name, data)
        return job_from_row(stored, self.cipher)

    def _earlier(self, connection: sa.Connection, request: JobRequest, digest: str) -> Job:
        found = connection.execute(
            sa.select(jobs).where(
                jobs.c.workspace == request.workspace,
                jobs.c.surface == request.surface,
                jobs.c.dedupe_key == request.dedupe_key,
            )
        ).one()
        if found.content_hash != digest or found.person != request.person:
            raise ConflictError(
                "This idempotency key was used before with other content.", fix="Send a new key for a new request."
            )
        return job_from_row(found, self.cipher)

    def get(self, job_id: str) -> Job:
        """Return one job.

        Raises:
            NotFoundError: it does not exist.
            UnreadableJob: it cannot be opened.
        """
        return job_from_row(self._row(job_id), self.cipher)

    def peek(self, job_id: str) -> Job:
        """Return one job without its texts, also one that cannot be opened.

        Raises:
            NotFoundError: it does not exist.
        """
        return closed_job(self._row(job_id))

    def next_waiting(self, queue: QueueName, surface: str) -> str:
        """Return the id of the job of a queue and a surface that has waited longest for a worker, "" for none."""
        mine = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.queue == queue, jobs.c.surface == surface)
        waiting = sa.select(jobs.c.id).where(mine, jobs.c.state.in_(("queued", "running")), is_workable())
        with self.database.read() as connection:
            found = connection.execute(waiting.order_by(jobs.c.not_before, jobs.c.id).limit(1))
            return str(found.scalar_one_or_none() or "")

    def _row(self, job_id: str) -> Any:
        with self.database.read() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFoundError("There is no such job.", fix="List jobs with: inlaid jobs list")
        return row

    def list(
        self,
        *,
        limit: int = 50,
        workspace: str | None = None,
        person: str | None = None,
        state: str | None = None,
        scope: Scope | None = None,
        before: str = "",
    ) -> JobList:
        """Return the newest jobs first; those that cannot be read are left out and counted.

        Ids sort by the time they were made, and have an index; with `before` only jobs older than that id.
        """
        statement = sa.select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if scope is not None:
            statement = statement.where(scope.rows(jobs.c.workspace))
        if workspace is not None:
            statement = statement.where(jobs.c.workspace == workspace)
        if person is not None:
            statement = statement.where(jobs.c.person == person)
        if state is not None:
            statement = statement.where(jobs.c.state == state)
        if before:
            statement = statement.where(jobs.c.id < before)
        with self.database.read() as connection:
            return readable_jobs(connection.execute(statement), self.cipher)

    def done(self, recipe: str, names: Sequence[tuple[str, str]], *, limit: int) -> JobList:
        """Return the newest delivered jobs of a recipe that any (workspace, person) asked for."""
        theirs = sa.tuple_(jobs.c.workspace, jobs.c.person).in_([tuple(name) for name in names])
        is_done = sa.and_(jobs.c.state == "delivered", jobs.c.recipe == recipe, theirs)
        statement = sa.select(jobs).where(is_done).order_by(jobs.c.created_at.desc()).limit(limit)
        with self.database.read() as connection:
            return readable_jobs(connection.execute(statement), self.cipher)

    def count(self) -> int:
        """Return how many jobs are kept. Each is looked at."""
        with self.database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one())

    def count_open(self, most: int = MAX_COUNTED) -> dict[tuple[QueueName, State], int]:
        """Return how many jobs have not ended by (queue, state); `most` stands for that many or more."""
        counts = [
            sa.select(sa.literal(queue), sa.literal(state), self._count_of(queue, state, most))
            for queue in QUEUES
            for state in OPEN_STATES
        ]
        with self.database.read() as connection:
            return {(queue, state): count for queue, state, count in connection.execute(sa.union_all(*counts))}

    def _count_of(self, queue: QueueName, state: State, most: int) -> sa.ScalarSelect[int]:
        found = sa.select(jobs.c.not_before).where(
            jobs.c.delivered_at.is_(None), jobs.c.queue == queue, jobs.c.state == state
        )
        if not self.database.is_sqlite:
            # In the order of the index: else PostgreSQL may read the table from its beginning, past all that has ended.
            found = found.order_by(jobs.c.not_before)
        return sa.select(sa.func.count()).select_from(found.limit(most).subquery()).scalar_subquery()

    def oldest_wait_seconds(self) -> dict[QueueName, float]:
        """Return by queue how long its oldest job has waited since it might run, 0 where none waits."""
        # One look at the index for each, however many wait.
        of_queue = [
            sa.select(sa.literal(queue), now - sa.func.min(jobs.c.not_before)).where(
                jobs.c.delivered_at.is_(None), jobs.c.queue == queue, jobs.c.state == "queued"
            )
            for queue in QUEUES
        ]
        with self.database.read() as connection:
            return {queue: max(0.0, waited or 0.0) for queue, waited in connection.execute(sa.union_all(*of_queue))}

    def request_cancel(self, job_id: str) -> Job:
        """Cancel a job that waits; ask the worker of one that runs to stop.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: it is finished.
        """
        # A result that waits for its next delivery is nobody's at the moment.
        waits = sa.or_(jobs.c.state == "queued", jobs.c.state == "ready")
        is_held = sa.and_(jobs.c.state == "ready", jobs.c.lease_until.is_not(None))
        statement = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.state.in_(("queued", "running", "ready")), sa.not_(is_held))
            .values(
                cancel_requested=1,
                state=sa.case((waits, "cancelled"), else_=jobs.c.state),
                finished_at=sa.case((waits, now), else_=jobs.c.finished_at),
            )
            .returning(*jobs.c)
        )
        return self._changed(job_id, statement, "job.cancelled", "cannot be cancelled any more")

    def request_retry(self, job_id: str) -> Job:
        """Queue a failed or cancelled job once more, with fresh attempts.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: it neither failed nor was cancelled.
        """
        statement = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.state.in_(("failed", "cancelled")))
            .values(
                state="queued",
                fence=jobs.c.fence + 1,  # the worker that is telling of the failure no longer has it
                attempts=0,
                delivery_attempts=0,
                cancel_requested=0,
                error=None,
                draft=None,
                not_before=now,
                sent_at=now,
                send_count=0,
                lease_until=None,
                started_at=None,
                finished_at=None,
                delivered_at=None,
            )
            .returning(*jobs.c)
        )
        reason = "has not failed, so there is nothing to try again"
        # What was done with the failure is not about what comes of it now.
        return self._changed(job_id, statement, "job.retried", reason, sa.delete(outcomes))

    def due(self, *, resend_seconds: float, limit: int) -> Sequence[tuple[str, QueueName]]:
        """Return jobs that no living worker has and whose last wake-up call is long ago, interactive ones first.

        The wait doubles with each call, and begins longer for classes in which jobs wait for their turn.

        Args:
            resend_seconds: the first wait of an interactive job.
            limit: most of each class.
        """
        with self.database.read() as connection:
            return self._due(connection, resend_seconds, limit, holds=False)

    def has_unfinished(self) -> bool:
        """Tell whether there is any job that something is still to be done for; to ask costs next to nothing."""
        with self.database.read() as connection:
            return connection.execute(_UNFINISHED).scalar_one_or_none() is not None

    def take_due(
        self, *, resend_seconds: float, limit: int, waiting: Mapping[QueueName, int] | None = None
    ) -> Sequence[tuple[str, QueueName]]:
        """Return as `due`, and note that they were sent: no other sweeper gets them. Give back what cannot be sent.

        `waiting` is how many messages of a class wait at the broker. So many jobs of it are on their way: only what
        is above that was lost, and as messages are taken in order, it is what waits for longest.
        """
        with self.database.read() as connection:
            if not self._due(connection, resend_seconds, 1, holds=False, waiting=waiting):
                return []
        with self.database.write() as connection:
            found = self._due(connection, resend_seconds, limit, holds=True, waiting=waiting)
            if not found:
                return []
            sent = jobs.c.id.in_([job_id for job_id, _ in found])
            connection.execute(sa.update(jobs).where(sent).values(sent_at=now, send_count=jobs.c.send_count + 1))
        return found

    def _due(
        self,
        connection: sa.Connection,
        resend_seconds: float,
        limit: int,
        *,
        holds: bool,
        waiting: Mapping[QueueName, int] | None = None,
    ) -> Sequence[tuple[str, QueueName]]:
        found: list[tuple[str, QueueName]] = []
        for queue, waits in RESEND_WAITS.items():
            is_unsent = self._is_unsent(resend_seconds * waits)
            lost = self._most_lost(connection, queue, (waiting or {}).get(queue, 0), limit)
            for states, most in ((("queued",), lost), (("running", "ready", "failed"), limit)):
                if not most:  # with all messages there, a million jobs that wait are not looked through
                    continue
                statement = (
                    sa.select(jobs.c.id)
                    .where(
                        jobs.c.delivered_at.is_(None),  # as the index says it: what has ended is not looked at
                        jobs.c.queue == queue,
                        jobs.c.state.in_(states),
                        sa.or_(is_workable(), is_undelivered()),
                        is_unsent,
                    )
                    .order_by(jobs.c.not_before)
                    .limit(most)
                )
                if holds:  # where other processes may do the same meanwhile; SQLite lets one write at a time anyway
                    statement = statement.with_for_update(skip_locked=True)
                found += [(job_id, queue) for job_id in connection.execute(statement).scalars()]
        return found

    def _most_lost(self, connection: sa.Connection, queue: QueueName, waiting: int, limit: int) -> int:
        """Return how many of the jobs of a class may have lost their message, up to a limit."""
        if not waiting:
            return limit
        # To count those that may run now each is read. With a message for each that waits, which is how it is, a look
        # at the index is enough.
        of_queue = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.queue == queue, jobs.c.state == "queued")
        beyond = sa.select(sa.literal(1)).select_from(jobs).where(of_queue).offset(waiting).limit(1)
        if connection.execute(beyond).scalar_one_or_none() is None:
            return 0
        counted = sa.select(sa.func.count()).select_from(jobs).where(of_queue, is_workable())
        return min(limit, max(0, connection.execute(counted).scalar_one() - waiting))

    def _is_unsent(self, wait_seconds: float) -> sa.ColumnElement[bool]:
        least = sa.func.min if self.database.is_sqlite else sa.func.least
        doublings = least(jobs.c.send_count, MAX_RESEND_DOUBLINGS)
        wait = wait_seconds * sa.literal_column("1", sa.Integer).op("<<", return_type=sa.Integer())(doublings)
        return sa.or_(
            jobs.c.sent_at.is_(None),
            jobs.c.sent_at < jobs.c.lease_until,
            jobs.c.sent_at + wait < now,
            jobs.c.sent_at > now + MAX_SECONDS,
        )

    def mark_unsent(self, *job_ids: str) -> None:
        """Note that wake-up calls failed: the next sweep makes them."""
        with self.database.write() as connection:
            connection.execute(sa.update(jobs).where(jobs.c.id.in_(job_ids)).values(sent_at=None))

    def _changed(
        self, job_id: str, statement: sa.Executable, action: str, reason: str, forgotten: sa.Delete | None = None
    ) -> Job:
        with self.database.write() as connection:
            row = connection.execute(statement).one_or_none()
            if row is not None and forgotten is not None:
                connection.execute(forgotten.where(outcomes.c.job_id == job_id))
            if row is not None:
                actor = current_actor(row.workspace, person=row.person, door=row.surface)
                append(connection, AuditEvent(action, actor, Thing("job", job_id), workspace=row.workspace))
        if row is None:
            state = self.peek(job_id).state
            raise ConflictError(f"The job is {state}: it {reason}.", fix="For another result, begin a new job.")
        try:
            return job_from_row(row, self.cipher)
        except UnreadableJob:
            return closed_job(row)


def _requested(job: Job, request: JobRequest) -> AuditEvent:
    actor = current_actor(job.workspace, person=job.person, door=job.surface)
    told = {
        "recipe": job.recipe,
        "surface": job.surface,
        "delivery": job.surface_name,
        "queue": job.queue,
        "model": job.model,
        "files": len(request.blobs),
    }
    return AuditEvent("job.requested", actor, Thing("job", job.id), details=told, workspace=job.workspace)
