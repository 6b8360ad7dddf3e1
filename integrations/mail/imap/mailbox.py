"""An IMAP mailbox behind the port of mail (`mailbox.provider`)."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from imapclient import IMAPClient

from core.cached_property import cached_property
from core.errors import LimitError, MessageError, NotFoundError
from core.job import Job
from core.store.records import RecordStore
from core.system.connections import is_short
from integrations.mail.imap import folder_pages
from integrations.mail.imap.accounts import Account, Accounts, Cursor
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.folders import (
    INBOX,
    Inbox,
    InboxMail,
    folders_of_received,
    gone_from_inbox,
    heads_since,
    sent_folder,
    trash_folder,
)
from integrations.mail.imap.labels import ImapLabels
from integrations.mail.imap.placing import DraftsFolder, ImapTarget
from integrations.mail.isolated import parse_message, reply_file
from integrations.mail.mailbox.account import NewMail
from integrations.mail.mailbox.folder_pages import FolderPage
from integrations.mail.mailbox.pending_drafts import (
    CLOCK_SECONDS,
    MailHead,
    OwnDraft,
    PendingDraft,
    ThreadClaim,
    thread_ids,
)
from integrations.mail.mailbox.placing import FolderDraft, Placing, content_hash
from integrations.mail.mailbox.provider import (
    Arrival,
    DraftState,
    MailTarget,
    NewMessage,
    PlacedDraft,
    PlacedReply,
    Reply,
)
from integrations.mail.mailbox.triage_records import LabelChange, MailPlace, TriageRecords
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import Message
from integrations.mail.message.mime import MAX_MESSAGE_BYTES, own_message_id
from integrations.mail.reply.compose import compose_new, draft_id

# A sent mail may appear in its folder a while after the draft has gone.
MISSING_SECONDS = 900.0
_MAX_HEADS = 500
FIRST_LOOK_SECONDS = 24 * 3600.0
OVERLAP_SECONDS = 24 * 3600.0
MAX_MAILS = 200


@contextmanager
def open_imap(records: RecordStore, account: Account) -> Iterator["ImapMailbox"]:
    """Log in for as long as a block lasts; see `imap.connection.open_mailbox`."""
    with open_account(records, account) as client:
        yield ImapMailbox(Accounts(records), account, client)


class ImapMailbox:
    """See `mailbox.provider.Mailbox`.

    Args:
        accounts: where positions are kept.
        account: the mailbox.
        client: logged in; folders are selected as they are needed.
    """

    missing_seconds = MISSING_SECONDS

    def __init__(self, accounts: Accounts, account: Account, client: IMAPClient) -> None:
        self._accounts = accounts
        self._account = account
        self._client = client
        self._readable_folder = ""
        self._cursor = Cursor()
        self._has_more = False
        self._known: frozenset[str] = frozenset()
        self._sizes: dict[int, int] = {}
        self._is_in_round = False

    @cached_property
    def _drafts(self) -> DraftsFolder:
        return DraftsFolder(self._client)

    @cached_property
    def _sent_folder(self) -> str:
        return sent_folder(self._client) or ""

    @cached_property
    def _waiting_at_first(self) -> list[FolderDraft]:
        return self._waiting()

    @cached_property
    def _inbox(self) -> Inbox:
        return Inbox(self._client)

    @property
    def is_behind(self) -> bool:
        """See `Mailbox`."""
        return self._cursor.is_behind

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
        """See `Mailbox`; one mail at least is read in each round, and the position is kept after each."""
        self._is_in_round = True
        inbox, cursor = self._inbox, self._start()
        uids = inbox.new_uids(cursor)
        self._has_more = len(uids) > MAX_MAILS
        missing: list[int] = []
        cursor = replace(cursor, is_behind=False)
        for number, found in enumerate(inbox.arrivals(uids[:MAX_MAILS])):
            uid = found if isinstance(found, int) else found.uid
            if number and is_short():
                again = (*missing, *(known for known in cursor.again if known >= uid))
                self._keep(replace(cursor, again=again, is_behind=True, error=None))
                return
            if isinstance(found, int):
                missing.append(uid)
            else:
                yield self._arrival(found, oldest_at=cursor.since_seconds)
            cursor = replace(cursor, last_uid=max(cursor.last_uid, uid))
            self._keep(cursor)
        self._cursor = replace(cursor, again=tuple(uid for uid in missing if uid not in cursor.again))

    def marked(self, mark: str, *, is_due: Callable[[str], bool]) -> Iterator[Arrival]:
        """See `Mailbox`."""
        uids = self._inbox.marked(mark, since_modseq=self._cursor.modseq)
        due = [uid for uid in uids[-MAX_MAILS:] if is_due(self._target(uid).key)]
        found = self._inbox.arrivals(due)
        yield from (self._arrival(mail) for mail in found if not isinstance(mail, int))

    def end_round(self) -> None:
        """See `Mailbox`."""
        self._is_in_round = False
        if self.is_behind:
            return
        cursor = replace(
            self._cursor, modseq=self._inbox.modseq, checked_at=time.time(), is_behind=self._has_more, error=None
        )
        if not self._has_more:
            last_uid = max(cursor.last_uid, self._inbox.next_uid - 1)
            cursor = replace(cursor, last_uid=last_uid, is_renumbered=False)
        self._keep(cursor)

    def facts(self, arrival: Arrival) -> Arrival:
        """Return it as it is: the facts of many mails come at once."""
        return arrival

    def read_new(self, arrival: Arrival) -> NewMessage:
        """See `Mailbox`."""
        size_bytes = self._sizes.get(int(arrival.uid), 0)
        if size_bytes > MAX_MESSAGE_BYTES:
            raise LimitError(f"it has {size_bytes // 2**20} MB.")
        data = self._inbox.read(int(arrival.uid))
        if data is None:
            raise NotFoundError("It was gone before it could be read.")
        message = parse_message(data)
        return NewMessage(message, message.message_id or f"sha256:{hashlib.sha256(data).hexdigest()}")

    def is_known(self, message_id: str) -> bool:
        """Whether it was decided about before the server renumbered its mails."""
        return message_id in self._known

    def note_known(self, message_id: str) -> None:
        """Keep nothing: the decision itself bears the Message-ID."""

    def target_of_new(self, arrival: Arrival, message: Message, *, is_requested: bool) -> ImapTarget:
        """See `Mailbox`."""
        del message
        return replace(self._target(int(arrival.uid)), arrived_at=arrival.arrived_at, is_requested=is_requested)

    def _arrival(self, found: InboxMail, *, oldest_at: float = 0.0) -> Arrival:
        self._sizes[found.uid] = found.size_bytes
        return Arrival(
            self._target(found.uid).key,
            found.uid,
            self._cursor.uidvalidity,
            arrived_at=found.arrived_at,
            oldest_at=oldest_at,
            folder=INBOX,
            is_answered=found.is_answered,
        )

    def _target(self, uid: int) -> ImapTarget:
        return ImapTarget(self._account.name, uid, self._cursor.uidvalidity)

    def _start(self) -> Cursor:
        """Return where to go on; at the beginning, or after the server renumbered its mails, that is a date."""
        inbox, cursor = self._inbox, self._accounts.cursor(self._account)
        if cursor.uidvalidity != inbox.uidvalidity:
            first = time.time() - FIRST_LOOK_SECONDS
            cursor = replace(
                cursor,
                uidvalidity=inbox.uidvalidity,
                last_uid=0,
                since_seconds=cursor.checked_at - OVERLAP_SECONDS if cursor.checked_at else first,
                is_renumbered=bool(cursor.uidvalidity),
                modseq=0,
                again=(),
            )
        if cursor.is_renumbered:
            before = TriageRecords(self._accounts.records, self._account).newest()
            self._known = frozenset(record.message_id for record in before)
        self._cursor = cursor
        return cursor

    def _keep(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._accounts.save_cursor(self._account, cursor)

    @property
    def has_sent_folder(self) -> bool:
        """See `Mailbox`."""
        return bool(self._sent_folder)

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """See `Mailbox`."""
        if not self._sent_folder:
            return []
        self._readable_folder = ""
        heads = heads_since(self._client, self._sent_folder, at, limit=limit, is_sent=True)
        if self._is_in_round:
            self._inbox.reopen()  # what is new in it is still being read
        return heads

    def mail_since(self, at: float) -> list[MailHead]:
        """Return what came into the inbox and the archive, and what was sent."""
        self._readable_folder = ""
        folders = folders_of_received(self._client)
        received = [head for folder in folders for head in heads_since(self._client, folder, at, limit=_MAX_HEADS)]
        return [*received, *self.sent_since(at, limit=_MAX_HEADS)]

    def read(self, head: MailHead) -> Message | None:
        """See `Mailbox`."""
        if head.folder != self._readable_folder:
            self._client.select_folder(head.folder, readonly=True)
            self._readable_folder = head.folder
        uid = int(head.ref)
        data = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        try:
            return parse_message(data) if isinstance(data, bytes) else None
        except MessageError:
            return None

    def raw(self, target: MailTarget) -> bytes | None:
        """See `Mailbox`."""
        inbox = Inbox(self._client)
        self._readable_folder = ""
        return inbox.read(int(target.uid)) if inbox.uidvalidity == target.uidvalidity else None

    def target_of(self, head: MailHead) -> ImapTarget:
        """Return the target of a sent mail; its UID is of another folder, and 0 stands for the inbox's numbering."""
        return ImapTarget(self._account.name, int(head.ref), arrived_at=head.at)

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """See `Mailbox`."""
        self._readable_folder = ""
        targets = {draft.job: ImapTarget.from_json(job.delivery) for draft, job in waiting}
        missing = gone_from_inbox(self._client, {(target.uidvalidity, target.uid) for target in targets.values()})
        gone = {job: target for job, target in targets.items() if (target.uidvalidity, target.uid) in missing}
        folder = trash_folder(self._client) if gone else None
        if folder is None:
            return frozenset()
        since = min(target.arrived_at for target in gone.values()) - CLOCK_SECONDS
        heads = heads_since(self._client, folder, since, limit=_MAX_HEADS)
        discarded = {head.message_id for head in heads}
        return frozenset(draft.job for draft, _ in waiting if draft.job in gone and draft.answers in discarded)

    def draft_state(self, draft: PendingDraft) -> DraftState:
        """Return where a draft was when the first one was asked for."""
        if any(waiting.message_id == draft.draft.message_id for waiting in self._waiting_at_first):
            return DraftState(is_waiting=True)
        others = (waiting.answers for waiting in self._waiting_at_first)
        return DraftState(may_be_rewritten=bool(draft.answers) and any(draft.answers in ids for ids in others))

    def read_draft(self, draft: PendingDraft) -> Message | None:
        """Return None: a sent draft is found among the sent mails."""
        del draft
        return None

    def is_untouched(self, draft: PendingDraft) -> bool:
        """See `Mailbox`."""
        return bool(self._untouched(draft))

    def remove_draft(self, draft: PendingDraft) -> None:
        """See `Mailbox`."""
        self._drafts.remove(self._untouched(draft))

    def place_reply(self, reply: Reply) -> PlacedReply:
        """See `Mailbox`."""
        data = reply_file(reply.source, reply.owner, reply.job, reply_all=reply.reply_all)
        draft = OwnDraft(draft_id(reply.owner, reply.job), content_hash(data))
        target = ImapTarget.from_json(reply.job.delivery)
        turn = ThreadClaim(reply.job.id, (target.arrived_at, target.uid), draft)
        self._readable_folder = ""
        placed = Placing(self._drafts, reply.thread, turn, data, thread_ids(reply.source)).run()
        return PlacedReply(placed, draft, {"message_id": draft.message_id, "folder": self._drafts.name})

    def name_of_new(self, mail: NewMail) -> str:
        """Return its Message-ID."""
        return own_message_id(self._sender.domain, mail.key)

    def place_new(self, mail: NewMail, *, earlier: str) -> PlacedDraft:
        """See `Mailbox`."""
        name, now = self.name_of_new(mail), datetime.now(UTC)
        data = compose_new(mail.to, mail.subject, mail.text, owner=self._sender, message_id=name, date=now)
        digest, folder = content_hash(data), self._drafts
        mine = [waiting for waiting in self._waiting() if waiting.message_id == name]
        if not any(folder.compare(waiting, digest) == "unchanged" for waiting in mine):
            folder.append(data)
        if earlier and earlier != digest:
            folder.remove([waiting for waiting in mine if folder.compare(waiting, earlier) == "unchanged"])
        return PlacedDraft(OwnDraft(name, digest))

    @property
    def _sender(self) -> Address:
        return Address(name=self._account.owner_name, address=self._account.own_address)

    def _untouched(self, draft: PendingDraft) -> list[FolderDraft]:
        mine = [waiting for waiting in self._waiting() if waiting.message_id == draft.draft.message_id]
        return [waiting for waiting in mine if self._drafts.compare(waiting, draft.draft.content) == "unchanged"]

    def _waiting(self) -> list[FolderDraft]:
        self._readable_folder = ""
        return self._drafts.waiting()
