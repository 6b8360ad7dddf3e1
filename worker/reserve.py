"""Threads that are kept for what somebody waits for, in a worker that serves other classes beside.

The order of queues decides what comes next when a thread is free; with all threads at long work there is none. So
background and bulk jobs get all threads but a reserve: beyond that their queues are not listened to.
"""

from collections.abc import Callable, Collection, Iterable

from celery import Task as CeleryTask
from celery.worker import state
from celery.worker.request import Request as CeleryRequest
from kombu.utils.scheduling import priority_cycle

from core.job import QUEUES

URGENT = "interactive"
# One thread in so many is kept, and at least one.
RESERVED_SHARE = 4
TRIES = 3


def queues_of_requests() -> Iterable[str]:
    """Return the queue of each message that this worker has taken and not done with."""
    for _ in range(TRIES):
        try:
            return [(request.delivery_info or {}).get("routing_key", "") for request in state.reserved_requests]
        except RuntimeError:  # a thread was done with one meanwhile
            continue
    return ()


class Reserve:
    """Which queues a worker listens to now.

    Args:
        threads: how many jobs it runs at a time.
        served: the queues that it serves.
        taken: gives the queue of each message that it has.
        wake: has the worker ask again which queues to listen to; called from any thread.
    """

    def __init__(
        self,
        threads: int = 1,
        served: Collection[str] = (),
        *,
        taken: Callable[[], Iterable[str]] = queues_of_requests,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        is_shared = URGENT in served and len(served) > 1 and threads > 1
        self.most = threads - max(1, threads // RESERVED_SHARE) if is_shared else threads
        self._is_kept = is_shared
        self._taken = taken
        self._wake = wake
        self._waits = False

    def open_of(self, queues: Collection[str]) -> list[str]:
        """Return those of some queues that may be listened to, in their order."""
        self._waits = self._is_kept  # before the count: a thread that comes free meanwhile is to be heard
        self._waits = self._is_kept and sum(name != URGENT for name in self._taken()) >= self.most
        return [name for name in queues if not (self._waits and name in QUEUES and name != URGENT)]

    def freed(self) -> None:
        """Note that a thread is free again."""
        if self._waits:
            self._waits = False
            self._wake()


_kept = [Reserve()]


def keep(reserve: Reserve) -> None:
    """Have this process listen as a reserve says."""
    _kept[0] = reserve


class Cycle(priority_cycle):  # type: ignore[type-arg] # the stubs alone make it generic
    """The order in which a worker looks into its queues, without those that have to wait."""

    def consume(self, n: int) -> list[str]:  # type: ignore[override] # a list is what it returns
        """Return the queues to listen to."""
        return _kept[0].open_of(list(self.items or ())[:n])


class Request(CeleryRequest):
    """A message that is worked on."""

    def acknowledge(self) -> None:
        """Say that the message is done with, and let others have its thread; see `celery.worker.request.Request`.

        Celery calls this last, when the message counts as taken no more; its `on_success` it replaces by one that calls
        nothing of ours.
        """
        try:
            super().acknowledge()
        finally:
            _kept[0].freed()


class Task(CeleryTask):  # type: ignore[type-arg] # likewise
    """A task whose messages are such requests."""

    Request = "worker.reserve:Request"
