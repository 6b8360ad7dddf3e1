"""The statements of the lease protocol, built once: building one costs as much as running it."""

from typing import Any

import sqlalchemy as sa

from core.store.audit import with_entry
from core.store.prepared import Prepared
from core.store.rows import in_state, is_undelivered, is_workable, now, written_out
from core.store.tables import jobs
from core.store.turns import likely_job, next_job

MAX_DELIVERY_ATTEMPTS = 20

# What a lease changes of a job; its holder knows the sealed columns, so they are not read back.
CHANGING = (
    jobs.c.state,
    jobs.c.attempts,
    jobs.c.delivery_attempts,
    jobs.c.cancel_requested,
    jobs.c.started_at,
    jobs.c.finished_at,
    jobs.c.delivered_at,
)


def _claim(job: sa.ColumnElement[str]) -> sa.Executable:
    """Return the statement of `LeaseStore.claim`, built once: building costs as much as running it."""
    works = sa.case((in_state("queued", "running"), 1), else_=0)
    can_be_worked = sa.and_(is_workable(), jobs.c.attempts < sa.bindparam("max"))
    can_be_delivered = sa.and_(is_undelivered(), jobs.c.delivery_attempts < MAX_DELIVERY_ATTEMPTS)
    return (
        sa.update(jobs)
        .where(jobs.c.id == job, sa.or_(can_be_worked, can_be_delivered))
        .values(
            state=sa.case((jobs.c.state == "queued", "running"), else_=jobs.c.state),
            fence=jobs.c.fence + 1,
            attempts=jobs.c.attempts + works,
            delivery_attempts=jobs.c.delivery_attempts + 1 - works,
            lease_until=now + sa.bindparam("seconds", type_=sa.Double()),
            started_at=sa.func.coalesce(jobs.c.started_at, now),
        )
        .returning(*jobs.c)
    )


def _abandon() -> sa.Executable:
    """Return the statement that ends what was tried too often: the rule of `_claim` lets nobody have it any more."""
    is_told_too_often = sa.and_(is_undelivered(), jobs.c.delivery_attempts >= MAX_DELIVERY_ATTEMPTS)
    is_tried_too_often = sa.and_(is_workable(), jobs.c.attempts >= sa.bindparam("max"))
    return (
        sa.update(jobs)
        .where(jobs.c.id == sa.bindparam("job"), sa.or_(is_tried_too_often, is_told_too_often))
        .values(
            state="failed",
            fence=jobs.c.fence + 1,
            lease_until=now + sa.bindparam("seconds", type_=sa.Double()),
            finished_at=sa.func.coalesce(jobs.c.finished_at, now),
            delivered_at=sa.case((in_state("ready", "failed"), now), else_=None),
        )
        .returning(*jobs.c)
    )


CLAIM, CLAIM_NEXT, CLAIM_LIKELY = (
    Prepared(written_out(_claim(job))) for job in (sa.bindparam("job", type_=sa.Text()), next_job(), likely_job())
)
ABANDON = written_out(_abandon())


def fenced(**values: Any) -> sa.Executable:
    """Return the statement that changes a job for who holds it: where its fence is still the newest."""
    held = sa.and_(jobs.c.id == sa.bindparam("job"), jobs.c.fence == sa.bindparam("held"))
    return sa.update(jobs).where(held).values(**values).returning(*CHANGING)


# What each job comes through, built once, and then with the entry of the audit trail, where that is one statement.
_DRAFTED = {
    "draft": sa.bindparam("sealed", type_=sa.LargeBinary()),
    "model": sa.bindparam("writer", type_=sa.Text()),
    "finished_at": now,
}


def _unless_cancelled(statement: Any) -> Prepared:
    """Return a change that comes too late once its person asked to stop, as that was acknowledged to them."""
    return Prepared(written_out(statement.where(jobs.c.cancel_requested == 0)))


READY = _unless_cancelled(fenced(state="ready", **_DRAFTED))
DONE = _unless_cancelled(fenced(state="delivered", delivered_at=now, lease_until=None, **_DRAFTED))
_is_told = sa.case((jobs.c.state == "ready", "delivered"), else_=jobs.c.state)
DELIVERED = Prepared(written_out(fenced(state=_is_told, delivered_at=now, lease_until=None)))
WITH_ENTRY = {change: Prepared(with_entry(change.statement)) for change in (READY, DONE, DELIVERED)}
STATEMENTS_OF_A_JOB = (CLAIM, CLAIM_NEXT, CLAIM_LIKELY, *WITH_ENTRY.values())
RENEW = Prepared(fenced(lease_until=now + sa.bindparam("seconds", type_=sa.Double())))
IS_CANCELLED = sa.select(jobs.c.cancel_requested).where(
    jobs.c.id == sa.bindparam("job"), jobs.c.fence == sa.bindparam("held")
)
