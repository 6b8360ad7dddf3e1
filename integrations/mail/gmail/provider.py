"""Gmail as a provider of mailboxes: see `mailbox.provider.Provider`.

New mail is told of through Pub/Sub where that is set up (`push`); else it is asked for each minute, for little.
"""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from typing import Any

from core.errors import CredentialError, ForbiddenError, InlaidError, SettingsError
from core.job import LOCAL_WORKSPACE
from core.logs import logger
from core.ports import SurfaceContext
from core.settings import Settings, load_settings
from core.store.records import ONCE_KIND, RecordStore
from core.system.connections import is_short
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts, Google
from integrations.mail.gmail.client import ConsentMissing
from integrations.mail.gmail.drafts import GmailTarget
from integrations.mail.gmail.mailbox import GmailMailbox, open_gmail
from integrations.mail.gmail.push import (
    REFUSED_SECONDS,
    Puller,
    PullLine,
    PushStatus,
    is_push_wanted,
    push_setup,
    watch,
)
from integrations.mail.gmail.reading import aliases_of
from integrations.mail.mailbox.account import is_connected
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Connection, MailboxNeed, Submit, is_lasting
from integrations.mail.mailbox.surface import ApiReplySurface
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound

log = logger(__name__)

# How often it is looked whether the owner may send from other addresses.
ALIASES_SECONDS = 24 * 3600.0
# Asking for what is new costs two of the 15,000 units that a person has in a minute.
POLL_SECONDS = 45.0
# Where Gmail tells, it is asked in case a notice was lost.
SWEEP_SECONDS = 900.0
# Of what comes within a second of a notice Gmail tells nothing more, so it is looked for once more after that.
DROPPED_SECONDS = 2.0
# Drafts wait for hours, and looking for them costs a request each; less often where Gmail tells of sent mail.
LOOK_SECONDS, TOLD_LOOK_SECONDS = 300.0, 3600.0
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
        notices = "subscription" if self._is_told(status) else "poll"
        return Connection("Gmail", notices if status.checked_at else "", status.checked_at, status.error, status)

    def proven_address(self, account: GmailAccount) -> str:
        """Return the address that Google gave, of what was connected on this machine."""
        return account.address if account.workspace == LOCAL_WORKSPACE else ""

    def need(self, account: GmailAccount, preferences: Preferences) -> MailboxNeed:
        """See `Provider`; where Google is not set up, no mailbox needs anything."""
        if not self.google.is_set_up:
            return MailboxNeed(is_refused=True)
        status, at = self.accounts.status(account), time.time()
        is_refused = status.error is not None and status.error["code"] in REFUSALS
        is_told = self._is_told(status)
        every_seconds = SWEEP_SECONDS if is_told and not preferences.on_request else POLL_SECONDS
        last_seconds = self._last_seconds(status) if is_told and _is_noticed(status) else None
        is_behind = status.is_behind or (last_seconds is not None and last_seconds <= 0)
        is_due = is_behind or bool(status.error) or at >= status.checked_at + every_seconds
        settles_seconds = status.settles_seconds(TOLD_LOOK_SECONDS if is_told else LOOK_SECONDS)
        return MailboxNeed(
            is_refused,
            reads=is_due and not preferences.is_suspended(now()),
            settles=settles_seconds <= 0,
            again_seconds=0.0 if is_behind else every_seconds if last_seconds is None else last_seconds,
            settles_seconds=settles_seconds,
        )

    def _last_seconds(self, status: ConnectionStatus) -> float:
        """Return after how long a mailbox is read for a notice: at once, then once more for what Gmail dropped."""
        if status.answered_at < status.noticed_at:
            return 0.0
        return min(status.noticed_at + DROPPED_SECONDS - self.records.database.now_seconds(), DROPPED_SECONDS)

    def _is_told(self, status: ConnectionStatus) -> bool:
        """Whether Gmail tells of new mail in a mailbox, and somebody hears it."""
        settings = self.google.settings
        is_watched = status.renews_at > time.time() and is_push_wanted(settings)
        return is_watched and PushStatus(self.records, settings.google_pubsub_subscription).is_alive

    def _keep_watch(self, account: GmailAccount) -> None:
        """Have Gmail tell of a mailbox where that is due; where it refuses, the mailbox is asked by the clock."""
        settings, status = self.google.settings, self.accounts.status(account)
        if not is_push_wanted(settings) or status.renews_at > time.time():
            return
        refused = f"watch {account.name}"
        if self.records.get(ONCE_KIND, account.workspace, refused):
            return  # Gmail has refused it lately
        try:
            with self.open(account) as mailbox:
                renews_at = watch(self.google.open(account), push_setup(settings).topic, mailbox.watched_labels())
        except InlaidError as error:
            if is_lasting(error) and not isinstance(error, ForbiddenError | SettingsError):
                raise
            log.warning("gmail does not tell of a mailbox", code=error.code)
            self.records.first_time(account.workspace, refused, within_seconds=REFUSED_SECONDS)
            return
        self.accounts.update_status(account, renews_at=renews_at, is_behind=True)

    def sync(self, account: GmailAccount, submit: Submit) -> list[TriageRecord]:
        """See `Provider`."""
        before = self.accounts.status(account)
        began = self.records.database.now_seconds() if _is_noticed(before) else 0.0
        with self.accounts.held(account), self.open(account) as mailbox:
            found = TriageRound(self.records, account, mailbox, submit).run()
            if _is_noticed(before) and is_connected(self.records, account):
                # A notice of after the reading was noted before that clock was set back.
                answered_at = began if began >= before.noticed_at else before.noticed_at + DROPPED_SECONDS
                self.accounts.update_status(account, answered_at=answered_at)
        return found

    def catch_up(self, account: GmailAccount, submit: Submit) -> None:
        """See `Provider`; nothing is read while its owner wants the mailbox left alone."""
        if load_preferences(self.records, account.workspace, account.name).is_suspended(now()):
            return
        account = self._with_aliases(account)
        self._keep_watch(account)
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
            if known != account and is_connected(self.records, account):
                self.accounts.save(known)
        return known

    def watch(self, wake: Callable[[], object], stopping: threading.Event) -> None:
        """Pull what Gmail tells of all mailboxes; returns at once where that is not set up."""
        settings = self.google.settings
        if is_push_wanted(settings):
            setup = push_setup(settings)
            status = PushStatus(self.records, setup.subscription)
            Puller(self.accounts, PullLine(setup), status, wake, stopping).run()

    def await_outcomes(self, account: GmailAccount) -> None:
        """Return at once: sent mail is among what Gmail tells of, and else outcomes are looked for in rounds."""

    def take_preferences(self, account: GmailAccount) -> None:
        """See `Provider`; each visit reads them, and what Gmail tells of goes by them."""
        if self.accounts.status(account).renews_at:
            self.accounts.update_status(account, renews_at=0.0)
        self.accounts.bring(account)

    def forget(self, account: GmailAccount) -> None:
        """See `Provider`; the tokens go too. The grant at Google stays: somebody else may have connected the same."""
        if self.accounts.status(account).renews_at and not self._is_shared(account):
            with suppress(InlaidError):  # it ends by itself within days
                client = self.google.open(account)
                client.call(client.users.stop(userId="me"))
        self.accounts.remove(account)

    def _is_shared(self, account: GmailAccount) -> bool:
        others = (other for other in self.accounts.list() if other.workspace != account.workspace)
        return any(other.name.casefold() == account.name.casefold() for other in others)


def _is_noticed(status: ConnectionStatus) -> bool:
    """Whether a mailbox is still to be read for a notice. Both times are by the clock of the database."""
    return status.answered_at < status.noticed_at + DROPPED_SECONDS and status.noticed_at > 0


class GmailSurface(ApiReplySurface):
    """See `mailbox.surface.ApiReplySurface`."""

    def provider(self, context: SurfaceContext) -> GmailProvider:
        """Return the provider of the mailboxes."""
        return GmailProvider(context.records, context.settings, self._wait)
