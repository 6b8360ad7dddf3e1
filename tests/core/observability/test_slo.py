"""Promises are counted once for each job that ended, by what its person saw of it."""

import math
import time
from itertools import product

import pytest
import sqlalchemy as sa
from prometheus_client.samples import Sample

from core.errors import StoreOutage
from core.job import QUEUES, Job, JobRequest
from core.observability.slo import RESULTS, SloCollector
from core.store import Store
from core.store.tables import jobs
from tests.both_databases import store
from tests.core.insight.making import failed_job, finished_job
from tests.core.store.counted import plan_of

__all__ = ["store"]


def counted(collector: SloCollector, slo: str) -> tuple[float, float]:
    """Return how often a promise was kept and missed."""
    samples = [sample for family in collector.collect() for sample in family.samples]
    found = {
        sample.labels["kept"]: sample.value
        for sample in samples
        if sample.name == "inlaid_slo_events_total" and sample.labels["slo"] == slo
    }
    return found["yes"], found["no"]


def finished(collector: SloCollector) -> list[Sample]:
    """Return how many jobs came to what."""
    return next(family.samples for family in collector.collect() if family.name == "inlaid_jobs_finished")


def earlier(store: Store, job: Job, seconds: float, **moved: float) -> None:
    """Let a job have run so long ago; `moved` are times of it that are so much later than they were."""
    times = ("created_at", "not_before", "started_at", "finished_at", "delivered_at")
    values = {name: jobs.c[name] - seconds + moved.get(name, 0.0) for name in times}
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(**values))


def collector_of_long_ago(store: Store) -> SloCollector:
    """Return one that counts what ended in the last five minutes."""
    return SloCollector(store.database, since=time.time() - 300.0)


def test_a_job_that_went_well_keeps_all_promises_and_is_counted_once(store: Store) -> None:
    collector = collector_of_long_ago(store)
    earlier(store, finished_job(store), 90.0)
    for _ in range(3):
        assert [counted(collector, slo) for slo in ("begin", "end", "deliver")] == [(1, 0)] * 3


def test_what_ended_just_now_is_counted_when_it_is_known_whether_it_was_delivered_in_time(store: Store) -> None:
    collector = collector_of_long_ago(store)
    job = finished_job(store)
    assert counted(collector, "end") == (0, 0)
    earlier(store, job, 61.0)
    assert counted(collector_of_long_ago(store), "end") == (1, 0)


def test_what_ended_before_the_process_started_is_not_its_figure(store: Store) -> None:
    earlier(store, finished_job(store), 90.0)
    assert counted(SloCollector(store.database), "end") == (0, 0)


@pytest.mark.parametrize(
    ("moved", "begin", "deliver"),
    [
        ({"started_at": 6.0, "finished_at": 6.0, "delivered_at": 6.0}, (0, 1), (1, 0)),
        ({"delivered_at": 61.0}, (1, 0), (0, 1)),
        ({"not_before": 30.0, "started_at": 4.0, "finished_at": 40.0, "delivered_at": 40.0}, (1, 0), (1, 0)),
        ({"not_before": 30.0, "started_at": 31.0, "finished_at": 40.0, "delivered_at": 40.0}, (1, 0), (1, 0)),
    ],
    ids=["begun late", "delivered late", "put off after it began in time", "tried again by a person"],
)
def test_a_promise_is_missed_by_its_own_time(
    store: Store, moved: dict[str, float], begin: tuple[int, int], deliver: tuple[int, int]
) -> None:
    collector = collector_of_long_ago(store)
    earlier(store, finished_job(store), 150.0, **moved)
    assert counted(collector, "begin") == begin
    assert counted(collector, "end") == (1, 0)
    assert counted(collector, "deliver") == deliver


def test_a_failed_job_misses_its_end_and_one_that_nobody_heard_of_its_delivery(store: Store) -> None:
    collector = collector_of_long_ago(store)
    told, untold = failed_job(store), failed_job(store)
    store.leases.delivered(told)
    for job in (told, untold):
        earlier(store, job, 90.0)
    assert counted(collector, "end") == (0, 2)
    assert counted(collector, "deliver") == (1, 1)


def test_cancelled_jobs_and_the_waits_of_bulk_work_are_no_promise(store: Store) -> None:
    collector = collector_of_long_ago(store)
    cancelled, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann"))
    earlier(store, store.jobs.request_cancel(cancelled.id), 90.0)
    bulk, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann", queue="bulk"))
    claimed = store.leases.claim(bulk.id, lease_seconds=30)
    assert claimed is not None
    earlier(store, store.leases.fail(claimed, StoreOutage("Away.")), 90.0)
    assert counted(collector, "begin") == (0, 0)
    assert counted(collector, "end") == (0, 1)


def test_jobs_are_counted_by_what_they_came_to(store: Store) -> None:
    collector = collector_of_long_ago(store)
    cancelled, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann", queue="bulk"))
    store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann"))
    for job in (finished_job(store), finished_job(store), failed_job(store), store.jobs.request_cancel(cancelled.id)):
        earlier(store, job, 90.0)
    for _ in range(2):
        found = {tuple(sample.labels.values()): sample.value for sample in finished(collector)}
    assert {labels: count for labels, count in found.items() if count} == {
        ("interactive", "done"): 2,
        ("interactive", "failed"): 1,
        ("bulk", "cancelled"): 1,
    }
    assert set(found) == set(product(QUEUES, RESULTS)), "from the start, so that the first failure is an increase"


def test_acknowledgements_are_kept_within_a_second(sqlite_store: Store) -> None:
    collector = SloCollector(sqlite_store.database)
    for seconds in (0.01, 1.0, 1.2, math.inf):
        collector.note_acknowledged(seconds)
    assert counted(collector, "acknowledge") == (2, 2)


def test_an_outage_of_the_database_leaves_the_figures_as_they_were(sqlite_store: Store) -> None:
    collector = collector_of_long_ago(sqlite_store)
    collector.note_acknowledged(0.01)
    with sqlite_store.database.write() as connection:
        connection.execute(sa.text("ALTER TABLE job RENAME TO elsewhere"))
    assert counted(collector, "acknowledge") == (1, 0)
    assert counted(collector, "end") == (0, 0)


def test_only_the_jobs_that_ended_lately_are_read(store: Store) -> None:
    collector = collector_of_long_ago(store)
    text = "\n".join(plan_of(store, collector.read))
    assert "job_pace" in text, text
