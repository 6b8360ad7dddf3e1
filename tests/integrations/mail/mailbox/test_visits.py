"""Mailboxes rest after failures, longer each time, and those of one server together."""

import threading
import time
from dataclasses import replace

import pytest

from core.errors import OutageError
from core.store.due import Due
from core.system.connections import deadline
from integrations.mail.imap.accounts import ImapAccount
from integrations.mail.mailbox.visits import Backoff, Visit, VisitPool
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.test_hanging_server import elsewhere, over, read
from tests.servers.hanging_imap import HangingImap


def test_a_mailbox_rests_longer_after_each_failure_and_is_well_after_a_success(mailbox: Mailbox) -> None:
    backoff, place = Backoff(mailbox.store.records), mailbox.account.place
    cooldowns: list[float] = []
    with HangingImap(mailbox.server.port, b"EXAMINE") as server:
        elsewhere(mailbox, server)
        place = mailbox.account.place
        for number in range(1, 4):
            with deadline(0.3), pytest.raises(OutageError):
                mailbox.sync()
            rest = backoff.near(place).of(place)
            assert rest is not None
            assert rest.failures == number
            cooldowns.append(rest.until - time.time())
            over(mailbox)
        server.heals = True
        mailbox.beat()
    assert 40 < cooldowns[0] < 80
    assert 85 < cooldowns[1] < 155
    assert 175 < cooldowns[2] < 305
    assert backoff.near(place).of(place) is None
    assert mailbox.accounts.cursor(mailbox.account).error is None


def test_a_mailbox_that_rests_is_not_visited(mailbox: Mailbox) -> None:
    with HangingImap() as server:
        elsewhere(mailbox, server)
        with deadline(2.0), pytest.raises(OutageError):
            mailbox.sync()
        mailbox.beat()
        assert server.hung == 1


def test_two_failures_of_a_server_rest_its_other_mailboxes(mailbox: Mailbox) -> None:
    with HangingImap(mailbox.server.port, b"EXAMINE") as server:
        elsewhere(mailbox, server)
        others = [replace(mailbox.account, user=f"other{number}.{mailbox.account.user}") for number in range(3)]
        for one in others:
            mailbox.accounts.save(one)
        with deadline(0.3):
            for one in (mailbox.account, *others[:1]):
                with pytest.raises(OutageError):
                    settle(mailbox, one)
        mailbox.beat()
        assert server.hung <= 2
        server.heals = True
        over(mailbox)
        mailbox.beat()
    assert all(mailbox.accounts.cursor(one).checked_at for one in others)
    assert not Backoff(mailbox.store.records).all().servers


def settle(mailbox: Mailbox, account: ImapAccount) -> None:
    with Backoff(mailbox.store.records).attempt(account.place):
        read(account)


def _visits(count: int) -> list[Visit]:
    return [
        Visit(Due("account", f"tenant{number}", "box", "server", 0.0), lambda: None, False) for number in range(count)
    ]


def test_after_a_visit_more_are_looked_for_at_once_only_where_some_were_left() -> None:
    pool = VisitPool(threading.Event())
    pool.start(pool.chosen(_visits(1)))
    assert pool.wait(10.0)
    began = time.monotonic()
    pool.pause(0.2)
    assert time.monotonic() - began >= 0.2
    pool.start(pool.chosen(_visits(100)))
    assert pool.wait(10.0)
    began = time.monotonic()
    pool.pause(60.0)
    assert time.monotonic() - began < 30
