"""What is stored of a job in other forms: older ones are read, newer ones are left to newer code as they are."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.drafts import Draft
from core.errors import NewerJob
from core.job import Job
from core.store import Store
from core.store.rows import STORED_VERSION
from core.store.tables import audit_pending, jobs
from tests.core.insight.making import finished_job
from tests.core.store.test_jobs import LONG_SECONDS, request

# A request and a draft as the first form has them, with every key filled. They are never changed: installations hold
# such rows. Another form gets another file and another STORED_VERSION, and code that reads both.
FIRST = Path(__file__).parent / "stored_1.json"


def stored(store: Store, job: Job, column: str) -> Any:
    with store.database.read() as connection:
        sealed = connection.execute(sa.select(jobs.c[column]).where(jobs.c.id == job.id)).scalar_one()
    return store.jobs.cipher.open(job.workspace, sealed)


def change(store: Store, job: Job, **values: object) -> None:
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(**values))


def put(store: Store, job: Job, column: str, value: object) -> None:
    change(store, job, **{column: store.jobs.cipher.seal(job.workspace, value)})


def make_newer(store: Store, job: Job, column: str = "request") -> None:
    put(store, job, column, {"version": STORED_VERSION + 1, "what": "nobody knows yet"})


def contains(whole: Any, part: Any) -> bool:
    """Tell whether all keys and values of a JSON value stand in another."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(contains(whole.get(key), value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(contains, whole, part))
    return bool(whole == part)


def test_what_is_stored_says_its_version(store: Store) -> None:
    job, _ = store.jobs.add(request())
    claimed = store.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    assert claimed
    store.leases.finish(claimed, Draft(job_id=job.id, recipe="rewrite", text="Hello"))
    assert (stored(store, job, "request")["version"], stored(store, job, "draft")["version"]) == (1, 1)


def test_the_first_form_is_read_whole(store: Store) -> None:
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    job = finished_job(store)
    put(store, job, "request", first["request"])
    put(store, job, "draft", first["draft"])
    found = store.jobs.get(job.id)
    assert found.draft
    assert contains({"inputs": found.inputs, "delivery": found.delivery}, first["request"])
    assert contains(found.draft.model_dump(mode="json"), first["draft"])
    put(store, job, "draft", {"version": 1, **first["draft"]})
    assert store.jobs.get(job.id).draft == found.draft


def test_keys_that_a_newer_version_added_are_passed_over(store: Store) -> None:
    job = finished_job(store)
    known = stored(store, job, "draft")
    put(store, job, "draft", {**known, "mood": "sunny", "usage": {**known["usage"], "watts": 3}})
    assert store.jobs.get(job.id).draft == job.draft


def test_a_job_of_a_newer_form_waits_for_a_newer_worker_and_no_try_is_counted(store: Store) -> None:
    job, _ = store.jobs.add(request())
    before = stored(store, job, "request")
    make_newer(store, job)
    for _ in range(30):  # more often than any number of tries
        change(store, job, not_before=0)
        assert store.leases.claim(job.id, lease_seconds=LONG_SECONDS, max_attempts=3) is None
        waiting = store.jobs.peek(job.id)
        assert (waiting.state, waiting.attempts, waiting.error) == ("queued", 0, None)
        assert store.leases.claim(job.id, lease_seconds=LONG_SECONDS, max_attempts=3) is None
    assert store.jobs.peek(job.id).fence == 30, "it is offered once in a while, not all the time"
    change(store, job, not_before=0)
    assert store.jobs.due(resend_seconds=LONG_SECONDS, limit=9) == [(job.id, "interactive")]
    put(store, job, "request", before)
    claimed = store.leases.claim(job.id, lease_seconds=LONG_SECONDS, max_attempts=1)
    assert claimed
    assert claimed.inputs == request().inputs


def test_a_result_of_a_newer_form_is_delivered_by_a_newer_worker(store: Store) -> None:
    job, _ = store.jobs.add(request())
    claimed = store.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    assert claimed
    store.leases.finish(claimed, Draft(job_id=job.id, recipe="rewrite", text="Hello"))
    before = stored(store, job, "draft")
    make_newer(store, job, "draft")
    for _ in range(30):
        change(store, job, not_before=0, lease_until=None)
        assert store.leases.claim(job.id, lease_seconds=LONG_SECONDS) is None
    waiting = store.jobs.peek(job.id)
    assert (waiting.state, waiting.attempts, waiting.delivery_attempts) == ("ready", 1, 0)
    put(store, job, "draft", before)
    change(store, job, not_before=0)
    delivered = store.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    assert delivered
    assert delivered.draft
    assert delivered.draft.text == "Hello"


def test_whoever_asks_for_it_hears_of_an_upgrade_and_lists_go_on(store: Store) -> None:
    newer, older = finished_job(store), finished_job(store)
    make_newer(store, newer, "draft")
    with pytest.raises(NewerJob, match="upgrade"):
        store.jobs.get(newer.id)
    found = store.jobs.list()
    assert ([job.id for job in found], found.left_out) == ([older.id], 1)


def test_no_failure_is_told_of_what_is_left_to_others(store: Store) -> None:
    job, _ = store.jobs.add(request())
    make_newer(store, job)
    change(store, job, not_before=0)
    store.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    with store.database.read() as connection:
        told = set(connection.execute(sa.select(audit_pending.c.action)).scalars())
    assert told == {"job.requested"}
