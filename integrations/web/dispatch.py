"""What follows an answer: waking a worker and telling the watchers, on a thread of its own.

A job is safe once it is stored, so nobody waits for the broker. What cannot be sent, or finds no place in the
queue here, is left to the sweeper.
"""

import math
import queue
import threading
import time
from collections.abc import Callable

from core.errors import OutageError, StoreOutage
from core.job import Job, JobRequest
from core.logs import logger
from core.observability.tracing import note_acknowledged
from core.ports import Events, Queue
from core.submit import Intake, send

MAX_WAITING = 1000
_log = logger(__name__)

Work = Callable[[], None]


class Dispatcher:
    """Submits jobs, and sends what is to be sent in the background.

    Args:
        intake: where jobs enter.
        queue_port: wakes workers.
        events: tells watchers.
        observe_seconds: receives how long it took to store a job, infinite for one that could not be.
    """

    def __init__(
        self, intake: Intake, queue_port: Queue, events: Events, *, observe_seconds: Callable[[float], None]
    ) -> None:
        self.intake = intake
        self._queue = queue_port
        self._events = events
        self._observe_seconds = observe_seconds
        self._waiting: queue.Queue[Work | None] = queue.Queue(MAX_WAITING)
        self._lock = threading.Lock()
        self._soon: set[Work] = set()
        self._thread = threading.Thread(target=self._run, name="dispatch", daemon=True)
        self._thread.start()

    def submit(self, request: JobRequest) -> Job:
        """Store a job, or find the one with the same key, and have a worker woken for a new one.

        Raises:
            PolicyRefused, ConflictError, StoreOutage: see `core.submit.Intake.add`.
        """
        started = time.perf_counter()
        try:
            job, is_new = self.intake.add(request)
        except StoreOutage:
            self._observe_seconds(math.inf)
            raise
        seconds = time.perf_counter() - started
        self._observe_seconds(seconds)
        if is_new:
            note_acknowledged(job, seconds=seconds)
            self.wake(job)
        return job

    def wake(self, job: Job) -> None:
        """Have a worker woken for the job."""
        self._put(lambda: send(self.intake.jobs, self._queue, job))

    def tell(self, job: Job) -> None:
        """Have the job's state sent to those who watch it."""
        self._put(lambda: self._events.publish(job.id, "state", {"state": job.state}))

    def soon(self, work: Work) -> None:
        """Have something done in the background; what waits to be done already is not done twice."""
        with self._lock:
            if work in self._soon:
                return
            self._soon.add(work)

        def run() -> None:
            with self._lock:
                self._soon.discard(work)
            work()

        if not self._put(run):
            with self._lock:
                self._soon.discard(work)

    def close(self, *, wait_seconds: float) -> None:
        """Send what waits, for as long as that; the rest is left to the sweeper."""
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(wait_seconds)

    def _put(self, work: Work) -> bool:
        try:
            self._waiting.put_nowait(work)
        except queue.Full:
            _log.warning("nothing can be sent now")
            return False
        return True

    def _run(self) -> None:
        while work := self._waiting.get():
            try:
                work()
            except OutageError as error:
                _log.warning("not sent", code=error.code)
            except Exception:  # the thread has to outlive a fault, or nothing would be sent any more
                _log.exception("not sent")
