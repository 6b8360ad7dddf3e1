"""A mailbox at Microsoft behind the port of mail (`mailbox.provider`)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from core.errors import LimitError, MessageError
from core.job import Job
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.drafts import Drafts, Found
from integrations.mail.graph.heads import MAX_MAILS, heads_since
from integrations.mail.graph.opening import Box, Microsoft
from integrations.mail.graph.reading import read_content
from integrations.mail.graph.target import GraphTarget
from integrations.mail.mailbox.pending_drafts import PendingDraft
from integrations.mail.mailbox.provider import DraftState
from integrations.mail.mailbox.sent_matching import CLOCK_SECONDS, MailHead
from integrations.mail.message.message import Message

SENT = "sentitems"
DELETED = "deleteditems"


@dataclass(frozen=True)
class GraphProvider:
    """See `mailbox.provider.Provider`.

    Args:
        microsoft: the way to all mailboxes.
    """

    microsoft: Microsoft

    @contextmanager
    def open(self, account: GraphAccount) -> Iterator["GraphMailbox"]:
        """Return the mailbox for calls; the first of them asks for a token."""
        yield GraphMailbox(self.microsoft.open(account))


class GraphMailbox:
    """See `mailbox.provider.Mailbox`.

    Args:
        box: the open mailbox.
    """

    has_sent_folder = True
    # Drafts are asked for by their immutable ids, wherever they are.
    missing_seconds = 0.0

    def __init__(self, box: Box) -> None:
        self._box = box
        self._drafts = Drafts(box)
        self._found: dict[str, Found | None] = {}

    @cached_property
    def _drafts_folder(self) -> str:
        return self._drafts.drafts_folder_id()

    @cached_property
    def _sent_folder(self) -> str:
        return str(self._box.graph.get(self._box.folder(SENT), select=("id",))["id"])

    def sent_since(self, at: float, *, limit: int) -> list[MailHead]:
        """See `Mailbox`."""
        return heads_since(self._box, at, folder=SENT, limit=limit)[::-1]

    def mail_since(self, at: float) -> list[MailHead]:
        """Return the mails of all folders: an answer counts wherever a rule has filed it."""
        found = heads_since(self._box, at, limit=MAX_MAILS, sent_folder=self._sent_folder)
        return [head for head in found if not head.is_draft]

    def read(self, head: MailHead) -> Message | None:
        """See `Mailbox`."""
        return self._read(head.ref)

    def target_of(self, head: MailHead) -> GraphTarget:
        """See `Mailbox`."""
        return GraphTarget(self._box.account.name, head.ref, head.conversation, head.at)

    def discarded(self, waiting: Sequence[tuple[PendingDraft, Job]]) -> frozenset[str]:
        """See `Mailbox`."""
        arrived_at = min(float(job.delivery.get("arrived_at", job.created_at)) for _, job in waiting)
        heads = heads_since(self._box, arrived_at - CLOCK_SECONDS, folder=DELETED, limit=MAX_MAILS)
        deleted = {head.message_id for head in heads if head.message_id and not head.is_draft}
        return frozenset(draft.job for draft, _ in waiting if draft.answers in deleted)

    def draft_state(self, draft: PendingDraft) -> DraftState:
        """See `Mailbox`."""
        found = self._find(draft)
        if found is None:
            return DraftState()
        return DraftState(is_waiting=self._is_waiting(found), is_sent=not found.is_draft)

    def read_draft(self, draft: PendingDraft) -> Message | None:
        """See `Mailbox`."""
        return self._read(draft.draft.message_id)

    def is_untouched(self, draft: PendingDraft) -> bool:
        """See `Mailbox`."""
        found = self._find(draft)
        return found is not None and self._is_waiting(found) and found.digest == draft.draft.content

    def remove_draft(self, draft: PendingDraft) -> None:
        """See `Mailbox`."""
        found = self._find(draft)
        if found is not None and self.is_untouched(draft):
            self._drafts.remove(found)

    def _find(self, draft: PendingDraft) -> Found | None:
        draft_id = draft.draft.message_id
        if draft_id not in self._found:
            self._found[draft_id] = self._drafts.get(draft_id)
        return self._found[draft_id]

    def _is_waiting(self, found: Found) -> bool:
        return found.is_draft and found.data.get("parentFolderId") == self._drafts_folder

    def _read(self, mail_id: str) -> Message | None:
        try:
            return read_content(self._box, mail_id)
        except (LimitError, MessageError):
            return None
