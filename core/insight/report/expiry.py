"""A draft that nobody did anything with for a week counts as expired, on whatever surface it waits."""

import sqlalchemy as sa

from core.errors import InlaidError
from core.store import Store
from core.store.rows import job_from_row, now
from core.store.tables import jobs, outcomes

EXPIRE_SECONDS = 7 * 24 * 3600.0
EVERY_SECONDS = 3600.0
BATCH = 500


def expire_drafts(store: Store) -> int:
    """Store the outcome `expired` where it is due, at most once an hour over all processes, and return how many."""
    if not store.records.first_time("", "expiry", within_seconds=EVERY_SECONDS):
        return 0
    has_outcome = sa.exists().where(outcomes.c.job_id == jobs.c.id)
    statement = (
        sa.select(jobs)
        .where(jobs.c.state == "delivered", jobs.c.delivered_at < now - EXPIRE_SECONDS, ~has_outcome)
        .order_by(jobs.c.delivered_at.desc())
        .limit(BATCH)
    )
    with store.database.read() as connection:
        rows = connection.execute(statement).all()
    return sum(_expire(store, row) for row in rows)


def _expire(store: Store, row: object) -> bool:
    try:
        job = job_from_row(row, store.jobs.cipher)
        return store.outcomes.add(job, "expired", person=job.person, distance=None, detail={})
    except InlaidError:
        return False  # deleted meanwhile, or sealed with a key that is gone
