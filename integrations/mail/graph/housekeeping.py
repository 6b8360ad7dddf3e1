"""What is due in which mailbox at Microsoft: notices, subscriptions, folders, drafts, open questions, the voice."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from core.errors import CredentialError
from core.store import Store
from integrations.mail.graph.accounts import NAMESPACE, GraphAccount
from integrations.mail.graph.mailbox import GraphProvider
from integrations.mail.graph.notices import Notices
from integrations.mail.graph.opening import Microsoft
from integrations.mail.graph.sync import Mailboxes
from integrations.mail.mailbox.backoff import Rests
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.follow_ups import follow_up, follow_up_when_due
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import mailboxes_with_drafts
from integrations.mail.mailbox.preferences import Preferences, all_preferences, now
from integrations.mail.mailbox.style_learning import learn_style, learn_when_due
from integrations.mail.mailbox.triage_round import Submit
from integrations.mail.mailbox.visits import Visit

# What needs the person: they connect the mailbox anew.
# Drafts wait for hours, and each costs a request.
LOOK_SECONDS = 300.0
REFUSALS = frozenset({CredentialError.code, "microsoft_consent"})


@dataclass(frozen=True)
class GraphHousekeeping:
    """Looks after mailboxes at Microsoft.

    Args:
        microsoft: the way to them.
        store: where their drafts are.
        submit: takes the jobs that write answers.
    """

    microsoft: Microsoft
    store: Store
    submit: Submit

    @property
    def mailboxes(self) -> Mailboxes:
        """What reads them."""
        return Mailboxes(self.microsoft, self.submit)

    def due(self, rests: Rests) -> Iterator[Visit]:
        """Return the visits that are due. Each kind of record is read once, however many mailboxes there are.

        Raises:
            StoreOutage: the database is down.
        """
        records = self.store.records
        told = set(Notices(records).mailboxes())
        statuses = self.microsoft.accounts.statuses()
        drafts = mailboxes_with_drafts(records, NAMESPACE)
        preferences = all_preferences(records)
        for account in self.microsoft.accounts.list():
            key = (account.workspace, account.name)
            status, wishes = statuses.get(key, ConnectionStatus()), preferences.get(key, Preferences())
            is_refused = status.error is not None and status.error["code"] in REFUSALS
            if is_refused or time.time() < rests.until(account.place):
                continue
            reads = key in told or self.mailboxes.is_due(status, wishes)
            settles = key in drafts and time.time() >= status.settled_at + LOOK_SECONDS
            has_more = (wishes.follow_up_days and not wishes.rests(now())) or wishes.learns_voice
            if reads or settles or has_more:
                run = partial(self.look_after, account, reads=reads, settles=settles)
                yield self._visit(account, run, rests, seen_at=status.checked_at)

    def told(self, rests: Rests) -> Iterator[Visit]:
        """Return the visits to mailboxes that Microsoft told of.

        Raises:
            StoreOutage: the database is down.
        """
        notices = Notices(self.store.records)
        for workspace, name in notices.mailboxes():
            account = self.microsoft.accounts.find(workspace, name)
            if account is None:
                notices.drop(workspace, name)
            elif time.time() >= rests.until(account.place):
                yield self._visit(account, partial(self.mailboxes.take_notices, account), rests, is_urgent=True)

    def look_after(self, account: GraphAccount, *, reads: bool, settles: bool) -> None:
        """Do what is due in a mailbox. The first failure ends it: what follows would fail alike.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        microsoft, records = self.microsoft, self.store.records
        if microsoft.accounts.find(account.workspace, account.name) != account:
            return  # the next round takes it as it is now
        if reads:
            self.mailboxes.look_after(account)
        provider = GraphProvider(microsoft)
        if settles:
            settle_drafts(self.store, provider, account)
            microsoft.accounts.update_status(account, settled_at=time.time())
        follow_up_when_due(records, account, partial(follow_up, self.store, provider, account, self.submit))
        learn_when_due(records, account, partial(learn_style, records, provider, account))

    @staticmethod
    def _visit(
        account: GraphAccount, run: "partial[None]", rests: Rests, *, is_urgent: bool = False, seen_at: float = 0.0
    ) -> Visit:
        place = account.place
        return Visit(
            ("graph", account.workspace, account.name),
            place.server,
            run,
            is_urgent=is_urgent,
            is_suspect=rests.is_suspect(place),
            seen_at=seen_at,
        )
