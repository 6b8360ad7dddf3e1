"""How a job enters the system: stored first, then a worker is woken."""

import time
from contextlib import suppress

from core.errors import BrokerOutage, StoreOutage
from core.job import Job, JobRequest
from core.observability.tracing import note_acknowledged
from core.ports import Queue
from core.store.jobs import JobStore


def submit(store: JobStore, queue: Queue, request: JobRequest) -> tuple[Job, bool]:
    """Store the job, then wake a worker. When this returns the job survives any crash.

    A broker that is down does not matter: the sweeper sends the job later.

    Returns:
        The job, and whether it is new (False: the same key was submitted before).

    Raises:
        ConflictError: the same key came before with other content.
        StoreOutage: nothing was stored.
    """
    started = time.perf_counter()
    job, created = store.add(request)
    if created:
        note_acknowledged(job, seconds=time.perf_counter() - started)
        send(store, queue, job)
    return job, created


def send(store: JobStore, queue: Queue, job: Job) -> None:
    """Wake a worker for the job; without a broker the sweeper does it, as soon as there is one."""
    try:
        queue.enqueue(job.id, job.queue)
    except BrokerOutage:
        # When even this cannot be written, the sweeper takes the job after the usual wait.
        with suppress(StoreOutage):
            store.mark_unsent(job.id)
