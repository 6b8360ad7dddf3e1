"""The contract of lease and fence, on both databases. An expired lease is made by a lease of no length."""

import threading

import pytest

from core.drafts import Draft
from core.errors import InputError, JobCancelled, LeaseLost
from core.job import Job
from core.store import Store
from tests.core.store.test_jobs import LONG_SECONDS, request

DRAFT = Draft(recipe="reply", text="Done", model="m")


def claimed(store: Store, lease_seconds: float = LONG_SECONDS) -> Job:
    job = store.leases.claim(store.jobs.add(request())[0].id, lease_seconds=lease_seconds)
    assert job
    return job


def claim_again(store: Store, job: Job) -> Job | None:
    return store.leases.claim(job.id, lease_seconds=LONG_SECONDS)


def test_only_one_of_many_workers_gets_a_job(store: Store) -> None:
    job, _ = store.jobs.add(request())
    got: list[Job | None] = []
    barrier = threading.Barrier(6)

    def claim() -> None:
        barrier.wait()
        got.append(claim_again(store, job))

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in got if one]) == 1


def test_a_held_job_is_not_given_away_nor_due(store: Store) -> None:
    job = claimed(store)
    assert claim_again(store, job) is None
    assert store.jobs.due(resend_seconds=-LONG_SECONDS, limit=10) == []


def test_an_abandoned_job_is_due_and_taken_over_with_a_higher_fence(store: Store) -> None:
    first = claimed(store, lease_seconds=0.1)
    while not (due := store.jobs.due(resend_seconds=LONG_SECONDS, limit=10)):
        threading.Event().wait(0.01)
    assert [one for one, _ in due] == [first.id]
    second = claim_again(store, first)
    assert second
    assert (second.fence, second.attempts) == (first.fence + 1, 2)


def test_the_former_owner_is_refused_everywhere(store: Store) -> None:
    first = claimed(store, lease_seconds=-1.0)
    assert claim_again(store, first)
    error = InputError("no")
    for late_write in (
        lambda: store.leases.renew(first, lease_seconds=1.0),
        lambda: store.leases.finish(first, DRAFT),
        lambda: store.leases.fail(first, error),
        lambda: store.leases.postpone(first, wait_seconds=1.0),
        lambda: store.leases.release(first),
        lambda: store.leases.delivered(first),
        lambda: store.leases.cancelled(first),
        lambda: store.effects.intend(first, "post", {}),
        lambda: store.effects.confirm(first, "post", {}),
        lambda: store.effects.put_file(first, "f", b""),
    ):
        with pytest.raises(LeaseLost):
            late_write()
    assert store.jobs.get(first.id).state == "running"


def test_a_finished_job_is_ready_and_then_delivered(store: Store) -> None:
    job = claimed(store)
    ready = store.leases.finish(job, DRAFT)
    assert (ready.state, ready.draft, ready.model) == ("ready", DRAFT, "m")
    delivered = store.leases.delivered(job)
    assert delivered.state == "delivered"
    assert claim_again(store, job) is None


def test_a_job_that_nothing_delivers_is_finished_and_delivered_in_one_step(store: Store) -> None:
    job = claimed(store)
    done = store.leases.finish(job, DRAFT, is_delivered=True)
    assert done == store.jobs.get(job.id)
    assert (done.state, done.draft, done.has_ended) == ("delivered", DRAFT, True)
    assert done.delivered_at is not None
    assert claim_again(store, job) is None


def test_a_ready_job_whose_worker_died_is_claimed_for_its_delivery_only(store: Store) -> None:
    job = claimed(store)
    store.leases.finish(job, DRAFT)
    store.leases.renew(job, lease_seconds=-1.0)
    again = claim_again(store, job)
    assert again
    assert (again.state, again.attempts, again.delivery_attempts) == ("ready", 1, 1)


def test_a_failed_job_is_claimed_until_the_person_was_told(store: Store) -> None:
    job = claimed(store)
    failed = store.leases.fail(job, InputError("Too long.", fix="Shorten it."))
    assert failed.error == {"code": "input", "message": "Too long.", "fix": "Shorten it."}
    store.leases.renew(job, lease_seconds=-1.0)
    again = claim_again(store, job)
    assert again
    told = store.leases.delivered(again)
    assert told.state == "failed"
    assert claim_again(store, job) is None


def test_a_postponed_job_waits_and_then_is_due(store: Store) -> None:
    job = claimed(store)
    store.leases.postpone(job, wait_seconds=LONG_SECONDS)
    assert store.jobs.get(job.id).state == "queued"
    assert claim_again(store, job) is None
    assert store.jobs.due(resend_seconds=0.0, limit=10) == []


def test_a_job_postponed_by_nothing_is_due_at_once(store: Store) -> None:
    job = claimed(store)
    store.leases.postpone(job, wait_seconds=-1.0)
    assert [one for one, _ in store.jobs.due(resend_seconds=LONG_SECONDS, limit=10)] == [job.id]


def test_a_released_job_does_not_count_the_attempt(store: Store) -> None:
    job = claimed(store)
    store.leases.release(job)
    again = claim_again(store, job)
    assert again
    assert again.attempts == 1


def test_the_owner_of_a_running_job_hears_that_it_was_cancelled(store: Store) -> None:
    job = claimed(store)
    assert not store.leases.renew(job, lease_seconds=LONG_SECONDS)
    assert store.jobs.request_cancel(job.id).state == "running"
    assert store.leases.renew(job, lease_seconds=LONG_SECONDS)
    assert store.leases.cancelled(job).state == "cancelled"


@pytest.mark.parametrize("is_delivered", [True, False])
def test_what_its_person_asked_to_stop_is_not_finished(store: Store, *, is_delivered: bool) -> None:
    job = claimed(store)
    store.jobs.request_cancel(job.id)
    with pytest.raises(JobCancelled):
        store.leases.finish(job, DRAFT, is_delivered=is_delivered)
    kept = store.jobs.get(job.id)
    assert (kept.state, kept.draft) == ("running", None)


def test_a_job_that_is_tried_again_is_no_longer_the_worker_s_who_tells_of_its_failure(store: Store) -> None:
    job = claimed(store)
    failed = store.leases.fail(job, InputError("no"))
    store.jobs.request_retry(job.id)
    with pytest.raises(LeaseLost):
        store.leases.delivered(failed)
    again = claim_again(store, job)
    assert again
    assert again.state == "running"
