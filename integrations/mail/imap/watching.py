"""Watches mailboxes by IDLE, so that new mail is noticed at once: one thread a mailbox, in one process at a time.

Whatever happens here, nothing is lost: a notice only says that it is time for a round (`imap.sync`), and rounds also
come by the clock. A killed watcher's mailbox is taken over by another when its lease ends.
"""

import math
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Unpack

import structlog
from imapclient import IMAPClient

from core.errors import (
    ConflictError,
    CredentialError,
    InlaidError,
    LimitError,
    NotFoundError,
    OutageError,
    PolicyRefused,
    StoreOutage,
)
from core.system.connections import deadline
from integrations.mail.imap.accounts import WATCH_KIND, Account, Accounts
from integrations.mail.imap.connection import open_account
from integrations.mail.imap.folders import INBOX
from integrations.mail.mailbox.account import StatusChanges
from integrations.mail.mailbox.preferences import load_preferences

# Responses that announce new mail, and those that announce a changed flag. Both are hints: new mail is found by UID.
ARRIVALS = frozenset({b"EXISTS"})
MARKS = frozenset({b"FETCH"})


class Idling:
    """IDLE on the folder that is selected.

    Args:
        client: logged in, a folder selected; the server offers IDLE.
        news: which responses are worth a look.
        tick_seconds: how long one wait lasts at most.
        answer_seconds: how long the server may take to begin and to end IDLE.
    """

    def __init__(
        self, client: IMAPClient, news: frozenset[bytes], *, tick_seconds: float, answer_seconds: float
    ) -> None:
        self._client = client
        self._news = news
        self._tick_seconds = tick_seconds
        self._answer_seconds = answer_seconds

    def wait(self, *, until: float, is_over: Callable[[], bool]) -> bool:
        """Idle until there is news, until that moment (`time.monotonic`), or until `is_over` says so.

        Returns:
            Whether there is news.

        Raises:
            OutageError: the server said goodbye.
            IMAPClientError, OSError: the line broke.
        """
        with deadline(self._answer_seconds):
            self._client.idle()
        news = self._listen(until, is_over)
        with deadline(self._answer_seconds):
            _, late = self._client.idle_done()
        return self._has_news(late) or news

    def _listen(self, until: float, is_over: Callable[[], bool]) -> bool:
        while not is_over():
            left = min(self._tick_seconds, until - time.monotonic())
            if left <= 0:
                return False
            started = time.monotonic()
            with deadline(self._tick_seconds + self._answer_seconds):  # for a server that tells without end
                found = self._client.idle_check(timeout=left)
            if self._has_news(found):
                return True
            if not found and time.monotonic() - started < left / 2:
                return False  # readable, and nothing to read: the line is closed, and ending IDLE says so
        return False

    def _has_news(self, found: Iterable[tuple[object, ...]]) -> bool:
        responses = list(found)
        if any(response and response[0] == b"BYE" for response in responses):
            raise OutageError("The mail server ended the connection.", fix="It is opened again.")
        return any(len(response) > 1 and response[1] in self._news for response in responses)


log = structlog.get_logger(__name__)

MAX_WATCHED = 100
# A mailbox that cannot be opened so often in a row leaves its place to another for a while.
MAX_FAILURES = 5


@dataclass(frozen=True)
class WatchTimes:
    """How long things take, in seconds. Servers may end IDLE after 30 minutes, routers forget a line after 10."""

    reissue_seconds: float = 9 * 60.0
    tick_seconds: float = 2.0
    lease_seconds: float = 30.0
    look_around_seconds: float = 10.0
    first_wait_seconds: float = 2.0
    longest_wait_seconds: float = 300.0
    ask_again_seconds: float = 3600.0
    answer_seconds: float = 30.0


class Watcher:
    """Takes the mailboxes that nobody watches, and watches them.

    Args:
        accounts: the mailboxes.
        look: reads one mailbox, as `sync_mailbox` does.
        stopping: set when this process shuts down.
        times: how long things take.
    """

    def __init__(
        self,
        accounts: Accounts,
        look: Callable[[Account], object],
        stopping: threading.Event,
        times: WatchTimes = WatchTimes(),
    ) -> None:
        self._accounts = accounts
        self._look = look
        self._stopping = stopping
        self._times = times
        self._threads: dict[Account, threading.Thread] = {}
        self._not_before: dict[Account, float] = {}

    def run(self) -> None:
        """Watch until `stopping` is set."""
        while not self._stopping.is_set():
            try:
                self._take_free_ones()
            except StoreOutage:
                log.warning("store down", task="watch mailboxes")
            self._stopping.wait(self._times.look_around_seconds)
        for thread in self._threads.values():
            thread.join(self._times.tick_seconds * 2)

    def _take_free_ones(self) -> None:
        self._threads = {account: thread for account, thread in self._threads.items() if thread.is_alive()}
        for account in self._accounts.list():
            if len(self._threads) >= MAX_WATCHED:
                return  # the others are asked each minute
            if account in self._threads or time.monotonic() < self._not_before.get(account, 0.0):
                continue
            lease = Lease(self._accounts, account, seconds=self._times.lease_seconds)
            if not self._is_refused(account) and lease.take():
                watch = _Watch(self._accounts, account, lease, self._look, self._stopping, self._times)
                thread = threading.Thread(target=self._watch, args=(watch, account), name="watch mailbox", daemon=True)
                self._threads[account] = thread
                thread.start()

    def _watch(self, watch: "_Watch", account: Account) -> None:
        self._not_before[account] = time.monotonic() + watch.run()

    def _is_refused(self, account: Account) -> bool:
        error = self._accounts.cursor(account).error
        return error is not None and error["code"] in {CredentialError.code, PolicyRefused.code}


class Lease:
    """The right to watch a mailbox. It expires when its holder dies.

    Args:
        accounts: where it is written.
        account: the mailbox.
        seconds: how long it holds without being renewed.
    """

    def __init__(self, accounts: Accounts, account: Account, *, seconds: float) -> None:
        self._records = accounts.records
        self._account = account
        self._seconds = seconds
        self._holder = secrets.token_hex(8)
        self._renew_at = 0.0

    def take(self) -> bool:
        """Take the lease, unless somebody has it."""
        if self._records.get(WATCH_KIND, self._account.workspace, self._account.name) is not None:
            return False
        self._records.purge_expired()
        return self._write(0)

    def keep(self) -> bool:
        """Renew it when that is due; False when somebody else has it, or the mailbox is another than it was."""
        if time.monotonic() < self._renew_at:
            return True
        account = self._account
        try:
            is_as_it_was = Accounts(self._records).get(account.workspace, account.name) == account
        except NotFoundError:
            return False
        held = self._records.get(WATCH_KIND, account.workspace, account.name)
        return is_as_it_was and held is not None and held.data == self._holder and self._write(held.version)

    def release(self) -> None:
        """Give it back."""
        held = self._records.get(WATCH_KIND, self._account.workspace, self._account.name)
        if held and held.data == self._holder:
            self._records.delete(WATCH_KIND, self._account.workspace, self._account.name)

    def _write(self, version: int) -> bool:
        account = self._account
        try:
            self._records.put(
                WATCH_KIND,
                account.workspace,
                account.name,
                self._holder,
                person=account.person,
                expires_in_seconds=self._seconds,
                expected_version=version,
            )
        except ConflictError:
            return False
        self._renew_at = time.monotonic() + self._seconds / 4
        return True


class _Watch:
    """One mailbox, watched by one thread."""

    def __init__(
        self,
        accounts: Accounts,
        account: Account,
        lease: Lease,
        look: Callable[[Account], object],
        stopping: threading.Event,
        times: WatchTimes,
    ) -> None:
        self._accounts = accounts
        self._account = account
        self._lease = lease
        self._look = look
        self._stopping = stopping
        self._times = times
        self._wait_seconds = times.first_wait_seconds
        self._failures = 0

    def run(self) -> float:
        """Watch until the process stops or the lease is lost, and return after how many seconds to begin again.

        That is long when the server offers no IDLE or no login, and some minutes when it failed several times.
        """
        try:
            while self._goes_on() and self._failures < MAX_FAILURES:
                try:
                    if not self._is_watched():
                        return self._times.ask_again_seconds
                except CredentialError as error:
                    self._note(connected_at=0.0, error=error.to_json())
                    return self._times.ask_again_seconds
                except InlaidError as error:
                    self._failures += 1
                    self._note(connected_at=0.0, error=error.to_json())
                    self._rest()
        except StoreOutage:
            log.warning("store down", task="watch mailbox")
        finally:
            self._let_go()
        return self._times.longest_wait_seconds if self._failures >= MAX_FAILURES else 0.0

    def _is_watched(self) -> bool:
        """Watch on one connection until it ends; False when the server offers no IDLE."""
        with open_account(self._accounts.records, self._account, seconds=math.inf) as client:
            if not client.has_capability("IDLE"):
                self._note(mode="poll", renews_at=0.0, error=None)
                return False
            self._stay(client)
            return True

    def _stay(self, client: IMAPClient) -> None:
        with deadline(self._times.answer_seconds):
            client.select_folder(INBOX, readonly=True)
        self._note(mode="idle", connected_at=time.time(), error=None)
        is_due = not self._looked()  # what came before the folder was opened
        self._wait_seconds, self._failures = self._times.first_wait_seconds, 0
        marks = load_preferences(self._accounts.records, self._account.workspace, self._account.name).on_request
        news = ARRIVALS | (MARKS if marks else frozenset())
        times = self._times
        idling = Idling(client, news, tick_seconds=times.tick_seconds, answer_seconds=times.answer_seconds)
        while self._goes_on():
            self._note(renews_at=time.time() + self._times.reissue_seconds)
            # A round that somebody else was in the middle of is repeated soon: it may have passed the new mail by.
            pause = self._times.tick_seconds if is_due else self._times.reissue_seconds
            is_told = idling.wait(until=time.monotonic() + pause, is_over=lambda: not self._goes_on())
            if is_told:
                self._note(noticed_at=time.time())
            if is_told or is_due:
                is_due = not self._looked()

    def _looked(self) -> bool:
        """Read the mailbox; False when somebody else is doing it right now."""
        try:
            self._look(self._account)
        except LimitError:
            return False
        return True

    def _goes_on(self) -> bool:
        return not self._stopping.is_set() and self._lease.keep()

    def _rest(self) -> None:
        # Not all at once after a server came back.
        end = time.monotonic() + self._wait_seconds * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        while self._goes_on() and (left := end - time.monotonic()) > 0:
            self._stopping.wait(min(left, self._times.tick_seconds))
        self._wait_seconds = min(self._wait_seconds * 2, self._times.longest_wait_seconds)

    def _note(self, **changes: Unpack[StatusChanges]) -> None:
        self._accounts.update_status(self._account, **changes)

    def _let_go(self) -> None:
        try:
            self._lease.release()
        except StoreOutage:
            log.warning("store down", task="watch mailbox")
