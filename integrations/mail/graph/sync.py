"""One round over a mailbox: what Microsoft told of, then what has changed in its folders since the last round.

The second repairs whatever the first missed. https://learn.microsoft.com/graph/delta-query-messages
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from core.errors import InlaidError, OutageError
from core.system.deadline import deadline, is_short
from integrations.graph.errors import GraphOutage
from integrations.graph.tokens import TokenStore
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.mailbox import GraphMailbox, GraphProvider
from integrations.mail.graph.notices import Notices
from integrations.mail.graph.opening import Microsoft
from integrations.mail.graph.subscribing import Subscribing
from integrations.mail.mailbox.backoff import Backoff
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import Submit, TriageRound
from integrations.mail.mailbox.visits import LOCK_SECONDS, LONGEST_SECONDS

# While Microsoft tells of new mail, folders are read only in case a notice was lost.
SWEEP_SECONDS = 900.0
OUTAGES = frozenset({OutageError.code, GraphOutage.code})


class Mailboxes:
    """Looks after mailboxes.

    Args:
        microsoft: the way to them.
        submit: takes the jobs that write answers.
    """

    def __init__(self, microsoft: Microsoft, submit: Submit) -> None:
        self.microsoft = microsoft
        self._accounts = microsoft.accounts
        self._notices = Notices(microsoft.records)
        self._subscribing = Subscribing(microsoft)
        self._submit = submit

    def sync(self, account: GraphAccount) -> list[TriageRecord]:
        """Read a mailbox now, and return what is new. An error is also stored with the mailbox.

        Raises:
            LimitError: the mailbox is being read right now by somebody else.
            InlaidError: it cannot be read.
        """
        with self._held(account):
            return self._round(account)

    def is_due(self, status: ConnectionStatus, preferences: Preferences) -> bool:
        """Whether a mailbox that stands so, and whose owner wants this, has to be looked after without being told."""
        if self._subscribing.is_due(status):
            return True
        if preferences.rests(now()):
            return False
        return bool(preferences.on_request) or not _is_fresh(status)

    def look_after(self, account: GraphAccount) -> None:
        """Renew what is due and read what is due.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        with self._held(account):
            self._look_after(account)
        self._take_late_notices(account)

    def take_notices(self, account: GraphAccount) -> None:
        """Read the mails that Microsoft told of.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        with self._held(account):
            self._take_notices(account)
        self._take_late_notices(account)

    def _take_late_notices(self, account: GraphAccount) -> None:
        """Read what was told just before the lock was given back: it woke a worker that found the mailbox held."""
        if self._notices.of(account) and not is_short():
            with self._held(account):
                self._take_notices(account)

    @contextmanager
    def _held(self, account: GraphAccount) -> Iterator[None]:
        """Hold the mailbox; an error is stored with it."""
        records = self._accounts.records
        with records.lock(account.workspace, f"graph mailbox:{account.name}", seconds=LOCK_SECONDS):
            try:
                with Backoff(records).attempt(account.place), deadline(LONGEST_SECONDS):
                    yield
            except InlaidError as error:
                self._accounts.update_status(account, error=error.to_json())
                raise

    def _look_after(self, account: GraphAccount) -> None:
        self._notices.take_lifecycle(account, self._subscribing)
        if self._subscribing.is_due(self._accounts.status(account)):
            self._subscribing.keep_up(account)
        if self._rests(account):
            return
        if _is_fresh(self._accounts.status(account)):
            with self._open(account) as mailbox:
                self._triage(account, mailbox).decide_marked()
            self._take_notices(account)
        else:
            self._round(account)

    def _round(self, account: GraphAccount) -> list[TriageRecord]:
        with self._open(account) as mailbox:
            return self._triage(account, mailbox).run()

    def _take_notices(self, account: GraphAccount) -> None:
        self._notices.take_lifecycle(account, self._subscribing)
        if self._rests(account):
            # The next round over the folders finds these mails.
            self._notices.drop(account.workspace, account.name)
            self._accounts.update_status(account, is_behind=True)
            return
        if self._accounts.status(account).is_behind:
            self._round(account)
        while self._notices.of(account) and not is_short():
            with self._open(account) as mailbox:
                self._triage(account, mailbox).decide_all(mailbox.announced())
            error = self._accounts.status(account).error
            is_over = error is not None and error["code"] in OUTAGES
            self._accounts.update_status(account, noticed_at=time.time(), error=None if is_over else error)

    def _open(self, account: GraphAccount) -> AbstractContextManager[GraphMailbox]:
        return GraphProvider(self.microsoft).open(account)

    def _triage(self, account: GraphAccount, mailbox: GraphMailbox) -> TriageRound:
        return TriageRound(self._accounts.records, account, mailbox, self._submit)

    def _rests(self, account: GraphAccount) -> bool:
        return load_preferences(self._accounts.records, account.workspace, account.name).rests(now())


def _is_fresh(status: ConnectionStatus) -> bool:
    """Whether Microsoft tells of new mail, and the folders were read lately all the same."""
    is_told = status.renews_at > 0 and not status.is_behind and not status.error
    return is_told and time.time() < status.checked_at + SWEEP_SECONDS


def forget_mailbox(microsoft: Microsoft, account: GraphAccount) -> None:
    """Forget a mailbox, its sign-in and everything stored about its mail; end what Microsoft tells of it."""
    Subscribing(microsoft).end(account)
    Notices(microsoft.records).drop(account.workspace, account.name)
    if account.signed_in:
        TokenStore(microsoft.records).forget(account.signed_in)
    microsoft.accounts.remove(account)
