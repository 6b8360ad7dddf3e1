"""A person's requests and drafts in Slack: for the rate limit and App Home."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.job import Job
from core.store import Store
from core.store.rows import now, readable_jobs
from core.store.tables import jobs, outcomes

SURFACE = "slack"


@dataclass(frozen=True)
class UsageFigures:
    """How many drafts were used as they were, used after edits, and not used; `distance` is the mean edit distance."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    distance: float = 0.0


def count_recent(store: Store, workspace: str, person: str, *, within_seconds: float) -> int:
    """Return how many jobs the person requested lately."""
    statement = sa.select(sa.func.count()).where(*_of(workspace, person), jobs.c.created_at > now - within_seconds)
    with store.database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def recent_jobs(store: Store, workspace: str, person: str, *, limit: int) -> Sequence[Job]:
    """Return the person's newest jobs that gave a draft."""
    statement = (
        sa.select(jobs)
        .where(*_of(workspace, person), jobs.c.draft.is_not(None))
        .order_by(jobs.c.created_at.desc())
        .limit(limit)
    )
    with store.database.read() as connection:
        return readable_jobs(connection.execute(statement), store.jobs.cipher)


def open_jobs(store: Store, workspace: str) -> Sequence[Job]:
    """Return the jobs of a workspace that wait or run."""
    statement = sa.select(jobs).where(*_of(workspace, ""), jobs.c.state.in_(("queued", "running")))
    with store.database.read() as connection:
        return readable_jobs(connection.execute(statement), store.jobs.cipher)


def read_figures(store: Store, workspace: str, person: str = "") -> UsageFigures:
    """Return the figures of a person, or of everybody in the workspace: of each draft the last act counts."""
    place = sa.func.row_number().over(
        partition_by=outcomes.c.job_id, order_by=(outcomes.c.created_at.desc(), outcomes.c.id.desc())
    )
    acts = (
        sa.select(outcomes.c.outcome, outcomes.c.distance, place.label("place"))
        .join(jobs, jobs.c.id == outcomes.c.job_id)
        .where(*_of(workspace, person), outcomes.c.outcome.in_(("accepted", "edited", "rejected")))
        .subquery()
    )
    statement = (
        sa.select(acts.c.outcome, sa.func.count(), sa.func.avg(acts.c.distance))
        .where(acts.c.place == 1)
        .group_by(acts.c.outcome)
    )
    with store.database.read() as connection:
        rows = {name: (int(count), float(mean or 0.0)) for name, count, mean in connection.execute(statement)}
    nothing = (0, 0.0)
    edited, distance = rows.get("edited", nothing)
    return UsageFigures(rows.get("accepted", nothing)[0], edited, rows.get("rejected", nothing)[0], distance)


def count_people(store: Store, workspace: str) -> int:
    """Return how many people of the workspace have done something with a draft."""
    statement = (
        sa.select(sa.func.count(sa.distinct(outcomes.c.person)))
        .join(jobs, jobs.c.id == outcomes.c.job_id)
        .where(*_of(workspace, ""))
    )
    with store.database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def _of(workspace: str, person: str) -> list[sa.ColumnElement[bool]]:
    where = [jobs.c.workspace == workspace, jobs.c.surface == SURFACE]
    return [*where, jobs.c.person == person] if person else where
