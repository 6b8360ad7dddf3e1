"""What jobs need from outside, as ports; what they need of models is in `core.llm.ports`.

Each has a real implementation and one in memory (`tests/in_memory.py` where not said otherwise), and both hold one
contract (`tests/core/test_ports.py`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.drafts import Draft, Edit, JsonObject
from core.job import Job, QueueName
from core.settings import Settings
from core.store.jobs import JobStore
from core.store.outcomes import EffectState
from core.store.records import RecordStore


class Queue(Protocol):
    """Wakes a worker. Real: `worker.enqueue.CeleryQueue`."""

    def enqueue(self, job_id: str, queue: QueueName) -> None:
        """Send the id of a job to the named queue.

        Raises:
            BrokerOutage: within seconds, when the broker cannot be reached.
        """

    def waiting(self, queue: QueueName) -> int:
        """Return how many messages wait in a queue. Raises as `enqueue`."""

    def take_notices(self) -> None:
        """Have a worker read the mails that a provider announced. Raises as `enqueue`."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a job: `kind` is `state`, `progress`, `token` or `draft`."""

    id: str
    kind: str
    data: JsonObject


class Events(Protocol):
    """The event stream of each job. Real: `core.events.streams`; in memory: `core.events`.

    Events are a courtesy: losing them never loses a job, so publishing never raises.
    """

    def publish(self, job_id: str, kind: str, data: JsonObject) -> None:
        """Append an event to the job's stream."""

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return the events after the given id, waiting up to `wait_seconds` for the first."""


class EventTail(Protocol):
    """The reading half of `Events` for the event loop. Real: `core.events.streams.StreamTail`."""

    async def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return the events after the given id, waiting up to `wait_seconds`, or less, for the first.

        Raises:
            BrokerOutage: the server does not answer.
        """


class Effects(Protocol):
    """What a job did outside, written down before and after, and its files. Real: `core.store.outcomes.EffectStore`."""

    def intend(self, job: Job, kind: str, detail: JsonObject) -> tuple[EffectState, JsonObject]:
        """Write down what is about to be done; return state and detail in force, which are those of the first try.

        Raises:
            LeaseLost: another worker owns the job.
        """

    def confirm(self, job: Job, kind: str, detail: JsonObject) -> None:
        """Write down that it is done, with what is needed to find it again. Raises as `intend`."""

    def get_detail(self, job: Job, kind: str) -> JsonObject:
        """Return what is written down about an effect; empty when it was never intended."""

    def put_file(self, job: Job, name: str, data: bytes) -> None:
        """Store a file of the job; a second time replaces it. Raises as `intend`."""

    def get_file(self, job: Job, name: str) -> bytes:
        """Return a file of the job.

        Raises:
            NotFoundError: it has none of that name.
        """


@dataclass(frozen=True)
class SurfaceContext:
    """What a surface works with, handed to it with each job, so that it opens and reads nothing itself.

    Attributes:
        settings: those of the process.
        jobs: every job.
        records: what surfaces keep: connections, preferences, people.
        effects: what the job did outside, and its files.
        clock: Unix seconds.
    """

    settings: Settings
    jobs: JobStore
    records: RecordStore
    effects: Effects
    clock: Callable[[], float] = time.time


class Surface(Protocol):
    """One place that jobs come from and results go to. `Job.surface_name` names it."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return further inputs, read in the worker because reading is slow or risky (a document, a thread).

        Raises:
            InlaidError: it cannot be read; the job fails with this error, or is tried again when it is retryable.
        """

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Make the one visible effect: the draft of a `ready` job, the error of a `failed` one.

        A second call for the same job must find what the first one made (`context.effects.intend`, then `confirm`).

        Raises:
            OutageError: try again later.
            InlaidError: it cannot be delivered; the job fails with this error.
        """


@runtime_checkable
class ListeningSurface(Surface, Protocol):
    """A surface that shows a result while it grows. What it shows is a courtesy; `deliver` makes it right."""

    def listen(self, job: Job, context: SurfaceContext) -> Callable[[str, JsonObject], None] | None:
        """Return a callback for kind and data of each event of the running job, or None if nothing is to be shown."""


@runtime_checkable
class ComposingSurface(Surface, Protocol):
    """A surface whose results are made of what is stored: no recipe is run, and `prepare` is not asked."""

    def compose(self, job: Job, context: SurfaceContext) -> Draft | None:
        """Return the draft of a job, None for one whose recipe is run all the same. Raises as `prepare`."""


class Progress(Protocol):
    """What a running job says while it works, and how it learns that it must stop."""

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Report a step in words; `total` 0 when it is not known.

        Raises:
            JobCancelled, LeaseLost: stop working.
        """

    def token(self, piece: str) -> None:
        """Report a piece of the model's answer. Raises as `say`."""

    def found(self, edit: Edit) -> None:
        """Report a change of a document, before the draft that will hold it is done; it outlives a cancelled job."""


@runtime_checkable
class KeepingProgress(Progress, Protocol):
    """Progress that makes a draft of what was found when the job is cancelled."""

    def completes(self, complete: Callable[[Draft], Draft]) -> None:
        """Say what gives such a draft what every draft has; it may be called on another thread."""
