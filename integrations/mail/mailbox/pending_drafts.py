"""Drafts that wait in a mailbox: which job owns the one of a thread, and which sent mail was one.

A newer mail takes the thread over; an older one finds it taken.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import NamedTuple, TypedDict, cast

from core.drafts import JsonObject
from core.errors import ConflictError, NotFoundError, OutageError
from core.job import Job, Outcome
from core.outcomes import SENT_AS, edit_distance
from core.store import Store
from core.store.records import RecordStore
from integrations.mail.mailbox.account import THREAD_KIND, MailboxAccount, records_of
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import split_text
from integrations.mail.reply.compose import GAP_SIGN

_MAX_DRAFTS = 10
_MAX_TRIES = 20
# Longer than a draft is waited for; then the record expires.
KEEP_SECONDS = 30 * 24 * 3600.0
# Server and database may disagree about the time.
CLOCK_SECONDS = 300.0
# A mail further from the draft than this is the person's own.
OTHER_DISTANCE = 0.75
# Why a draft is taken back that nobody waits for any more.
ANSWERED_BY_COLLEAGUE = "answered_by_colleague"
SOURCE_DELETED = "source_deleted"
WITHDRAWN = "withdrawn"
# Why one is not used whose mail they have answered in their own words.
OWN_REPLY = "own_reply"
# After so long a draft that still waits counts as not wanted.
EXPIRES_SECONDS = 7 * 24 * 3600.0
# Below this a sent mail is the draft as it was; what mail programs do to a text is no edit.
SAME_DISTANCE = 0.02


@dataclass(frozen=True)
class OwnDraft:
    """A draft that we made, or are about to make: its id, and a digest of what we wrote."""

    message_id: str
    content: str


@dataclass(frozen=True)
class ThreadClaim:
    """A job that wants to put its draft into a thread. `order` compares with that of other mails of the thread."""

    job: str
    order: tuple[float, int]
    draft: OwnDraft


def thread_ids(message: MailMessage) -> frozenset[str]:
    """Return the ids of the mail and of those before it."""
    ids = (message.message_id, message.in_reply_to, *message.references)
    return frozenset(message_id for message_id in ids if message_id)


class _HeldThread(TypedDict):
    account: str
    job: str
    order: tuple[float, int]
    drafts: Sequence[dict[str, str]]


class Thread:
    """The thread of a mail in a mailbox.

    Args:
        records: where claims are kept.
        account: the mailbox.
        message: the mail that is answered; what began its thread names it.

    Attributes:
        key: names the thread in the records.
    """

    def __init__(self, records: RecordStore, account: MailboxAccount, message: MailMessage) -> None:
        self._records = records
        self._account = account
        root = (*message.references, message.in_reply_to, message.message_id)
        name = next((message_id for message_id in root if message_id), "")
        self.key = hashlib.sha256(f"{account.name}\n{name}".encode()).hexdigest()

    def claim(self, turn: ThreadClaim) -> list[OwnDraft] | None:
        """Take the thread for a job, or keep it.

        Returns:
            The drafts of earlier jobs in the thread; None when a newer mail has it.

        Raises:
            OutageError: others keep changing it; try again later.
        """
        for _ in range(_MAX_TRIES):
            held, version = self._held()
            if held and held["job"] != turn.job and tuple(held["order"]) > turn.order:
                return None
            earlier = [OwnDraft(**draft) for draft in (held["drafts"] if held else ())]
            earlier = [draft for draft in earlier if draft.message_id != turn.draft.message_id]
            drafts = [asdict(draft) for draft in (*earlier, turn.draft)][-_MAX_DRAFTS:]
            value: _HeldThread = {
                "account": self._account.name,
                "job": turn.job,
                "order": turn.order,
                "drafts": drafts,
            }
            try:
                self._put(value, version)
            except ConflictError:
                continue
            return earlier
        raise OutageError("Too many answers to this thread at once.", fix="Inlaid retries automatically.")

    def is_held_by(self, job: str) -> bool:
        """Whether no newer mail has taken the thread over."""
        held, _ = self._held()
        return held is not None and held["job"] == job

    def _held(self) -> tuple[_HeldThread | None, int]:
        record = self._records.get(THREAD_KIND, self._account.workspace, self.key)
        return (cast(_HeldThread, record.data), record.version) if record else (None, 0)

    def _put(self, value: _HeldThread, version: int) -> None:
        account = self._account
        self._records.put(
            THREAD_KIND, account.workspace, self.key, dict(value), person=account.person, expected_version=version
        )


def holder_of(records: RecordStore, account: MailboxAccount, key: str) -> str:
    """Return the job that has a thread, "" when none has."""
    record = records.get(THREAD_KIND, account.workspace, key)
    return str(record.data["job"]) if record else ""


def was_replaced(store: Store, account: MailboxAccount, key: str, job: Job) -> bool:
    """Whether a newer mail's draft stands in a thread in place of a job's; one that was left to the person does not."""
    holder = holder_of(store.records, account, key) if key else job.id
    if holder == job.id:
        return False
    try:
        newer = store.jobs.get(holder)
    except NotFoundError:
        return True
    return store.effects.is_in_mailbox(newer)


@dataclass(frozen=True)
class PendingDraft:
    """A draft that was put into a mailbox.

    Args:
        account: name of the mailbox.
        job: the job that wrote it.
        draft: what the provider calls it, and the digest of what we wrote.
        answers: Message-ID of the mail that it answers or follows up; "" for a new mail.
        thread: key of the thread in which it stands.
        subject: of the draft, without `Re:`.
        recipients: addresses that it goes to, in lower case.
        placed_at: when it was put there, in Unix seconds.
        missing_since: since when it is not in the folder; 0 while it is.
        signature: the owner's block that was put below the text of the job.
        answered_by: the colleague of the owner who has answered the mail meanwhile; "" while nobody has.
        is_told: whether its owner was told that it waits, or need not be.
        is_withdrawn: whether who asked has written meanwhile that it is settled.
    """

    account: str
    job: str
    draft: OwnDraft
    answers: str = ""
    thread: str = ""
    subject: str = ""
    recipients: tuple[str, ...] = ()
    placed_at: float = field(default_factory=time.time)
    missing_since: float = 0.0
    answered_by: str = ""
    signature: str = ""
    is_told: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True)
class PendingDrafts:
    """The drafts that wait in one mailbox.

    Args:
        records: where they are kept.
        account: the mailbox.
    """

    records: RecordStore
    account: MailboxAccount

    @property
    def _kind(self) -> str:
        return f"{self.account.namespace}_awaiting"

    def put(self, draft: PendingDraft) -> None:
        """Store that a draft waits; a second time replaces the first."""
        self.records.put(
            self._kind,
            self.account.workspace,
            draft.job,
            asdict(draft),
            person=self.account.person,
            expires_in_seconds=KEEP_SECONDS,
        )

    def list(self) -> Sequence[PendingDraft]:
        """Return the drafts that wait."""
        return [_from_json(record.data) for record in records_of(self.records, self._kind, self.account)]

    def remove(self, draft: PendingDraft) -> None:
        """Wait no longer."""
        self.records.delete(self._kind, self.account.workspace, draft.job)


def _from_json(data: JsonObject) -> PendingDraft:
    # Earlier versions kept the id of a draft at Microsoft apart, and its digest with the effects of the job.
    draft = OwnDraft(**data["draft"]) if "draft" in data else OwnDraft(data["id"], "")
    kept = {name: value for name, value in data.items() if name != "id"}
    return PendingDraft(**{**kept, "draft": draft, "recipients": tuple(data.get("recipients", ()))})


@dataclass(frozen=True)
class MailHead:
    """The head of a mail, before its text is fetched.

    Args:
        ref: what the provider calls the mail: its UID or id.
        message_id: its Message-ID.
        answers: the ids of the mails before it in its thread.
        subject: its subject, without `Re:`.
        recipients: addresses that it went to, in lower case.
        at: when it came or was sent, in Unix seconds.
        folder: in which folder it lies.
        conversation: what the provider calls its thread, where it has a name for it.
        is_sent: whether it lies in the folder of sent mail.
        is_draft: whether it was not sent.
        size_bytes: how large it is, 0 where that is not known.
    """

    ref: str
    message_id: str
    answers: frozenset[str]
    subject: str
    recipients: frozenset[str]
    at: float
    folder: str = ""
    conversation: str = ""
    is_sent: bool = False
    is_draft: bool = False
    size_bytes: int = 0


class DraftOutcome(NamedTuple):
    """What became of a draft: the outcome, how far it is from what was sent, and what else is stored with it."""

    outcome: Outcome
    distance: float | None
    detail: JsonObject


def candidates(draft: PendingDraft, sent: Sequence[MailHead]) -> list[MailHead]:
    """Return the sent mails that may be the draft, the surest first: by its id, by what it answers, by its look."""

    def is_alike(head: MailHead) -> bool:
        # Some programs and servers drop what ties an answer to its mail.
        return not head.answers and head.subject == draft.subject and bool(head.recipients & set(draft.recipients))

    after = [head for head in sent if head.at >= draft.placed_at - CLOCK_SECONDS]
    by_id = [head for head in after if _is_same(draft, head)]
    by_answer = [head for head in after if draft.answers and draft.answers in head.answers]
    by_look = [head for head in after if is_alike(head)]
    return list(dict.fromkeys([*by_id, *by_answer, *by_look]))


def outcome_of(
    draft: PendingDraft, head: MailHead | None, mail: MailMessage, text: str, *, at: float
) -> DraftOutcome | None:
    """Return what a sent mail makes of a draft; None when the two have nothing to do with each other.

    Args:
        draft: the draft that waits.
        head: the head of the sent mail; None when the mailbox itself says that it is the draft.
        mail: the sent mail.
        text: the text of the draft.
        at: when it was sent, in Unix seconds.
    """
    used, distance = used_text(mail, text, draft.signature)
    if distance <= OTHER_DISTANCE or head is None or _is_same(draft, head):
        outcome: Outcome = "accepted" if distance <= SAME_DISTANCE else "edited"
        return DraftOutcome(outcome, distance, {"text": used, "at": at, SENT_AS: mail.message_id})
    return DraftOutcome("rejected", None, {"why": OWN_REPLY, "at": at}) if draft.answers in head.answers else None


def _is_same(draft: PendingDraft, head: MailHead) -> bool:
    """Whether a sent mail bears the id of the draft, however much was changed in it."""
    return draft.draft.message_id in {head.message_id, head.ref}


def used_text(mail: MailMessage, draft: str, signature: str = "") -> tuple[str, float]:
    """Return what the person wrote, and how far it is from the draft.

    The signature is compared when it is ours, and left out when the mail program has added one, or when it is the
    `signature` that was put below the draft.
    """
    parts = split_text(mail.text.replace(f"[[{GAP_SIGN}", "[["))
    whole = f"{parts.new_text}\n{parts.signature}".strip()
    forms = [whole, parts.new_text]
    if signature:
        forms.append(_flowed(whole).removesuffix(_flowed(signature)).strip())
    found = {text: edit_distance(_flowed(draft), _flowed(text)) for text in forms}
    text = min(found, key=lambda text: found[text])
    return text, found[text]


def _flowed(text: str) -> str:
    """Return the text without the line breaks that mail programs put."""
    return " ".join(text.split())
