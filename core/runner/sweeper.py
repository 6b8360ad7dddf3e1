"""Wakes workers for jobs that nobody has: in a thread of each worker and web process, so that no load delays it.

Two sweepers at once are no matter: what one of them takes from the database, the other does not find there.
"""

import threading

from core.errors import BrokerOutage, StoreOutage
from core.job import QUEUES
from core.logs import logger
from core.ports import Queue
from core.settings import Settings
from core.store.jobs import JobStore

log = logger(__name__)

# For each class of jobs, so that a backlog in one does not hide the others.
MAX_PER_QUEUE = 200


def sweep(
    store: JobStore,
    queue: Queue,
    *,
    resend_seconds: float,
    limit: int = MAX_PER_QUEUE,
) -> int:
    """Send jobs again that are due and that no living worker has, interactive ones first; returns how many were sent.

    What waits at the broker is not sent again: a backlog is not lost.

    Args:
        store: where jobs are.
        queue: wakes workers, and tells how many messages wait.
        resend_seconds: the first wait of an interactive job.
        limit: most of each class.

    Raises:
        BrokerOutage: none or not all could be sent; those stay due.
        StoreOutage: the database cannot be used.
    """
    if not store.has_unfinished():  # most of the time: a machine that nobody uses is not kept busy
        return 0
    messages = {name: queue.waiting(name) for name in QUEUES}
    due = store.take_due(resend_seconds=resend_seconds, limit=limit, waiting=messages)
    sent = 0
    try:
        for job_id, queue_name in due:
            queue.enqueue(job_id, queue_name)
            sent += 1
    finally:
        if sent < len(due):
            store.mark_unsent(*(job_id for job_id, _ in due[sent:]))
    return sent


class Sweeper:
    """The thread that sweeps.

    Args:
        settings: how often it sweeps, by the clock that only goes forward, and when jobs are sent again.
        store: where jobs are.
        queue: wakes workers.
        stopping: ends it.
    """

    def __init__(
        self,
        settings: Settings,
        store: JobStore,
        queue: Queue,
        stopping: threading.Event,
    ) -> None:
        self._store = store
        self._queue = queue
        self._every_seconds = settings.sweep_seconds
        self._resend_seconds = settings.resend_seconds
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin; a second call is an error."""
        self._thread.start()

    def join(self) -> None:
        """Wait until it has ended, once `stopping` is set."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every_seconds):
            try:
                sweep(self._store, self._queue, resend_seconds=self._resend_seconds)
            except (BrokerOutage, StoreOutage) as error:
                log.warning("sweep broke off", code=error.code)
            except Exception:  # Whatever a fault in our code is, jobs must not stay unswept until the next restart.
                log.exception("sweep failed")
