"""What is due in which mailbox: new mail, the outcomes of drafts, open questions, labels, and the owner's style.

Each mailbox's record says when it is due (`core.store.due`). Every worker takes as many as it has threads for, so
nobody looks through all mailboxes, and what one worker has begun another ends when it dies.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from core.audit.entries import Name, Thing
from core.errors import InlaidError, LimitError, StoreOutage
from core.logs import logger
from core.policies.enforcement import Policies
from core.ports import OwnerNotices
from core.store import Store
from core.store.due import Due, DueIndex
from core.system.connections import deadline
from integrations.mail.mailbox.account import A
from integrations.mail.mailbox.follow_ups import follow_up, follow_up_when_due
from integrations.mail.mailbox.labels import EVERY_SECONDS as LABEL_SECONDS
from integrations.mail.mailbox.labels import label_when_due
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, load_preferences, now
from integrations.mail.mailbox.provider import Provider, Submit
from integrations.mail.mailbox.style_learning import forget_style, learn_style, learn_when_due
from integrations.mail.mailbox.visits import LEASE_SECONDS, MAX_VISIT_SECONDS, Backoff, Cooldowns, Visit, VisitPool

log = logger(__name__)

# How often a worker looks for mailboxes that are due.
TICK_SECONDS = 1.0
# As many due ones are looked at for some that can be visited now.
MAX_SEEN = 256
# When a mailbox comes again: that somebody else is in; after a failure that is no outage; whose owner has to sign in
# again; that is left alone at its owner's wish; that may have more to do than reading mail.
BUSY_SECONDS, FAILED_SECONDS, REFUSED_SECONDS, SUSPENDED_SECONDS, MORE_SECONDS = 3.0, 60.0, 300.0, 300.0, 900.0
WATCH_AGAIN_SECONDS = 60.0
# The clocks of who stores an act and of who looks may differ so much.
CLOCK_SECONDS = 60.0
MIN_SECONDS, NEVER_SECONDS = 0.5, 24 * 3600.0


@dataclass(frozen=True)
class ProviderHousekeeping(Generic[A]):
    """Looks after the mailboxes of one provider.

    Args:
        provider: the provider.
        store: where drafts and what is set are.
        submit: takes the jobs that write answers.
        policies: whose mailboxes are left alone, and from whose nothing is learnt; None: nobody's.
        notices: see `settle_drafts`.
    """

    provider: Provider[A]
    store: Store
    submit: Submit
    policies: Policies | None = None
    notices: OwnerNotices | None = None

    def visit(self, workspace: str, name: str) -> float:
        """Do what is due in a mailbox, and return after how many seconds to come again.

        A refused sign-in is not tried again until somebody renews it: servers lock people out for less.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        provider, records = self.provider, self.store.records
        account = provider.accounts.find(workspace, name)
        if account is None:
            return NEVER_SECONDS
        preferences = load_preferences(records, workspace, name)
        need = provider.need(account, preferences)
        if need.is_refused:
            return REFUSED_SECONDS
        rest_seconds = Backoff(records).near(account.place).until(account.place) - time.time()
        if rest_seconds > 0:
            return rest_seconds
        waiting = [draft.job for draft in PendingDrafts(records, account).list()]
        settles = bool(waiting) and (need.settles or self._is_discarded(account, waiting))
        if need.reads or settles or _has_more(preferences):
            self.look_after(account, reads=need.reads, settles=settles)
        return self._again_seconds(account)

    def look_after(self, account: A, *, reads: bool = True, settles: bool = True) -> None:
        """Do what is due in a mailbox. The first failure ends it: what follows would fail alike.

        Raises:
            LimitError: somebody else is at it.
            InlaidError: the mailbox cannot be read.
        """
        provider, records = self.provider, self.store.records
        if provider.accounts.find(account.workspace, account.name) != account:
            return  # the next visit takes it as it is now
        if not self._may_connect(account):
            return
        if reads:
            provider.catch_up(account, self.submit)
        if settles:
            provider.await_outcomes(account)  # first, so that none comes in between unseen
            before, began = provider.accounts.status(account), time.time()
            settle_drafts(self.store, provider, account, self.notices)
            provider.accounts.update_status(account, settled_at=began, settled_for=before.told)
        preferences = load_preferences(records, account.workspace, account.name)
        look_for_questions = partial(follow_up, self.store, provider, account, self.submit)
        follow_up_when_due(records, account, preferences, look_for_questions)
        if account.readers:
            pass  # what several people write is not learnt from, and a style under this name is another mailbox's
        elif self.policies and not self.policies.may_learn(account.workspace, account.person):
            forget_style(records, account.workspace, account.name)
        elif preferences.learns_voice:
            learn_when_due(records, account, partial(learn_style, records, provider, account))
        label_when_due(self.store, provider, account, preferences)

    def _is_discarded(self, account: A, jobs: Sequence[str]) -> bool:
        """Whether a draft was thrown away where we show it since outcomes were looked for."""
        since = self.provider.accounts.status(account).settled_at - CLOCK_SECONDS
        acts = self.store.effects.outcomes.acts_of(jobs).values()
        return any(act.outcome == "rejected" and act.happened_at > since for found in acts for act in found)

    def adopt(self) -> None:
        """Have those mailboxes looked after that no worker has seen yet, such as those of an earlier version."""
        accounts = self.provider.accounts
        for workspace, name in DueIndex(self.store.database).without_time(accounts.kind):
            if account := accounts.find(workspace, name):
                accounts.bring(account)

    def _again_seconds(self, account: A) -> float:
        records = self.store.records
        preferences = load_preferences(records, account.workspace, account.name)
        need = self.provider.need(account, preferences)
        seconds = SUSPENDED_SECONDS if preferences.is_suspended(now()) else need.again_seconds
        if _has_more(preferences):
            seconds = min(seconds, LABEL_SECONDS if preferences.labels else MORE_SECONDS)
        if PendingDrafts(records, account).list():
            seconds = min(seconds, need.settles_seconds)
        return seconds

    def _may_connect(self, account: A) -> bool:
        """Whether the policies still allow a mailbox; one that they do not allow says why where it is listed."""
        if self.policies is None:
            return True
        policy = self.policies.of(account.workspace, account.person)
        refusal = policy.mailbox(self.provider.kind, account.address)
        if refusal:
            error = refusal.error().to_json()
            if self.provider.accounts.status(account).error != error:  # once, not in every visit
                thing = Thing("mailbox", Name(account.workspace, account.person, "mailbox", account.address))
                self.policies.note(refusal, (account.workspace, account.person), thing, door="mail")
            self.provider.accounts.update_status(account, error=error)
        return refusal is None


def _has_more(preferences: Preferences) -> bool:
    """Whether there may be more to do than reading and looking after drafts."""
    follows_up = bool(preferences.follow_up_days) and not preferences.is_suspended(now())
    return follows_up or preferences.learns_voice or bool(preferences.labels)


class Housekeeping:
    """Looks after all mailboxes, with the other workers.

    Args:
        providers: the kinds of mailbox.
        store: where drafts and preferences are.
        submit: takes the jobs that write answers.
        stopping: set when this process shuts down.
        policies: whose mailboxes are left alone; None: nobody's.
        notices: tells owners of their drafts; None: nobody is told.
    """

    def __init__(
        self,
        providers: Sequence[Provider[Any]],
        store: Store,
        submit: Submit,
        stopping: threading.Event,
        policies: Policies | None = None,
        notices: OwnerNotices | None = None,
    ) -> None:
        self._backoff = Backoff(store.records)
        self._index = DueIndex(store.database)
        self._stopping = stopping
        self._providers = providers
        self._parts = {
            provider.accounts.kind: ProviderHousekeeping(provider, store, submit, policies, notices)
            for provider in providers
        }
        self._pool = VisitPool(stopping)
        self._watching, self._watched = threading.Lock(), set[str]()

    def run(self) -> None:
        """Visit mailboxes that are due until this process stops; without a database wait for one."""
        while not self._stopping.is_set():
            try:
                self.visit_due()
            except StoreOutage:
                log.warning("store down", task="visit mailboxes")
            self._pool.pause(TICK_SECONDS)

    def begin_round(self) -> None:
        """Take up mailboxes that were never due, and look at once for those that are.

        Raises:
            StoreOutage: the database is down.
        """
        for part in self._parts.values():
            part.adopt()
        self.take_notices()

    def take_notices(self) -> None:
        """Look at once for mailboxes that are due: something was announced."""
        self._pool.wake()

    def visit_due(self) -> None:
        """Begin the visits that are due, as far as there are threads; those of servers that rest are put off unread.

        Raises:
            StoreOutage: the database is down.
        """
        waiting = self._index.waiting(list(self._parts), limit=MAX_SEEN)
        if not waiting:
            return
        cooldowns, at = self._backoff.all(), time.time()
        resting = [due for due in waiting if cooldowns.server_until(due.server) > at]
        for due in resting:
            self._index.put_off(due, seconds=cooldowns.server_until(due.server) - at)
        chosen = self._pool.chosen(self._visit(due, cooldowns) for due in waiting if due not in resting)
        taken = self._index.take([visit.due for visit in chosen], lease_seconds=LEASE_SECONDS)
        self._pool.start(self._visit(due, cooldowns) for due in taken)

    def wait(self, seconds: float) -> bool:
        """Wait until no visit is being made or waits; False when that took longer."""
        return self._pool.wait(seconds)

    def leave(self, seconds: float) -> None:
        """Give back what was not begun, and wait that long for visits that are about to end.

        Raises:
            StoreOutage: the database is down.
        """
        self._give_back(visit.due for visit in self._pool.leave(seconds))

    def watch(self) -> None:
        """Let mail servers and providers announce new mail until this process stops.

        Raises:
            InlaidError: watching the first of them broke off; that of others goes on.
        """
        first, *others = self._providers
        for provider in others:
            with self._watching:
                if provider.kind in self._watched:
                    continue  # since this was called before
                self._watched.add(provider.kind)
            name = f"watch mailboxes: {provider.kind}"
            threading.Thread(target=self._keep_watching, args=(provider,), name=name, daemon=True).start()
        first.watch(self.take_notices, self._stopping)

    def _keep_watching(self, provider: Provider[Any]) -> None:
        while not self._stopping.is_set():
            try:
                provider.watch(self.take_notices, self._stopping)
                return  # there is nothing to wait at
            except InlaidError as error:
                log.warning("watching mailboxes broke off", code=error.code, kind=provider.kind)
            except Exception:  # Whatever a fault in our code is, mailboxes must not be left alone.
                log.exception("watching mailboxes broke off")
            self._stopping.wait(WATCH_AGAIN_SECONDS)

    def _give_back(self, dues: Iterable[Due]) -> None:
        for due in dues:
            self._index.put_off(due, seconds=0.0)

    def _visit(self, due: Due, cooldowns: Cooldowns) -> Visit:
        part = self._parts[due.kind]
        key = f"{part.provider.kind}:{due.key}"
        is_suspect = (due.workspace, key) in cooldowns.mailboxes or due.server in cooldowns.servers
        return Visit(due, partial(self._make, part, due), is_suspect)

    def _make(self, part: ProviderHousekeeping[Any], due: Due) -> None:
        """Visit a mailbox in time, and have it due again; an error is logged, and stored with it."""
        again_seconds = FAILED_SECONDS
        try:
            with deadline(MAX_VISIT_SECONDS), part.store.database.kept_reader():
                again_seconds = part.visit(due.workspace, due.key)
        except LimitError:
            again_seconds = BUSY_SECONDS
        except InlaidError as error:
            log.warning("mailbox not looked after", code=error.code, server=due.server)
        except Exception:  # Whatever a fault in our code is, the other mailboxes must be visited.
            log.exception("a visit to a mailbox broke off")
        try:
            self._index.put_off(due, seconds=max(MIN_SECONDS, again_seconds))
        except StoreOutage:
            log.warning("store down", task="visit mailboxes")  # it is due again when its lease ends
