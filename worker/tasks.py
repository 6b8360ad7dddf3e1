"""Tasks: thin. A message carries a job id and nothing else.

Messages of the scheduler do not expire: an expiry is a time by its clock, and a worker whose clock is ahead would do
nothing at all. So they pile up while no worker runs; one that takes the pile does the work once, however often it was
asked for meanwhile.
"""

import threading
import time
from collections.abc import Callable

from celery import Task

from core.errors import BrokerOutage, NotFoundError, StoreOutage
from core.job import QUEUES, QueueName
from core.signals.scanning import QUEUE as SCAN_QUEUE
from core.signals.scanning import SURFACE as SCAN_SURFACE
from core.system.memory import give_back, held_bytes
from worker.app import app
from worker.enqueue import COUNT_TASK, EXPIRE_TASK, MAILBOXES_TASK, NOTICES_TASK, RUN_TASK, SOURCES_TASK
from worker.reserve import URGENT
from worker.watchdog import stopping
from worker.wiring import count_changes, expire_drafts, read_due_sources, services, sync_all_mailboxes, take_all_notices

# Less than this is not worth the milliseconds that a collection takes.
LARGE_BYTES = 64 * 2**20
# Far below every interval of the schedule, and far above the time in which a pile of messages is gone through.
MIN_SECONDS = 1.0


class Paced:
    """Work that is begun at most so often in this process, and never twice at the same time.

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


class OneByOne:
    """Jobs of one kind, of which this process does one at a time, so that its death costs one at most.

    A message for another meanwhile is let go: the thread that has the turn asks for what waits when it is done.

    Args:
        run: runs a job.
        following: gives the id of the next that waits, "" for none.
    """

    def __init__(self, run: Callable[[str], None], following: Callable[[], str]) -> None:
        self._run = run
        self._following = following
        self._turn = threading.Lock()

    def __call__(self, job_id: str) -> None:
        """Run a job and what waits after it, unless another thread has the turn."""
        while job_id and self._turn.acquire(blocking=False):
            try:
                self._run(job_id)
            finally:
                self._turn.release()
            # With the turn given back: a message that comes now takes it, one that came before is found here.
            job_id = self._following()


class MemoryReturn:
    """Watches how much memory this process holds. Threads may share it.

    Args:
        large_bytes: growth since the last time from which on memory is given back.
    """

    def __init__(self, large_bytes: int = LARGE_BYTES) -> None:
        self._large_bytes = large_bytes
        self._usual_bytes = held_bytes()
        self._lock = threading.Lock()

    def after_job(self) -> bool:
        """Give back what is free when the process has grown much; returns whether it did."""
        if held_bytes() < self._usual_bytes + self._large_bytes or not self._lock.acquire(blocking=False):
            return False
        try:
            give_back()
            self._usual_bytes = held_bytes()
            return True
        finally:
            self._lock.release()


_memory = MemoryReturn()
_sync_mailboxes = Paced(lambda: sync_all_mailboxes(services()), every_seconds=MIN_SECONDS)
_count = Paced(lambda: count_changes(services()), every_seconds=MIN_SECONDS)
_expire = Paced(lambda: expire_drafts(services()), every_seconds=MIN_SECONDS)


@app.task(name=RUN_TASK, bind=True)
def run_job(task: "Task[[str], None]", job_id: str) -> None:
    """Run the job whose turn it is in the class of the message, which names one that waits; scans go one by one.

    Without a database or a broker the sweeper sends it again when there is one.
    """
    queue = (task.request.delivery_info or {}).get("routing_key", "")
    try:
        if queue == SCAN_QUEUE and _is_scan(job_id):
            _scans(job_id)
        elif queue in QUEUES:
            _run_next(queue, job_id)
        else:
            _run(job_id)
    except (StoreOutage, BrokerOutage):
        services().log_outage("run_job")


def _run(job_id: str) -> None:
    try:
        services().runner.run(job_id)
    finally:
        _memory.after_job()


def _run_next(queue: QueueName, job_id: str) -> None:
    used = services()
    following = used.following if queue == URGENT else None
    while job_id:
        try:
            used.runner.run_next(queue, job_id)
        finally:
            _memory.after_job()
        job_id = following.take() if following and not stopping.is_set() else ""


def _is_scan(job_id: str) -> bool:
    try:
        return services().store.jobs.peek(job_id).surface == SCAN_SURFACE
    except NotFoundError:
        return False


def _next_scan() -> str:
    """Return the part of a scan that has waited longest; where something urgent waits for a thread, it comes first."""
    found = "" if stopping.is_set() else services().store.jobs.next_waiting(SCAN_QUEUE, SCAN_SURFACE)
    queue = services().queue
    if found and any(queue.waiting(name) for name in QUEUES if name != SCAN_QUEUE):
        queue.enqueue(found, SCAN_QUEUE)
        return ""
    return found


_scans = OneByOne(_run, _next_scan)


@app.task(name=MAILBOXES_TASK)
def sync_mailboxes() -> None:
    """Look for mailboxes that are due."""
    try:
        _sync_mailboxes()
    except StoreOutage:
        services().log_outage("sync_mailboxes")


@app.task(name=NOTICES_TASK)
def take_notices() -> None:
    """Read the mails that Microsoft announced."""
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
