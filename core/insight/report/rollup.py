"""Rolls up what has changed: reads the marked jobs, computes the metrics of each, and adds the difference to the cells.

Run by the scheduler every few seconds, and before a report is read; any number of processes may run it.

A draft that nobody did anything with for a week counts as expired, on whatever surface it waits.
"""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from core.errors import ConflictError, InlaidError, NewerJob
from core.insight.report.counting_rules import CountingRules, job_metrics
from core.insight.report.cube import person_key
from core.insight.report.rollup_store import RollupStore
from core.job import DIGEST, TRIAL, Job
from core.logs import logger
from core.outcomes import EffectiveOutcome, effective_outcome
from core.store import Store
from core.store.outcomes import TYPED
from core.store.rows import job_from_row, now
from core.store.tables import jobs, model_calls, outcomes

log = logger(__name__)

BATCH = 100
KIND = "insight"
SALT_KEY = "salt"
# What belongs to the whole installation is kept under a workspace that no surface has.
NOWHERE = ""
_SALT_BYTES = 32
ENDED = ("ready", "delivered", "failed", "cancelled")
EXPIRE_SECONDS = 7 * 24 * 3600.0
EXPIRE_EVERY_SECONDS = 3600.0
EXPIRE_BATCH = 500


def roll_up(store: Store, rules: CountingRules, *, most: int = BATCH) -> int:
    """Count up to `most` changed jobs and return how many were counted.

    Raises:
        StoreOutage: the database cannot be used; what was not counted stays marked.
    """
    done = 0
    while done < most:
        seen = RollupStore(store.database).marked(min(BATCH, most - done))
        if not seen:
            break
        ended, newer = _ended(store, list(seen))
        seen = {job_id: mark for job_id, mark in seen.items() if job_id not in newer}
        if not seen:
            break
        found = [job_metrics(*job, rules) for job in ended]
        salt = installation_salt(store)
        keys = {
            metrics.job_id: person_key(salt, *rules.who(metrics.dimensions.workspace, metrics.person))
            for metrics in found
        }
        RollupStore(store.database).save(found, seen, keys)
        done += len(seen)
    return done


def roll_up_all(store: Store, rules: CountingRules) -> int:
    """Count everything that has changed and return how many jobs that were."""
    total = 0
    while counted := roll_up(store, rules):
        total += counted
    return total


def rebuild(store: Store, rules: CountingRules) -> int:
    """Recount all jobs, starting with the oldest still kept, and return how many were counted."""
    RollupStore(store.database).mark_all()
    return roll_up_all(store, rules)


def installation_salt(store: Store) -> bytes:
    """Return the random salt of this installation's person keys; the first caller makes it."""
    found = store.records.get(KIND, NOWHERE, SALT_KEY)
    if found is None:
        with suppress(ConflictError):
            store.records.put(KIND, NOWHERE, SALT_KEY, secrets.token_hex(_SALT_BYTES), expected_version=0)
        found = store.records.get(KIND, NOWHERE, SALT_KEY)
    return bytes.fromhex(found.data if found else "")


def _ended(store: Store, job_ids: Sequence[str]) -> tuple[list[tuple[Job, EffectiveOutcome, float | None]], set[str]]:
    """Return what is to be counted, and the ids of jobs that only a newer version can count: they stay marked."""
    statement = sa.select(jobs).where(jobs.c.id.in_(job_ids), jobs.c.state.in_(ENDED))
    with store.database.read() as connection:
        rows = connection.execute(statement).all()
    found, newer = list[Job](), set[str]()
    for row in rows:
        try:
            job = _opened(store, row) if row.surface != TRIAL else None
        except NewerJob:
            newer.add(row.id)
        else:
            found += [job] if job and job.surface_name != DIGEST else []
    acts = store.outcomes.acts_of([job.id for job in found])
    costs = _costs(store, [job.id for job in found])
    return [(job, effective_outcome(acts[job.id]), costs.get(job.id)) for job in found], newer


def _opened(store: Store, row: Any) -> Job | None:
    """Return the job; None for one that no key opens any more, which must not hold up the others."""
    try:
        return job_from_row(row, store.jobs.cipher)
    except NewerJob:
        raise
    except (InlaidError, ValueError) as error:
        log.warning("job not counted", job_id=row.id, error=type(error).__name__)
        return None


def _costs(store: Store, job_ids: Sequence[str]) -> Mapping[str, float]:
    """Return what the model calls of jobs cost, failed ones included."""
    statement = (
        sa.select(model_calls.c.job_id, sa.func.sum(model_calls.c.usd))
        .where(model_calls.c.job_id.in_(job_ids))
        .group_by(model_calls.c.job_id)
    )
    with store.database.read() as connection:
        return {job_id: float(usd or 0.0) for job_id, usd in connection.execute(statement)}


def expire_drafts(store: Store) -> int:
    """Store the outcome `expired` where it is due, at most once an hour over all processes, and return how many."""
    if not store.records.first_time("", "expiry", within_seconds=EXPIRE_EVERY_SECONDS):
        return 0
    has_outcome = sa.exists().where(outcomes.c.job_id == jobs.c.id, outcomes.c.outcome != TYPED)
    statement = (
        sa.select(jobs)
        .where(
            jobs.c.state == "delivered",
            jobs.c.surface != TRIAL,
            jobs.c.delivered_at < now - EXPIRE_SECONDS,
            ~has_outcome,
        )
        .order_by(jobs.c.delivered_at.desc())
        .limit(EXPIRE_BATCH)
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
