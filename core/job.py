"""A job: one run of one recipe for one person.

```text
queued ──claim──> running ──draft stored──> ready ──delivered──> delivered
   │                 ├──retryable error──> queued (later)
   └──cancel         ├──error──> failed ──told to the person──> failed, delivered_at set
                     └──cancel──> cancelled
```

The row is the truth; a queue message is only a wake-up call.

Its target says where the result goes, as the adapter that asks and the one that delivers both know it. Adapters never
import each other, so the targets that two of them share stand here; those of one stand with it. A target is stored as
JSON in the job's `delivery`. Its key `kind`, else the job's surface, names the surface that delivers
(`integrations/registry.py`).

How large a job may be is said before the work begins, so that nobody waits for what cannot be done.
"""

import hashlib
import json
import os
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, get_args

from core.drafts import Draft, JsonObject
from core.errors import LimitError
from core.settings import Settings
from core.surfaces import CHATS, MAIL
from core.text.catalogues import current_locale

SaveMode = Literal["same", "copy", "either"]
State = Literal["queued", "running", "ready", "delivered", "failed", "cancelled"]
QueueName = Literal["interactive", "background", "bulk"]
Outcome = Literal["accepted", "edited", "rejected", "regenerated", "expired"]
STATES: tuple[State, ...] = get_args(State)
ENDED: frozenset[State] = frozenset({"delivered", "failed", "cancelled"})
QUEUES: tuple[QueueName, ...] = get_args(QueueName)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
LOCAL_WORKSPACE = "local"
# The surface of jobs that look through parts of sources (`core.signals`): many messages at once.
SIGNALS = "signals"
# The target of jobs that tell what a run of a scan came to (`core.signals.board`): they draft nothing, and none counts.
DIGEST = "digest"
# The surface of jobs that try a recipe on past work (`core.recipes.trials`): none is delivered, and none counts.
TRIAL = "trial"
# In a stored target: which further draft of the same inputs this is, and in which language its person is spoken to.
AGAIN, SPOKEN = "again", "spoken"
# A text without spaces (Chinese, or one meant to harm) has as many words as it would have in other languages.
MAX_WORD_CHARS = 12
# Inputs of a new version of a draft: the job of the version before, and what its person said about it. No recipe has
# inputs of such names.
REFINES, WISH = "refine:job", "refine:wish"
# Of a document: the ids of the edits that were open then.
OPEN_EDITS = "refine:open"
# The most that a target says of what a job is about.
MAX_SUBJECT_CHARS = 100
# In a job's target: why its draft only warns (nothing makes another text of it), the sentence of its mail that tells
# what may hurt somebody, and whether it surely does. In its inputs: the warning before a draft that answers.
CAUTION, DANGER, IS_SURELY_DANGER = "caution", "danger", "is_surely_danger"
FIX = "Work on a part of it. An administrator can raise {}."


class Target(Protocol):
    """Where the result goes, for a surface."""

    def to_json(self) -> JsonObject:
        """Return it as it is stored with a job."""


@dataclass(frozen=True)
class _Named:
    """A target that its kind says all of; lists of jobs name it by its `subject`, such as the name of a file."""

    KIND: ClassVar[str] = ""

    subject: str = field(default="", kw_only=True)

    def to_json(self) -> JsonObject:
        """Return it as it is stored."""
        return {"kind": self.KIND} | ({"subject": self.subject} if self.subject else {})


@dataclass(frozen=True)
class DocumentTarget(_Named):
    """A Word document that came with the job; the result, with tracked changes, is another file."""

    KIND: ClassVar[str] = "document"
    DOCUMENT_FILE: ClassVar[str] = "document.docx"
    RESULT_FILE: ClassVar[str] = "result.docx"


@dataclass(frozen=True)
class TemplateTarget(DocumentTarget):
    """A Word template that came with the job; the result is the filled document."""

    KIND: ClassVar[str] = "template"


@dataclass(frozen=True)
class ParagraphsTarget(_Named):
    """Paragraphs of a document that the caller holds, as a file of the job: they have no place in a row.

    Attributes:
        into: the input that they go into as passages, where a question is asked about them; "" where they are edited.
    """

    KIND: ClassVar[str] = "word"
    PARAGRAPHS_FILE: ClassVar[str] = "paragraphs.json"

    into: str = ""

    def to_json(self) -> JsonObject:
        """Return it as it is stored."""
        return super().to_json() | ({"into": self.into} if self.into else {})


@dataclass(frozen=True)
class OpenMailTarget:
    """A mail that the person has open, as a file of the job: reading the job is its delivery.

    Attributes:
        gives: what the worker makes of it: what a reply needs, passages of its thread, or the thread as a text.
        into: the input that passages or text go into.
        subject: what lists of jobs name it by.
    """

    KIND: ClassVar[str] = "open_mail"
    MAIL_FILE: ClassVar[str] = "mail.json"

    gives: Literal["reply", "passages", "text"]
    into: str = ""
    subject: str = ""

    def to_json(self) -> JsonObject:
        """Return it as it is stored."""
        return {"kind": self.KIND, "gives": self.gives, "into": self.into, "subject": self.subject}


@dataclass(frozen=True)
class MailFileTarget:
    """A mail that the caller writes to a file; `to_all`: what answers a mail goes to everybody."""

    to_all: bool = False

    def to_json(self) -> JsonObject:
        """Return it as it is stored."""
        return {"mail": True} | ({"to_all": True} if self.to_all else {})


@dataclass(frozen=True)
class DriveTarget:
    """A Word document in OneDrive or SharePoint.

    Attributes:
        link: its address there.
        assertion: the token with which Microsoft lets us act for the person.
        save: a new version of the file, a copy beside it, or a copy where it cannot be written.
        subject: what lists of jobs name it by, "" where its link does not say it.
    """

    KIND: ClassVar[str] = "drive"

    link: str
    assertion: str
    save: SaveMode = "either"
    subject: str = ""

    def to_json(self) -> JsonObject:
        """Return it as it is stored."""
        named = {"subject": self.subject} if self.subject else {}
        return {"kind": self.KIND, "link": self.link, "save": self.save, "assertion": self.assertion, **named}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DriveTarget":
        """Return what `to_json` wrote."""
        return cls(str(data["link"]), str(data["assertion"]), data.get("save", "either"))


@dataclass(frozen=True)
class JobRequest:
    """What a surface asks for.

    Args:
        recipe: name of the recipe.
        inputs: values by input name; for documents also `paragraphs`, a list of `{"id", "hash", "text"}`.
        surface: where it came from; chooses the delivery.
        person, workspace: key of the person within the workspace, which is the tenant.
        dedupe_key: the same key within workspace and surface gives the same job. Empty: every submit is new.
        queue: which workers take it.
        model: name of a model to use instead of the route's first. Empty: the route decides.
        target: where the result goes; None where reading the job is its delivery.
        blobs: files that belong to the job, by name.
        is_read: whether the surface reads the main input in the worker; with files it may always.
        spoken: the language in which the person is spoken to, for what is written where a text shows none.
    """

    recipe: str
    inputs: JsonObject
    surface: str
    person: str
    workspace: str = LOCAL_WORKSPACE
    dedupe_key: str = ""
    queue: QueueName = "interactive"
    model: str = ""
    target: Target | None = None
    blobs: dict[str, bytes] = field(default_factory=dict)
    is_read: bool = False
    spoken: str = field(default_factory=current_locale)

    def content_hash(self) -> str:
        """Return a digest of what was asked, to tell a repeat from a changed request."""
        content = json.dumps([self.recipe, self.inputs, self.model], sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(content.encode())
        for name in sorted(self.blobs):
            digest.update(name.encode() + b"\0" + hashlib.sha256(self.blobs[name]).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Job:
    """One stored job. `delivery` is its target as it is stored. Times are Unix seconds by the database's clock."""

    id: str
    workspace: str
    person: str
    surface: str
    recipe: str
    queue: QueueName
    state: State
    inputs: JsonObject
    delivery: JsonObject
    model: str
    draft: Draft | None
    error: dict[str, str] | None
    attempts: int
    delivery_attempts: int
    fence: int
    cancel_requested: bool
    created_at: float
    started_at: float | None
    finished_at: float | None
    delivered_at: float | None

    @property
    def surface_name(self) -> str:
        """Name of the surface that delivers it."""
        return str(self.delivery.get("kind", self.surface))

    @property
    def is_mail(self) -> bool:
        """Whether what comes of it is a mail: of a mailbox, or by a target with the key `mail`."""
        return self.surface == MAIL or bool(self.delivery.get("mail"))

    @property
    def is_chat(self) -> bool:
        """Whether what comes of it is a message in a chat: of its surface, or by a target with the key `chat`."""
        return (self.surface in CHATS or bool(self.delivery.get("chat"))) and not self.is_mail

    @property
    def again(self) -> int:
        """Which further draft of the same inputs this is, 0 for the first; it is written again, from another seed."""
        return int(self.delivery.get(AGAIN, 0))

    @property
    def refines(self) -> str:
        """The job of the version before, "" for a first version."""
        return str(self.inputs.get(REFINES) or "")

    @property
    def wish(self) -> str:
        """What the person said about the version before."""
        return str(self.inputs.get(WISH) or "")

    @property
    def work_id(self) -> str:
        """The job whose work this is: a trial does that of a past one once more, to which its result is no help."""
        return str(self.delivery["past"]) if self.surface == TRIAL else self.id

    @property
    def tries(self) -> int:
        """How often workers had it: a result whose first delivery fails is claimed for each further one."""
        return self.attempts + self.delivery_attempts

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it without somebody's act."""
        return self.state in ENDED

    def to_json(self) -> JsonObject:
        """Return the public form of the API and of `--json`; keys without a value are left out."""
        shown: JsonObject = {
            "id": self.id,
            "state": self.state,
            "recipe": self.recipe,
            "surface": self.surface,
            "attempts": self.attempts,
            "tries": self.tries,
            "created_at": self.created_at,
            "finished_at": self.finished_at,
            "refines": self.refines or None,
            "wish": self.wish or None,
            "draft": self.draft.model_dump(mode="json", exclude_none=True) if self.draft else None,
            "error": self.error,
        }
        return {name: value for name, value in shown.items() if value is not None}


def recipe_inputs(inputs: Mapping[str, Any]) -> JsonObject:
    """Return what of a job's inputs is its recipe's, without what makes it a new version of a draft."""
    return {name: value for name, value in inputs.items() if name not in (REFINES, WISH, OPEN_EDITS)}


def new_id() -> str:
    """Return a UUID version 7 (RFC 9562): ids sort by the time they were made.

    The 12 bits behind the milliseconds are a fraction of one (section 6.2, method 3), so that what is made within one
    millisecond sorts too.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return str(uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random))


@dataclass(frozen=True)
class JobLimits:
    """The most that one job takes.

    Args:
        paragraphs: of a document.
        words: of a document and all text inputs together.
        model_calls: of one try of a job, whatever they are for.
    """

    paragraphs: int
    words: int
    model_calls: int

    def require(self, inputs: Mapping[str, Any]) -> None:
        """Refuse inputs that are too large for one job.

        Args:
            inputs: of a job; `paragraphs` are those of a document.

        Raises:
            LimitError: says how large they are and what one job takes.
        """
        paragraphs = inputs.get("paragraphs") or ()
        if len(paragraphs) > self.paragraphs:
            raise LimitError(
                f"The document has {len(paragraphs):,} paragraphs; one job takes {self.paragraphs:,}.",
                fix=FIX.format("INLAID_JOB_PARAGRAPHS"),
            )
        texts = [value for value in inputs.values() if isinstance(value, str)]
        words = sum(map(_words, texts)) + sum(_words(str(paragraph.get("text", ""))) for paragraph in paragraphs)
        if words > self.words:
            raise LimitError(
                f"The text has {words:,} words; one job takes {self.words:,}.", fix=FIX.format("INLAID_JOB_WORDS")
            )


class CallCount:
    """Counts the model calls of one try of a job. Threads may share it.

    Args:
        most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        """Count a call that is about to be made.

        Raises:
            LimitError: there were as many as one job may make.
        """
        with self._lock:
            if self._made >= self._most:
                raise LimitError(
                    f"One job may ask a model {self._most:,} times.", fix=FIX.format("INLAID_JOB_MODEL_CALLS")
                )
            self._made += 1


def load_job_limits(settings: Settings) -> JobLimits:
    """Return the limits of an installation."""
    return JobLimits(settings.job_paragraphs, settings.job_words, settings.job_model_calls)


def _words(text: str) -> int:
    return max(len(text.split()), len(text) // MAX_WORD_CHARS)
