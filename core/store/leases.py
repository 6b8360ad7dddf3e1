"""Lease and fence: each method is one short transaction, and its WHERE clause is the rule.

A worker that lost its lease is refused everywhere (`LeaseLost`), so that what it still wants to write never
replaces what its successor wrote (fencing tokens: Kleppmann, "Designing Data-Intensive Applications", chapter 8).
"""

from typing import Any

import sqlalchemy as sa

from core.drafts import Draft
from core.errors import InlaidError, LeaseLost
from core.jobs import Job
from core.privacy import Cipher
from core.store.engine import Database
from core.store.rows import is_undelivered, job_from_row, now
from core.store.tables import jobs


class LeaseStore:
    """Who works on a job.

    Args:
        database: where.
        cipher: seals drafts and errors.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def claim(self, job_id: str, *, lease_seconds: float) -> Job | None:
        """Take the job with a new fencing number, or return None when there is nothing to do for it now.

        A `queued` job becomes `running`. A `running` job whose lease is over is taken over. A `ready` or `failed`
        job that was not delivered yet keeps its state: only its delivery is left.
        """
        is_due = sa.and_(jobs.c.state == "queued", jobs.c.not_before <= now)
        is_abandoned = sa.and_(jobs.c.state == "running", jobs.c.lease_until < now)
        works = sa.case((jobs.c.state.in_(("queued", "running")), 1), else_=0)
        statement = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, sa.or_(is_due, is_abandoned, is_undelivered()))
            .values(
                state=sa.case((jobs.c.state == "queued", "running"), else_=jobs.c.state),
                fence=jobs.c.fence + 1,
                attempts=jobs.c.attempts + works,
                delivery_attempts=jobs.c.delivery_attempts + 1 - works,
                lease_until=now + lease_seconds,
                started_at=sa.func.coalesce(jobs.c.started_at, now),
            )
            .returning(*jobs.c)
        )
        with self.database.write() as connection:
            row = connection.execute(statement).one_or_none()
        return job_from_row(row, self.cipher) if row else None

    def renew(self, job_id: str, fence: int, *, lease_seconds: float) -> bool:
        """Extend the lease; returns whether the person asked to stop.

        Raises:
            LeaseLost: another worker owns the job.
        """
        return bool(self._fenced(job_id, fence, lease_until=now + lease_seconds).cancel_requested)

    def finish(self, job_id: str, fence: int, draft: Draft) -> Job:
        """Store the draft; the job is `ready`, still under the same lease for its delivery.

        Raises:
            LeaseLost: another worker owns the job; this draft is dropped.
        """
        with self.database.write() as connection:
            workspace = self._workspace(connection, job_id)
            sealed = self.cipher.seal(workspace, draft.model_dump(mode="json"))
            row = self._update_fenced(
                connection, job_id, fence, state="ready", draft=sealed, model=draft.model, finished_at=now
            )
        return job_from_row(row, self.cipher)

    def fail(self, job_id: str, fence: int, error: InlaidError) -> Job:
        """Store the error; the job is `failed`, still under the same lease so that the person can be told.

        Raises:
            LeaseLost: another worker owns the job.
        """
        with self.database.write() as connection:
            sealed = self.cipher.seal(self._workspace(connection, job_id), error.to_json())
            row = self._update_fenced(connection, job_id, fence, state="failed", error=sealed, finished_at=now)
        return job_from_row(row, self.cipher)

    def postpone(self, job_id: str, fence: int, *, wait_seconds: float, is_try: bool = True) -> None:
        """Give the job back for a later try: work goes to `queued`, a delivery keeps its state.

        Without `is_try` this one does not count, because it never came to the work itself.

        Raises:
            LeaseLost: another worker owns the job.
        """
        state = sa.case((jobs.c.state == "running", "queued"), else_=jobs.c.state)
        self._fenced(
            job_id,
            fence,
            state=state,
            attempts=jobs.c.attempts - (0 if is_try else 1),
            not_before=now + wait_seconds,
            lease_until=None,
            sent_at=None,
            send_count=0,
        )

    def release(self, job_id: str, fence: int) -> None:
        """Give the job back at once, as if never claimed: the worker is shutting down."""
        self._fenced(
            job_id,
            fence,
            state=sa.case((jobs.c.state == "running", "queued"), else_=jobs.c.state),
            attempts=sa.case((jobs.c.state == "running", jobs.c.attempts - 1), else_=jobs.c.attempts),
            lease_until=None,
            sent_at=None,
        )

    def work_again(self, job_id: str, fence: int) -> Job:
        """Drop the draft and queue the job once more, because what it worked on has changed.

        Raises:
            LeaseLost: another worker owns the job.
        """
        row = self._fenced(
            job_id,
            fence,
            state="queued",
            draft=None,
            delivery_attempts=0,
            not_before=now,
            sent_at=None,
            send_count=0,
            lease_until=None,
            finished_at=None,
        )
        return job_from_row(row, self.cipher)

    def delivered(self, job_id: str, fence: int) -> Job:
        """Note that the result, or the error, reached its surface.

        Raises:
            LeaseLost: another worker owns the job.
        """
        state = sa.case((jobs.c.state == "ready", "delivered"), else_=jobs.c.state)
        return job_from_row(self._fenced(job_id, fence, state=state, delivered_at=now, lease_until=None), self.cipher)

    def cancelled(self, job_id: str, fence: int) -> Job:
        """Note that the work was stopped at the person's wish."""
        return job_from_row(
            self._fenced(job_id, fence, state="cancelled", finished_at=now, lease_until=None), self.cipher
        )

    def _fenced(self, job_id: str, fence: int, **values: Any) -> Any:
        with self.database.write() as connection:
            return self._update_fenced(connection, job_id, fence, **values)

    def _update_fenced(self, connection: sa.Connection, job_id: str, fence: int, **values: Any) -> Any:
        statement = (
            sa.update(jobs).where(jobs.c.id == job_id, jobs.c.fence == fence).values(**values).returning(*jobs.c)
        )
        row = connection.execute(statement).one_or_none()
        if row is None:
            raise LeaseLost("Another worker owns this job now.")
        return row

    def _workspace(self, connection: sa.Connection, job_id: str) -> str:
        return str(connection.execute(sa.select(jobs.c.workspace).where(jobs.c.id == job_id)).scalar_one())
