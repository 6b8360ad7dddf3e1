"""Jobs are deleted when their time is over: those alone, whole, and not what is held."""

import time

import pytest
import sqlalchemy as sa

from core.errors import ConflictError
from core.job import JobRequest
from core.store import Store
from core.store.people.rows import Identity
from core.store.purge import purge_person
from core.store.retention import BATCH, DAY_SECONDS, Holds, delete_old_jobs
from core.store.tables import blobs, effects, jobs, outcomes
from tests.core.insight.making import finished_job

YEAR = {"all": 365}
LATER = time.time() + 400 * DAY_SECONDS


def left(store: Store) -> list[str]:
    with store.database.read() as connection:
        return sorted(connection.execute(sa.select(jobs.c.person)).scalars())


def test_a_job_goes_with_all_that_hangs_on_it_when_its_time_is_over(store: Store) -> None:
    job = finished_job(store, person="ann")
    store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={"text": "mine"})
    assert delete_old_jobs(store.database, YEAR) == 0
    assert delete_old_jobs(store.database, YEAR, now=LATER) == 1
    with store.database.read() as connection:
        for table in (jobs, outcomes, effects, blobs):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, table.name
    assert delete_old_jobs(store.database, YEAR, now=LATER) == 0


def test_a_surface_may_have_a_period_of_its_own(store: Store) -> None:
    finished_job(store, person="ann", surface="slack")
    finished_job(store, person="bob", surface="api")
    in_two_months = time.time() + 60 * DAY_SECONDS
    assert delete_old_jobs(store.database, {"all": 365, "slack": 30}, now=in_two_months) == 1
    assert left(store) == ["bob"]
    assert delete_old_jobs(store.database, {"all": 30, "api": 365}, now=in_two_months) == 0
    assert delete_old_jobs(store.database, {"slack": 1}, now=LATER) == 0


def test_a_job_that_has_not_ended_stays(store: Store) -> None:
    store.jobs.add(JobRequest("reply", {"message": "Hello?"}, person="ann", surface="api"))
    assert delete_old_jobs(store.database, YEAR, now=LATER) == 0
    assert left(store) == ["ann"]


def test_who_is_on_hold_keeps_everything_until_it_is_lifted(store: Store) -> None:
    holds, ann = Holds(store.records), Identity("local", "ann")
    finished_job(store, person="ann")
    finished_job(store, person="bob")
    holds.put(ann, reason="case 4711", by="Cara")
    assert [(hold.home, hold.reason, hold.by) for hold in holds.all()] == [(ann, "case 4711", "Cara")]
    assert delete_old_jobs(store.database, YEAR, [hold.home for hold in holds.all()], now=LATER) == 1
    assert left(store) == ["ann"]
    with pytest.raises(ConflictError, match="case 4711"):
        purge_person(store.records, [("T1", "U1"), ("local", "ann")])
    assert left(store) == ["ann"]
    assert holds.lift(ann)
    assert not holds.lift(ann)
    assert delete_old_jobs(store.database, YEAR, now=LATER) == 1


def test_more_than_one_batch_goes_in_one_round(store: Store) -> None:
    for _ in range(3):
        finished_job(store)
    columns = [column for column in jobs.c if column.name not in {"id", "dedupe_key"}]
    with store.database.write() as connection:
        row = connection.execute(sa.select(*columns).limit(1)).mappings().one()
        first = connection.execute(sa.select(sa.func.min(jobs.c.id))).scalar_one()
        copies = [{**row, "id": f"{first[:-4]}{number:04x}", "dedupe_key": str(number)} for number in range(BATCH + 1)]
        connection.execute(sa.insert(jobs), copies)
    assert delete_old_jobs(store.database, YEAR, now=LATER) == BATCH + 4
    assert left(store) == []
