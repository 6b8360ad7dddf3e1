"""Gmail as a provider of mailboxes: see `mailbox.provider.Provider`. New mail is asked for each minute, for little."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from core.errors import CredentialError, InlaidError
from core.job import LOCAL_WORKSPACE
from core.ports import SurfaceContext
from core.settings import Settings, load_settings
from core.sources.ports import FileReader
from core.store.records import RecordStore
from core.system.connections import deadline, is_short
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts, Google
from integrations.mail.gmail.client import ConsentMissing
from integrations.mail.gmail.drafts import GmailTarget
from integrations.mail.gmail.mailbox import GmailMailbox, open_gmail
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Connection, Need, Submit
from integrations.mail.mailbox.surface import PATIENCE_SECONDS, ReplySurface
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.mailbox.visits import LOCK_SECONDS, MAX_VISIT_SECONDS, Backoff

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
        with self._held(account), self.open(account) as mailbox:
            return TriageRound(self.records, account, mailbox, submit).run()

    def catch_up(self, account: GmailAccount, submit: Submit) -> None:
        """See `Provider`; nothing is read while its owner wants the mailbox left alone."""
        if load_preferences(self.records, account.workspace, account.name).is_suspended(now()):
            return
        while True:
            self.sync(account, submit)
            if is_short() or not self.accounts.status(account).is_behind:
                return

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

    @contextmanager
    def _held(self, account: GmailAccount) -> Iterator[None]:
        """Hold the mailbox; an error is stored with it."""
        records = self.records
        with records.lock(account.workspace, f"gmail mailbox:{account.name}", seconds=LOCK_SECONDS):
            try:
                with Backoff(records).attempt(account.place), deadline(MAX_VISIT_SECONDS):
                    yield
            except InlaidError as error:
                self.accounts.update_status(account, error=error.to_json())
                raise


class GmailSurface(ReplySurface):
    """See `mailbox.surface.ReplySurface`.

    Args:
        wait: called with the seconds to wait when Google asks for it.
        patience_seconds: how long a job waits for Google; see `integrations.mail.mailbox.surface`.
        read_file: reads attached files.
    """

    def __init__(
        self,
        *,
        wait: Callable[[float], None] = time.sleep,
        patience_seconds: float = PATIENCE_SECONDS,
        read_file: FileReader | None = None,
    ) -> None:
        super().__init__(patience_seconds=patience_seconds, read_file=read_file)
        self._wait = wait

    def provider(self, context: SurfaceContext) -> GmailProvider:
        """Return the provider of the mailboxes."""
        return GmailProvider(context.records, context.settings, self._wait)
