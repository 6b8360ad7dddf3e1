"""An IMAP mailbox behind the port of mail (`mailbox.provider`)."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from core.cached_property import cached_property
from core.errors import InputError, LimitError, MessageError, NotFoundError
from core.job import Job
from core.store.records import RecordStore
from integrations.mail.imap import folder_pages
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.connection import open_account, refusal
from integrations.mail.imap.folders import (
    INBOX,
    Inbox,
    InboxMail,
    folders_of_received,
    gone_from,
    heads_since,
    sent_folder,
    trash_folder,
)
from integrations.mail.imap.labels import ImapLabels
from integrations.mail.imap.placing import ImapDraftsFolder, ImapTarget
from integrations.mail.imap.reading import MAX_MAILS, FolderReading, Reading
from integrations.mail.isolated import parse_message, reply_file
from integrations.mail.mailbox.folder_pages import FolderPage
from integrations.mail.mailbox.pending_drafts import (
    CLOCK_SECONDS,
    MailHead,
    OwnDraft,
    PendingDraft,
    ThreadClaim,
    thread_ids,
)
from integrations.mail.mailbox.placing import DraftsInFolder, Placing, content_hash
from integrations.mail.mailbox.provider import (
    Arrival,
    MailTarget,
    NewMessage,
    PlacedReply,
    ReplyDraft,
)
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.mime import MAX_MESSAGE_BYTES
from integrations.mail.reply.compose import draft_id

# A sent mail may appear in its folder a while after the draft has gone.
MISSING_SECONDS = 900.0
_MAX_HEADS = 500


@contextmanager
def open_imap(records: RecordStore, account: ImapAccount) -> Iterator["ImapMailbox"]:
    """Log in for as long as a block lasts; see `imap.connection.open_mailbox`."""
    with open_account(records, account) as client:
        yield ImapMailbox(Accounts(records), account, client)


class ImapMailbox(DraftsInFolder):
    """See `mailbox.provider.Mailbox`.

    Args:
        accounts: where positions are kept.
        account: the mailbox.
        client: logged in; folders are selected as they are needed.
    """

    missing_seconds = MISSING_SECONDS

    def __init__(self, accounts: Accounts, account: ImapAccount, client: IMAPClient) -> None:
        self._accounts = accounts
        self._account = account
        self._client = client
        self._readable_folder = ""
        self._reading = Reading(accounts, account, client)
        self._sizes: dict[str, int] = {}

    @cached_property
    def _drafts(self) -> ImapDraftsFolder:
        return ImapDraftsFolder(self._client)

    @cached_property
    def _sent_folder(self) -> str:
        return sent_folder(self._client) or ""

    def drafts_folder(self) -> ImapDraftsFolder:
        """See `DraftsInFolder`; it takes the place of the folder that was open."""
        self._readable_folder = ""
        return self._drafts

    @property
    def sender(self) -> Address:
        """See `DraftsInFolder`."""
        return Address(name=self._account.owner_name, address=self._account.own_address)

    @property
    def is_behind(self) -> bool:
        """See `Mailbox`."""
        return self._reading.is_behind

    @property
    def _labels(self) -> ImapLabels:
        self._readable_folder = ""
        return ImapLabels(self._client)

    def require_labels(self) -> None:
        """See `Mailbox`."""
        self._labels.require()

    def bear(self, labels: Mapping[MailPlace, str]) -> frozenset[MailPlace]:
        """See `Mailbox`."""
        return self._labels.bear(labels)

    def relabel(self, changes: Sequence[LabelChange]) -> None:
        """See `Mailbox`."""
        self._labels.relabel(changes)

    def folders(self) -> list[str]:
        """See `Mailbox`."""
        return folder_pages.listed_folders(self._client)

    def folder_page(self, folder: str, position: str) -> FolderPage:
        """See `Mailbox`."""
        return folder_pages.folder_page(self._client, folder, position)

    def raw_in(self, folder: str, uid: str) -> bytes | None:
        """See `Mailbox`."""
        return folder_pages.raw_in(self._client, folder, uid)

    def new_mail(self) -> Iterator[Arrival]:
        """See `Mailbox`; the folders are read one after the other."""
        for reading in self._reading.folders(is_changed=True):
            for found in reading.new_mail():
                yield self._arrival(reading, found, oldest_at=reading.cursor.since_seconds)
            if reading.is_behind:
                return

    def marked(self, mark: str, *, is_due: Callable[[str], bool]) -> Iterator[Arrival]:
        """See `Mailbox`."""
        for reading in self._reading.folders():
            uids = reading.inbox.marked(mark, since_modseq=reading.cursor.modseq)
            due = [uid for uid in uids[-MAX_MAILS:] if is_due(self._target(reading, uid).key)]
            for mail in reading.inbox.arrivals(due):
                if not isinstance(mail, int):
                    yield self._arrival(reading, mail)

    def end_round(self) -> None:
        """See `Mailbox`."""
        self._reading.end()

    def facts(self, arrival: Arrival) -> Arrival | None:
        """Return a new mail as it is, since the facts of many come at once; see `Mailbox` for any other."""
        if arrival.key:
            return arrival
        found = self._reading.facts(arrival.uid_folder or INBOX, arrival.uidvalidity or 0, int(arrival.uid))
        return replace(arrival, arrived_at=found.arrived_at, is_answered=found.is_answered) if found else None

    def read_new(self, arrival: Arrival) -> NewMessage:
        """See `Mailbox`."""
        size_bytes = self._sizes.get(arrival.key, 0)
        if size_bytes > MAX_MESSAGE_BYTES:
            raise LimitError(f"it has {size_bytes // 2**20} MB.")
        data = self._reading.text(arrival.uid_folder or INBOX, arrival.uidvalidity or 0, int(arrival.uid))
        if data is None:
            raise NotFoundError("It was gone before it could be read.")
        message = parse_message(data)
        message_id = message.message_id or f"sha256:{hashlib.sha256(data).hexdigest()}"
        return NewMessage(message, message_id, is_kept=self._reading.keeps_repeats)

    def is_known(self, message_id: str) -> bool:
        """Whether it was decided about in another folder, or before the server renumbered its mails."""
        return self._reading.is_known(message_id)

    def note_known(self, message_id: str) -> None:
        """See `Mailbox`; the decision itself bears the Message-ID for later rounds."""
        self._reading.note(message_id)

    def target_of_new(self, arrival: Arrival, message: MailMessage, *, is_requested: bool) -> ImapTarget:
        """See `Mailbox`."""
        del message
        return ImapTarget(
            self._account.name,
            int(arrival.uid),
            arrival.uidvalidity or 0,
            arrived_at=arrival.arrived_at,
            is_requested=is_requested,
            folder=arrival.uid_folder,
        )

    def _arrival(self, reading: FolderReading, found: InboxMail, *, oldest_at: float = 0.0) -> Arrival:
        key = self._target(reading, found.uid).key
        self._sizes[key] = found.size_bytes
        return Arrival(
            key,
            found.uid,
            reading.cursor.uidvalidity,
            arrived_at=found.arrived_at,
            oldest_at=oldest_at,
            folder=reading.inbox.folder,
            is_answered=found.is_answered,
        )

    def _target(self, reading: FolderReading, uid: int) -> ImapTarget:
        folder = reading.inbox.folder
        place = "" if folder == INBOX else folder
        return ImapTarget(self._account.name, uid, reading.cursor.uidvalidity, folder=place)

    @property
    def has_sent_folder(self) -> bool:
        """See `Mailbox`."""
        return bool(self._sent_folder)

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """See `Mailbox`."""
        if not self._sent_folder:
            return []
        self._readable_folder = ""
        with self._elsewhere():
            return heads_since(self._client, self._sent_folder, at, limit=limit, is_sent=True)

    @contextmanager
    def _elsewhere(self) -> Iterator[None]:
        """Open another folder while what is new in one may still be being read; a refusal there concerns it alone.

        A server that is busy refuses every folder, and is an outage.
        """
        try:
            yield
        except IMAPClientAbortError:  # the line is broken
            raise
        except IMAPClientError as error:
            self._readable_folder = ""
            self._reading.reopen()
            refused = refusal(self._account, str(error))
            if not isinstance(refused, InputError):  # the whole mailbox is busy or full
                raise refused from error
            raise InputError(
                "A folder of the mailbox cannot be read.", fix="Check its rights at the server."
            ) from error
        if self._reading.current:
            self._readable_folder = ""
            self._reading.reopen()

    def mail_since(self, at: float) -> list[MailHead]:
        """Return what came into the inbox, the archive and the folders that are looked after, and what was sent."""
        self._readable_folder = ""
        chosen = [name for name in self._reading.chosen if self._client.folder_exists(name)]
        folders = dict.fromkeys((*folders_of_received(self._client), *chosen))
        received = [head for folder in folders for head in heads_since(self._client, folder, at, limit=_MAX_HEADS)]
        return [*received, *self.sent_since(at, limit=_MAX_HEADS)]

    def read(self, head: MailHead) -> MailMessage | None:
        """See `Mailbox`."""
        uid = int(head.ref)
        with self._elsewhere():
            if head.folder != self._readable_folder:
                self._client.select_folder(head.folder, readonly=True)
                self._readable_folder = head.folder
            data = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        try:
            return parse_message(data) if isinstance(data, bytes) else None
        except MessageError:
            return None

    def raw(self, target: MailTarget) -> bytes | None:
        """See `Mailbox`."""
        self._readable_folder = ""
        folder = (target.folder if isinstance(target, ImapTarget) else "") or INBOX
        if folder != INBOX and not self._client.folder_exists(folder):
            return None
        inbox = Inbox(self._client, folder)
        return inbox.read(int(target.uid)) if inbox.uidvalidity == target.uidvalidity else None

    def target_of(self, head: MailHead) -> ImapTarget:
        """Return the target of a sent mail; its UID is of another folder, and 0 stands for the inbox's numbering."""
        return ImapTarget(self._account.name, int(head.ref), arrived_at=head.at)

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """See `Mailbox`."""
        self._readable_folder = ""
        targets = {draft.job: ImapTarget.from_json(job.delivery) for draft, job in waiting}
        missing = self._missing(targets.values())
        gone = {job: target for job, target in targets.items() if target.place in missing}
        folder = trash_folder(self._client) if gone else None
        if folder is None:
            return frozenset()
        since = min(target.arrived_at for target in gone.values()) - CLOCK_SECONDS
        heads = heads_since(self._client, folder, since, limit=_MAX_HEADS)
        discarded = {head.message_id for head in heads}
        return frozenset(draft.job for draft, _ in waiting if draft.job in gone and draft.answers in discarded)

    def _missing(self, targets: Iterable[ImapTarget]) -> set[tuple[str, int, int]]:
        """Return the places among these at which no mail is any more."""
        by_folder: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for target in targets:
            by_folder[target.folder].add((target.uidvalidity, target.uid))
        return {
            (folder, *mail)
            for folder, mails in by_folder.items()
            for mail in gone_from(self._client, folder or INBOX, mails)
        }

    def place_reply(self, reply: ReplyDraft) -> PlacedReply:
        """See `Mailbox`."""
        data = reply_file(reply.source, reply.owner, reply.job, reply_all=reply.reply_all)
        draft = OwnDraft(draft_id(reply.owner, reply.job), content_hash(data))
        target = ImapTarget.from_json(reply.job.delivery)
        turn = ThreadClaim(reply.job.id, (target.arrived_at, target.uid), draft)
        self._readable_folder = ""
        placed = Placing(self._drafts, reply.thread, turn, data, thread_ids(reply.source)).run()
        return PlacedReply(placed, draft, {"message_id": draft.message_id, "folder": self._drafts.name})
