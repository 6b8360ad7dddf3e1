"""Keeps a lease alive while a job is worked on, learns from it when to stop, and ends what does not stop."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from core.drafts import Draft, Edit
from core.errors import JobCancelled, JobOverdue, LeaseLost, StoreOutage, WorkerStopping
from core.events import TokenBatch
from core.job import Job
from core.logs import logger
from core.ports import Events
from core.store.leases import LeaseStore
from core.text.catalogues import N_

log = logger(__name__)

# Work that looks up stops by itself; what does not is ended over its head a look later, and so within two seconds.
LOOK_SECONDS = 0.7
# How long after its deadline a job is left to work that looks up.
OVERDUE_SECONDS = 3.0
# How long a worker that shuts down leaves a job to work that looks up: less than `inlaid up` waits for a worker.
STOPPING_SECONDS = 2.0
# How long a thread may go on with a job that is not its own any more, before it counts as stuck.
STUCK_SECONDS = 60.0
MAX_WAIT_SECONDS = 300.0
# A job that is over by then needs no thread of its own; before the first look.
LATE_SECONDS = 0.4
IDLE_SECONDS = 5.0


def _ignore(_job: Job) -> None:
    pass


def _as_it_is(draft: Draft) -> Draft:
    return draft


@dataclass(frozen=True)
class Terms:
    """Under which terms a worker has a job.

    Args:
        lease_seconds: how far each renewal of the lease reaches.
        deadline_seconds: how long one attempt may run.
        stopping: set when this worker shuts down.
        on_stuck: called when a thread goes on with a job that was taken from it; it must not block.
        stuck_seconds: how long after that.
    """

    lease_seconds: float
    deadline_seconds: float = math.inf
    stopping: threading.Event = field(default_factory=threading.Event)
    on_stuck: Callable[[Job], None] = _ignore
    stuck_seconds: float = STUCK_SECONDS


class LateStarts:
    """Starts the heartbeats of jobs that take a moment: making a thread for each costs more than some jobs do.

    Its own thread looks twice in that moment at what waits. Waking it for each job would cost as much as claiming one.
    """

    def __init__(self) -> None:
        self._waiting: dict[Callable[[], None], float] = {}
        self._lock = threading.Lock()
        self._runs = False

    def add(self, start: Callable[[], None]) -> None:
        """Have something started a moment from now.

        Raises:
            RuntimeError: no thread can be made.
        """
        with self._lock:
            if not self._runs:
                threading.Thread(target=self._run, name="late starts", daemon=True).start()
                self._runs = True
            self._waiting[start] = time.monotonic() + LATE_SECONDS

    def drop(self, start: Callable[[], None]) -> None:
        """Have something started no more; nothing happens where it was."""
        with self._lock:
            self._waiting.pop(start, None)

    def _run(self) -> None:
        idle_since = time.monotonic()
        while True:
            time.sleep(LATE_SECONDS / 2)
            with self._lock:
                now = time.monotonic()
                idle_since = now if self._waiting else idle_since
                if now - idle_since > IDLE_SECONDS:
                    self._runs = False
                    return
                due = [start for start, at in self._waiting.items() if at <= now]
                for start in due:
                    del self._waiting[start]
            for start in due:
                self._begin(start)

    def _begin(self, start: Callable[[], None]) -> None:
        try:
            start()
        except RuntimeError:  # no thread can be made right now: a moment later one may
            log.warning("a lease is renewed late", exc_info=True)
            self.add(start)


_late_starts = LateStarts()


class Heartbeat:
    """A thread that renews the lease of a job that is not over at once; also the job's `core.ports.Progress`.

    Args:
        leases: where the lease is kept.
        job: the claimed job; its fence is what is renewed.
        events: where progress is published.
        terms: how long everything may take.
    """

    def __init__(self, leases: LeaseStore, job: Job, *, events: Events, terms: Terms) -> None:
        self._leases = leases
        self._job = job
        self._events = events
        self._terms = terms
        self._tokens = TokenBatch(events, job.id)
        self._ended = threading.Event()
        self._cancelled = False
        self._lost = False
        self._found: list[Edit] = []
        self._complete: Callable[[Draft], Draft] = _as_it_is
        self._done = (0, 0)
        self._seconds = terms.deadline_seconds
        self._stopping_since = math.inf
        self._began = time.monotonic()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def publish_to(self, events: Events) -> None:
        """Publish what comes from now on there."""
        self._events, self._tokens = events, TokenBatch(events, self._job.id)

    def __enter__(self) -> Self:
        if self._terms.lease_seconds / 3 > LATE_SECONDS:
            _late_starts.add(self._start)
        else:
            self._start()
        return self

    def _start(self) -> None:
        """Begin to renew the lease, unless the job is over."""
        with self._starting:
            if not self._ended.is_set():
                thread = threading.Thread(target=self._run, name=f"lease-{self._job.id}", daemon=True)
                thread.start()
                self._thread = thread

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _late_starts.drop(self._start)
        with self._starting:
            self._ended.set()
        if self._thread:
            self._thread.join()
        self._tokens.flush()

    def _run(self) -> None:
        self._beat()
        if not self._ended.wait(self._terms.stuck_seconds):
            log.error("thread is stuck", job_id=self._job.id, recipe=self._job.recipe)
            self._terms.on_stuck(self._job)

    def _beat(self) -> None:
        """Keep the lease until the work has ended, or the job is not this worker's any more."""
        every_seconds = self._terms.lease_seconds / 3
        renew_at, look_at = self._began + every_seconds, self._began
        while not self._lost:
            look_at = max(look_at, time.monotonic() - LATE_SECONDS) + min(every_seconds, LOOK_SECONDS)
            if self._ended.wait(look_at - time.monotonic()):
                break
            try:
                if self._is_ended_from_here():
                    self._lost = True
                elif time.monotonic() >= renew_at:
                    self._cancelled = self._leases.renew(self._job, lease_seconds=self._terms.lease_seconds)
                    renew_at = time.monotonic() + every_seconds
                else:
                    self._cancelled = self._leases.is_cancelled(self._job)
            except LeaseLost:
                self._lost = True
            except StoreOutage:
                continue

    def _is_ended_from_here(self) -> bool:
        """End the job over the head of work that was told to stop and has not; returns whether it is ended."""
        ended = None
        if self._cancelled:
            ended = self._leases.cancel_over_worker(self._job, self.partial())
        elif self._elapsed_seconds() > self._seconds + OVERDUE_SECONDS:
            log.error("job overdue", job_id=self._job.id, recipe=self._job.recipe, queue=self._job.queue)
            wait_seconds = min(2.0**self._job.delivery_attempts, MAX_WAIT_SECONDS)
            ended = self._leases.fail_over_worker(self._job, self._overdue(), wait_seconds=wait_seconds)
        elif self._is_left_behind():
            log.warning("job given back over its worker", job_id=self._job.id, recipe=self._job.recipe)
            ended = self._leases.release_over_worker(self._job)
        if ended is not None:
            self._events.publish(ended.id, "state", {"state": ended.state})
        return ended is not None

    def _is_left_behind(self) -> bool:
        """Say whether this worker shuts down and the work has not looked up since."""
        if not self._terms.stopping.is_set():
            return False
        self._stopping_since = min(self._stopping_since, time.monotonic())
        return time.monotonic() - self._stopping_since > STOPPING_SECONDS

    def _elapsed_seconds(self) -> float:
        return time.monotonic() - self._began

    def _overdue(self) -> JobOverdue:
        minutes = self._seconds / 60
        return JobOverdue(
            f"It was not done within {minutes:.3g} min and was stopped.",
            fix="Try again with a shorter text, or ask your administrator for a faster model.",
        )

    def allow(self, deadline_seconds: float) -> None:
        """Give the work more time than its class has, when it turns out to be large."""
        self._seconds = max(self._seconds, deadline_seconds)

    def check(self) -> None:
        """Return when the work may go on.

        Raises:
            LeaseLost, JobCancelled, JobOverdue, WorkerStopping: stop working.
        """
        if self._lost:
            raise LeaseLost("Another worker owns this job now.")
        if self._cancelled:
            raise JobCancelled("The job was cancelled.")
        if self._elapsed_seconds() > self._seconds:
            raise self._overdue()
        if self._terms.stopping.is_set():
            raise WorkerStopping("The worker is shutting down.")

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Report a step; see `core.ports.Progress`."""
        self.check()
        self._done = (done, total)
        self._tokens.flush()
        self._events.publish(self._job.id, "progress", {"text": text, "done": done, "total": total})

    def found(self, edit: Edit) -> None:
        """Report a change; see `core.ports.Progress`."""
        self._found.append(edit)
        self._events.publish(self._job.id, "edit", {"edit": edit.model_dump(mode="json", exclude_none=True)})

    def partial(self) -> Draft | None:
        """Return the changes that were found so far as a draft; None when there are none."""
        edits = tuple(self._found)
        if not edits:
            return None
        done, total = self._done
        notice = N_(f"Cancelled after {done:,} of {total:,} paragraphs. What was found until then is here.")
        findings = tuple(finding for edit in edits for finding in edit.findings)
        draft = Draft(job_id=self._job.id, recipe=self._job.recipe, edits=edits, findings=findings, notices=(notice,))
        return self._complete(draft)

    def completes(self, complete: Callable[[Draft], Draft]) -> None:
        """Say what a partial draft lacks; see `core.ports.KeepingProgress`."""
        self._complete = complete

    def flush(self) -> None:
        """Publish the tokens that were gathered: what comes after the work must not be overtaken by them."""
        self._tokens.flush()

    def token(self, piece: str) -> None:
        """Report a piece of the answer; see `core.ports.Progress`."""
        self.check()
        self._tokens.add(piece)
