"""What the core needs from outside. Each port has a real and an in-memory implementation and one contract test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from core.drafts import ChatMessage, Usage
from core.jobs import Job, QueueName

if TYPE_CHECKING:
    from core.store.effects import EffectStore


class Queue(Protocol):
    """Wakes a worker. Real: `worker.enqueue.CeleryQueue`; in memory: `core.testing.MemoryQueue`."""

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
    """The event stream of each job. Real: `core.event_streams.StreamEvents`; in memory: `core.events.MemoryEvents`.

    Events are a courtesy: losing them never loses a job, so publishing never raises.
    """

    def publish(self, job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Append an event to the job's stream."""

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return the events after the given id, waiting up to `wait_seconds` for the first."""


@dataclass(frozen=True)
class Completion:
    """What the model wrote after the prefill, without what it thought before.

    `finish_reason` is `stop`, `length` (the answer was cut at its limit), `loop`, or what the server says.
    """

    text: str
    model: str
    finish_reason: str
    usage: Usage
    has_thoughts: bool = False


class Chat(Protocol):
    """One model behind one endpoint. Real: `core.llm.openai_chat.OpenAIChat`; scripted: `core.llm.scripted`."""

    @property
    def name(self) -> str:
        """The model's name, as drafts record it."""

    @property
    def window_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    @property
    def is_small(self) -> bool:
        """Whether it needs the plans for small models (`core.writing.plans`)."""

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: "ChatOptions",
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the model's answer, streaming its pieces to `on_token`; what that raises stops the call.

        Raises:
            ModelOutage: unreachable, too slow, overloaded, or the stream was cut.
            ModelAnswerError: an answer that cannot be used.
            CredentialError: the key was refused.
            LimitError: what the server grants is used up.
            WindowExceeded: the prompt does not fit the model's window.
            InputError: the server refuses the request for another reason.
        """


@dataclass(frozen=True)
class ChatOptions:
    """Decoding of one call. `json_schema` forces the form; `prefill` is the answer's beginning."""

    max_tokens: int
    temperature: float = 0.0
    stop: tuple[str, ...] = ()
    seed: int | None = None
    json_schema: dict[str, Any] | None = None
    prefill: str = ""


class Embedder(Protocol):
    """Turns texts into vectors. Real: `core.embeddings.e5`, `core.embeddings.endpoint`; in memory: its `words`."""

    @property
    def name(self) -> str:
        """What made the vectors; those of two names are never compared."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector of length 1 for each text, in their order; the product of two tells how near they are.

        Args:
            texts: any texts; of each the first 2,000 characters count.
            is_query: they are questions or wishes, to be compared with texts that are not.

        Raises:
            ModelOutage: the endpoint is unreachable, slow or overloaded.
            InlaidError: it refuses the key or the texts, or answers something that cannot be used.
        """


class Surface(Protocol):
    """One place that jobs come from and results go to. A job's `delivery["kind"]`, else its `surface`, names it."""

    def prepare(self, job: Job, effects: "EffectStore") -> dict[str, Any]:
        """Return further inputs, read in the worker because reading is slow or risky (a document, a thread).

        Raises:
            InlaidError: it cannot be read; the job fails with this error, or is tried again when it is retryable.
        """

    def deliver(self, job: Job, effects: "EffectStore") -> None:
        """Make the one visible effect: the draft of a `ready` job, the error of a `failed` one.

        A second call for the same job must find what the first one made (`effects.intend`, then `confirm`).

        Raises:
            OutageError: try again later.
            InlaidError: it cannot be delivered; the job fails with this error.
        """


@runtime_checkable
class ListeningSurface(Surface, Protocol):
    """A surface that shows a result while it grows. What it shows is a courtesy; `deliver` makes it right."""

    def listen(self, job: Job, effects: "EffectStore") -> Callable[[str, dict[str, Any]], None] | None:
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
