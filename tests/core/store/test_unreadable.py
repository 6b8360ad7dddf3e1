"""Rows that nobody can open: they end, lists go on without them, and what is asked of them is answered."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from core.errors import ConflictError, UnreadableJob
from core.job import Job
from core.privacy import Cipher
from core.store import LeaseStore, RecordStore, Store
from core.store.lease_statements import MAX_DELIVERY_ATTEMPTS
from core.store.tables import jobs, records
from tests.core.store.test_jobs import LONG_SECONDS, request

Spoil = Callable[[Store, Job], bytes]


def by_another_key(store: Store, job: Job) -> bytes:
    return Cipher([Fernet.generate_key().decode()]).seal(job.workspace, {"inputs": {}, "delivery": {}})


def as_no_ciphertext(store: Store, job: Job) -> bytes:
    return b"garbage"


def as_broken_json(store: Store, job: Job) -> bytes:
    return store.jobs.cipher.seal_bytes("", b"{not json")


def in_another_shape(store: Store, job: Job) -> bytes:
    return store.jobs.cipher.seal(job.workspace, ["a", "list"])


@pytest.fixture(params=[by_another_key, as_no_ciphertext, as_broken_json, in_another_shape])
def lost(request: pytest.FixtureRequest, store: Store) -> Job:
    """Store a job whose content cannot be read."""
    job = add(store)
    spoil(store, job, request.param)
    return job


def add(store: Store) -> Job:
    return store.jobs.add(request())[0]


def spoil(store: Store, job: Job, how: Spoil) -> None:
    change(store, job, request=how(store, job))


def change(store: Store, job: Job, **values: object) -> None:
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(**values))


def claim(store: Store, job: Job) -> Job | None:
    """Claim it as soon as it is due."""
    change(store, job, not_before=0)
    return store.leases.claim(job.id, lease_seconds=LONG_SECONDS, max_attempts=3)


def test_it_is_tried_as_often_as_any_and_then_failed_with_a_code_that_tells(store: Store, lost: Job) -> None:
    for tries in (1, 2):
        assert claim(store, lost) is None
        assert (store.jobs.peek(lost.id).state, store.jobs.peek(lost.id).attempts) == ("queued", tries)
    assert claim(store, lost) is None
    assert store.jobs.peek(lost.id).state == "failed"
    assert claim(store, lost) is None
    assert store.jobs.due(resend_seconds=-LONG_SECONDS, limit=10) == []


def test_asking_for_it_is_an_error_with_what_to_do(store: Store, lost: Job) -> None:
    with pytest.raises(UnreadableJob, match="INLAID_SECRET_KEYS"):
        store.jobs.get(lost.id)


def test_a_list_goes_on_without_it_and_counts_it(store: Store, lost: Job) -> None:
    readable = add(store)
    found = store.jobs.list()
    assert ([job.id for job in found], found.left_out) == ([readable.id], 1)


def test_it_can_be_cancelled_and_tried_again(store: Store, lost: Job) -> None:
    assert store.jobs.request_cancel(lost.id).state == "cancelled"
    with pytest.raises(ConflictError):
        store.jobs.request_cancel(lost.id)
    assert store.jobs.request_retry(lost.id).state == "queued"


def test_a_process_without_the_key_costs_a_job_nothing_while_another_has_it(store: Store) -> None:
    job = add(store)
    stranger = LeaseStore(store.database, Cipher([Fernet.generate_key().decode()]))
    assert stranger.claim(job.id, lease_seconds=LONG_SECONDS, max_attempts=3) is None
    claimed = claim(store, job)
    assert claimed
    assert claimed.inputs == request().inputs


def test_what_a_process_without_the_key_gave_up_says_so_to_those_that_have_it(store: Store) -> None:
    job = add(store)
    stranger = LeaseStore(store.database, Cipher([Fernet.generate_key().decode()]))
    for _ in range(3):
        change(store, job, not_before=0)
        stranger.claim(job.id, lease_seconds=LONG_SECONDS, max_attempts=3)
    failed = store.jobs.get(job.id)
    assert (failed.state, (failed.error or {})["code"]) == ("failed", "unreadable")
    store.jobs.request_retry(job.id)
    assert claim(store, job)


def test_an_unreadable_draft_ends_its_delivery(store: Store) -> None:
    job = add(store)
    claim(store, job)
    change(store, job, state="ready", draft=b"garbage", lease_until=None)
    for _ in range(3):
        assert claim(store, job) is None
    assert store.jobs.peek(job.id).state == "failed"
    assert store.jobs.due(resend_seconds=-LONG_SECONDS, limit=10) == []


def test_a_job_that_ends_every_process_is_given_to_none_any_more(store: Store) -> None:
    """Each claim is followed by the end of the process, before anything else could be written."""
    job = add(store)
    for tries in (1, 2, 3):
        taken = claim(store, job)
        assert taken
        assert (taken.state, taken.attempts) == ("running", tries)
        change(store, job, lease_until=0)
    told = claim(store, job)
    assert told
    assert (told.state, told.attempts, (told.error or {})["code"]) == ("failed", 3, "abandoned")


def test_a_delivery_that_ends_every_process_is_given_to_none_any_more(store: Store) -> None:
    job = add(store)
    claim(store, job)
    change(store, job, state="ready", lease_until=0)
    for _ in range(MAX_DELIVERY_ATTEMPTS):
        taken = claim(store, job)
        assert taken
        assert taken.state == "ready"
        change(store, job, lease_until=0)
    assert claim(store, job) is None
    failed = store.jobs.get(job.id)
    assert (failed.state, (failed.error or {})["code"]) == ("failed", "abandoned")
    assert claim(store, job) is None


def test_one_record_that_cannot_be_read_leaves_the_others(store: Store) -> None:
    store.records.put("thing", "w", "a", 1)
    RecordStore(store.database, Cipher([Fernet.generate_key().decode()])).put("thing", "w", "b", 2)
    store.records.put("thing", "w", "c", 3)
    with store.database.write() as connection:
        connection.execute(sa.insert(records).values(kind="thing", workspace="w", key="d", data=b"x", updated_at=0))
    assert [record.data for record in store.records.list("thing")] == [1, 3]
