"""IMAP as a provider of mailboxes: see `mailbox.provider.Provider`."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from core.errors import CredentialError, InlaidError
from core.job import LOCAL_WORKSPACE
from core.ports import SurfaceContext
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from core.system.connections import is_short
from integrations.mail.imap.accounts import CURSOR_KIND, WATCH_KIND, Account, Accounts, Cursor, cursor_from
from integrations.mail.imap.mailbox import ImapMailbox, open_imap
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.imap.watching import Watcher
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Connection, Need, Submit
from integrations.mail.mailbox.surface import ReplySurface
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.mailbox.visits import LOCK_SECONDS, Backoff

# The server announces a watched mailbox's new mail; that one is asked only in case an announcement was lost.
WATCHED_SECONDS = 300.0


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

    def open(self, account: Account) -> AbstractContextManager[ImapMailbox]:
        """Log in for as long as a block lasts; see `imap.connection.open_mailbox`."""
        return open_imap(self.records, account)

    def connection(self, account: Account) -> Connection:
        """See `Provider`."""
        cursor, status = self.accounts.cursor(account), self.accounts.status(account)
        place, error = f"{account.host}:{account.port}", cursor.error or status.error
        return Connection(place, status.mode, cursor.checked_at, error, status)

    def proven_address(self, account: Account) -> str:
        """Return the address where the administrator gave it, or who has it; anybody else only typed one."""
        address = account.own_address
        givers = {(self.settings or load_settings()).local_person, address.casefold()}
        is_given = account.person in givers or account.person.casefold() in givers
        return address if account.workspace == LOCAL_WORKSPACE and is_given else ""

    def needs(self) -> Callable[[Account, Preferences], Need]:
        """See `Provider`."""
        cursors = {
            (record.workspace, record.key): cursor_from(record.data) for record in self.records.list(CURSOR_KIND)
        }
        watched = {(record.workspace, record.key) for record in self.records.list(WATCH_KIND)}

        def need_of(account: Account, preferences: Preferences) -> Need:
            del preferences
            key = (account.workspace, account.name)
            cursor = cursors.get(key, Cursor())
            is_refused = cursor.error is not None and cursor.error["code"] == CredentialError.code
            is_fresh = key in watched and time.time() < cursor.checked_at + WATCHED_SECONDS
            return Need(is_refused, bool(cursor.error) or cursor.is_behind or not is_fresh, seen_at=cursor.checked_at)

        return need_of

    def sync(self, account: Account, submit: Submit) -> list[TriageRecord]:
        """See `Provider`."""
        records, accounts = self.records, self.accounts
        with records.lock(account.workspace, f"mailbox:{account.name}", seconds=LOCK_SECONDS):
            try:
                with Backoff(records).attempt(account.place), self.open(account) as mailbox:
                    return TriageRound(records, account, mailbox, submit).run()
            except InlaidError as error:
                accounts.save_cursor(account, replace(accounts.cursor(account), error=error.to_json()))
                raise

    def catch_up(self, account: Account, submit: Submit) -> None:
        """See `Provider`; nothing is read while its owner wants the mailbox left alone."""
        if load_preferences(self.records, account.workspace, account.name).is_suspended(now()):
            return
        while True:
            self.sync(account, submit)
            if is_short() or not self.accounts.cursor(account).is_behind:
                return

    def announced(self) -> Sequence[Account]:
        """Return none: those who watch a mailbox read it themselves."""
        return ()

    def read_announced(self, account: Account, submit: Submit) -> None:
        """See `Provider`."""
        self.catch_up(account, submit)

    def watch(self, submit: Submit, stopping: threading.Event) -> None:
        """Watch the mailboxes that no other process watches, by IDLE."""
        Watcher(self.accounts, lambda account: self.catch_up(account, submit), stopping).run()

    def take_preferences(self, account: Account) -> None:
        """Restart the watcher of the mailbox, which then looks for what came in the meantime."""
        self.records.delete(WATCH_KIND, account.workspace, account.name)

    def forget(self, account: Account) -> None:
        """See `Provider`."""
        self.accounts.remove(account)


class MailSurface(ReplySurface):
    """See `mailbox.surface.ReplySurface`."""

    def provider(self, context: SurfaceContext) -> ImapProvider:
        """Return the provider of the mailboxes."""
        return ImapProvider(context.records, context.settings)
