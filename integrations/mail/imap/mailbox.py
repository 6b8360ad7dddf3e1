"""An IMAP mailbox behind the port of mail (`mailbox.provider`)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from imapclient import IMAPClient

from core.errors import MessageError
from core.job import Job
from core.store.records import RecordStore
from integrations.mail.imap.accounts import Account
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.drafts import DraftsFolder, Waiting
from integrations.mail.imap.folders import folders_of_received, sent_folder, trash_folder
from integrations.mail.imap.heads import heads_since
from integrations.mail.imap.inbox import gone_from_inbox
from integrations.mail.imap.target import ImapTarget
from integrations.mail.isolated import parse_message
from integrations.mail.mailbox.pending_drafts import PendingDraft
from integrations.mail.mailbox.provider import DraftState
from integrations.mail.mailbox.sent_matching import CLOCK_SECONDS, MailHead
from integrations.mail.message.message import Message

# A sent mail may appear in its folder a while after the draft has gone.
MISSING_SECONDS = 900.0
_MAX_HEADS = 500


@dataclass(frozen=True)
class ImapProvider:
    """See `mailbox.provider.Provider`.

    Args:
        records: where access tokens are kept.
    """

    records: RecordStore

    @contextmanager
    def open(self, account: Account) -> Iterator["ImapMailbox"]:
        """Log in for as long as a block lasts; see `imap.connection.open_mailbox`."""
        with open_account(self.records, account) as client:
            yield ImapMailbox(account, client)


class ImapMailbox:
    """See `mailbox.provider.Mailbox`.

    Args:
        account: the mailbox.
        client: logged in; folders are selected as they are needed.
    """

    missing_seconds = MISSING_SECONDS

    def __init__(self, account: Account, client: IMAPClient) -> None:
        self._account = account
        self._client = client
        self._readable_folder = ""

    @cached_property
    def _drafts(self) -> DraftsFolder:
        return DraftsFolder(self._client)

    @cached_property
    def _sent_folder(self) -> str:
        return sent_folder(self._client) or ""

    @cached_property
    def _waiting_at_first(self) -> list[Waiting]:
        return self._waiting()

    @property
    def has_sent_folder(self) -> bool:
        """See `Mailbox`."""
        return bool(self._sent_folder)

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """See `Mailbox`."""
        if not self._sent_folder:
            return []
        self._readable_folder = ""
        return heads_since(self._client, self._sent_folder, at, limit=limit, is_sent=True)

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

    def _untouched(self, draft: PendingDraft) -> list[Waiting]:
        mine = [waiting for waiting in self._waiting() if waiting.message_id == draft.draft.message_id]
        return [waiting for waiting in mine if self._drafts.compare(waiting, draft.draft.content) == "unchanged"]

    def _waiting(self) -> list[Waiting]:
        self._readable_folder = ""
        return self._drafts.waiting()
