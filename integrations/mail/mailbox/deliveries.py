"""Work in mailboxes that jobs wait for, each in a thread of its own, so that a server that hangs holds up nobody.

A delivery that takes longer continues until its deadline, and the job comes back later to see the result. Until then
the same delivery is not started again.
"""

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import cache, partial
from typing import TypeVar

from core.errors import OutageError, SurfaceOutage
from core.logs import logger
from core.settings import load_settings
from core.store.records import RecordStore
from core.system.connections import deadline
from integrations.mail.mailbox.visits import Backoff, MailboxPlace

log = logger(__name__)
# How long a job's thread waits; not at all where another delivery to the same server takes longer.
PATIENCE_SECONDS = 2.0
DELIVERY_SECONDS = 30.0
MAX_AT_ONCE = 32

T = TypeVar("T")


class Deliveries:
    """The deliveries of this process.

    Args:
        threads: how many threads run jobs; at most half of them wait, so that others are free for jobs that somebody
            looks at.

    Attributes:
        max_waiting: how many threads may wait at once.
        waiting: how many do.
    """

    def __init__(self, threads: int) -> None:
        self.max_waiting = max(1, threads // 2)
        self._lock = threading.Lock()
        self._running: dict[tuple[str, ...], tuple[str, float]] = {}
        self._slow: set[str] = set()
        self.waiting = 0

    def make(
        self,
        records: RecordStore,
        place: MailboxPlace,
        key: str,
        act: Callable[[], T],
        *,
        patience_seconds: float,
        is_needed: bool = False,
    ) -> T:
        """Do what puts a draft into a mailbox, or reads from it for one, and return what it gives.

        Args:
            records: where failures of the mailbox are kept.
            place: the mailbox.
            key: names the draft within it.
            act: does it; a second time finds the first.
            patience_seconds: how long the caller waits for it.
            is_needed: whether it is of no use to a caller that has stopped waiting.

        Raises:
            SurfaceOutage: what is needed was not begun, since others are waited for: come back soon.
            OutageError: it takes long and continues, or the mailbox cools down after failures: come back later.
            InlaidError: what `act` raises.
        """
        Backoff(records).require_ready(place)
        name = (place.workspace, place.key, key)
        with self._lock:
            if name in self._running:
                raise _later(place, is_read=is_needed)
            if len(self._running) >= MAX_AT_ONCE:
                raise _later(place, is_read=is_needed, retry_after_seconds=DELIVERY_SECONDS)
            is_waited_for = self.waiting < self.max_waiting and (is_needed or not self._is_slow(place.server))
            if is_needed and not is_waited_for:
                raise SurfaceOutage("Other mailboxes are being read right now.", fix="Inlaid retries automatically.")
            self.waiting += is_waited_for
            self._running[name] = place.server, time.monotonic()
        future: Future[T] = Future()
        try:
            self._start(name, partial(self._work, records, place, name, act, future))
            if is_waited_for and not wait([future], patience_seconds).done:
                with self._lock:
                    self._slow.add(place.server)  # until something is stored there
        finally:
            with self._lock:
                self.waiting -= is_waited_for
        if not future.done():
            raise _later(place, is_read=is_needed)
        return future.result()

    def _start(self, name: tuple[str, ...], work: Callable[[], None]) -> None:
        context = contextvars.copy_context()
        try:
            threading.Thread(target=context.run, args=(work,), name="put draft", daemon=True).start()
        except BaseException:  # the machine has no thread left
            self._end(name)
            raise

    def _work(
        self,
        records: RecordStore,
        place: MailboxPlace,
        name: tuple[str, ...],
        act: Callable[[], T],
        future: "Future[T]",
    ) -> None:
        try:
            with deadline(DELIVERY_SECONDS), Backoff(records).attempt(place):
                result = act()
        except BaseException as error:  # whatever ends it, the thread that waits hears of it
            log.info("draft not put", code=getattr(error, "code", type(error).__name__), kind=place.kind)
            self._end(name)
            future.set_exception(error)
        else:
            self._slow.discard(place.server)
            self._end(name)
            future.set_result(result)

    def _is_slow(self, name: str) -> bool:
        """Whether another delivery to a server takes longer than a job waits: then no further one is waited for."""
        since = time.monotonic() - PATIENCE_SECONDS
        is_kept = any(server == name and began < since for server, began in self._running.values())
        return is_kept or name in self._slow

    def _end(self, name: tuple[str, ...]) -> None:
        with self._lock:
            del self._running[name]


@cache
def deliveries() -> Deliveries:
    """Return those of this process."""
    return Deliveries(load_settings().worker_threads)


def _later(place: MailboxPlace, *, is_read: bool, retry_after_seconds: float = 0.0) -> OutageError:
    said = f"{place.server} is slow to {'hand over a mail' if is_read else 'store a draft'}."
    return OutageError(said, fix="Inlaid retries automatically.", retry_after_seconds=retry_after_seconds)
