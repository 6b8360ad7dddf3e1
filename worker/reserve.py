"""Threads that are kept for what somebody waits for, and how the other classes share the rest.

The order of queues decides what comes next when a thread is free; with all threads at long work there is none. So
background and bulk jobs get all threads but a reserve: beyond that their queues are not listened to. Of these threads
three are for background jobs to one for bulk jobs, while both wait; a class alone gets all of them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from celery import Task as CeleryTask
from celery.worker import state
from celery.worker.request import Request as CeleryRequest
from kombu.utils.scheduling import priority_cycle

from core.job import QUEUES

URGENT = "interactive"
# One thread in so many is kept, and at least one.
RESERVED_SHARE = 4
# Classes that share the rest, and how many threads of it each gets for one of the others.
WEIGHTS = {"background": 3, "bulk": 1}
TRIES = 3


def queues_of_requests() -> Iterable[str]:
    """Return the queue of each message that this worker has taken and not done with."""
    for _ in range(TRIES):
        try:
            return [(request.delivery_info or {}).get("routing_key", "") for request in state.reserved_requests]
        except RuntimeError:  # a thread was done with one meanwhile
            continue
    return ()


class Shares:
    """Which class is next where several wait: the one that has least of the threads for its weight.

    With one thread to share none has any when it is free, so then it is the one that had the fewest of the last turns.
    """

    def __init__(self) -> None:
        self._turns = dict.fromkeys(WEIGHTS, 0)

    def order(self, queues: Sequence[str], taken: Collection[str]) -> list[str]:
        """Return queues in the order in which they are looked into; others than those that share keep their places.

        Args:
            queues: all of them, by falling priority.
            taken: the queue of each message that is worked on.
        """
        held = Counter(taken)

        def share(queue: str) -> tuple[float, bool]:
            return held[queue] / WEIGHTS[queue], self._turns[queue] >= WEIGHTS[queue]

        sharing = iter(sorted((name for name in queues if name in WEIGHTS), key=share))
        return [next(sharing) if name in WEIGHTS else name for name in queues]

    def took(self, queue: str) -> None:
        """Note that a message came from a queue. When each had its turns, or its chance of them, a new round begins."""
        if queue in WEIGHTS:
            self._turns[queue] += 1
            if all(self._turns[name] >= WEIGHTS[name] for name in WEIGHTS):
                self._turns = dict.fromkeys(WEIGHTS, 0)


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
        self._shares = Shares()

    def open_of(self, queues: Sequence[str]) -> list[str]:
        """Return those of some queues that may be listened to, in the order in which they are looked into."""
        self._waits = self._is_kept  # before the count: a thread that comes free meanwhile is to be heard
        taken = list(self._taken())
        self._waits = self._is_kept and sum(name != URGENT for name in taken) >= self.most
        if self._waits:
            return [name for name in queues if name == URGENT or name not in QUEUES]
        return self._shares.order(queues, taken)

    def took(self, queue: str) -> None:
        """Note that a message came from a queue."""
        self._shares.took(queue)

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

    def rotate(self, last_used: str) -> None:
        """Note which queue gave a message."""
        _kept[0].took(last_used)


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
