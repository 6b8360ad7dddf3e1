"""Watching by IDLE on a real Dovecot: noticed at once, issued anew, opened again, by one process at a time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from core.errors import LimitError
from integrations.mail.imap.accounts import WATCH_KIND, Account
from integrations.mail.imap.watching import Lease, Watcher, WatchTimes
from integrations.mail.mailbox.account import ConnectionStatus
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import question
from tests.servers.cut_line import CutLine

TIMES = WatchTimes(
    reissue_seconds=600.0, tick_seconds=0.1, lease_seconds=5.0, look_around_seconds=0.05, first_wait_seconds=0.05,
    longest_wait_seconds=0.2, ask_again_seconds=600.0,
)  # fmt: skip


@dataclass
class Looks:
    """A watcher in a thread, and the rounds that it began."""

    mailbox: Mailbox
    stopping: threading.Event = field(default_factory=threading.Event)
    begun: int = 0
    refuse: int = 0

    def look(self, account: Account) -> None:
        self.begun += 1
        if self.refuse:
            self.refuse -= 1
            raise LimitError("Somebody else is at it.")
        self.mailbox.provider.sync(account, self.mailbox.submit)

    @property
    def standing(self) -> ConnectionStatus:
        return self.mailbox.accounts.status(self.mailbox.account)

    def idles(self) -> bool:
        return self.begun > 0 and self.standing.mode == "idle" and self.standing.renews_at > 0


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def watched(mailbox: Mailbox, times: WatchTimes = TIMES, *, refuse: int = 0) -> Iterator[Looks]:
    looks = Looks(mailbox, refuse=refuse)
    thread = threading.Thread(target=Watcher(mailbox.accounts, looks.look, looks.stopping, times).run)
    thread.start()
    try:
        yield looks
    finally:
        looks.stopping.set()
        thread.join(20)
        assert not thread.is_alive()


def jobs(mailbox: Mailbox) -> int:
    return len(mailbox.store.jobs.list())


def test_a_mail_is_noticed_when_it_comes(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    with watched(mailbox) as looks:
        eventually(looks.idles)
        assert jobs(mailbox) == 1
        mailbox.receive(question(mailbox.account.user, number=2))
        eventually(lambda: jobs(mailbox) == 2)
        assert looks.standing.noticed_at > 0
    assert mailbox.store.records.get(WATCH_KIND, "local", mailbox.account.name) is None


def test_idle_is_issued_anew_and_still_notices(mailbox: Mailbox) -> None:
    with watched(mailbox, replace(TIMES, reissue_seconds=0.2)) as looks:
        eventually(looks.idles)
        first = looks.standing.renews_at
        eventually(lambda: looks.standing.renews_at > first + 0.5)
        mailbox.receive(question(mailbox.account.user))
        eventually(lambda: jobs(mailbox) == 1)


def test_a_broken_line_is_opened_again_and_what_came_meanwhile_found(mailbox: Mailbox) -> None:
    with CutLine(mailbox.server.port, lambda: False) as line:
        mailbox.account = replace(mailbox.account, port=line.port)
        mailbox.accounts.save(mailbox.account)
        with watched(mailbox) as looks:
            eventually(looks.idles)
            line.refuses = True
            line.cut()
            mailbox.receive(question(mailbox.account.user))
            eventually(lambda: looks.standing.error is not None)
            assert (looks.standing.error or {})["code"] == "outage"
            line.refuses = False
            eventually(lambda: jobs(mailbox) == 1)
            eventually(lambda: looks.standing.error is None)


def test_a_round_that_somebody_else_is_in_is_repeated(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    with watched(mailbox, refuse=2):
        eventually(lambda: jobs(mailbox) == 1)


def test_one_process_watches_and_another_takes_over_when_it_dies(mailbox: Mailbox) -> None:
    dead = Lease(mailbox.accounts, mailbox.account, seconds=1.0)
    assert dead.take()
    assert not Lease(mailbox.accounts, mailbox.account, seconds=1.0).take()
    with watched(mailbox) as looks:
        eventually(looks.idles)
        with watched(mailbox) as second:
            mailbox.receive(question(mailbox.account.user))
            eventually(lambda: jobs(mailbox) == 1)
            assert second.begun == 0


def test_a_refused_password_ends_watching_until_there_is_another(mailbox: Mailbox) -> None:
    right = mailbox.account
    mailbox.accounts.save(replace(right, password="wrong"))
    with watched(mailbox) as looks:
        eventually(lambda: (looks.standing.error or {}).get("code") == "credential")
        assert looks.begun == 0
        mailbox.accounts.save(right)
        eventually(looks.idles)


def test_a_mailbox_that_is_forgotten_is_left(mailbox: Mailbox) -> None:
    with watched(mailbox, replace(TIMES, lease_seconds=0.4)) as looks:
        eventually(looks.idles)
        mailbox.accounts.remove(mailbox.account)
        eventually(lambda: not looks_alive())


def looks_alive() -> bool:
    return any(thread.name == "watch mailbox" for thread in threading.enumerate())


def test_a_watched_mailbox_is_asked_by_the_clock_only_now_and_then(mailbox: Mailbox) -> None:
    mailbox.sync()
    lease = Lease(mailbox.accounts, mailbox.account, seconds=30.0)
    assert lease.take()
    mailbox.receive(question(mailbox.account.user))

    def round_by_the_clock() -> int:
        mailbox.beat()
        return jobs(mailbox)

    assert round_by_the_clock() == 0
    cursor = mailbox.accounts.cursor(mailbox.account)
    mailbox.accounts.save_cursor(mailbox.account, replace(cursor, checked_at=time.time() - 301))
    assert round_by_the_clock() == 1


@pytest.mark.parametrize("kind", ["removed", "stolen"])
def test_a_lease_that_is_lost_is_not_kept(mailbox: Mailbox, kind: str) -> None:
    lease = Lease(mailbox.accounts, mailbox.account, seconds=0.0)
    assert lease.take()
    if kind == "removed":
        mailbox.accounts.remove(mailbox.account)
    else:
        eventually(Lease(mailbox.accounts, mailbox.account, seconds=30.0).take)
    assert not lease.keep()
