"""What the core needs from outside. Each port has a real and an in-memory implementation and one contract test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from core.job import Job, QueueName
from core.store.effects import EffectStore


class Queue(Protocol):
    """Wakes a worker. Real: `worker.enqueue.CeleryQueue`."""

    def enqueue(self, job_id: str, queue: QueueName) -> None:
        """Send the id of a job to the named queue.

        Raises:
            BrokerOutage: within seconds, when the broker cannot be reached.
        """


@dataclass(frozen=True)
class Event:
    """Something that happened to a job: `kind` is `state`, `progress`, `token` or `draft`."""

    id: str
    kind: str
    data: dict[str, Any]


class Events(Protocol):
    """The event stream of each job. Real: `core.events.streams`; in memory: `core.events.memory`.

    Events are a courtesy: losing them never loses a job, so publishing never raises.
    """

    def publish(self, job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Append an event to the job's stream."""

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return the events after the given id, waiting up to `wait_seconds` for the first."""


class Surface(Protocol):
    """One place that jobs come from and results go to. A job's `delivery["kind"]`, else its `surface`, names it."""

    def prepare(self, job: Job, effects: EffectStore) -> dict[str, Any]:
        """Return further inputs, read in the worker because reading is slow or risky (a document, a thread).

        Raises:
            InlaidError: it cannot be read; the job fails with this error, or is tried again when it is retryable.
        """

    def deliver(self, job: Job, effects: EffectStore) -> None:
        """Make the one visible effect: the draft of a `ready` job, the error of a `failed` one.

        A second call for the same job must find what the first one made (`effects.intend`, then `confirm`).

        Raises:
            OutageError: try again later.
            InlaidError: it cannot be delivered; the job fails with this error.
        """


@runtime_checkable
class ListeningSurface(Surface, Protocol):
    """A surface that shows a result while it grows. What it shows is a courtesy; `deliver` makes it right."""

    def listen(self, job: Job, effects: EffectStore) -> Callable[[str, dict[str, Any]], None] | None:
        """Return what takes kind and data of each event of the running job; None when nothing is to be shown."""


class Progress(Protocol):
    """What a running job says while it works, and how it learns that it must stop."""

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Report a step in words; `total` 0 when it is not known.

        Raises:
            JobCancelled, LeaseLost: stop working.
        """

    def token(self, piece: str) -> None:
        """Report a piece of the model's answer. Raises as `say`."""
