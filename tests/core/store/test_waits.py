"""What is said about how long a job will wait, on both databases."""

import re

import pytest

from core.job import Job, JobRequest, QueueName
from core.store import Store
from core.store.waits import QueueState, Waits
from tests.core.store.counted import plan_of

TIMES = "UPDATE job SET state = 'delivered', started_at = {begun}, finished_at = {ended}, delivered_at = {ended}"


def add(store: Store, person: str, count: int = 1, *, workspace: str = "local", queue: QueueName = "bulk") -> Job:
    asked = JobRequest("rewrite", {"text": "Hello"}, "api", person, workspace=workspace, queue=queue)
    return [store.jobs.add(asked)[0] for _ in range(count)][-1]


def work(store: Store, job: Job, *, begun_ago: float, ended_ago: float, at: float | None = None) -> None:
    """Let a job have been done then, seen from a time of the database's clock: now, if it is not told."""
    at = at or store.database.now_seconds()
    statement = TIMES.format(begun=at - begun_ago, ended=at - ended_ago)
    with store.database.write() as connection:
        connection.exec_driver_sql(f"{statement} WHERE id = '{job.id}'")


def test_nothing_is_said_before_anything_was_done(store: Store) -> None:
    assert Waits(store.database).expected_seconds(add(store, "ann")) is None


def test_what_waits_before_a_job_is_counted_with_what_the_last_jobs_took(store: Store) -> None:
    at = store.database.now_seconds()
    for number in range(4):  # one after the other, two seconds each
        work(store, add(store, "ann"), begun_ago=10.0 - 2 * number, ended_ago=8.0 - 2 * number, at=at)
    job = add(store, "ann", 6)
    expected = Waits(store.database).expected_seconds(job)
    assert expected == pytest.approx(10.0, rel=0.01)


def test_somebody_new_waits_for_a_round_and_not_for_all_that_waits(store: Store) -> None:
    work(store, add(store, "ann"), begun_ago=2.0, ended_ago=1.0)
    add(store, "ann", 100)
    add(store, "ben", 100)
    assert Waits(store.database).expected_seconds(add(store, "cas")) == pytest.approx(2.0, rel=0.01)
    other = add(store, "dan", workspace="other")
    assert Waits(store.database).expected_seconds(other) == pytest.approx(1.0, rel=0.01)


def test_a_queue_in_which_nothing_waits_has_no_wait(store: Store) -> None:
    work(store, add(store, "ann"), begun_ago=2.0, ended_ago=1.0)
    assert Waits(store.database).expected_seconds(add(store, "ann")) == 0.0


def test_what_ended_long_ago_is_not_looked_through(store: Store) -> None:
    plan = plan_of(store, lambda: Waits(store.database).state("bulk", "local"))
    bound = r"job_pace \(queue=\? AND finished_at>\?\)" if store.database.is_sqlite else "Index Cond:.*finished_at >"
    assert any(re.search(bound, line) for line in plan), plan


def test_without_a_worker_nothing_is_promised(store: Store) -> None:
    work(store, add(store, "ann"), begun_ago=102.0, ended_ago=101.0)
    add(store, "ann", 3)
    assert Waits(store.database).expected_seconds(add(store, "ben")) is None
    assert store.leases.claim(add(store, "cas").id, lease_seconds=60.0)
    assert Waits(store.database).expected_seconds(add(store, "ben")) is not None


def test_what_was_counted_is_kept_for_seconds_and_other_classes_do_not_count(store: Store) -> None:
    now = [0.0]
    waits = Waits(store.database, clock=lambda: now[0])
    add(store, "ann", 3)
    add(store, "ann", queue="interactive")
    assert waits.state("bulk", "local") == QueueState(3, 1, 1, 0.0)
    add(store, "ben", workspace="other")
    assert waits.state("bulk", "local").waiting == 3
    now[0] = 3.5
    assert waits.state("bulk", "local") == QueueState(4, 2, 1, 0.0)
