"""Servers that take a connection and say nothing, or a byte now and then: whoever calls them comes back in time."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from core.errors import OutageError
from core.system.connections import deadline
from integrations.mail.accounts.mailboxes import MailboxView, mailbox_views
from integrations.mail.accounts.metrics import MailboxCollector
from integrations.mail.imap.accounts import ImapAccount, Security
from integrations.mail.imap.connecting import check_mailbox
from integrations.mail.imap.connection import open_mailbox
from integrations.mail.imap.folders import Inbox
from integrations.mail.mailbox.connection_status import ConnectionStatus
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.visits import THREADS_PER_SERVER, Backoff
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.imap.test_watching import TIMES, eventually, watched
from tests.servers.cut_line import CutLine
from tests.servers.hanging_imap import HangingImap

LIMIT_SECONDS = 1.0
# What a loaded machine adds.
SLACK_SECONDS = 4.0


@contextmanager
def ends_in_time() -> Iterator[None]:
    """Give the block a deadline, and see that it is kept and that what it raises is an outage."""
    begun = time.monotonic()
    with deadline(LIMIT_SECONDS), pytest.raises(OutageError, match="did not answer in time"):
        yield
    assert LIMIT_SECONDS * 0.5 < time.monotonic() - begun < LIMIT_SECONDS + SLACK_SECONDS


def elsewhere(mailbox: Mailbox, server: HangingImap, security: Security = "none") -> ImapAccount:
    """Return the mailbox as it is reached by that server."""
    mailbox.account = replace(mailbox.account, port=server.port, security=security)
    mailbox.accounts.save(mailbox.account)
    return mailbox.account


def read(account: ImapAccount) -> None:
    with open_mailbox(account) as client:
        Inbox(client)


# What drips is no TLS, which is seen at once.
@pytest.mark.parametrize(
    ("security", "drips"), [("none", False), ("none", True), ("starttls", False), ("starttls", True), ("tls", False)]
)
def test_a_server_that_never_greets(mailbox: Mailbox, security: Security, drips: bool) -> None:
    with HangingImap(drips=drips) as server, ends_in_time():
        read(elsewhere(mailbox, server, security))


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
@pytest.mark.parametrize("at", [b"AUTHENTICATE", b"ENABLE", b"EXAMINE"])
def test_a_server_that_hangs_at_login_or_after_it(mailbox: Mailbox, at: bytes, drips: bool) -> None:
    with HangingImap(mailbox.server.port, at, drips=drips) as server, ends_in_time():
        read(elsewhere(mailbox, server))


@pytest.mark.parametrize("at", [b"ENABLE", b"LIST"])
def test_a_mailbox_that_hangs_holds_up_no_other_of_the_process(mailbox: Mailbox, at: bytes) -> None:
    """New mail is read in the first case, a draft is put or looked for in the second."""
    healthy = mailbox.account
    mailbox.receive(question(healthy.user))
    (judged,) = mailbox.sync()
    with ThreadPoolExecutor(1) as threads, HangingImap(mailbox.server.port, at) as server:
        hanging = replace(healthy, port=server.port)
        act = read_new if at == b"ENABLE" else list_folders
        waiting = threads.submit(act, mailbox, hanging)
        assert server.began.wait(10.0)
        begun = time.monotonic()
        act(mailbox, healthy)
        mailbox.deliver(judged)
        assert time.monotonic() - begun < SLACK_SECONDS
        assert not waiting.done()
    assert isinstance(waiting.exception(), OutageError)


def read_new(mailbox: Mailbox, account: ImapAccount) -> None:
    with mailbox.provider.open(account) as opened:
        list(opened.new_mail())


def list_folders(mailbox: Mailbox, account: ImapAccount) -> None:
    with mailbox.provider.open(account) as opened:
        assert opened.has_sent_folder


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
def test_a_server_that_hangs_while_a_mail_is_fetched(mailbox: Mailbox, drips: bool) -> None:
    mailbox.receive(question(mailbox.account.user))
    with HangingImap(mailbox.server.port, b"BODY.PEEK[]", drips=drips) as server, ends_in_time():
        elsewhere(mailbox, server)
        mailbox.sync()
    assert (mailbox.accounts.cursor(mailbox.account).error or {})["code"] == "outage"


def test_a_server_that_hangs_when_it_is_connected(mailbox: Mailbox) -> None:
    with HangingImap() as server, ends_in_time():
        check_mailbox(elsewhere(mailbox, server, "tls"))


def test_a_server_that_hangs_at_the_end_of_a_visit_costs_two_seconds_and_nothing_else(mailbox: Mailbox) -> None:
    with HangingImap(mailbox.server.port, b"LOGOUT") as server:
        begun = time.monotonic()
        read(elsewhere(mailbox, server))
    assert time.monotonic() - begun < 2 + SLACK_SECONDS


@pytest.mark.parametrize("at", [b"IDLE", b"DONE", b"EXAMINE"])
def test_a_server_that_hangs_in_idle_is_left_and_tried_again(mailbox: Mailbox, at: bytes) -> None:
    with HangingImap(mailbox.server.port, at) as server:
        elsewhere(mailbox, server)
        mailbox.receive(question(mailbox.account.user))
        times = replace(TIMES, answer_seconds=0.5, reissue_seconds=0.5)
        with watched(mailbox, times, visits=False) as found:
            eventually(lambda: server.hung >= 2)
            eventually(lambda: (found.standing.error or {}).get("code") == "outage")


def test_lines_that_hang_hold_up_no_other_line_of_the_process(mailbox: Mailbox) -> None:
    """More of them than there are threads for logins; each way to hang in a mailbox of its own."""
    healthy = mailbox.account
    with ExitStack() as stack:
        ways = (b"", b"AUTHENTICATE", b"EXAMINE", b"IDLE")
        servers = [stack.enter_context(HangingImap(mailbox.server.port if at else 0, at)) for at in ways]
        for number in range(40):
            name = f"hang{number}@example.org"
            server = servers[number % len(servers)]
            mailbox.accounts.save(replace(healthy, user=name, address=name, port=server.port))
        with watched(mailbox, replace(TIMES, answer_seconds=60.0), visits=False) as found:
            eventually(lambda: all(server.hung for server in servers))
            eventually(lambda: found.standing.connected_at > 0)
            woken = found.woken
            mailbox.receive(question(healthy.user))
            eventually(lambda: found.woken > woken)
            # One that has failed, or not answered yet, is not tried by all its mailboxes at once.
            assert all(server.hung <= 2 * THREADS_PER_SERVER * 2 for server in servers)


def test_a_server_that_is_away_is_tried_by_one_mailbox_at_a_time(mailbox: Mailbox) -> None:
    with CutLine(mailbox.server.port, lambda: False) as line:
        line.refuses = True
        for number in range(30):
            name = f"away{number}@example.org"
            mailbox.accounts.save(replace(mailbox.account, user=name, address=name, port=line.port))

        def count(holds: Callable[[ConnectionStatus], bool]) -> int:
            return sum(map(holds, map(mailbox.accounts.status, mailbox.accounts.list())))

        # So long a first wait that a busy machine makes no further tries of what comes after it.
        with watched(mailbox, replace(TIMES, first_wait_seconds=4.0), visits=False):
            eventually(lambda: count(failed) >= 2)
            time.sleep(1.0)  # long enough for all of them
            assert count(failed) <= 3 * THREADS_PER_SERVER
            line.refuses = False
            eventually(lambda: count(stands) == 31, 60.0)


def failed(status: ConnectionStatus) -> bool:
    return status.error is not None


def stands(status: ConnectionStatus) -> bool:
    return status.connected_at > 0


def over(mailbox: Mailbox) -> None:
    """Let all cooldowns be over: what counts is when the next try is due."""
    for kind, workspace in (("mailbox_rest", "local"), ("mail_server_rest", "mail servers")):
        for one in mailbox.store.records.list(kind, workspace=workspace):
            mailbox.store.records.put(kind, workspace, one.key, {**one.data, "until": time.time()})


def test_outcomes_are_looked_for_within_a_deadline(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    with HangingImap(mailbox.server.port, b"LIST") as server, ends_in_time():
        settle_drafts(mailbox.store, mailbox.provider, elsewhere(mailbox, server))


def test_a_round_that_runs_out_of_time_goes_on_where_it_ended(mailbox: Mailbox) -> None:
    mailbox.receive(*(question(mailbox.account.user, number=number) for number in range(1, 5)))
    with deadline(9.0):  # too little to begin another mail
        (first,) = mailbox.sync()
    cursor = mailbox.accounts.cursor(mailbox.account)
    assert (cursor.is_behind, cursor.error, first.uid) == (True, None, 1)
    mailbox.beat()
    assert len(mailbox.store.jobs.list()) == 4
    assert not mailbox.accounts.cursor(mailbox.account).is_behind


def test_what_hangs_is_said_since_when_how_often_and_when_it_is_tried_again(mailbox: Mailbox) -> None:
    def view() -> MailboxView:
        (found,) = mailbox_views(mailbox.store.records)
        return found

    with HangingImap(mailbox.server.port, b"LIST") as server:
        elsewhere(mailbox, server)
        with deadline(0.3), pytest.raises(OutageError):
            read_folders(mailbox)
        over(mailbox)
        assert view().trouble == ""
        with deadline(0.3), pytest.raises(OutageError):
            read_folders(mailbox)
        found = view()
        assert (found.state, found.failures) == ("error", 2)
        clock = r"[\d-]{10} [\d:]{5} UTC\."
        assert re.fullmatch(f"It failed 2 times since {clock} The next try is at {clock}", found.trouble)
        assert found.to_json()["trouble"] == found.trouble
        families = {one.name: one for one in MailboxCollector(mailbox.store.records).collect()}
        (sample,) = families["inlaid_mailboxes_resting"].samples
        assert (sample.labels, sample.value) == ({"kind": "imap"}, 1.0)
        server.heals = True
        over(mailbox)
        read_folders(mailbox)
    assert (view().state, view().trouble) == ("new", "")


def read_folders(mailbox: Mailbox) -> None:
    """Do what is done with the mailbox besides reading its inbox."""
    with Backoff(mailbox.store.records).attempt(mailbox.account.place), open_mailbox(mailbox.account) as client:
        client.list_folders()
