"""The core's ports in memory. Each holds the contract of its real implementation (tests/core/test_ports.py).

Events in memory are `tests.memory_events`; an embedder without a model is `core.embeddings`: programs use it too.
"""

import asyncio
import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.audit.entries import (
    Actor,
    AuditEvent,
    ChainHead,
    Entry,
    Name,
    ShownEntry,
    Thing,
    Verification,
    chained,
    person_name,
    said_by,
    verify,
)
from core.drafts import ChatMessage, Edit, Usage
from core.errors import BrokerOutage, InlaidError, JobCancelled, LeaseLost, ModelAnswerError, NotFoundError
from core.job import Job, QueueName, new_id
from core.llm.ports import ChatOptions, Completion
from core.ports import Event, SurfaceContext
from core.store.audit import AuditFilter
from core.store.effects import EffectState
from core.store.people.rows import Identity, Person, SignInRow, SignInRows, T, Way
from tests.memory_events import MemoryEvents

Answer = str | InlaidError | Callable[[Sequence[ChatMessage]], str]


class ScriptedChat:
    """A model that gives the listed answers in order, word by word, and keeps what it was asked.

    Args:
        answers: a text, an error to raise, or a function of the messages; the last one repeats when `repeat_last`.
        is_small: whether the plans for small models are used.
    """

    def __init__(
        self, answers: Sequence[Answer], *, repeat_last: bool = False, window_tokens: int = 8192, is_small: bool = True
    ) -> None:
        self.name = "scripted"
        self.window_tokens = window_tokens
        self.is_small = is_small
        self.asked: list[Sequence[ChatMessage]] = []
        self._answers = deque(answers)
        self._repeat_last = repeat_last

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Return the next answer; see `core.llm.ports.Chat.complete`."""
        self.asked.append(messages)
        if not self._answers:
            raise ModelAnswerError("The script has no further answer.")
        answer = self._answers[0] if self._repeat_last and len(self._answers) == 1 else self._answers.popleft()
        if isinstance(answer, InlaidError):
            raise answer
        text = answer if isinstance(answer, str) else answer(messages)
        words = text.split(" ")
        for number, word in enumerate(words):
            if on_token:
                on_token(word if number == 0 else f" {word}")
        usage = Usage(input_tokens=sum(len(m.content.split()) for m in messages), output_tokens=len(words), calls=1)
        return Completion(text, self.name, "stop", usage)


class MemoryQueue:
    """A broker that nobody reads from.

    Args:
        most: after so many messages it is down.
        error: what is raised instead of taking a message.

    Attributes:
        sent: (job id, queue) of each message.
        gate: while it is closed, sending waits.
        notices: how often somebody told of a notice.
    """

    def __init__(self, *, most: int = 1_000_000, error: Exception | None = None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.notices = 0
        self.error = error
        self.gate = threading.Event()
        self.gate.set()
        self._most = most

    def enqueue(self, job_id: str, queue: QueueName) -> None:
        self.gate.wait(10)
        self._reach()
        if len(self.sent) >= self._most:
            raise BrokerOutage("It is down.")
        self.sent.append((job_id, queue))

    def waiting(self, queue: QueueName) -> int:
        self._reach()
        return Counter(name for _, name in self.sent)[queue]

    def take_notices(self) -> None:
        self._reach()
        self.notices += 1

    def _reach(self) -> None:
        if self.error:
            raise self.error


class MemoryTail:
    """The reading half of events in memory, for the event loop."""

    def __init__(self, events: MemoryEvents) -> None:
        self._events = events

    async def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        return await asyncio.to_thread(self._events.read, job_id, after=after, wait_seconds=wait_seconds)


class MemoryEffects:
    """The ledger of jobs, and their files. Whoever comes with an older fence than somebody before is refused."""

    def __init__(self) -> None:
        self.effects: dict[tuple[str, str], tuple[EffectState, dict[str, Any]]] = {}
        self.files: dict[tuple[str, str], bytes] = {}
        self._fences: dict[str, int] = {}

    def intend(self, job: Job, kind: str, detail: dict[str, Any]) -> tuple[EffectState, dict[str, Any]]:
        self._check_fence(job)
        return self.effects.setdefault((job.id, kind), ("intended", detail))

    def confirm(self, job: Job, kind: str, detail: dict[str, Any]) -> None:
        self._check_fence(job)
        if (job.id, kind) in self.effects:
            self.effects[job.id, kind] = ("confirmed", detail)

    def get_detail(self, job: Job, kind: str) -> dict[str, Any]:
        return self.effects.get((job.id, kind), ("intended", {}))[1]

    def put_file(self, job: Job, name: str, data: bytes) -> None:
        self._check_fence(job)
        self.files[job.id, name] = data

    def get_file(self, job: Job, name: str) -> bytes:
        if (job.id, name) not in self.files:
            raise NotFoundError(f"The job has no file called {name}.", fix="Wait until its state is delivered.")
        return self.files[job.id, name]

    def _check_fence(self, job: Job) -> None:
        if job.fence < self._fences.setdefault(job.id, job.fence):
            raise LeaseLost("Another worker owns this job now.")
        self._fences[job.id] = job.fence


@dataclass(frozen=True)
class StoredTarget:
    """A target that is already as it is stored."""

    delivery: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return self.delivery


@dataclass
class MemoryProgress:
    """A progress that keeps what it hears, and has the work stopped after some tokens.

    Attributes:
        steps: (text, done, total) of each.
        pieces: the tokens.
        edits: the changes that were found.
        stop_after: how many tokens there may be before the job is cancelled.
    """

    steps: list[tuple[str, int, int]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    stop_after: int = 10_000_000

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        self.steps.append((text, done, total))

    def token(self, piece: str) -> None:
        self.pieces.append(piece)
        if len(self.pieces) > self.stop_after:
            raise JobCancelled("stop")

    def found(self, edit: Edit) -> None:
        self.edits.append(edit)


@dataclass
class MemorySurface:
    """A surface that keeps what is delivered.

    Attributes:
        delivered: state of the job, and the text of its draft or the message of its error.
        further: what it reads in the worker.
        unreadable: why it cannot be read.
        failures: what the next deliveries raise, one after the other.
        blocked: while it is not set, a delivery waits.
    """

    delivered: list[tuple[str, str]] = field(default_factory=list)
    further: dict[str, Any] = field(default_factory=dict)
    unreadable: InlaidError | None = None
    failures: list[Exception] = field(default_factory=list)
    blocked: threading.Event | None = None

    def prepare(self, job: Job, context: SurfaceContext) -> dict[str, Any]:
        del job, context
        if self.unreadable:
            raise self.unreadable
        return self.further

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        if self.blocked:
            self.blocked.wait(60.0)
        if self.failures:
            raise self.failures.pop(0)
        context.effects.intend(job, "post", {})
        shown = job.draft.text if job.draft and job.state == "ready" else (job.error or {})["message"]
        self.delivered.append((job.state, shown))
        context.effects.confirm(job, "post", {})


class MemorySignIns:
    """People and sign-ins in memory; see `core.store.people.rows.SignIns` and `SignInRows`.

    Attributes:
        decided: what is kept as somebody's decision, by the name that it is kept under.
    """

    def __init__(self) -> None:
        self.decided: dict[Identity, set[str]] = {}
        self._people: dict[str, Person] = {}
        self._sign_ins: dict[Identity, SignInRow] = {}
        self._lock = threading.RLock()

    def find(self, name: Identity) -> SignInRow | None:
        """Return the sign-in of that name."""
        found = self._sign_ins.get(Identity(*name))
        return replace(found, person=self._people[found.person.id]) if found else None

    def of(self, person_id: str) -> Sequence[SignInRow]:
        """Return the sign-ins of a person, the oldest first."""
        return [one for one in self.everybody() if one.person.id == person_id]

    def at_home(self, home: Identity) -> Person | None:
        """Return the person whose home it is."""
        return next((person for person in self._people.values() if person.home == home), None)

    def everybody(self) -> Sequence[SignInRow]:
        """Return all sign-ins, by person and age."""
        places = list(self._people)
        found = [replace(one, person=self._people[one.person.id]) for one in self._sign_ins.values()]
        return sorted(found, key=lambda one: places.index(one.person.id))

    def places(self, way: Way) -> set[tuple[str, str]]:
        """Return each workspace with the organisation that has sign-ins of that kind."""
        return {(one.name.workspace, one.enterprise) for one in self._sign_ins.values() if one.way == way}

    def forget(self, names: Iterable[tuple[str, str]]) -> None:
        """Delete sign-ins, and the people of whom none is left."""
        for name in names:
            self._sign_ins.pop(Identity(*name), None)
        left = {one.person.id for one in self._sign_ins.values()}
        self._people = {key: person for key, person in self._people.items() if key in left}

    def change(self, act: Callable[[SignInRows], T]) -> T:
        """Have something changed as a whole; what fails changes nothing."""
        with self._lock:
            before = (dict(self._people), dict(self._sign_ins), {key: set(kept) for key, kept in self.decided.items()})
            try:
                return act(self)
            except BaseException:
                self._people, self._sign_ins, self.decided = before
                raise

    def add(self, home: Identity) -> Person:
        """Make a person."""
        person = Person(f"person-{len(self._people)}-{secrets.token_hex(4)}", Identity(*home), time.time())
        self._people[person.id] = person
        return person

    def put(self, sign_in: SignInRow) -> None:
        """Store a sign-in, in place of one of that name."""
        self._sign_ins[Identity(*sign_in.name)] = sign_in

    def remove(self, name: Identity) -> None:
        """Forget a sign-in."""
        self._sign_ins.pop(name, None)

    def move_home(self, person: Person, home: Identity) -> Person:
        """Give a person another home, and bring there what they decided."""
        self.bring(person.home, home)
        self._people[person.id] = replace(person, home=home)
        return self._people[person.id]

    def absorb(self, kept: Person, other: Person) -> None:
        """Make one person of two."""
        self.bring(other.home, kept.home)
        for name, one in self._sign_ins.items():
            if one.person.id == other.id:
                self._sign_ins[name] = replace(one, person=kept)
        del self._people[other.id]

    def bring(self, old: Identity, new: Identity) -> None:
        """Move what somebody decided."""
        if old != new and old in self.decided:
            self.decided.setdefault(new, set()).update(self.decided.pop(old))

    def rename(self, old: Identity, new: Identity) -> None:
        """Keep all that is stored under a name under another one."""
        self.bring(old, new)


class MemoryAuditTrail:
    """The audit trail in memory: the same chain, and the names beside it in a dictionary."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._names: dict[Name, str] = {}

    def write(self, *acts: AuditEvent) -> None:
        for act in acts:
            for name in act.names():
                self._names.setdefault(name, self._known(name) or f"{name.kind}-{secrets.token_hex(8)}")
        said = [
            {"id": new_id(), "at_microseconds": time.time_ns() // 1000, **said_by(act, self._names)} for act in acts
        ]
        self._entries += chained(said, self.head())

    def _known(self, name: Name) -> str | None:
        same = (name.workspace, name.person, name.kind, name.name)
        return next(
            (id_ for name, id_ in self._names.items() if (name.workspace, name.person, name.kind, name.name) == same),
            None,
        )

    def head(self) -> ChainHead:
        return ChainHead(self._entries[-1].sequence, self._entries[-1].hash) if self._entries else ChainHead()

    def newest(self, chosen: AuditFilter, *, limit: int, before: int | None = None) -> Sequence[ShownEntry]:
        found = [one for one in self.walk(chosen=chosen) if before is None or one.entry.sequence < before]
        return found[::-1][:limit]

    def walk(self, *, after: int = 0, chosen: AuditFilter | None = None) -> Iterator[ShownEntry]:
        for entry in self._entries:
            shown = ShownEntry(entry, *(self._shown(part) for part in (entry.actor, entry.address, entry.thing)))
            if entry.sequence > after and (chosen is None or self._is_chosen(shown, chosen)):
                yield shown

    def verify(self, known: ChainHead | None = None) -> Verification:
        return verify(self._entries, start=ChainHead(), head=self.head(), known=known)

    def forget(self, names: Sequence[tuple[str, str]], actor: Actor, details: Mapping[str, object]) -> str:
        people = [person_name(*name) for name in names]
        ids = [self._names.setdefault(name, self._known(name) or f"person-{secrets.token_hex(8)}") for name in people]
        self.write(AuditEvent("person.purged", actor, Thing("person", ids[0]), details=details, workspace=names[0][0]))
        self._names = {name: id_ for name, id_ in self._names.items() if (name.workspace, name.person) not in names}
        return ids[0]

    def _shown(self, pseudonym: str) -> str:
        known = [name.label or name.name for name, id_ in self._names.items() if id_ == pseudonym]
        return max(known, key=lambda shown: "@" not in shown, default=pseudonym)

    def _is_chosen(self, shown: ShownEntry, chosen: AuditFilter) -> bool:
        entry = shown.entry

        def is_named(text: str, pseudonym: str) -> bool:
            known = [name for name, id_ in self._names.items() if id_ == pseudonym]
            return text == pseudonym or any(text.casefold() in {n.name.casefold(), n.label.casefold()} for n in known)

        return all(
            (
                chosen.scope is None or chosen.scope.covers(entry.workspace),
                not chosen.who or is_named(chosen.who, entry.actor),
                not chosen.thing or is_named(chosen.thing, entry.thing),
                not chosen.action or f"{entry.action}.".startswith(f"{chosen.action}."),
                not chosen.door or entry.door == chosen.door,
                not chosen.days or shown.at_seconds >= time.time() - chosen.days * 86_400,
            )
        )
