"""The port of mail: what the engine needs of a mailbox, whoever provides it.

Adapters: `imap.mailbox`, `graph.mailbox`, and one in memory beside the tests. All of them pass one suite of tests.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from core.job import Job
from integrations.mail.mailbox.account import Account
from integrations.mail.mailbox.pending_drafts import PendingDraft
from integrations.mail.mailbox.sent_matching import MailHead
from integrations.mail.message.message import Message


class MailTarget(Protocol):
    """The mail that a job is about, as its provider finds it again; it is stored as the job's `delivery`."""

    @property
    def key(self) -> str:
        """What names the mail among all mails of all mailboxes."""

    @property
    def uid(self) -> int | str:
        """What the provider calls it."""

    @property
    def uidvalidity(self) -> int | None:
        """Which numbering of an IMAP folder `uid` belongs to; None at other providers."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored with a job."""


@dataclass(frozen=True)
class Arrival:
    """A mail that may be new, before its text is read.

    Args:
        key: what names the mail among all mails of all mailboxes.
        uid: what its provider calls it.
        uidvalidity: which numbering of an IMAP folder `uid` belongs to; None at other providers.
        arrived_at: when it came, in Unix seconds.
        oldest_at: what came before is no news.
        folder: in which folder it lies.
        conversation: what the provider calls its thread, where it has a name for it.
        message_id: its Message-ID, "" while it is not known.
        subject: its subject, "" while it is not known.
        is_answered: whether it has been answered already.
    """

    key: str
    uid: int | str
    uidvalidity: int | None = None
    arrived_at: float = 0.0
    oldest_at: float = 0.0
    folder: str = ""
    conversation: str = ""
    message_id: str = ""
    subject: str = ""
    is_answered: bool = False


class NewMessage(NamedTuple):
    """The text of a new mail, and its Message-ID, or what stands for one."""

    message: Message
    message_id: str


class DraftState(NamedTuple):
    """Where a draft of ours is.

    Attributes:
        is_waiting: it waits where it was put.
        is_sent: it was sent, as the mailbox itself says.
        may_be_rewritten: it is gone, and another draft of its thread waits: mail programs save under a new id.
    """

    is_waiting: bool = False
    is_sent: bool = False
    may_be_rewritten: bool = False


class Mailbox(Protocol):
    """A mailbox that is open.

    Every method may raise an InlaidError: an `OutageError` where a later try can help.
    """

    @property
    def is_behind(self) -> bool:
        """Whether the time was over before all new mail was read."""

    def new_mail(self) -> Iterator[Arrival]:
        """Yield what came since the position that is kept, oldest first.

        A mail counts as read when the next one is asked for: who breaks off before gets it again.
        """

    def marked(self, mark: str, *, is_due: Callable[[str], bool]) -> Iterator[Arrival]:
        """Yield the mails of the last days that bear a mark.

        Args:
            mark: `flagged`, or a keyword or category.
            is_due: tells by its key whether a mail is wanted.
        """

    def end_round(self) -> None:
        """Keep that the mailbox was read now."""

    def facts(self, arrival: Arrival) -> Arrival | None:
        """Return all that can be known of a mail without its text; None when it is gone or a draft."""

    def read_new(self, arrival: Arrival) -> NewMessage | None:
        """Return the text of a mail; None when it is gone.

        Raises:
            NotFoundError: the mailbox names it and does not give it.
            LimitError: it is too large.
            MessageError: it cannot be read.
        """

    def is_known(self, message_id: str) -> bool:
        """Whether a mail of that Message-ID was decided about under another key."""

    def note_known(self, message_id: str) -> None:
        """Keep that a mail is decided about."""

    def target_of_new(self, arrival: Arrival, message: Message, *, is_requested: bool) -> MailTarget:
        """Return the target of the job that answers a new mail."""

    @property
    def has_sent_folder(self) -> bool:
        """Whether there is a folder of sent mail."""

    @property
    def missing_seconds(self) -> float:
        """How long a draft may be missing before it counts as deleted: its sent copy may appear later."""

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """Return what was sent since then (Unix seconds), oldest first; of more than `limit` the newest."""

    def mail_since(self, at: float) -> list[MailHead]:
        """Return what was received and sent since then, drafts excepted."""

    def read(self, head: MailHead) -> Message | None:
        """Return a mail; None when it is gone or cannot be read."""

    def target_of(self, head: MailHead) -> MailTarget:
        """Return the target of a job about that mail."""

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """Return the jobs among these whose mail its owner has thrown away; one that was filed elsewhere is not."""

    def draft_state(self, draft: PendingDraft) -> DraftState:
        """Return where a draft is."""

    def read_draft(self, draft: PendingDraft) -> Message | None:
        """Return a draft that was sent; None when it cannot be read."""

    def is_untouched(self, draft: PendingDraft) -> bool:
        """Whether a draft waits as we wrote it."""

    def remove_draft(self, draft: PendingDraft) -> None:
        """Remove a draft unless somebody has changed it."""


A_contra = TypeVar("A_contra", bound=Account, contravariant=True)


class Provider(Protocol[A_contra]):
    """One kind of mailbox: opens those that are connected."""

    def open(self, account: A_contra) -> AbstractContextManager[Mailbox]:
        """Return what opens a mailbox for as long as a block lasts."""
