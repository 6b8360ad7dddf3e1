"""Mail servers that hang beside ones that do not, a real worker, and a person who waits for an answer."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from integrations.mail.accounts.mailboxes import mailbox_views
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.fakes.openai_replies import Answer
from tests.integrations.mail.imap.mails import question
from tests.scenarios.conftest import House
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.hanging_imap import HangingImap
from worker.enqueue import MAILBOXES_TASK

pytestmark = pytest.mark.processes

HANGING = 12
HEALTHY = 5
# What the scheduler sends in as many minutes; a worker has four threads.
ROUNDS = 6
# Seconds for what takes less than one on a quiet machine.
MAX_SECONDS = 12.0

_numbers = count(1)


@pytest.fixture(autouse=True)
def quick_model(house: House) -> None:
    house.model.respond = lambda _body: Answer("Thank you for asking about lunch on Tuesday.")


@pytest.fixture
def servers(dovecot: Dovecot) -> Iterator[list[HangingImap]]:
    """Run servers that hang in each way there is."""
    with ExitStack() as stack:
        ways = ((0, b"", False), (dovecot.port, b"EXAMINE", False), (dovecot.port, b"ENABLE", True))
        yield [stack.enter_context(HangingImap(port, at, drips=drips)) for port, at, drips in ways * (HANGING // 3)]


def connect(house: House, port: int) -> ImapAccount:
    user = f"hang{next(_numbers)}@example.org"
    account = ImapAccount("127.0.0.1", port, user, PASSWORD, "none", user, address=user, owner_name="Bob Ray")
    Accounts(house.store.records).save(account)
    return account


def seconds_of_a_job(house: House) -> float:
    begun = time.monotonic()
    assert house.ended(house.submit("see you on tuesday")).state in {"ready", "delivered"}
    return time.monotonic() - begun


def test_hanging_mailboxes_hold_up_no_job_and_no_other_mailbox(
    house: House, dovecot: Dovecot, servers: list[HangingImap]
) -> None:
    hanging = [connect(house, server.port) for server in servers]
    healthy = [connect(house, dovecot.port) for _ in range(HEALTHY)]
    house.until(lambda: all(Accounts(house.store.records).status(one).mode for one in healthy), "watches")
    house.begin(MAILBOXES_TASK, "background", times=ROUNDS)
    house.until(lambda: sum(server.hung for server in servers) >= HANGING, "hanging connections")
    assert seconds_of_a_job(house) < MAX_SECONDS
    for one in healthy:
        dovecot.receive(question(one.user), user=one.user)
    begun = time.monotonic()
    house.until(lambda: all(dovecot.messages("Drafts", one.user) for one in healthy), "drafts")
    assert time.monotonic() - begun < MAX_SECONDS
    for one in hanging:
        Accounts(house.store.records).remove(one)
    assert {view.name for view in mailbox_views(house.store.records)} >= {one.name for one in healthy}


def test_a_server_that_hangs_when_drafts_are_put_there_holds_up_no_job(house: House, dovecot: Dovecot) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(HangingImap(dovecot.port, b"APPEND")) for _ in range(8)]
        accounts = [connect(house, server.port) for server in servers]
        for account in accounts:
            dovecot.receive(question(account.user), user=account.user)
        house.begin(MAILBOXES_TASK, "background", times=ROUNDS)
        house.until(lambda: sum(server.hung for server in servers) >= 4, "deliveries that hang")
        assert seconds_of_a_job(house) < MAX_SECONDS
        for server in servers:
            server.heals = True
        for account in accounts[:2]:
            house.until(lambda user=account.user: len(dovecot.messages("Drafts", user)) == 1, "the draft after all")  # type: ignore[misc]
        for account in accounts:
            Accounts(house.store.records).remove(account)
