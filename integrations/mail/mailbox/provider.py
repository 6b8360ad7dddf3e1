"""The port of mail: what the engine needs of a mailbox, whoever provides it.

Adapters: `imap.mailbox`, `graph.mailbox`, and one in memory beside the tests. All of them pass one suite of tests.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
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
