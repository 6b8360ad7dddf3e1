"""New mail is noticed by IDLE on a real Dovecot, whatever becomes of lines, servers and processes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from integrations.mail.imap.accounts import WATCH_KIND, ImapAccount
from integrations.mail.imap.watch_shares import WATCHERS, Share
from integrations.mail.imap.watching import Watcher, WatchTimes
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.housekeeping import Housekeeping
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.visits import Backoff
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import newsletter, question
from tests.servers.cut_line import CutLine

TIMES = WatchTimes(
    reissue_seconds=600.0, tick_seconds=0.1, lease_seconds=5.0, look_around_seconds=0.05, first_wait_seconds=0.05,
    longest_wait_seconds=0.2, ask_again_seconds=600.0,
)  # fmt: skip


@dataclass
class Watched:
    """A watcher, and the visits to the mailboxes that it brings forward."""

    mailbox: Mailbox
    stopping: threading.Event = field(default_factory=threading.Event)
    woken: int = 0

    def run(self, times: WatchTimes, visits: Housekeeping) -> None:
        def wake() -> None:
            self.woken += 1
            visits.take_notices()

        Watcher(self.mailbox.accounts, wake, self.stopping, times).run()

    @property
    def standing(self) -> ConnectionStatus:
        return self.mailbox.accounts.status(self.mailbox.account)

    def idles(self) -> bool:
        status = self.standing
        is_read = self.mailbox.accounts.cursor(self.mailbox.account).checked_at > 0
        return is_read and status.mode == "idle" and status.connected_at > 0


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def watched(mailbox: Mailbox, times: WatchTimes = TIMES, *, visits: bool = True) -> Iterator[Watched]:
    """Watch mailboxes, and visit them when they are due, as a worker does."""
    found = Watched(mailbox)
    housekeeping = Housekeeping([mailbox.provider], mailbox.store, mailbox.submit, found.stopping)
    threads = [threading.Thread(target=found.run, args=(times, housekeeping))]
    if visits:
        threads.append(threading.Thread(target=housekeeping.run))
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.stopping.set()
        housekeeping.take_notices()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)
        housekeeping.leave(20)


def jobs(mailbox: Mailbox) -> int:
    return len(mailbox.store.jobs.list())


def watchers(mailbox: Mailbox) -> list[str]:
    return [record.key for record in mailbox.store.records.list(WATCH_KIND, workspace=WATCHERS)]


def test_a_mail_is_noticed_when_it_comes(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    with watched(mailbox) as found:
        eventually(found.idles)
        eventually(lambda: jobs(mailbox) == 1)
        mailbox.receive(question(mailbox.account.user, number=2))
        eventually(lambda: jobs(mailbox) == 2)
        assert found.standing.noticed_at > 0
        eventually(lambda: found.standing.answered_at == found.standing.noticed_at)
    assert watchers(mailbox) == []


def test_a_mailbox_in_which_nothing_is_new_is_not_visited_when_its_line_is_opened(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.sync()
    checked_at = mailbox.accounts.cursor(mailbox.account).checked_at
    with watched(mailbox) as found:
        eventually(lambda: found.standing.connected_at > 0)
        mailbox.receive(question(mailbox.account.user, number=2))
        eventually(lambda: jobs(mailbox) == 2)
        assert found.woken == 1
    assert mailbox.accounts.cursor(mailbox.account).checked_at > checked_at


def test_idle_is_issued_anew_and_still_notices(mailbox: Mailbox) -> None:
    with watched(mailbox, replace(TIMES, reissue_seconds=0.2)) as found:
        eventually(found.idles)
        first = found.standing.renews_at
        eventually(lambda: found.standing.renews_at > first + 0.5)
        mailbox.receive(question(mailbox.account.user))
        eventually(lambda: jobs(mailbox) == 1)


def test_marks_bring_a_mailbox_forward_only_where_its_owner_marks_mails(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.receive(newsletter(user))
    with watched(mailbox) as found:
        eventually(found.idles)
        woken = found.woken
        flag(mailbox, b"\\Answered")
        save_preferences(mailbox.store.records, "local", user, Preferences(on_request="flagged"), person="bob")
        assert (jobs(mailbox), found.woken) == (0, woken)
        flag(mailbox, b"\\Flagged")
        eventually(lambda: jobs(mailbox) == 1)


def waits_since(mailbox: Mailbox, at: float) -> None:
    pending = PendingDrafts(mailbox.store.records, mailbox.account)
    for draft in pending.list():
        pending.put(replace(draft, placed_at=at))


def flag(mailbox: Mailbox, mark: bytes) -> None:
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [mark])


def test_a_broken_line_is_opened_again_and_what_came_meanwhile_found(mailbox: Mailbox) -> None:
    with CutLine(mailbox.server.port, lambda: False) as line:
        reached_by(mailbox, line.port)
        with watched(mailbox) as found:
            eventually(found.idles)
            line.refuses = True
            line.cut()
            mailbox.receive(question(mailbox.account.user))
            eventually(lambda: found.standing.error is not None)
            assert (found.standing.error or {})["code"] == "outage"
            assert found.standing.connected_at == 0
            line.refuses = False
            eventually(lambda: jobs(mailbox) == 1)
            eventually(lambda: found.standing.error is None)


def test_a_mailbox_that_was_left_alone_is_not_once_its_line_stands_again(mailbox: Mailbox) -> None:
    """Visits failed while the server was away: their cooldown lasts for a minute, and ends with the line."""
    with CutLine(mailbox.server.port, lambda: False) as line:
        reached_by(mailbox, line.port)
        with watched(mailbox) as found:
            eventually(found.idles)
            line.refuses = True
            line.cut()
            mailbox.receive(question(mailbox.account.user))
            mailbox.accounts.bring(mailbox.account)
            eventually(lambda: rests(mailbox))
            line.refuses = False
            eventually(lambda: jobs(mailbox) == 1)
            assert not rests(mailbox)


def rests(mailbox: Mailbox) -> bool:
    place = mailbox.account.place
    return Backoff(mailbox.store.records).near(place).of(place) is not None


def reached_by(mailbox: Mailbox, port: int) -> None:
    mailbox.account = replace(mailbox.account, port=port)
    mailbox.accounts.save(mailbox.account)


def test_one_process_watches_and_another_takes_over_when_it_dies(mailbox: Mailbox) -> None:
    """The first has the lease and does nothing for it, as if it had been killed."""
    name = ("local", mailbox.account.name)
    dead = Share(mailbox.store.records, seconds=2.0)
    dead.renew()
    assert dead.has(name)
    while True:  # whose share a mailbox is in is a matter of chance
        living = Share(mailbox.store.records, seconds=60.0)
        living.renew()
        if not living.has(name):
            break
        living.give_back()
    eventually(lambda: living.renew() and living.has(name))
    assert len(watchers(mailbox)) == 1
    with watched(mailbox) as found:
        mailbox.receive(question(mailbox.account.user))
        living.give_back()
        eventually(found.idles)
        eventually(lambda: jobs(mailbox) == 1)


def test_a_refused_password_ends_watching_until_there_is_another(mailbox: Mailbox) -> None:
    right = mailbox.account
    mailbox.accounts.save(replace(right, password="wrong"))
    with watched(mailbox) as found:
        eventually(lambda: (found.standing.error or {}).get("code") == "credential")
        assert found.standing.connected_at == 0
        mailbox.accounts.save(right)
        eventually(found.idles)


def test_a_mailbox_that_is_forgotten_is_left(mailbox: Mailbox) -> None:
    with CutLine(mailbox.server.port, lambda: False) as line:
        reached_by(mailbox, line.port)
        with watched(mailbox) as found:
            eventually(found.idles)
            assert line.open_lines
            mailbox.accounts.remove(mailbox.account)
            eventually(lambda: not line.open_lines)


def test_a_watched_mailbox_is_asked_by_the_clock_only_now_and_then(mailbox: Mailbox) -> None:
    mailbox.sync()
    mailbox.accounts.update_status(mailbox.account, mode="idle", connected_at=1.0, renews_at=time.time() + 60)
    mailbox.receive(question(mailbox.account.user))

    def round_by_the_clock() -> int:
        mailbox.beat()
        return jobs(mailbox)

    assert round_by_the_clock() == 0
    cursor = mailbox.accounts.cursor(mailbox.account)
    mailbox.accounts.save_cursor(mailbox.account, replace(cursor, checked_at=time.time() - 3601))
    assert round_by_the_clock() == 1


@pytest.mark.parametrize("ending", ["line fell", "nobody renews it"])
def test_a_mailbox_that_nobody_watches_any_more_is_asked_each_minute(mailbox: Mailbox, ending: str) -> None:
    mailbox.sync()
    fell = ending == "line fell"
    renews_at = time.time() + (60 if fell else -121)
    mailbox.accounts.update_status(mailbox.account, mode="idle", connected_at=0.0 if fell else 1.0, renews_at=renews_at)
    mailbox.receive(question(mailbox.account.user))
    mailbox.beat()
    assert jobs(mailbox) == 1


def test_what_is_announced_while_a_round_reads_is_answered_by_another(mailbox: Mailbox) -> None:
    account = mailbox.account
    mailbox.sync()
    mailbox.accounts.update_status(account, mode="idle", connected_at=1.0, renews_at=time.time() + 60, noticed_at=5.0)
    mailbox.receive(question(account.user))

    def submit_and_tell(request: object) -> object:
        mailbox.accounts.update_status(account, noticed_at=6.0)
        return mailbox.submit(request)  # type: ignore[arg-type]

    mailbox.provider.sync(account, submit_and_tell)  # type: ignore[arg-type]
    assert jobs(mailbox) == 1
    mailbox.receive(question(account.user, number=2))
    mailbox.beat()
    assert jobs(mailbox) == 2


def test_a_changed_mailbox_is_watched_as_it_is_now(mailbox: Mailbox) -> None:
    with CutLine(mailbox.server.port, lambda: False) as line:
        reached_by(mailbox, line.port)
        with watched(mailbox) as found:
            eventually(found.idles)
            moved: ImapAccount = replace(mailbox.account, port=mailbox.server.port)
            mailbox.accounts.save(moved)
            eventually(lambda: not line.open_lines)
            eventually(found.idles)
            mailbox.receive(question(moved.user))
            eventually(lambda: jobs(mailbox) == 1)
