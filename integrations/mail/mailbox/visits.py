"""Visits to mailboxes, in threads apart from those that run jobs: several at a time, and fair to each server.

A mailbox is visited by one thread at a time. The one that was not visited for longest is next. A server has a few
threads at most, one that failed has one, and what failed before never has more than half of all threads.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from core.errors import InlaidError, LimitError
from core.system.deadline import deadline

log = structlog.get_logger(__name__)

THREADS = 16
THREADS_PER_SERVER = 4
MAX_SUSPECTS = THREADS // 2
# For all that is done in one visit. Locks that are held in a visit last longer.
MAX_SECONDS = 45.0
LOCK_SECONDS = 75.0


@dataclass(frozen=True)
class Visit:
    """What is to be done in one mailbox.

    Args:
        mailbox: names it.
        server: what it shares with other mailboxes.
        run: does it.
        is_urgent: whether it goes before those that come by the clock.
        is_suspect: whether the mailbox or its server failed the last time.
        seen_at: when the mailbox was last read, in Unix seconds.
    """

    mailbox: tuple[str, ...]
    server: str
    run: Callable[[], None]
    is_urgent: bool = False
    is_suspect: bool = False
    seen_at: float = 0.0

    def make(self) -> None:
        """Run it within the time limit; an error is logged, and stored with the mailbox."""
        try:
            with deadline(MAX_SECONDS):
                self.run()
        except LimitError:
            return  # somebody else is there
        except InlaidError as error:
            log.warning("mailbox not looked after", code=error.code, server=self.server)
        except Exception:  # Whatever a fault in our code is, the other mailboxes must be visited.
            log.exception("a visit to a mailbox broke off")


class VisitPool:
    """Makes visits. Threads come with the work and go when there is none.

    Args:
        stopping: set when this process shuts down; then no visit is begun.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._state = threading.Condition()
        self._waiting: dict[tuple[tuple[str, ...], bool], Visit] = {}
        self._running: list[Visit] = []
        self._last: dict[tuple[str, ...], float] = {}

    def offer(self, visits: Iterable[Visit]) -> None:
        """Have visits made; one that waits already is not made twice."""
        with self._state:
            waiting = self._waiting | {(visit.mailbox, visit.is_urgent): visit for visit in visits}
            self._waiting = dict(sorted(waiting.items(), key=lambda entry: self._order(entry[1])))
            self._start_threads()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is left to do; False when that took longer."""
        with self._state:
            return self._state.wait_for(lambda: not self._running and not self._waiting, seconds)

    def leave(self, seconds: float) -> None:
        """Drop what waits, and wait that long for the visits that are being made."""
        with self._state:
            self._waiting.clear()
            self._state.wait_for(lambda: not self._running, seconds)

    def _start_threads(self) -> None:
        while (visit := self._take()) is not None:
            threading.Thread(target=self._work, args=(visit,), name="visit mailboxes", daemon=True).start()

    def _work(self, visit: Visit | None) -> None:
        while visit is not None:
            visit.make()
            with self._state:
                self._running.remove(visit)
                self._last[visit.mailbox] = time.monotonic()
                self._state.notify_all()
                visit = self._take()
                self._start_threads()  # of a server that was at its limit more may be possible now

    def _take(self) -> Visit | None:
        """Take the visit that is due next, None when none can be begun now."""
        if self._stopping.is_set() or len(self._running) >= THREADS:
            return None
        servers = Counter(visit.server for visit in self._running)
        mailboxes = {visit.mailbox for visit in self._running}
        suspects = sum(visit.is_suspect for visit in self._running)
        for key, visit in self._waiting.items():
            most = 1 if visit.is_suspect else THREADS_PER_SERVER
            is_full = servers[visit.server] >= most or (visit.is_suspect and suspects >= MAX_SUSPECTS)
            if visit.mailbox not in mailboxes and not is_full:
                del self._waiting[key]
                self._running.append(visit)
                return visit
        return None

    def _order(self, visit: Visit) -> tuple[bool, float, float]:
        return not visit.is_urgent, self._last.get(visit.mailbox, 0.0), visit.seen_at
