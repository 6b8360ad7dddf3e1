"""What is due in which mailbox: new mail, the outcomes of drafts, open questions, labels, and the owner's style."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from core.audit.entries import Name, Thing
from core.policies.enforcement import Policies
from core.store import Store
from integrations.mail.mailbox.account import A
from integrations.mail.mailbox.follow_ups import follow_up, follow_up_when_due
from integrations.mail.mailbox.labels import label_when_due
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import mailboxes_with_drafts
from integrations.mail.mailbox.preferences import Preferences, all_preferences, now
from integrations.mail.mailbox.provider import Provider, Submit
from integrations.mail.mailbox.style_learning import forget_style, learn_style, learn_when_due
from integrations.mail.mailbox.visits import Backoff, Cooldowns, Visit, VisitPool


@dataclass(frozen=True)
class ProviderHousekeeping(Generic[A]):
    """Looks after the mailboxes of one provider.

    Args:
        provider: the provider.
        store: where drafts and what is set are.
        submit: takes the jobs that write answers.
        policies: whose mailboxes are left alone, and from whose nothing is learnt; None: nobody's.
    """

    provider: Provider[A]
    store: Store
    submit: Submit
    policies: Policies | None = None

    def due(self, cooldowns: Cooldowns) -> Iterator[Visit]:
        """Return the visits that are due. Each kind of record is read once, however many mailboxes there are.

        A refused sign-in is not tried again until somebody renews it: servers lock people out for less.

        Raises:
            StoreOutage: the database is down.
        """
        need_of = self.provider.needs()
        with_drafts = mailboxes_with_drafts(self.store.records, self.provider.accounts.namespace)
        preferences = all_preferences(self.store.records)
        for account in self.provider.accounts.list():
            key = (account.workspace, account.name)
            wanted = preferences.get(key, Preferences())
            need = need_of(account, wanted)
            if need.is_refused or time.time() < cooldowns.until(account.place):
                continue
            settles = key in with_drafts and need.settles
            if need.reads or settles or _has_more(wanted):
                run = partial(self.look_after, account, reads=need.reads, settles=settles)
                yield self._visit(account, run, cooldowns, seen_at=need.seen_at)

    def announced(self, cooldowns: Cooldowns) -> Iterator[Visit]:
        """Return the visits to mailboxes whose server has announced new mail.

        Raises:
            StoreOutage: the database is down.
        """
        for account in self.provider.announced():
            if time.time() >= cooldowns.until(account.place) and self._may_connect(account):
                run = partial(self.provider.read_announced, account, self.submit)
                yield self._visit(account, run, cooldowns, is_urgent=True)

    def look_after(self, account: A, *, reads: bool = True, settles: bool = True) -> None:
        """Do what is due in a mailbox. The first failure ends it: what follows would fail alike.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        provider, records = self.provider, self.store.records
        if provider.accounts.find(account.workspace, account.name) != account:
            return  # the next round takes it as it is now
        if not self._may_connect(account):
            return
        if reads:
            provider.catch_up(account, self.submit)
        if settles:
            settle_drafts(self.store, provider, account)
            provider.accounts.update_status(account, settled_at=time.time())
        follow_up_when_due(records, account, partial(follow_up, self.store, provider, account, self.submit))
        if self.policies and not self.policies.may_learn(account.workspace, account.person):
            forget_style(records, account.workspace, account.name)
        else:
            learn_when_due(records, account, partial(learn_style, records, provider, account))
        label_when_due(self.store, provider, account)

    def _may_connect(self, account: A) -> bool:
        """Whether the policies still allow a mailbox; one that they do not allow says why where it is listed."""
        if self.policies is None:
            return True
        policy = self.policies.of(account.workspace, account.person)
        refusal = policy.mailbox(self.provider.kind, account.address)
        if refusal:
            error = refusal.error().to_json()
            if self.provider.accounts.status(account).error != error:  # once, not in every round
                thing = Thing("mailbox", Name(account.workspace, account.person, "mailbox", account.address))
                self.policies.note(refusal, (account.workspace, account.person), thing, door="mail")
            self.provider.accounts.update_status(account, error=error)
        return refusal is None

    def _visit(
        self,
        account: A,
        run: Callable[[], None],
        cooldowns: Cooldowns,
        *,
        is_urgent: bool = False,
        seen_at: float = 0.0,
    ) -> Visit:
        return Visit(
            (self.provider.kind, account.workspace, account.name),
            account.place.server,
            run,
            is_urgent=is_urgent,
            is_suspect=cooldowns.is_suspect(account.place),
            seen_at=seen_at,
        )


def _has_more(preferences: Preferences) -> bool:
    """Whether there may be more to do than reading and looking after drafts."""
    follows_up = bool(preferences.follow_up_days) and not preferences.is_suspended(now())
    return follows_up or preferences.learns_voice or bool(preferences.labels)


class Housekeeping:
    """Looks after all mailboxes.

    Args:
        providers: the kinds of mailbox.
        store: where drafts and preferences are.
        submit: takes the jobs that write answers.
        stopping: set when this process shuts down.
        policies: whose mailboxes are left alone; None: nobody's.
    """

    def __init__(
        self,
        providers: Sequence[Provider[Any]],
        store: Store,
        submit: Submit,
        stopping: threading.Event,
        policies: Policies | None = None,
    ) -> None:
        self._backoff = Backoff(store.records)
        self._submit = submit
        self._stopping = stopping
        self._providers = providers
        self._parts = [ProviderHousekeeping(provider, store, submit, policies) for provider in providers]
        self.pool = VisitPool(stopping)

    def begin_round(self) -> None:
        """Have every mailbox visited in which something is due; what is left of the last round goes on.

        Raises:
            StoreOutage: the database is down.
        """
        cooldowns = self._backoff.all()
        self.pool.offer(visit for part in self._parts for visit in part.due(cooldowns))

    def take_notices(self) -> None:
        """Have the mails read that servers announced.

        Raises:
            StoreOutage: the database is down.
        """
        cooldowns = self._backoff.all()
        self.pool.offer(visit for part in self._parts for visit in part.announced(cooldowns))

    def watch(self) -> None:
        """Let mail servers announce new mail until this process stops.

        Raises:
            InlaidError: watching broke off.
        """
        for provider in self._providers:
            provider.watch(self._submit, self._stopping)
