"""Tasks: thin. A message carries a job id and nothing else.

Messages of the scheduler do not expire: an expiry is a time by its clock, and a worker whose clock is ahead would do
nothing at all. So they pile up while no worker runs; whoever takes the pile does the work once, however often it was
asked for meanwhile.
"""

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable

import psutil

from core.errors import StoreOutage
from worker.app import app
from worker.enqueue import COUNT_TASK, EXPIRE_TASK, MAILBOXES_TASK, NOTICES_TASK, RUN_TASK, SOURCES_TASK
from worker.wiring import count_changes, expire_drafts, read_due_sources, services, sync_all_mailboxes, take_all_notices

# Less than this is not worth the milliseconds that a collection takes.
LARGE_BYTES = 64 * 2**20
# Far below every interval of the schedule, and far above the time in which a pile of messages is gone through.
MIN_SECONDS = 1.0


class Paced:
    """Work that is begun at most so often in this process, and never while it goes on.

    Args:
        work: what is done.
        every_seconds: the least time between two beginnings, by the clock that only goes forward.
        clock: that clock.
    """

    def __init__(
        self, work: Callable[[], None], *, every_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._work = work
        self._every_seconds = every_seconds
        self._clock = clock
        self._began = float("-inf")
        self._going_on = threading.Lock()

    def __call__(self) -> bool:
        """Do the work unless it was just done; returns whether it was."""
        if not self._going_on.acquire(blocking=False):
            return False
        try:
            if self._clock() - self._began < self._every_seconds:
                return False
            self._began = self._clock()
            self._work()
            return True
        finally:
            self._going_on.release()


class MemoryReturn:
    """Watches how much memory this process holds. Threads may share it.

    Args:
        large_bytes: growth since the last time from which on memory is given back.
    """

    def __init__(self, large_bytes: int = LARGE_BYTES) -> None:
        self._large_bytes = large_bytes
        self._process = psutil.Process()
        self._usual_bytes = self._held_bytes()
        self._lock = threading.Lock()

    def after_job(self) -> bool:
        """Give back what is free when the process has grown much; returns whether it did."""
        if self._held_bytes() < self._usual_bytes + self._large_bytes or not self._lock.acquire(blocking=False):
            return False
        try:
            gc.collect()
            if sys.platform == "linux":
                # malloc_trim(3) is glibc's; other C libraries give memory back by themselves.
                trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
                if trim:
                    trim(0)
            self._usual_bytes = self._held_bytes()
            return True
        finally:
            self._lock.release()

    def _held_bytes(self) -> int:
        held: int = self._process.memory_info().rss
        return held


_memory = MemoryReturn()
_sync_mailboxes = Paced(lambda: sync_all_mailboxes(services()), every_seconds=MIN_SECONDS)
_count = Paced(lambda: count_changes(services()), every_seconds=MIN_SECONDS)
_expire = Paced(lambda: expire_drafts(services()), every_seconds=MIN_SECONDS)


@app.task(name=RUN_TASK)
def run_job(job_id: str) -> None:
    """Run one job; without a database the sweeper sends it again when there is one."""
    try:
        services().runner.run(job_id)
    except StoreOutage:
        services().log_outage("run_job")
    finally:
        _memory.after_job()


@app.task(name=MAILBOXES_TASK)
def sync_mailboxes() -> None:
    """Look for new mail in every connected mailbox."""
    try:
        _sync_mailboxes()
    except StoreOutage:
        services().log_outage("sync_mailboxes")


@app.task(name=NOTICES_TASK)
def take_notices() -> None:
    """Read the mails that Microsoft told of."""
    try:
        take_all_notices(services())
    except StoreOutage:
        services().log_outage("take_notices")


@app.task(name=COUNT_TASK)
def count() -> None:
    """Count for the report what has changed."""
    try:
        _count()
    except StoreOutage:
        services().log_outage("count")


@app.task(name=EXPIRE_TASK)
def expire() -> None:
    """Note which drafts nobody did anything with for a week."""
    try:
        _expire()
    except StoreOutage:
        services().log_outage("expire")


@app.task(name=SOURCES_TASK)
def read_sources() -> None:
    """Read the sources of knowledge that are due, in a thread apart from those that run jobs."""
    try:
        read_due_sources(services())
    except StoreOutage:
        services().log_outage("read_sources")
