"""From rows to jobs, and the conditions that several statements share."""

from typing import Any

import sqlalchemy as sa

from core.drafts import Draft
from core.jobs import Job
from core.privacy import Cipher
from core.store.tables import DatabaseNow, jobs

now = DatabaseNow()


def is_undelivered() -> sa.ColumnElement[bool]:
    """A result or an error that has not reached its surface, and that nobody is bringing there now."""
    is_free = sa.or_(
        sa.and_(jobs.c.lease_until.is_(None), jobs.c.not_before <= now),
        jobs.c.lease_until < now,
    )
    return sa.and_(jobs.c.state.in_(("ready", "failed")), jobs.c.delivered_at.is_(None), is_free)


def job_from_row(row: Any, cipher: Cipher) -> Job:
    """Return the job that a row of the job table holds, its sealed columns opened."""
    request = cipher.open(row.workspace, row.request)
    return Job(
        id=row.id,
        workspace=row.workspace,
        person=row.person,
        surface=row.surface,
        recipe=row.recipe,
        queue=row.queue,
        state=row.state,
        inputs=request["inputs"],
        delivery=request["delivery"],
        model=row.model,
        draft=Draft.model_validate(cipher.open(row.workspace, row.draft)) if row.draft else None,
        error=cipher.open(row.workspace, row.error) if row.error else None,
        attempts=row.attempts,
        delivery_attempts=row.delivery_attempts,
        fence=row.fence,
        cancel_requested=bool(row.cancel_requested),
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        delivered_at=row.delivered_at,
    )
