"""The contract of the job table, on both databases."""

import threading
from functools import partial
from itertools import product

import pytest
import sqlalchemy as sa

from core.errors import ConflictError, NotFoundError
from core.job import QUEUES, JobRequest
from core.store import Store
from core.store.jobs import OPEN_STATES
from tests.core.store.counted import pages_of, plan_of
from tests.in_memory import StoredTarget

LONG_SECONDS = 60.0


def request(**changes: object) -> JobRequest:
    values: dict[str, object] = {"recipe": "reply", "inputs": {"message": "Hi"}, "surface": "api", "person": "ann"}
    return JobRequest(**{**values, **changes})  # type: ignore[arg-type] # the test names the fields


def test_a_stored_job_is_read_back_as_it_was_asked(store: Store) -> None:
    asked = request(
        inputs={"message": "Grüße 🎭 \x00"}, target=StoredTarget({"channel": "C1"}), blobs={"a.bin": b"\x00\xff"}
    )
    job, created = store.jobs.add(asked)
    again = store.jobs.get(job.id)
    assert created
    assert (again.inputs, again.delivery, again.state) == (asked.inputs, {"channel": "C1"}, "queued")
    assert store.effects.get_file(job, "a.bin") == b"\x00\xff"


def test_the_same_key_gives_the_same_job(store: Store) -> None:
    first, created = store.jobs.add(request(dedupe_key="k"))
    second, created_again = store.jobs.add(request(dedupe_key="k"))
    assert (created, created_again) == (True, False)
    assert first.id == second.id


@pytest.mark.parametrize(
    "other",
    [{"inputs": {"message": "Ho"}}, {"recipe": "rewrite"}, {"blobs": {"a": b"1"}}, {"person": "bob"}],
    ids=["inputs", "recipe", "files", "person"],
)
def test_the_same_key_with_other_content_is_refused(store: Store, other: dict[str, object]) -> None:
    store.jobs.add(request(dedupe_key="k"))
    with pytest.raises(ConflictError):
        store.jobs.add(request(dedupe_key="k", **other))


def test_keys_of_other_workspaces_and_surfaces_do_not_meet(store: Store) -> None:
    ids = {
        store.jobs.add(request(dedupe_key="k", **other))[0].id
        for other in ({}, {"workspace": "T1"}, {"surface": "slack"})
    }
    assert len(ids) == 3


def test_a_doubled_submit_at_the_same_moment_makes_one_job(store: Store) -> None:
    ids: list[str] = []
    barrier = threading.Barrier(8)

    def submit() -> None:
        barrier.wait()
        ids.append(store.jobs.add(request(dedupe_key="k"))[0].id)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_an_unknown_job_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.jobs.get("nothing")


def test_texts_are_not_readable_in_the_database(store: Store) -> None:
    job, _ = store.jobs.add(request(inputs={"message": "canary-text"}, blobs={"f": b"canary-file"}))
    with store.database.read() as connection:
        rows = [*connection.exec_driver_sql("SELECT * FROM job"), *connection.exec_driver_sql("SELECT * FROM blob")]
    assert job.id in repr(rows)
    assert b"canary" not in repr([[bytes(v) if isinstance(v, memoryview) else v for v in r] for r in rows]).encode()


def test_a_waiting_job_is_cancelled_at_once(store: Store) -> None:
    job, _ = store.jobs.add(request())
    assert store.jobs.request_cancel(job.id).state == "cancelled"
    assert store.leases.claim(job.id, lease_seconds=LONG_SECONDS) is None
    with pytest.raises(ConflictError):
        store.jobs.request_cancel(job.id)


def test_a_cancelled_job_can_be_tried_again(store: Store) -> None:
    job, _ = store.jobs.add(request())
    store.jobs.request_cancel(job.id)
    again = store.jobs.request_retry(job.id)
    assert (again.state, again.attempts, again.cancel_requested) == ("queued", 0, False)
    with pytest.raises(ConflictError):
        store.jobs.request_retry(job.id)


def test_a_new_job_is_due_when_nobody_was_woken_for_it(store: Store) -> None:
    job, _ = store.jobs.add(request(queue="bulk"))
    assert store.jobs.due(resend_seconds=LONG_SECONDS, limit=10) == []
    store.jobs.mark_unsent(job.id)
    assert store.jobs.due(resend_seconds=LONG_SECONDS, limit=10) == [(job.id, "bulk")]
    assert store.jobs.take_due(resend_seconds=LONG_SECONDS, limit=10) == [(job.id, "bulk")]
    assert store.jobs.due(resend_seconds=LONG_SECONDS, limit=10) == []


def test_a_sent_job_is_due_again_after_the_wait(store: Store) -> None:
    job, _ = store.jobs.add(request())
    assert store.jobs.due(resend_seconds=LONG_SECONDS, limit=10) == []
    assert store.jobs.due(resend_seconds=-1.0, limit=10) == [(job.id, "interactive")]


def test_the_next_of_a_queue_and_a_surface_is_the_oldest_that_nobody_has(store: Store) -> None:
    store.jobs.add(request(queue="background", surface="signals"))
    store.jobs.add(request(queue="bulk"))
    assert store.jobs.next_waiting("bulk", "signals") == ""
    first, second = (store.jobs.add(request(queue="bulk", surface="signals"))[0] for _ in range(2))
    assert store.jobs.next_waiting("bulk", "signals") == first.id
    assert store.leases.claim(first.id, lease_seconds=LONG_SECONDS)
    assert store.jobs.next_waiting("bulk", "signals") == second.id
    assert store.leases.claim(second.id, lease_seconds=0)
    assert store.jobs.next_waiting("bulk", "signals") == second.id


def test_counts_are_by_queue_and_state(store: Store) -> None:
    store.jobs.add(request())
    store.jobs.request_cancel(store.jobs.add(request())[0].id)
    for _ in range(2):
        store.jobs.add(request(queue="bulk"))
    counts = store.jobs.count_open()
    there = {key: count for key, count in counts.items() if count}
    assert there == {("interactive", "queued"): 1, ("bulk", "queued"): 2}
    assert set(counts) == set(product(QUEUES, OPEN_STATES))
    assert store.jobs.count_open(most=1)["bulk", "queued"] == 1
    assert store.jobs.count() == 4


MANY = 20_000
MANY_ROWS = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
INSERT INTO job (id, workspace, person, surface, recipe, queue, dedupe_key, content_hash, state, request, not_before,
                 created_at, delivered_at)
SELECT :state || n, workspace, person, surface, recipe, queue, :state || n, content_hash, :state, request,
       not_before, created_at, CASE WHEN :state = 'delivered' THEN created_at END
FROM job, numbers WHERE id = :id
"""


def test_counting_looks_at_no_job_that_has_ended_and_at_few_of_many_that_wait(store: Store) -> None:
    template, _ = store.jobs.add(request())
    for state in ("delivered", "queued"):
        with store.database.write() as connection:
            connection.execute(sa.text(MANY_ROWS), {"id": template.id, "many": MANY, "state": state})
    with store.database.write() as connection:
        connection.execute(sa.text("ANALYZE"))
    plan = "\n".join(plan_of(store, store.jobs.count_open))
    assert plan.count("job USING INDEX job_" if store.database.is_sqlite else " job_open") == len(QUEUES) * len(
        OPEN_STATES
    )
    if not store.database.is_sqlite:
        pages = {most: pages_of(store, partial(store.jobs.count_open, most)) for most in (10, 1000, MANY)}
        assert pages[10] < pages[1000] / 2 < pages[MANY] / 10
        assert pages[10] < 60


def test_the_newest_jobs_come_first_and_only_the_askers(store: Store) -> None:
    ids = [store.jobs.add(request())[0].id for _ in range(3)]
    store.jobs.add(request(person="bob"))
    assert [job.id for job in store.jobs.list(person="ann", limit=2)] == [ids[2], ids[1]]
