"""What follows from what a mail server says on a line: it is noted with the mailbox, and the mailbox is visited."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.idle_talk import Folder, Kind, Stands
from integrations.mail.mailbox.connection_status import StatusChanges
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, load_preferences
from integrations.mail.mailbox.visits import Backoff

# A mail program that sends files the copy and deletes the draft: one look finds both.
GATHER_SECONDS = 3.0


@dataclass(frozen=True)
class Announcements:
    """Takes what servers say about the mailboxes.

    Args:
        accounts: the mailboxes.
        wake: called when one was brought forward.
    """

    accounts: Accounts
    wake: Callable[[], object]

    def take(self, account: ImapAccount, kind: Kind) -> None:
        """Take what a server told.

        Raises:
            StoreOutage: the database is down.
        """
        if kind == "mail" or (kind in {"marks", "answered"} and self.preferences(account).on_request):
            self.accounts.update_status(account, noticed_at=time.time())
            self._bring(account)
        # What they answer by themselves loses its label, with or without a draft.
        if kind in {"answered", "drafts"} and (self.drafts_wait(account) or self.preferences(account).labels):
            self.accounts.update_status(account, outcome_at=time.time())
            self._bring(account, in_seconds=GATHER_SECONDS)
        if kind == "removed" and not self._is_doubted(account) and self.drafts_wait(account):
            # Its draft may be of no use; filing is more frequent than deleting, so the usual visits are soon enough.
            self.accounts.update_status(account, doubted_at=time.time())

    def stand(self, account: ImapAccount, event: Stands, *, reissue_seconds: float) -> None:
        """Note that a line stands. What came before it did may have been missed.

        Raises:
            StoreOutage: the database is down.
        """
        changes: StatusChanges = {"renews_at": time.time() + reissue_seconds}
        if event.is_first:
            changes |= {"mode": "idle", "connected_at": time.time(), "error": None}
            with Backoff(self.accounts.records).attempt(account.place):
                pass  # what was left alone since its server failed need not be any more
        if event.is_first or event.tells_of_drafts != self.accounts.status(account).tells_of_drafts:
            changes |= {"tells_of_drafts": event.tells_of_drafts, "doubted_at": time.time()}
        is_news = self._is_news(account, event.folder) if event.is_first else event.has_changed
        if is_news:
            changes |= {"noticed_at": time.time()}
        self.accounts.update_status(account, **changes)
        if is_news:
            self._bring(account)

    def drafts_wait(self, account: ImapAccount) -> bool:
        """Whether drafts wait in a mailbox."""
        return bool(PendingDrafts(self.accounts.records, account).list())

    def preferences(self, account: ImapAccount) -> Preferences:
        """Return what is set for a mailbox."""
        return load_preferences(self.accounts.records, account.workspace, account.name)

    def _is_doubted(self, account: ImapAccount) -> bool:
        status = self.accounts.status(account)
        return status.doubted_at != status.settled_for[1]

    def _is_news(self, account: ImapAccount, folder: Folder) -> bool:
        """Whether the folder may hold mail that had not been read when its connection was opened."""
        cursor = self.accounts.cursor(account)
        is_read = cursor.checked_at and not (cursor.error or cursor.is_behind or cursor.again)
        is_same = (cursor.uidvalidity, cursor.last_uid + 1) == (folder.uidvalidity, folder.uidnext)
        return not (is_read and is_same) or bool(self.preferences(account).on_request)

    def _bring(self, account: ImapAccount, *, in_seconds: float = 0.0) -> None:
        self.accounts.bring(account, in_seconds=in_seconds)
        self.wake()
