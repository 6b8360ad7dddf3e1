"""Microsoft 365 as a provider of mailboxes: see `mailbox.provider.Provider`.

A round reads what Microsoft announced, then what has changed in the folders since the last one, which repairs whatever
the first missed.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from core.cached_property import cached_property
from core.errors import CredentialError, LimitError, OutageError
from core.job import LOCAL_WORKSPACE
from core.ports import SurfaceContext
from core.settings import Settings, load_settings
from core.store.records import RecordStore
from core.system.connections import is_short
from integrations.graph.errors import GraphOutage
from integrations.graph.tokens import TokenCaches
from integrations.mail.graph.accounts import INBOX, GraphAccount, GraphAccounts, Microsoft
from integrations.mail.graph.change_notifications import ChangeNotifications
from integrations.mail.graph.folder_pages import folder_ids
from integrations.mail.graph.groups import MailGroups
from integrations.mail.graph.mailbox import GraphMailbox, open_graph
from integrations.mail.graph.placing import GraphTarget
from integrations.mail.graph.shared import NO_ACCESS, SharedMailboxes
from integrations.mail.graph.subscriptions import Subscribing
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Connection, MailboxNeed, Submit
from integrations.mail.mailbox.surface import ApiReplySurface
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound

_RETRY = "Inlaid tries again by itself."
# While Microsoft announces new mail, folders are read only in case a notice was lost.
SWEEP_SECONDS = 1800.0
# Where it announces nothing.
POLL_SECONDS = 60.0
# Drafts wait for hours, and each costs a request; where Microsoft tells of outcomes, that is in case a notice was lost.
LOOK_SECONDS, TOLD_LOOK_SECONDS = 300.0, 3600.0
OUTAGES = frozenset({OutageError.code, GraphOutage.code})
# What needs the person: they connect the mailbox again.
REFUSALS = frozenset({CredentialError.code, "microsoft_consent"})


@dataclass(frozen=True)
class GraphProvider:
    """See `mailbox.provider.Provider`.

    Args:
        records: where mailboxes, tokens and positions are kept.
        settings: those of the process by default.
        wait: called with the seconds to wait when Microsoft asks for it.
    """

    records: RecordStore
    settings: Settings | None = None
    wait: Callable[[float], None] = time.sleep
    kind: str = "graph"

    @cached_property
    def microsoft(self) -> Microsoft:
        """The way to all mailboxes."""
        return Microsoft(self.settings or load_settings(), self.records, self.wait)

    @property
    def accounts(self) -> GraphAccounts:
        """The connected mailboxes."""
        return GraphAccounts(self.records)

    @property
    def _notices(self) -> ChangeNotifications:
        return ChangeNotifications(self.records)

    @property
    def _shared(self) -> SharedMailboxes:
        return SharedMailboxes(self.microsoft)

    @property
    def _subscribing(self) -> Subscribing:
        return Subscribing(self.microsoft)

    def target(self, delivery: Mapping[str, Any]) -> GraphTarget:
        """See `Provider`."""
        return GraphTarget.from_json(delivery)

    def open(self, account: GraphAccount) -> AbstractContextManager[GraphMailbox]:
        """Return the mailbox for calls; the first of them asks for a token."""
        return self._open_shared(account) if account.members else open_graph(self.microsoft, account)

    def _is_let_out(self, account: GraphAccount) -> bool:
        """Whether somebody was let out of a shared mailbox just now, by us or by another thread that is at it."""
        try:
            return self._shared.drop_refused(account)
        except LimitError:
            return True

    @contextmanager
    def _open_shared(self, account: GraphAccount) -> Iterator[GraphMailbox]:
        """Open a shared mailbox: when a member may not any more, they are let out, and the next one's turn comes."""
        try:
            with open_graph(self.microsoft, account) as mailbox:
                yield mailbox
        except NO_ACCESS as error:
            if not self._is_let_out(account):
                raise
            raise OutageError(
                f"Somebody by whose sign-in {account.name} was read may not open it any more.", fix=_RETRY
            ) from error

    def connection(self, account: GraphAccount) -> Connection:
        """See `Provider`."""
        status = self.accounts.status(account)
        notices = "subscription" if status.renews_at else "poll" if status.checked_at else ""
        return Connection("Microsoft 365", notices, status.checked_at, status.error, status)

    def proven_address(self, account: GraphAccount) -> str:
        """Return the address that Microsoft gave: of what was connected on this machine, or by its own person.

        That of a shared mailbox is nobody's.
        """
        if account.members:
            return ""
        is_theirs = account.signed_in == f"{account.person}.{account.workspace}"
        is_own = is_theirs and account.workspace in self.microsoft.settings.own_tenants
        return account.address if account.workspace == LOCAL_WORKSPACE or is_own else ""

    def need(self, account: GraphAccount, preferences: Preferences) -> MailboxNeed:
        """See `Provider`; where Microsoft 365 is not set up, no mailbox needs anything."""
        if not self.microsoft.is_set_up:
            return MailboxNeed(is_refused=True)
        status = self.accounts.status(account)
        is_refused = status.error is not None and status.error["code"] in REFUSALS
        reads = self._notices.has_any(account) or self._is_due(account, status, preferences)
        is_told = self._subscribing.tells_outcomes(account)
        settles_seconds = status.settles_seconds(TOLD_LOOK_SECONDS if is_told else LOOK_SECONDS)
        return MailboxNeed(
            is_refused, reads, settles_seconds <= 0, self._due_seconds(status, preferences), settles_seconds
        )

    def await_outcomes(self, account: GraphAccount) -> None:
        """See `Provider`."""
        self._subscribing.await_outcomes(account)

    def _due_seconds(self, status: ConnectionStatus, preferences: Preferences) -> float:
        """Return after how long a mailbox has to be looked after although nothing was announced."""
        at = time.time()
        if status.is_behind:
            return 0.0
        if preferences.on_request or not _is_fresh(status):
            return POLL_SECONDS
        sweep_seconds = status.checked_at + SWEEP_SECONDS - at
        return min(sweep_seconds, status.renews_at - at) if self._subscribing.is_wanted else sweep_seconds

    def sync(self, account: GraphAccount, submit: Submit) -> list[TriageRecord]:
        """See `Provider`."""
        with self.accounts.held(account):
            return self._round(self._with_folders(account), submit)

    def catch_up(self, account: GraphAccount, submit: Submit) -> None:
        """Renew what is due and read what is due. Raises as `sync`."""
        if not account.members:
            self._catch_up(account, submit)
            return
        self._shared.check(account)
        account = self.accounts.get(account.workspace, account.name)
        try:
            self._catch_up(account, submit)
        except NO_ACCESS:
            if not self._is_let_out(account):
                raise

    def _with_folders(self, account: GraphAccount) -> GraphAccount:
        """Return the account with the folders that its owner wants looked after now; their ids are asked for once."""
        chosen = load_preferences(self.records, account.workspace, account.name).folders
        if chosen == account.chosen:
            return account
        ids = folder_ids(self.microsoft.open(account), chosen)
        try:
            account = self._shared.choose(account, (INBOX, *ids), chosen)
        except LimitError:
            return account  # a member joins or leaves right now; the next visit takes the folders up
        self._subscribing.end_others(account)
        return account

    def _catch_up(self, account: GraphAccount, submit: Submit) -> None:
        with self.accounts.held(account):
            account = self._with_folders(account)
            self._take_events(account)
            if self._subscribes(account) and self._subscribing.is_due(self.accounts.status(account)):
                self._subscribing.keep_up(account)
            if self._rests(account):
                self._leave_announced(account)
                return
            if _is_fresh(self.accounts.status(account)):
                with open_graph(self.microsoft, account) as mailbox:
                    self._triage(account, mailbox, submit).decide_marked()
                self._read_announced(account, submit)
            else:
                self._round(account, submit)
        self._read_late(account, submit)

    def watch(self, wake: Callable[[], object], stopping: threading.Event) -> None:
        """Return at once: Microsoft announces new mail to the web process."""

    def take_preferences(self, account: GraphAccount) -> None:
        """See `Provider`; each visit reads them."""
        self.accounts.bring(account)

    def forget(self, account: GraphAccount) -> None:
        """See `Provider`; what Microsoft announces of the mailbox is ended too."""
        self._subscribing.end(account)
        self._notices.drop(account.workspace, account.name)
        if account.signed_in:
            TokenCaches(self.records).forget(account.signed_in)
        self._shared.forget_tokens(account)
        if account.group:
            MailGroups(self.records).leave_out(account)
        self.accounts.remove(account)

    def _subscribes(self, account: GraphAccount) -> bool:
        """Whether Microsoft can announce the mail of a mailbox: not of one that is read as shared with somebody."""
        return self._subscribing.is_wanted and not account.members

    def _is_due(self, account: GraphAccount, status: ConnectionStatus, preferences: Preferences) -> bool:
        """Whether a mailbox has to be looked after although nothing was announced."""
        if self._subscribes(account) and self._subscribing.is_due(status):
            return True
        if preferences.is_suspended(now()):
            return False
        return bool(preferences.on_request) or not _is_fresh(status)

    def _round(self, account: GraphAccount, submit: Submit) -> list[TriageRecord]:
        with open_graph(self.microsoft, account) as mailbox:
            return self._triage(account, mailbox, submit).run()

    def _read_announced(self, account: GraphAccount, submit: Submit) -> None:
        self._take_events(account)
        if self.accounts.status(account).is_behind:
            self._round(account, submit)
        while self._notices.of(account) and not is_short():
            with open_graph(self.microsoft, account) as mailbox:
                self._triage(account, mailbox, submit).decide_all(mailbox.announced())
            error = self.accounts.status(account).error
            is_over = error is not None and error["code"] in OUTAGES
            self.accounts.update_status(account, noticed_at=time.time(), error=None if is_over else error)

    def _leave_announced(self, account: GraphAccount) -> None:
        """Forget what was announced: the next round over the folders finds these mails."""
        if self._notices.of(account):
            self._notices.drop(account.workspace, account.name)
            self.accounts.update_status(account, is_behind=True)

    def _read_late(self, account: GraphAccount, submit: Submit) -> None:
        """Read what was announced just before the lock was given back: it woke a worker that found it held."""
        if self._notices.of(account) and not is_short():
            with self.accounts.held(account):
                self._read_announced(account, submit)

    def _take_events(self, account: GraphAccount) -> None:
        self._notices.take_lifecycle(account, self._subscribing)

    def _triage(self, account: GraphAccount, mailbox: GraphMailbox, submit: Submit) -> TriageRound:
        return TriageRound(self.records, account, mailbox, submit)

    def _rests(self, account: GraphAccount) -> bool:
        return load_preferences(self.records, account.workspace, account.name).is_suspended(now())


def _is_fresh(status: ConnectionStatus) -> bool:
    """Whether Microsoft announces new mail, and the folders were read lately all the same."""
    is_told = status.renews_at > 0 and not status.is_behind and not status.error
    return is_told and time.time() < status.checked_at + SWEEP_SECONDS


class GraphMailSurface(ApiReplySurface):
    """See `mailbox.surface.ApiReplySurface`."""

    def provider(self, context: SurfaceContext) -> GraphProvider:
        """Return the provider of the mailboxes."""
        return GraphProvider(context.records, context.settings, self._wait)
