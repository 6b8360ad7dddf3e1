"""Runs one job from claim to delivery. Whoever calls it, and however often, the job ends in one result or one error."""

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.drafts import Draft, JsonObject
from core.errors import (
    InlaidError,
    JobCancelled,
    LeaseLost,
    ModelOutage,
    OutageError,
    SourceChanged,
    StoreFull,
    SurfaceOutage,
    UnexpectedError,
    WorkerStopping,
)
from core.events import HeardEvents
from core.job import SPOKEN, Job, QueueName
from core.logs import logger
from core.observability.tracing import job_span
from core.ports import ComposingSurface, Events, ListeningSurface, Progress, Surface, SurfaceContext
from core.runner.heartbeat import Heartbeat, Terms
from core.runner.retries import RetryBudget
from core.settings import Settings
from core.store import Store
from core.store.effects import PUT_OFF
from core.store.turns import Turns
from core.text.catalogues import ENGLISH, speaking

log = logger(__name__)

FIRST_WAIT_SECONDS = 2.0
MAX_WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class Runner:
    """What is needed to run a job.

    Args:
        store: where jobs live.
        settings: those of the process, for surfaces.
        events: where progress goes.
        generate: the pipeline: job, further inputs, progress -> draft.
        surface: finds the surface of a job; None when reading the job is its delivery. It raises a SurfaceOutage
            where this process lacks it.
        lease_seconds: how long a silent worker keeps its job.
        budget: how often and how long a job is tried.
        stopping: set when this process shuts down.
        deadlines: how many seconds an attempt may run, by queue; without one as long as it takes.
        on_stuck: called when a thread keeps working on a job that was taken from it.
        turns: whom this process served last.
    """

    store: Store
    settings: Settings
    events: Events
    generate: Callable[[Job, JsonObject, Progress], Draft]
    surface: Callable[[Job], Surface | None]
    lease_seconds: float
    budget: RetryBudget
    stopping: threading.Event = field(default_factory=threading.Event)
    deadlines: Mapping[str, float] = field(default_factory=dict)
    on_stuck: Callable[[Job], None] = lambda _job: None
    turns: Turns = field(default_factory=Turns)

    def run(self, job_id: str) -> None:
        """Claim the job and bring it as far as it goes. Nothing happens when it is not due or somebody has it.

        Raises:
            StoreOutage: the database cannot be used; the job's lease will end and the sweeper sends it again.
        """
        leases = self.store.leases
        self._bring(leases.claim(job_id, lease_seconds=self.lease_seconds, max_attempts=self.budget.attempts))

    def run_next(self, queue: QueueName, job_id: str) -> None:
        """Run the job of a class whose turn it is, as `run` does; a message that names this job gave occasion to it.

        Raises:
            StoreOutage: as `run`.
        """
        leases = self.store.leases
        job = leases.claim_next(
            queue, job_id, self.turns, lease_seconds=self.lease_seconds, max_attempts=self.budget.attempts
        )
        self._bring(job)

    def _bring(self, job: Job | None) -> None:
        """Bring a job that was claimed as far as it goes."""
        if job is None:
            return
        deadline_seconds = self.deadlines.get(job.queue, math.inf)
        terms = Terms(self.lease_seconds, deadline_seconds, stopping=self.stopping, on_stuck=self.on_stuck)
        beat = Heartbeat(self.store.leases, job, events=self.events, terms=terms)
        try:
            with beat:
                events = self._events_of(job)  # under the lease: the first job of a surface loads its code
                beat.publish_to(events)
                if job.state == "running":
                    _publish_state(events, job)
                    with job_span("run", job), speaking(str(job.delivery.get(SPOKEN, ENGLISH))):
                        job = self._work(job, beat)
                    beat.flush()
                if job.state in {"ready", "failed"}:
                    with job_span("deliver", job):
                        job = self._deliver(job)
            _publish_state(events, job)
        except LeaseLost:
            log.warning("lease lost", job_id=job.id)

    @property
    def _context(self) -> SurfaceContext:
        return SurfaceContext(self.settings, self.store.jobs, self.store.records, self.store.effects)

    def _events_of(self, job: Job) -> Events:
        """Return where the job's events go: also to its surface when that shows a result while it grows."""
        try:
            surface = self.surface(job)
            if surface is None:
                return self.events
            hear = surface.listen(job, self._context) if isinstance(surface, ListeningSurface) else None
        except InlaidError as error:
            log.warning("no listener", job_id=job.id, code=error.code)
            return self.events
        except Exception:  # A surface that cannot be imported must fail the job, which is begun without a listener.
            log.exception("no listener", job_id=job.id)
            return self.events
        return HeardEvents(self.events, hear) if hear else self.events

    def _work(self, job: Job, beat: Heartbeat) -> Job:
        if job.cancel_requested:
            return self.store.leases.cancelled(job)
        try:
            surface = self.surface(job)
            if composed := self._composed(job, surface):
                return self.store.leases.finish(job, composed)
            further = surface.prepare(job, self._context) if surface else {}
            if "paragraphs" in job.inputs | further:
                beat.allow(self.deadlines.get("bulk", math.inf))
            draft = self.generate(job, further, beat)
            if surface is None:  # it is fetched from where it lies
                with job_span("deliver", job):
                    return self.store.leases.finish(job, draft, is_delivered=True)
            return self.store.leases.finish(job, draft)
        except JobCancelled:
            return self.store.leases.cancelled(job, beat.partial())
        except WorkerStopping:
            return self.store.leases.release(job)
        except LeaseLost:
            raise
        except InlaidError as error:
            return self._stopped(job, beat) or self._postpone_or_fail(job, error)
        except Exception as error:  # Whatever a fault in our code is, the job must end and the person must hear of it.
            log.exception("job failed", job_id=job.id, recipe=job.recipe, code=type(error).__name__)
            return self._stopped(job, beat) or self.store.leases.fail(job, _our_fault())

    def _composed(self, job: Job, surface: Surface | None) -> Draft | None:
        """Return the draft that a surface makes by itself, None where none does."""
        if surface is None or not isinstance(surface, ComposingSurface):  # in this order: the second takes long
            return None
        return surface.compose(job, self._context)

    def _deliver(self, job: Job) -> Job:
        try:
            surface = self.surface(job)
            if surface:
                surface.deliver(job, self._context)
            return self.store.leases.delivered(job)
        except LeaseLost:
            raise
        except ImportError:  # too little memory, an upgrade under way, or a part that another worker may have
            log.exception("delivery failed", job_id=job.id, surface=job.surface_name)
            return self._deliver_later(job, _not_loaded())
        except InlaidError as error:
            if isinstance(error, SourceChanged) and self.budget.allows_work(job):
                return self.store.leases.work_again(job)
            return self._deliver_later(job, error)

    def _deliver_later(self, job: Job, error: InlaidError) -> Job:
        """Have a delivery tried again where that may help; else the job fails, and the person is told."""
        if job.state == "failed" and not (error.retryable and self.budget.allows(job, wait_seconds=0.0)):
            log.error("error could not be told", job_id=job.id, surface=job.surface, code=error.code)
            return self.store.leases.delivered(job)
        after = self._postpone_or_fail(job, error)
        return self._deliver(after) if after.state == "failed" and job.state == "ready" else after

    def _stopped(self, job: Job, beat: Heartbeat) -> Job | None:
        """End work that its person asked to stop, whatever failed since; None where nobody did."""
        leases = self.store.leases
        return leases.cancelled(job, beat.partial()) if leases.is_cancelled(job) else None

    def _postpone_or_fail(self, job: Job, error: InlaidError) -> Job:
        log.warning("job stopped", job_id=job.id, recipe=job.recipe, code=error.code, attempt=job.tries)
        if not error.retryable or isinstance(error, self.budget.at_once):
            return self.store.leases.fail(job, error)
        asked_seconds = error.retry_after_seconds if isinstance(error, OutageError) else 0.0
        if job.state == "running" and _may_wait(job, error):
            # It costs no try, but time.
            # What says how long to wait knows it; else as long again as it has taken so far: the waits double.
            wait_seconds = max(asked_seconds or self.budget.elapsed_seconds(job), FIRST_WAIT_SECONDS)
            is_try, may_go_on = False, self.budget.lasts
            if isinstance(error, ModelOutage):
                times = {"since": job.started_at or job.created_at, "until": self.budget.shown(job)["until"]}
                self.store.effects.intend(job, PUT_OFF, {**error.to_json(), **times})
        else:
            wait_seconds = max(2.0**job.tries, asked_seconds)
            is_try, may_go_on = True, self.budget.allows
        wait_seconds = min(wait_seconds, MAX_WAIT_SECONDS)
        if not may_go_on(job, wait_seconds=wait_seconds):
            return self.store.leases.fail(job, self.budget.spent(job, error))
        return self.store.leases.postpone(job, wait_seconds=wait_seconds, is_try=is_try)


def _our_fault() -> UnexpectedError:
    return UnexpectedError("Something went wrong on our side.", fix="Try again, or tell your administrator.")


def _not_loaded() -> OutageError:
    return OutageError("Something went wrong on our side.", fix="Try again, or tell your administrator.")


def _may_wait(job: Job, error: InlaidError) -> bool:
    """Say whether a job waits for what is away: nobody could be told of a failure, or nobody sits there for it."""
    is_for_later = isinstance(error, ModelOutage) and job.queue != "interactive"
    return is_for_later or isinstance(error, (SurfaceOutage, StoreFull))


def _publish_state(events: Events, job: Job) -> None:
    events.publish(job.id, "state", {"state": job.state})
