"""A job is stored first, then a worker is woken; whatever happens to the broker, the job is there."""

from core.errors import BrokerOutage
from core.job import JobRequest
from core.store import Store
from core.submit import submit
from tests.in_memory import MemoryQueue

REQUEST = JobRequest("rewrite", {"text": "We meet."}, "api", "ann", dedupe_key="once")


def test_a_new_job_is_stored_and_a_worker_is_woken_once(sqlite_store: Store) -> None:
    queue = MemoryQueue()
    job, created = submit(sqlite_store.jobs, queue, REQUEST)
    assert created
    assert sqlite_store.jobs.get(job.id).state == "queued"
    assert submit(sqlite_store.jobs, queue, REQUEST) == (sqlite_store.jobs.get(job.id), False)
    assert queue.sent == [(job.id, "interactive")]


def test_without_a_broker_the_job_is_there_and_due_at_once(sqlite_store: Store) -> None:
    job, created = submit(sqlite_store.jobs, MemoryQueue(error=BrokerOutage("The broker cannot be reached.")), REQUEST)
    assert created
    assert sqlite_store.jobs.due(resend_seconds=600, limit=10) == [(job.id, "interactive")]
