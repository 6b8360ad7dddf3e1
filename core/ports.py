"""What jobs need from outside, as ports; what they need of models is in `core.llm.ports`.

What several implementations share has one in memory (`tests/in_memory.py` where not said otherwise), and all of them
hold one contract (`tests/core/test_ports.py`).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.drafts import Draft, Edit, JsonObject
from core.job import Job, JobRequest, QueueName
from core.settings import Settings
from core.store.effects import EffectState
from core.store.jobs import JobStore
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
    """What a job did outside, written down before and after, and its files. Real: `core.store.effects.EffectStore`."""

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


class Token(Protocol):
    """Where bearer tokens come from; `renew` asks for another than the last, which was refused."""

    def __call__(self, renew: bool = False) -> str:
        """Return a token.

        Raises:
            CredentialError: there is none, and no way to get one without the person.
            OutageError: the token server does not answer.
        """


class MailDrafts(Protocol):
    """Puts drafts into people's mailboxes. Nothing here can send.

    A person is known by workspace and id, and by the email address that the surface vouches for ("" for none).
    """

    def is_connected(self, workspace: str, person: str, address: str) -> bool:
        """Whether the person has connected a mailbox."""

    def put_draft(  # noqa: PLR0913 - whose, and each part of the mail
        self,
        workspace: str,
        person: str,
        address: str,
        *,
        subject: str,
        text: str,
        key: str,
        to: tuple[str, str] | None = None,
    ) -> str:
        """Put a draft to a name and an address into the person's Drafts folder; the same key is the same draft.

        Returns:
            A link to it, or "" if there is none.

        Raises:
            OutageError: a later try can help.
            InlaidError: it cannot be put there.
        """


class OwnerNotices(Protocol):
    """Tells the owner of a mailbox about their drafts where they are, each thing once. All may raise an InlaidError."""

    def sent_with_gaps(self, job: Job) -> object:
        """Tell that the draft of a job was sent with questions to them."""

    def waits(self, job: Job, thread: str, link: str, is_untouched: Callable[[], bool]) -> object:
        """Tell that the draft of a job waits, unless they know or have begun with it.

        Args:
            job: whose draft it is.
            thread: names the thread that it stands in.
            link: opens the draft, "" where the mailbox has none.
            is_untouched: tells whether it waits as we wrote it; asked only when needed.
        """

    def is_over(self, job: Job, thread: str, outcome: str, why: str) -> object:
        """Tell what became of a draft that they were told of."""


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


@dataclass(frozen=True)
class RouterContext:
    """What routes of another package work with (entry-point group `inlaid.routers`); who sends is theirs to check.

    Attributes:
        settings: those of the process.
        submit: stores a job and has a worker woken; raises as `core.submit.Intake.add`.
        jobs: every job.
        records: what surfaces keep.
    """

    settings: Settings
    submit: Callable[[JobRequest], Job]
    jobs: JobStore
    records: RecordStore


class Surface(Protocol):
    """One place that jobs come from and results go to. `Job.surface_name` names it."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return further inputs, read in the worker because reading is slow or risky (a document, a thread).

        Raises:
            InlaidError: it cannot be read; the job fails with this error, or is tried again when it is retryable.
        """

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Make the one visible effect: the draft of a `ready` job, the error of a `failed` one.

        A list result has no text: `Draft.entries` says what is to be shown of it. `Job.error` has `message` and `fix`.
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
