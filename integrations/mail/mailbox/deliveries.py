"""Stores drafts from threads of their own: a server that hangs holds up the thread of a job for seconds only.

A delivery that takes longer continues until its deadline, and the job comes back later to see the result. Until then
the same delivery is not started again.
"""

import contextvars
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, TypeVar

import structlog

from core.errors import OutageError
from core.store.records import RecordStore
from core.system.deadline import deadline
from integrations.mail.mailbox.backoff import Backoff, Place

log = structlog.get_logger(__name__)

# How long a job's thread waits.
PATIENCE_SECONDS = 2.0
DELIVERY_SECONDS = 30.0
MAX_AT_ONCE = 32

T = TypeVar("T")


class Deliveries:
    """The deliveries of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[tuple[str, ...], Future[Any]] = {}

    def make(self, records: RecordStore, place: Place, key: str, act: Callable[[], T], *, patience_seconds: float) -> T:
        """Do what puts a draft into a mailbox, and return what it gives.

        Args:
            records: where failures of the mailbox are kept.
            place: the mailbox.
            key: names the draft within it.
            act: puts it there; a second time finds the first.
            patience_seconds: how long the caller waits for it.

        Raises:
            OutageError: it takes long and continues, or the mailbox cools down after failures: come back later.
            InlaidError: what `act` raises.
        """
        Backoff(records).require_ready(place)
        name = (place.workspace, place.key, key)
        with self._lock:
            if name in self._running:
                raise _later(place)
            if len(self._running) >= MAX_AT_ONCE:
                raise _later(place, retry_after_seconds=DELIVERY_SECONDS)
            future: Future[T] = Future()
            self._running[name] = future
        context = contextvars.copy_context()
        work = functools.partial(self._work, records, place, name, act, future)
        threading.Thread(target=context.run, args=(work,), name="put draft", daemon=True).start()
        if not wait([future], patience_seconds).done:
            raise _later(place)
        return future.result()

    def _work(
        self, records: RecordStore, place: Place, name: tuple[str, ...], act: Callable[[], T], future: "Future[T]"
    ) -> None:
        try:
            with deadline(DELIVERY_SECONDS), Backoff(records).attempt(place):
                result = act()
        except BaseException as error:  # whatever ends it, the thread that waits hears of it
            log.info("draft not put", code=getattr(error, "code", type(error).__name__), kind=place.kind)
            self._end(name)
            future.set_exception(error)
        else:
            self._end(name)
            future.set_result(result)

    def _end(self, name: tuple[str, ...]) -> None:
        with self._lock:
            del self._running[name]


@functools.cache
def deliveries() -> Deliveries:
    """Return those of this process."""
    return Deliveries()


def _later(place: Place, *, retry_after_seconds: float = 0.0) -> OutageError:
    said = f"{place.server} is slow to store a draft."
    return OutageError(said, fix="Inlaid retries automatically.", retry_after_seconds=retry_after_seconds)
