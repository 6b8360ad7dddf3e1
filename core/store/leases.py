"""Lease and fence: each method is one short transaction, and its WHERE clause is the rule.

A worker that lost its lease is refused everywhere (`LeaseLost`), so that what it still wants to write never
replaces what its successor wrote (fencing tokens: Kleppmann, "Designing Data-Intensive Applications", chapter 8).
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.audit.entries import Actor, AuditEvent, Outcome, Thing
from core.drafts import Draft
from core.errors import InlaidError, JobAbandoned, JobCancelled, LeaseLost, NewerJob, UnreadableJob
from core.job import Job, QueueName
from core.logs import logger
from core.privacy import Cipher
from core.store.audit import ENTRY, append, entry_values
from core.store.engine import Database
from core.store.lease_statements import (
    ABANDON,
    CHANGING,
    CLAIM,
    CLAIM_LIKELY,
    CLAIM_NEXT,
    DELIVERED,
    DONE,
    IS_CANCELLED,
    READY,
    RENEW,
    WITH_ENTRY,
    fenced,
)
from core.store.prepared import Prepared
from core.store.rows import closed_job, job_from_row, now, sealed_draft
from core.store.tables import jobs
from core.store.turns import NEXT_WORKSPACE, Turns

log = logger(__name__)

# Beyond any setting: what nobody could end in so many tries ends nowhere.
MAX_ATTEMPTS = 20
# How long a job of a newer version's form waits for a worker of that version before it is offered again.
NEWER_WAIT_SECONDS = 5.0


class LeaseStore:
    """Who works on a job.

    Args:
        database: where.
        cipher: seals drafts and errors.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self.database = database
        self.cipher = cipher

    def claim(self, job_id: str, *, lease_seconds: float, max_attempts: int = MAX_ATTEMPTS) -> Job | None:
        """Take the job with a new fencing number, or return None when there is nothing to do for it now.

        A `queued` job becomes `running`. A `running` job whose lease is over is taken over. A `ready` or `failed`
        job that was not delivered yet keeps its state: only its delivery is left. What was tried `max_attempts` times
        and never came to an end comes back as `failed`. What cannot be read counts as tried: another process may have
        its key; in the end it is `failed`, too.
        """
        values = {"job": job_id, "seconds": lease_seconds, "max": max_attempts}
        with self.database.write_at_once() as connection:
            row = CLAIM.one_or_none(connection, values)
        return self._opened(row or self._abandoned(values), max_attempts)

    def claim_next(
        self, queue: QueueName, job_id: str, turns: Turns, *, lease_seconds: float, max_attempts: int = MAX_ATTEMPTS
    ) -> Job | None:
        """Take the job of a class whose turn it is, as `claim` does; see `core.store.turns`.

        `job_id` is what the message names: a job of that class that may be somebody's, or done, and whose turn may
        come with another message.
        """
        values = {"job": job_id, "seconds": lease_seconds, "max": max_attempts}
        last, likely = turns.forecast(queue)
        asked = {"of": queue, "on": last}
        with self.database.write_at_once() as connection:

            def claimed(statement: Prepared, workspace: str) -> Any:
                place = {"at": workspace, "who": turns.person(queue, workspace)}
                return statement.one_or_none(connection, values | asked | place)

            row = claimed(CLAIM_LIKELY, likely) if likely else None
            if row is None:
                row = claimed(CLAIM_NEXT, connection.execute(NEXT_WORKSPACE, asked).scalar_one() or "")
        row = row or self._abandoned(values)
        if row is not None:
            turns.served(queue, last, row.workspace, row.person)
        return self._opened(row, max_attempts)

    def _opened(self, row: Any, max_attempts: int) -> Job | None:
        """Return the job that was claimed; what cannot be read is set aside."""
        if row is None:
            return None
        try:
            job = job_from_row(row, self.cipher)
        except NewerJob:
            self._leave(closed_job(row))
            return None
        except UnreadableJob:
            self._set_aside(closed_job(row), max_attempts)
            return None
        return job if job.delivered_at is None else None

    def _abandoned(self, values: dict[str, object]) -> Any:
        """Return the row of a job that was tried too often, which is `failed` now, or None if it was not."""
        with self.database.write() as connection:
            row = connection.execute(ABANDON, values).one_or_none()
            if row is None:
                return None
            times = max(row.attempts, row.delivery_attempts)
            error = JobAbandoned(
                f"It was started {times} times, and each time its worker ended before it was done.",
                fix="Try again. If nobody ended the worker, use a shorter text.",
            )
            log.error("job abandoned", job_id=row.id, attempt=row.attempts)
            sealed = self.cipher.seal(row.workspace, error.to_json())
            statement = sa.update(jobs).where(jobs.c.id == row.id).values(error=sealed).returning(*jobs.c)
            failed = connection.execute(statement).one()
            append(connection, _failed(closed_job(row), error.code))
        return failed

    def _leave(self, job: Job) -> None:
        """Give back what a newer version has to work on, as if never claimed."""
        log.warning("job left to a newer version", job_id=job.id)
        works = jobs.c.state == "running"
        self._change(
            job,
            state=sa.case((works, "queued"), else_=jobs.c.state),
            attempts=jobs.c.attempts - sa.case((works, 1), else_=0),
            delivery_attempts=jobs.c.delivery_attempts
            - sa.case((sa.or_(works, jobs.c.delivery_attempts == 0), 0), else_=1),
            not_before=now + NEWER_WAIT_SECONDS,
            lease_until=None,
            sent_at=None,
        )

    def _set_aside(self, job: Job, max_attempts: int) -> None:
        tries = max(job.attempts, job.delivery_attempts)
        log.error("job cannot be read", job_id=job.id, attempt=tries)
        if tries < max_attempts:
            self.postpone(job, wait_seconds=2.0**tries)
        else:
            # Without an error: what this process seals, those that can read the job may not open.
            values = {"error": None, "finished_at": now, "delivered_at": now, "lease_until": None}
            self._change(job, _failed(job, UnreadableJob.code), state="failed", **values)

    def renew(self, job: Job, *, lease_seconds: float) -> bool:
        """Extend the lease; returns whether the person asked to stop.

        Raises:
            LeaseLost: another worker owns the job.
        """
        return self._run(RENEW, job, seconds=lease_seconds).cancel_requested

    def finish(self, job: Job, draft: Draft, *, is_delivered: bool = False) -> Job:
        """Store the draft; the job is `ready`, still under the same lease for its delivery.

        With `is_delivered` it is there at once: reading the job is its delivery.

        Raises:
            LeaseLost: another worker owns the job; this draft is dropped.
            JobCancelled: its person has asked to stop meanwhile, and was told that it ends; this draft is dropped.
        """
        sealed = sealed_draft(job.workspace, draft, self.cipher)
        told = _finished(job, draft, is_delivered=is_delivered)
        try:
            changed = self._run(DONE if is_delivered else READY, job, told, sealed=sealed, writer=draft.model)
        except LeaseLost:
            if self.is_cancelled(job):
                raise JobCancelled("The job was cancelled.") from None
            raise
        return dataclasses.replace(changed, draft=draft, model=draft.model)

    def fail(self, job: Job, error: InlaidError) -> Job:
        """Store the error; the job is `failed`, still under the same lease so that the person can be told.

        Raises:
            LeaseLost: another worker owns the job.
        """
        sealed = self.cipher.seal(job.workspace, error.to_json())
        changed = self._change(job, _failed(job, error.code), state="failed", error=sealed, finished_at=now)
        return dataclasses.replace(changed, error=error.to_json())

    def postpone(self, job: Job, *, wait_seconds: float, is_try: bool = True) -> Job:
        """Give the job back for a later try: work goes to `queued`, a delivery keeps its state.

        Without `is_try` this one does not count, because it never came to the work itself.

        Raises:
            LeaseLost: another worker owns the job.
        """
        return self._change(
            job,
            state=sa.case((jobs.c.state == "running", "queued"), else_=jobs.c.state),
            attempts=jobs.c.attempts - (0 if is_try else 1),
            not_before=now + wait_seconds,
            lease_until=None,
            sent_at=None,
            send_count=0,
        )

    def release(self, job: Job) -> Job:
        """Give the job back at once, as if never claimed: the worker is shutting down."""
        works = jobs.c.state == "running"
        return self._change(
            job,
            state=sa.case((works, "queued"), else_=jobs.c.state),
            attempts=jobs.c.attempts - sa.case((works, 1), else_=0),
            lease_until=None,
            sent_at=None,
        )

    def release_over_worker(self, job: Job) -> Job | None:
        """Give back work that has no step in which to be given back by `release`; what it still writes is refused.

        None where it has just ended, or is a delivery: that may have arrived already.
        """
        again = {"state": "queued", "attempts": jobs.c.attempts - 1, "sent_at": None}
        return self._end_over_worker(job, jobs.c.state == "running", None, **again)

    def work_again(self, job: Job) -> Job:
        """Drop the draft and queue the job once more, because what it worked on has changed.

        Raises:
            LeaseLost: another worker owns the job.
        """
        changed = self._change(
            job,
            state="queued",
            draft=None,
            not_before=now,
            sent_at=None,
            send_count=0,
            lease_until=None,
            finished_at=None,
        )
        return dataclasses.replace(changed, draft=None)

    def delivered(self, job: Job) -> Job:
        """Note that the result, or the error, reached its surface.

        Raises:
            LeaseLost: another worker owns the job.
        """
        return self._run(DELIVERED, job, _event("result.delivered", job, {"surface": job.surface_name}))

    def cancelled(self, job: Job, draft: Draft | None = None) -> Job:
        """Note that the work was stopped at the person's wish; `draft` is what was done until then."""
        told = _event("job.cancelled", job, {})
        changed = self._change(job, told, **self._stopped(job, draft), lease_until=None)
        return dataclasses.replace(changed, draft=draft)

    def _stopped(self, job: Job, draft: Draft | None) -> dict[str, object]:
        sealed = sealed_draft(job.workspace, draft, self.cipher) if draft else None
        return {"state": "cancelled", "finished_at": now, "draft": sealed}

    def is_cancelled(self, job: Job) -> bool:
        """Return whether the person asked to stop, without extending the lease: a read, where `renew` is a write.

        Raises:
            LeaseLost: another worker owns the job.
        """
        with self.database.read() as connection:
            found = connection.execute(IS_CANCELLED, {"job": job.id, "held": job.fence}).scalar_one_or_none()
        if found is None:
            raise LeaseLost("Another worker owns this job now.")
        return bool(found)

    def cancel_over_worker(self, job: Job, draft: Draft | None = None) -> Job | None:
        """End the work of a job whose worker does not stop, or None if it has just ended. Its result is refused.

        `draft` is what was done until then.
        """
        ended = self._stopped(job, draft)
        return self._end_over_worker(job, jobs.c.state == "running", _event("job.cancelled", job, {}), **ended)

    def fail_over_worker(self, job: Job, error: InlaidError, *, wait_seconds: float) -> Job | None:
        """End the work of a job whose worker does not stop, or let its delivery be tried by another one.

        What the worker still does is refused, as after a lost lease, or None if it has just ended. Whoever gets the
        job next tells the person.
        """
        works = jobs.c.state == "running"
        sealed = self.cipher.seal(job.workspace, error.to_json())
        return self._end_over_worker(
            job,
            jobs.c.delivered_at.is_(None),
            _failed(job, error.code),
            state=sa.case((works, "failed"), else_=jobs.c.state),
            error=sa.case((works, sa.literal(sealed, sa.LargeBinary)), else_=jobs.c.error),
            finished_at=sa.case((works, now), else_=jobs.c.finished_at),
            not_before=sa.case((works, now), else_=now + wait_seconds),
            sent_at=None,
            send_count=0,
        )

    def _end_over_worker(
        self, job: Job, condition: sa.ColumnElement[bool], told: AuditEvent | None, **values: Any
    ) -> Job | None:
        statement = (
            sa.update(jobs)
            .where(jobs.c.id == job.id, jobs.c.fence == job.fence, condition)
            .values(**values, fence=jobs.c.fence + 1, lease_until=None)
            .returning(*CHANGING)
        )
        with self.database.write() as connection:
            row = connection.execute(statement).one_or_none()
            if row and told:
                append(connection, told)
        return dataclasses.replace(job, **_changed(row)) if row else None

    def _change(self, job: Job, told: AuditEvent | None = None, /, **values: Any) -> Job:
        """Change the row where the job's fence is still the newest, and return the job as it is now."""
        with self.database.write_at_once() if told is None else self.database.write() as connection:
            row = connection.execute(fenced(**values), {"job": job.id, "held": job.fence}).one_or_none()
            if row is not None and told:
                append(connection, told)
        return _job_now(job, row)

    def _run(self, statement: Prepared, job: Job, told: AuditEvent | None = None, /, **given: Any) -> Job:
        """Run a statement of `fenced` in a transaction of its own, and return the job as it is now."""
        values = {"job": job.id, "held": job.fence, **given}
        is_one = told is None or (statement in WITH_ENTRY and not self.database.is_sqlite)
        if told and is_one:
            statement, values = WITH_ENTRY[statement], values | entry_values(told)
        with self.database.write_at_once() if is_one else self.database.write() as connection:
            row = statement.one_or_none(connection, values)
            if row is not None and told and not is_one:
                ENTRY.one_or_none(connection, entry_values(told))
        return _job_now(job, row)


def _job_now(job: Job, row: Any) -> Job:
    """Return a job with what its row says of it now.

    Raises:
        LeaseLost: there is no row: its fence is an old one.
    """
    if row is None:
        raise LeaseLost("Another worker owns this job now.")
    return dataclasses.replace(job, **_changed(row))


def _changed(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "cancel_requested": bool(row.cancel_requested)}


def _event(action: str, job: Job, told: Mapping[str, object], outcome: Outcome = "success") -> AuditEvent:
    actor = Actor(job.workspace, door="worker")
    return AuditEvent(action, actor, Thing("job", job.id), outcome, details={"recipe": job.recipe, **told})


def _finished(job: Job, draft: Draft, *, is_delivered: bool) -> AuditEvent:
    told = {
        "model": draft.model,
        "variant": draft.variant,
        "escalated_to": [step.to for step in draft.escalations],
        "is_without_model": draft.skeleton,
        "input_tokens": draft.usage.input_tokens,
        "output_tokens": draft.usage.output_tokens,
        "is_delivered": is_delivered,
    }
    return _event("job.finished", job, told)


def _failed(job: Job, code: str) -> AuditEvent:
    return _event("job.failed", job, {"error": code}, "failure")
