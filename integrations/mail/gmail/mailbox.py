"""A mailbox at Gmail behind the port of mail (`mailbox.provider`)."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.errors import LimitError, MessageError, NotFoundError
from core.job import Job
from core.system.connections import is_short
from integrations.mail.gmail import folder_pages
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts, Google
from integrations.mail.gmail.client import Gmail
from integrations.mail.gmail.drafts import GmailDrafts, GmailTarget
from integrations.mail.gmail.reading import (
    DRAFT,
    INBOX,
    SENT,
    SPAM,
    STARRED,
    TRASH,
    GmailNews,
    GmailReader,
    label_ids,
    present,
)
from integrations.mail.isolated import reply_file
from integrations.mail.mailbox.folder_pages import FolderPage
from integrations.mail.mailbox.mail_targets import number_of
from integrations.mail.mailbox.pending_drafts import (
    CLOCK_SECONDS,
    MailHead,
    OwnDraft,
    PendingDraft,
    ThreadClaim,
    thread_ids,
)
from integrations.mail.mailbox.placing import DraftsInFolder, Placing, content_hash
from integrations.mail.mailbox.preferences import FLAGGED, load_preferences
from integrations.mail.mailbox.provider import (
    Arrival,
    MailTarget,
    NewMessage,
    PlacedReply,
    ReplyDraft,
)
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MAX_MESSAGE_BYTES, MailMessage
from integrations.mail.reply.compose import draft_id

# A sent mail may appear in lists a while after its draft has gone.
MISSING_SECONDS = 300.0
# A mark on older mail than this asks for no draft.
REQUEST_SECONDS = 7 * 24 * 3600.0
MAX_MARKED = 200


@contextmanager
def open_gmail(google: Google, account: GmailAccount) -> Iterator["GmailMailbox"]:
    """Return the mailbox for calls; the first of them asks for a token."""
    yield GmailMailbox(google.accounts, account, google.open(account))


class GmailMailbox(DraftsInFolder):
    """See `mailbox.provider.Mailbox`.

    Args:
        accounts: where positions are kept.
        account: the mailbox.
        client: the same, open.
    """

    has_sent_folder = True
    missing_seconds = MISSING_SECONDS

    def __init__(self, accounts: GmailAccounts, account: GmailAccount, client: Gmail) -> None:
        self._accounts = accounts
        self._account = account
        self._client = client
        self._reader = GmailReader(client)
        self._sizes: dict[str, int] = {}

    def drafts_folder(self, thread: str = "") -> GmailDrafts:
        """See `DraftsInFolder`.

        Args:
            thread: the one that a draft is put into; "" for a new one.
        """
        return GmailDrafts(self._accounts, self._account, self._client, thread)

    @property
    def sender(self) -> Address:
        """See `DraftsInFolder`."""
        return Address(name=self._account.owner_name, address=self._account.address)

    @property
    def is_behind(self) -> bool:
        """See `Mailbox`."""
        return is_short()

    def folders(self) -> list[str]:
        """See `Mailbox`."""
        return folder_pages.listed_folders(self._client)

    def folder_page(self, folder: str, position: str) -> FolderPage:
        """See `Mailbox`."""
        return folder_pages.folder_page(self._client, folder, position)

    def raw_in(self, folder: str, uid: str) -> bytes | None:
        """See `Mailbox`; the id is enough, wherever the mail is."""
        return self._raw(uid)

    def require_labels(self) -> None:
        """Return: every mail at Gmail can bear labels."""

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """See `Mailbox`."""
        return GmailLabels(self._client).bear(labels)

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`."""
        GmailLabels(self._client).relabel(changes)

    def new_mail(self) -> Iterator[Arrival]:
        """See `Mailbox`."""
        for mail_id, thread, oldest_at in GmailNews(
            self._accounts, self._account, self._reader, self._labels()
        ).found():
            yield self._arrival(mail_id, thread, oldest_at=oldest_at)

    def watched_labels(self) -> tuple[str, ...]:
        """Return the ids of the labels whose mail is news or an outcome."""
        return INBOX, SENT, *self._labels()

    def _labels(self) -> tuple[str, ...]:
        """Return the ids of the labels that the owner has chosen; those that are gone are left out."""
        account = self._account
        chosen = load_preferences(self._accounts.records, account.workspace, account.name).folders
        known = label_ids(self._client) if chosen else {}
        return tuple(known[name.casefold()] for name in chosen if name.casefold() in known)

    def marked(self, mark: str, *, is_due: Callable[[str], bool]) -> Iterator[Arrival]:
        """Yield the starred mails, or those with a label of that name."""
        label = STARRED if mark == FLAGGED else label_ids(self._client).get(mark.casefold())
        if label is None:
            return
        since = time.time() - REQUEST_SECONDS
        for mail in self._reader.ids(label, since_seconds=since, limit=MAX_MARKED):
            arrival = self._arrival(str(mail["id"]), str(mail["threadId"]))
            if is_due(arrival.key):
                yield arrival

    def end_round(self) -> None:
        """See `Mailbox`. What there was no time for is read in the next round; what was read is no failure."""
        self._accounts.end_round(self._account, is_behind=self.is_behind)

    def facts(self, arrival: Arrival) -> Arrival | None:
        """Return all that can be known of a mail; it is answered when a later mail of its thread was sent."""
        if not arrival.conversation:
            arrival = replace(arrival, conversation=self._reader.thread_of(str(arrival.uid)))
        thread = self._reader.thread(arrival.conversation)
        found = next((facts for facts in thread if facts.id == arrival.uid), None)
        if found is None or found.labels & {DRAFT, TRASH, SPAM}:
            return None
        self._sizes[found.id] = found.size_bytes
        return replace(
            arrival,
            arrived_at=found.at,
            message_id=found.message_id,
            subject=found.subject,
            is_answered=any(SENT in later.labels and later.at > found.at for later in thread),
        )

    def read_new(self, arrival: Arrival) -> NewMessage | None:
        """See `Mailbox`."""
        size_bytes = self._sizes.get(str(arrival.uid), 0)
        if size_bytes > MAX_MESSAGE_BYTES:
            raise LimitError(f"it has {size_bytes // 2**20} MB.")
        message = self._reader.read(str(arrival.uid))
        return NewMessage(message, message.message_id or arrival.message_id) if message else None

    def is_known(self, message_id: str) -> bool:
        """Return False: Gmail never gives a mail another id."""
        del message_id
        return False

    def note_known(self, message_id: str) -> None:
        """Keep nothing; see `is_known`."""

    def target_of_new(self, arrival: Arrival, message: MailMessage, *, is_requested: bool) -> GmailTarget:
        """See `Mailbox`."""
        mail_id = str(arrival.uid)
        name, thread, number = self._account.name, arrival.conversation, number_of(message, mail_id)
        return GmailTarget(name, mail_id, thread, arrival.arrived_at, number, is_requested=is_requested)

    def _arrival(self, mail_id: str, thread: str, *, oldest_at: float = 0.0) -> Arrival:
        key = GmailTarget(self._account.name, mail_id).key
        return Arrival(key, mail_id, oldest_at=oldest_at, folder=INBOX, conversation=thread)

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """See `Mailbox`."""
        return self._heads(SENT, at=at, limit=limit)[::-1]

    def mail_since(self, at: float) -> list[MailHead]:
        """Return the mails of all labels: an answer counts wherever it was filed."""
        return [head for head in self._heads(at=at) if not head.is_draft]

    def _heads(self, *labels: str, at: float, limit: int = 1000) -> list[MailHead]:
        ids = self._reader.ids(*labels, since_seconds=at, limit=limit)
        return [facts.head for facts in self._reader.facts([str(mail["id"]) for mail in ids])]

    def read(self, head: MailHead) -> MailMessage | None:
        """See `Mailbox`."""
        try:
            return self._reader.read(head.ref)
        except (LimitError, MessageError):
            return None

    def raw(self, target: MailTarget) -> bytes | None:
        """See `Mailbox`."""
        return self._raw(str(target.uid))

    def _raw(self, mail_id: str) -> bytes | None:
        try:
            return self._reader.raw(mail_id)
        except NotFoundError:
            return None

    def target_of(self, head: MailHead) -> GmailTarget:
        """See `Mailbox`."""
        return GmailTarget(self._account.name, head.ref, head.conversation, head.at)

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """See `Mailbox`; a mail keeps its id in the bin."""
        targets = {draft.job: GmailTarget.from_json(job.delivery) for draft, job in waiting}
        since = min(targets[draft.job].arrived_at or job.created_at for draft, job in waiting) - CLOCK_SECONDS
        binned = {str(mail["id"]) for mail in self._reader.ids(TRASH, since_seconds=since, bin_too=True)}
        return frozenset(job for job, target in targets.items() if target.id in binned)

    def place_reply(self, reply: ReplyDraft) -> PlacedReply:
        """See `Mailbox`."""
        data = reply_file(reply.source, reply.owner, reply.job, reply_all=reply.reply_all)
        draft = OwnDraft(draft_id(reply.owner, reply.job), content_hash(data))
        target = GmailTarget.from_json(reply.job.delivery)
        turn = ThreadClaim(reply.job.id, (target.arrived_at, target.number), draft)
        drafts = self.drafts_folder(self._thread_of(target))
        placed = Placing(drafts, reply.thread, turn, data, thread_ids(reply.source)).run()
        return PlacedReply(placed, draft, {"message_id": draft.message_id})

    def _thread_of(self, target: GmailTarget) -> str:
        """Return the thread of a mail if it is still there."""
        return target.conversation if target.conversation and self._reader.thread(target.conversation) else ""


class GmailLabels:
    """Labels of ours, as Gmail's own: https://developers.google.com/workspace/gmail/api/guides/labels.

    Args:
        client: the open mailbox.
    """

    def __init__(self, client: Gmail) -> None:
        self._client = client
        self._ids = label_ids(client)

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """See `Mailbox`."""
        messages = self._client.users.messages()
        asked = [messages.get(userId="me", id=str(place.uid), format="minimal") for place in labels]
        found = present(self._client.call_many(asked))
        borne = {str(mail["id"]): set(mail.get("labelIds", ())) for mail in found}
        return frozenset(
            place
            for place, label in labels.items()
            if self._ids.get(label.casefold()) in borne.get(str(place.uid), set[str]())
        )

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`; each change is one step, so that what its owner changes at the same time stays."""
        messages = self._client.users.messages()
        for change in changes:
            body = {
                "addLabelIds": [self._id(change.add)] if change.add else [],
                "removeLabelIds": [found for label in change.remove if (found := self._ids.get(label.casefold()))],
            }
            if not any(body.values()):
                continue
            try:
                self._client.call(messages.modify(userId="me", id=str(change.place.uid), body=body))
            except NotFoundError:
                continue

    def _id(self, label: str) -> str:
        """Return the id of a label; it is made when the mailbox has none of that name."""
        if label.casefold() not in self._ids:
            body = {"name": label, "labelListVisibility": "labelShow", "messageListVisibility": "show"}
            made = self._client.call(self._client.users.labels().create(userId="me", body=body))
            self._ids[label.casefold()] = str(made["id"])
        return self._ids[label.casefold()]
