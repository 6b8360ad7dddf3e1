"""The port of mail: what the engine needs of a mailbox, whoever provides it. All adapters pass one suite of tests."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from core.drafts import JsonObject
from core.errors import CredentialError, ForbiddenError, InlaidError, OutageError, SettingsError
from core.job import Job, JobRequest
from core.ports import Effects
from integrations.mail.mailbox.account import A, AccountStore, NewDraft
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.folder_pages import FolderPage
from integrations.mail.mailbox.pending_drafts import MailHead, OwnDraft, PendingDraft, Thread
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace, TriageRecord
from integrations.mail.message.addresses import OwnerAddresses
from integrations.mail.message.message import MailMessage

Submit = Callable[[JobRequest], Job]
Placed = Literal["placed", "superseded", "left_to_person", "dealt_with"]


class MailTarget(Protocol):
    """The mail that a job is about, as its provider finds it again; it is stored as the job's `delivery`."""

    @property
    def account(self) -> str:
        """The name of the mailbox."""

    @property
    def is_requested(self) -> bool:
        """Whether its owner asked for the draft."""

    @property
    def key(self) -> str:
        """What names the mail among all mails of all mailboxes."""

    @property
    def uid(self) -> int | str:
        """What the provider calls it."""

    @property
    def uidvalidity(self) -> int | None:
        """Which numbering of an IMAP folder `uid` belongs to; None at other providers."""

    def to_json(self) -> JsonObject:
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

    @property
    def uid_folder(self) -> str:
        """The IMAP folder that `uid` counts in, "" for the inbox and at other providers."""
        return "" if self.uidvalidity is None or self.folder == "INBOX" else self.folder


class NewMessage(NamedTuple):
    """The text of a new mail, its Message-ID or what stands for one, and whether it is kept although that is known."""

    message: MailMessage
    message_id: str
    is_kept: bool = False


@dataclass(frozen=True)
class ReplyDraft:
    """A draft on its way into the thread of the mail that it answers.

    Args:
        job: the job whose draft it is.
        source: the mail that it answers.
        owner: who answers.
        reply_all: whether everybody who got the mail is answered.
        thread: the thread, which one job may have at a time.
        effects: where intentions are written down.
    """

    job: Job
    source: MailMessage
    owner: OwnerAddresses
    reply_all: bool
    thread: Thread
    effects: Effects


class PlacedReply(NamedTuple):
    """What became of a draft on its way.

    Attributes:
        placed: `placed`; `superseded` by a newer mail; `left_to_person`, because a draft of theirs, or one of ours that
            they have changed, waits in the thread; `dealt_with`, because they have sent or deleted it already.
        draft: the draft, as it is known from now on.
        detail: what is stored about it with the job.
    """

    placed: Placed
    draft: OwnDraft
    detail: JsonObject


class PlacedDraft(NamedTuple):
    """A new mail that waits as a draft, and a link that opens it, "" where there is none."""

    draft: OwnDraft
    link: str = ""


@dataclass(frozen=True)
class MailboxNeed:
    """What a mailbox needs now.

    Args:
        is_refused: whether its owner has to sign in again first; then nothing is done.
        reads: whether new mail has to be looked for.
        settles: whether the outcomes of drafts may be looked for.
        again_seconds: after how long it has to be looked after again while nothing is announced.
        settles_seconds: the same while drafts wait in it.
    """

    is_refused: bool = False
    reads: bool = False
    settles: bool = True
    again_seconds: float = 60.0
    settles_seconds: float = 60.0


@dataclass(frozen=True)
class Connection:
    """How a mailbox is connected, for a person to read. Times are Unix seconds, 0 for never.

    Args:
        place: where it is.
        notices: how new mail is noticed: `idle`, `poll`, `subscription`; "" when it is not looked at yet.
        checked_at: when it was last read.
        error: what is wrong, as `InlaidError.to_json`.
        status: the rest.
    """

    place: str
    notices: str
    checked_at: float
    error: dict[str, str] | None
    status: ConnectionStatus


class DraftState(NamedTuple):
    """Where a draft of ours is.

    Attributes:
        is_waiting: it waits where it was put.
        is_sent: it was sent, as the mailbox itself says.
        may_be_rewritten: it is gone, and another draft of its thread waits: mail programs save under a new id.
        link: opens it for its owner, "" where the provider gives none.
    """

    is_waiting: bool = False
    is_sent: bool = False
    may_be_rewritten: bool = False
    link: str = ""


class Mailbox(Protocol):
    """A mailbox that is open.

    Every method may raise an InlaidError: an `OutageError` where a later try can help.
    """

    @property
    def is_behind(self) -> bool:
        """Whether the time was over before all new mail was read."""

    def new_mail(self) -> Iterator[Arrival]:
        """Yield what came since the position that is kept, in the inbox and in the folders that the owner has chosen.

        The oldest comes first, and counts as read when the next is asked for: who breaks off before gets it again.
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
            NotFoundError: the mailbox names it and does not give it. LimitError: it is too large.
            MessageError: it cannot be read.
        """

    def is_known(self, message_id: str) -> bool:
        """Whether a mail of that Message-ID was decided about under another key."""

    def note_known(self, message_id: str) -> None:
        """Keep that a mail is decided about."""

    def target_of_new(self, arrival: Arrival, message: MailMessage, *, is_requested: bool) -> MailTarget:
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

    def read(self, head: MailHead) -> MailMessage | None:
        """Return a mail; None when it is gone or cannot be read."""

    def raw(self, target: MailTarget) -> bytes | None:
        """Return the mail that a job is about as it came, None when it is not where it was.

        Raises LimitError: it is too large.
        """

    def target_of(self, head: MailHead) -> MailTarget:
        """Return the target of a job about that mail."""

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """Return the jobs among these whose mail its owner has thrown away; one that was filed elsewhere is not."""

    def look_at(self, drafts: Sequence[PendingDraft]) -> None:
        """Read drafts together where that saves requests; what goes wrong shows when each is looked at."""

    def draft_state(self, draft: PendingDraft) -> DraftState:
        """Return where a draft is."""

    def read_draft(self, draft: PendingDraft) -> MailMessage | None:
        """Return a draft as it waits or was sent; None when it cannot be read."""

    def is_untouched(self, draft: PendingDraft) -> bool:
        """Whether a draft waits as we wrote it."""

    def remove_draft(self, draft: PendingDraft) -> None:
        """Remove a draft unless somebody has changed it."""

    def place_reply(self, reply: ReplyDraft) -> PlacedReply:
        """Put a draft into its thread, which then has one draft, whatever is killed or done twice."""

    def name_of_new(self, mail: NewDraft) -> str:
        """Return what names the draft of a new mail in the mailbox's workspace."""

    def place_new(self, mail: NewDraft, *, earlier: str) -> PlacedDraft:
        """Put a new mail into the Drafts folder; the same mail a second time finds the first.

        `earlier` is the digest of what the same key gave before: a draft with it is replaced, a changed one stays.
        """

    def require_labels(self) -> None:
        """Return when mails can bear labels of any name.

        Raises SettingsError: they cannot.
        """

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """Return which of these mails bear that label."""

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """Change labels, and leave all others that a mail bears. A mail that is gone, and a second time, is no error.

        Raises LimitError: the mailbox takes no more labels.
        """

    def folders(self) -> list[str]:
        """Return the folders whose mails can be read, without those of drafts, deleted mail and spam."""

    def folder_page(self, folder: str, position: str) -> FolderPage:
        """Return the next mails of a folder, and which are gone; nothing is marked as read.

        Args:
            folder: its name, or `SENT` for that of sent mail.
            position: of the page before, "" for the beginning.

        Raises:
            NotFoundError: there is no such folder; the fix names those that are there.
            CursorExpired: the position is not known any more.
        """

    def raw_in(self, folder: str, uid: str) -> bytes | None:
        """Return a mail of a folder as it came; None when it is gone."""


class Provider(Protocol[A]):
    """One kind of mailbox: those that are connected, and what is done in them apart from what an open one does."""

    @property
    def kind(self) -> str:
        """What it is called in listings."""

    @property
    def accounts(self) -> AccountStore[A]:
        """The connected mailboxes."""

    def target(self, delivery: Mapping[str, Any]) -> MailTarget:
        """Return the target of a job as it was stored with it."""

    def open(self, account: A) -> AbstractContextManager[Mailbox]:
        """Return what opens a mailbox for as long as a block lasts."""

    def connection(self, account: A) -> Connection:
        """Return how a mailbox is connected."""

    def proven_address(self, account: A) -> str:
        """Return the address by which a mailbox is known to be somebody's, "" when that is only what was typed."""

    def need(self, account: A, preferences: Preferences) -> MailboxNeed:
        """Return what a mailbox needs now."""

    def sync(self, account: A, submit: Submit) -> list[TriageRecord]:
        """Look for new mail now, submit a job for each that needs an answer, and return what was decided.

        Raises:
            LimitError: the mailbox is being read right now by somebody else.
            InlaidError: it cannot be read; the error is also stored with it.
        """

    def catch_up(self, account: A, submit: Submit) -> None:
        """Read what is due until nothing is left or the time is over. Raises as `sync`."""

    def watch(self, wake: Callable[[], object], stopping: threading.Event) -> None:
        """Bring mailboxes forward whose server announces new mail, until this process stops, and call `wake` then.

        Returns at once where there is nothing to wait at.
        """

    def await_outcomes(self, account: A) -> None:
        """Have the server tell when outcomes can be looked for, if it can. Raises InlaidError when it does not now."""

    def take_preferences(self, account: A) -> None:
        """Have changed preferences of a mailbox taken up at once, beside its being looked after."""

    def forget(self, account: A) -> None:
        """Forget a mailbox, its sign-in and everything stored about its mail. The mailbox itself stays as it is."""


def is_lasting(error: Exception) -> bool:
    """Whether an error concerns the mailbox as a whole, and not the one mail that was asked for."""
    return isinstance(error, CredentialError | ForbiddenError | OutageError | SettingsError)


def read_if_possible(mailbox: Mailbox, head: MailHead) -> MailMessage | None:
    """Return a mail; None when it is gone, or when this one cannot be read.

    Raises:
        InlaidError: the mailbox cannot be read at all.
    """
    try:
        return mailbox.read(head)
    except InlaidError as error:
        if is_lasting(error):
            raise
        return None
