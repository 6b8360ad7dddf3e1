"""Gmail as a provider of mailboxes: see `mailbox.provider.Provider`. New mail is asked for each minute, for little."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from core.errors import CredentialError
from core.job import LOCAL_WORKSPACE
from core.ports import SurfaceContext
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from core.system.connections import is_short
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts, Google
from integrations.mail.gmail.client import ConsentMissing
from integrations.mail.gmail.drafts import GmailTarget
from integrations.mail.gmail.mailbox import GmailMailbox, open_gmail
from integrations.mail.gmail.reading import aliases_of
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Connection, Need, Submit
from integrations.mail.mailbox.surface import ApiReplySurface
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound

# How often it is looked whether the owner may send from other addresses.
ALIASES_SECONDS = 24 * 3600.0
# Asking for what is new costs two of the 15,000 units that a person has in a minute.
POLL_SECONDS = 45.0
# Drafts wait for hours, and looking for them costs a request each.
LOOK_SECONDS = 300.0
# What needs the person: they connect the mailbox again.
REFUSALS = frozenset({CredentialError.code, ConsentMissing.code})


@dataclass(frozen=True)
class GmailProvider:
    """See `mailbox.provider.Provider`.

    Args:
        records: where mailboxes, tokens and positions are kept.
        settings: those of the process by default.
        wait: called with the seconds to wait when Google asks for it.
    """

    records: RecordStore
    settings: Settings | None = None
    wait: Callable[[float], None] = time.sleep
    kind: str = "gmail"

    @property
    def google(self) -> Google:
        """The way to all mailboxes."""
        return Google(self.settings or load_settings(), self.records, self.wait)

    @property
    def accounts(self) -> GmailAccounts:
        """The connected mailboxes."""
        return GmailAccounts(self.records)

    def target(self, delivery: Mapping[str, Any]) -> GmailTarget:
        """See `Provider`."""
        return GmailTarget.from_json(delivery)

    def open(self, account: GmailAccount) -> AbstractContextManager[GmailMailbox]:
        """Return the mailbox for calls; the first of them asks for a token."""
        return open_gmail(self.google, account)

    def connection(self, account: GmailAccount) -> Connection:
        """See `Provider`."""
        status = self.accounts.status(account)
        return Connection("Gmail", "poll" if status.checked_at else "", status.checked_at, status.error, status)

    def proven_address(self, account: GmailAccount) -> str:
        """Return the address that Google gave, of what was connected on this machine."""
        return account.address if account.workspace == LOCAL_WORKSPACE else ""

    def need(self, account: GmailAccount, preferences: Preferences) -> Need:
        """See `Provider`; where Google is not set up, no mailbox needs anything."""
        if not self.google.is_set_up:
            return Need(is_refused=True)
        status, at = self.accounts.status(account), time.time()
        is_refused = status.error is not None and status.error["code"] in REFUSALS
        is_due = status.is_behind or bool(status.error) or at >= status.checked_at + POLL_SECONDS
        settles_seconds = status.settled_at + LOOK_SECONDS - at
        return Need(
            is_refused,
            reads=is_due and not preferences.is_suspended(now()),
            settles=settles_seconds <= 0,
            again_seconds=0.0 if status.is_behind else POLL_SECONDS,
            settles_seconds=settles_seconds,
        )

    def sync(self, account: GmailAccount, submit: Submit) -> list[TriageRecord]:
        """See `Provider`."""
        with self.accounts.held(account), self.open(account) as mailbox:
            return TriageRound(self.records, account, mailbox, submit).run()

    def catch_up(self, account: GmailAccount, submit: Submit) -> None:
        """See `Provider`; nothing is read while its owner wants the mailbox left alone."""
        if load_preferences(self.records, account.workspace, account.name).is_suspended(now()):
            return
        account = self._with_aliases(account)
        while True:
            self.sync(account, submit)
            if is_short() or not self.accounts.status(account).is_behind:
                return

    def _with_aliases(self, account: GmailAccount) -> GmailAccount:
        """Return the account with the addresses that its owner may send from now; they are asked for once a day."""
        if not self.records.first_time(account.workspace, f"aliases {account.name}", within_seconds=ALIASES_SECONDS):
            return account
        with self.accounts.held(account):
            client = self.google.open(account)
            known = replace(account, aliases=aliases_of(client, account.address))
        if known != account:
            self.accounts.save(known)
        return known

    def watch(self, wake: Callable[[], object], stopping: threading.Event) -> None:
        """Return at once: Gmail is asked in rounds."""

    def await_outcomes(self, account: GmailAccount) -> None:
        """Return at once: outcomes are looked for in rounds."""

    def take_preferences(self, account: GmailAccount) -> None:
        """See `Provider`; each visit reads them."""
        self.accounts.bring(account)

    def forget(self, account: GmailAccount) -> None:
        """See `Provider`; the tokens go too. The grant at Google stays: somebody else may have connected the same."""
        self.accounts.remove(account)


class GmailSurface(ApiReplySurface):
    """See `mailbox.surface.ApiReplySurface`."""

    def provider(self, context: SurfaceContext) -> GmailProvider:
        """Return the provider of the mailboxes."""
        return GmailProvider(context.records, context.settings, self._wait)
