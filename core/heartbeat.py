"""Keeps a lease alive while a job is worked on, and learns from it when to stop."""

import threading
from types import TracebackType
from typing import Self

from core.errors import JobCancelled, LeaseLost, StoreOutage, WorkerStopping
from core.events import TokenBatch
from core.jobs import Job
from core.ports import Events
from core.store.leases import LeaseStore

LONGEST_BEAT_SECONDS = 2.0


class Heartbeat:
    """A thread that renews the lease; also the job's `core.ports.Progress`.

    Args:
        leases: where the lease is kept.
        job: the claimed job; its fence is what is renewed.
        lease_seconds: how far each renewal reaches.
        events: where progress is published.
        stopping: set when this worker shuts down.
    """

    def __init__(
        self, leases: LeaseStore, job: Job, *, lease_seconds: float, events: Events, stopping: threading.Event
    ) -> None:
        self._leases = leases
        self._job = job
        self._lease_seconds = lease_seconds
        self._events = events
        self._tokens = TokenBatch(events, job.id)
        self._stopping = stopping
        self._ended = threading.Event()
        self._cancelled = False
        self._lost = False
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._tokens.flush()

    def _beat(self) -> None:
        while not self._ended.wait(min(self._lease_seconds / 3, LONGEST_BEAT_SECONDS)):
            try:
                self._cancelled = self._leases.renew(self._job, lease_seconds=self._lease_seconds)
            except LeaseLost:
                self._lost = True
                return
            except StoreOutage:
                continue

    def check(self) -> None:
        """Return when the work may go on.

        Raises:
            LeaseLost, JobCancelled, WorkerStopping: stop working.
        """
        if self._lost:
            raise LeaseLost("Another worker owns this job now.")
        if self._cancelled:
            raise JobCancelled("The job was cancelled.")
        if self._stopping.is_set():
            raise WorkerStopping("The worker is shutting down.")

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Report a step; see `core.ports.Progress`."""
        self.check()
        self._tokens.flush()
        self._events.publish(self._job.id, "progress", {"text": text, "done": done, "total": total})

    def flush(self) -> None:
        """Publish the tokens that were gathered: what comes after the work must not be overtaken by them."""
        self._tokens.flush()

    def token(self, piece: str) -> None:
        """Report a piece of the answer; see `core.ports.Progress`."""
        self.check()
        self._tokens.add(piece)
