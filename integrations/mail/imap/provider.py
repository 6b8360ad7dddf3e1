"""IMAP as a provider of mailboxes: see `mailbox.provider.Provider`."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from core.errors import CredentialError, InlaidError
from core.job import LOCAL_WORKSPACE
from core.ports import SurfaceContext
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from core.system.connections import is_short
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.mailbox import MISSING_SECONDS, ImapMailbox, open_imap
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.imap.watching import Watcher, WatchTimes
from integrations.mail.mailbox.connection_status import ConnectionStatus, StatusChanges
from integrations.mail.mailbox.pending_drafts import PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Connection, MailboxNeed, Submit
from integrations.mail.mailbox.surface import ReplySurface
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.mailbox.visits import Backoff

# The server announces a watched mailbox's new mail, and each renewal of IDLE finds what it did not announce.
WATCHED_SECONDS = 3600.0
# A watched mailbox whose line was not renewed so long after it should have been is nobody's any more.
OVERDUE_SECONDS = 120.0
# Where it announces nothing.
POLL_SECONDS = 60.0
# Each look for the outcomes of drafts is a login. In a watched mailbox whose line does not tell of Drafts and Sent, and
# while something is doubtful, one is made after this share of the time that the newest draft has waited, within:
LOOK_SECONDS, LOOK_SHARE = (60.0, 900.0), 0.1
# Where it tells: so long after the last one, when something was told; and when nothing was.
TOLD_LOOK_SECONDS, UNTOLD_LOOK_SECONDS = 30.0, 4 * 3600.0
# A visit without a login finds what was asked for elsewhere.
VISIT_SECONDS = 900.0


@dataclass(frozen=True)
class ImapProvider:
    """See `mailbox.provider.Provider`.

    Args:
        records: where mailboxes, access tokens and positions are kept.
        settings: those of the process by default.
    """

    records: RecordStore
    settings: Settings | None = None
    kind: str = "imap"

    @property
    def accounts(self) -> Accounts:
        """The connected mailboxes."""
        return Accounts(self.records)

    def target(self, delivery: Mapping[str, Any]) -> ImapTarget:
        """See `Provider`."""
        return ImapTarget.from_json(delivery)

    def open(self, account: ImapAccount) -> AbstractContextManager[ImapMailbox]:
        """Log in for as long as a block lasts; see `imap.connection.open_mailbox`."""
        return open_imap(self.records, account)

    def connection(self, account: ImapAccount) -> Connection:
        """See `Provider`."""
        cursor, status = self.accounts.cursor(account), self.accounts.status(account)
        place, error = f"{account.host}:{account.port}", cursor.error or status.error
        checked_at = max(cursor.checked_at, _looked_at(status)) if cursor.checked_at else 0.0
        return Connection(place, status.mode, checked_at, error, status)

    def proven_address(self, account: ImapAccount) -> str:
        """Return the address where the administrator gave it, or who has it; anybody else only typed one."""
        address = account.own_address
        givers = {(self.settings or load_settings()).local_person, address.casefold()}
        is_given = account.person in givers or account.person.casefold() in givers
        return address if account.workspace == LOCAL_WORKSPACE and is_given else ""

    def need(self, account: ImapAccount, preferences: Preferences) -> MailboxNeed:
        """See `Provider`."""
        del preferences
        cursor, status = self.accounts.cursor(account), self.accounts.status(account)
        is_refused = cursor.error is not None and cursor.error["code"] == CredentialError.code
        if cursor.error or not _is_watched(status):
            return MailboxNeed(is_refused, reads=True, again_seconds=0.0 if cursor.is_behind else POLL_SECONDS)
        is_told = cursor.is_behind or status.noticed_at > status.answered_at
        left_seconds = 0.0 if is_told else cursor.checked_at + WATCHED_SECONDS - time.time()
        settles_seconds = _look_in_seconds(status, PendingDrafts(self.records, account).list())
        return MailboxNeed(
            False, left_seconds <= 0, settles_seconds <= 0, left_seconds, min(settles_seconds, VISIT_SECONDS)
        )

    def sync(self, account: ImapAccount, submit: Submit) -> list[TriageRecord]:
        """See `Provider`."""
        records, accounts = self.records, self.accounts
        with accounts.visiting(account):
            before = accounts.status(account)  # what is announced from now on is not answered by this round
            over = self._over(account)
            try:
                with Backoff(records).attempt(account.place), self.open(account) as mailbox:
                    found = TriageRound(records, account, mailbox, submit).run()
            except InlaidError as error:
                if accounts.find(account.workspace, account.name) == account:  # else it has another password by now
                    accounts.save_cursor(account, replace(accounts.cursor(account), error=error.to_json()))
                raise
            changes: StatusChanges = {}
            if before.noticed_at != before.answered_at:
                changes["answered_at"] = before.noticed_at
            if self._over(account) != over:
                changes["outcome_at"] = time.time()
            if changes:
                accounts.update_status(account, **changes)
            return found

    def _over(self, account: ImapAccount) -> set[str]:
        """Return the jobs of the drafts that nobody waits for any more, by the mails that were read."""
        waiting = PendingDrafts(self.records, account).list()
        return {draft.job for draft in waiting if draft.answered_by or draft.is_withdrawn}

    def catch_up(self, account: ImapAccount, submit: Submit) -> None:
        """See `Provider`; nothing is read while its owner wants the mailbox left alone."""
        if load_preferences(self.records, account.workspace, account.name).is_suspended(now()):
            return
        while True:
            self.sync(account, submit)
            if is_short() or not self.accounts.cursor(account).is_behind:
                return

    def watch(self, wake: Callable[[], object], stopping: threading.Event) -> None:
        """Watch the mailboxes of this process's share, by IDLE."""
        Watcher(self.accounts, wake, stopping).run()

    def await_outcomes(self, account: ImapAccount) -> None:
        """Return at once: outcomes are looked for in rounds."""

    def take_preferences(self, account: ImapAccount) -> None:
        """Have the mailbox read: by what is set now, more of it may deserve an answer, also by marks of before."""
        cursor = self.accounts.cursor(account)
        if cursor.modseq:
            others = {folder: replace(other, modseq=0) for folder, other in cursor.others.items()}
            self.accounts.save_cursor(account, replace(cursor, modseq=0, others=others))
        self.accounts.update_status(account, answered_at=-1.0)
        self.accounts.take_anew(account)

    def forget(self, account: ImapAccount) -> None:
        """See `Provider`."""
        self.accounts.remove(account)


def _look_in_seconds(status: ConnectionStatus, waiting: Sequence[PendingDraft]) -> float:
    """Return after how long outcomes of drafts are to be looked for in a watched mailbox."""
    waited_seconds = time.time() - max((draft.placed_at for draft in waiting), default=0.0)
    doubtful_seconds = min(max(LOOK_SECONDS[0], waited_seconds * LOOK_SHARE), LOOK_SECONDS[1])
    if not status.tells_of_drafts:
        return status.settles_seconds(doubtful_seconds)
    if status.told[0] != status.settled_for[0]:
        every_seconds = TOLD_LOOK_SECONDS
    else:
        every_seconds = UNTOLD_LOOK_SECONDS if status.told == status.settled_for else doubtful_seconds
    over = [draft.missing_since + MISSING_SECONDS for draft in waiting if draft.missing_since]
    due_at = min(status.settled_at + every_seconds, max(min(over, default=inf), status.settled_at + TOLD_LOOK_SECONDS))
    return due_at - time.time()


def _is_watched(status: ConnectionStatus) -> bool:
    return status.connected_at > 0 and time.time() < status.renews_at + OVERDUE_SECONDS


def _looked_at(status: ConnectionStatus) -> float:
    """Return until when it is known that nothing new lies in a watched mailbox: each renewal of IDLE looks for it."""
    if not _is_watched(status):
        return 0.0
    is_told = status.noticed_at > status.answered_at
    return status.noticed_at if is_told else status.renews_at - WatchTimes.reissue_seconds


class MailSurface(ReplySurface):
    """See `mailbox.surface.ReplySurface`."""

    def provider(self, context: SurfaceContext) -> ImapProvider:
        """Return the provider of the mailboxes."""
        return ImapProvider(context.records, context.settings)
