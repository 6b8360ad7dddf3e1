"""A mailbox on a real Dovecot, read and answered by a real worker that is killed at the worst moment."""

from itertools import count

import pytest

from core.drafts import Draft
from core.errors import LimitError
from core.job import Job
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.provider import ImapProvider
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.message.message import parse_message
from tests.fakes.openai_replies import Answer
from tests.integrations.mail.imap.mails import bounce, newsletter, question
from tests.scenarios.conftest import House
from tests.servers.cut_line import CutLine
from tests.servers.dovecot import PASSWORD, Dovecot
from worker.enqueue import MAILBOXES_TASK

pytestmark = pytest.mark.processes

_numbers = count(1)


@pytest.fixture(autouse=True)
def quick_model(house: House) -> None:
    house.model.respond = lambda _body: Answer("Thank you for asking about lunch on Tuesday.")


def connect(house: House, port: int) -> ImapAccount:
    user = f"tree{next(_numbers)}@example.org"
    account = ImapAccount("127.0.0.1", port, user, PASSWORD, "none", user, address=user, owner_name="Bob Ray")
    Accounts(house.store.records).save(account)
    return account


def wait_for_decisions(house: House, account: ImapAccount, number: int) -> list[Job]:
    """Wait until that many mails are judged, and their jobs ended; return the jobs."""
    accounts = Accounts(house.store.records)
    house.until(lambda: len(TriageRecords(accounts.records, account).newest(limit=99)) == number, f"{number} decisions")
    return [
        house.ended(house.store.jobs.get(one.job))
        for one in TriageRecords(accounts.records, account).newest(limit=99)
        if one.job
    ]


def finds_nothing_new(house: House, account: ImapAccount) -> bool:
    """Look once more, here: the worker leaves a mailbox alone that it watches and has just read."""
    try:
        return ImapProvider(house.store.records).sync(account, lambda request: pytest.fail(str(request))) == []
    except LimitError:  # the worker is looking right now
        return False


def test_of_three_mails_one_gets_its_draft_and_nothing_comes_twice(house: House, dovecot: Dovecot) -> None:
    account = connect(house, dovecot.port)
    user = account.user
    dovecot.receive(question(user), newsletter(user), bounce(user), user=user)
    house.begin(MAILBOXES_TASK, "background")
    (job,) = wait_for_decisions(house, account, 3)
    assert isinstance(job.draft, Draft)
    house.until(lambda: finds_nothing_new(house, account), "a second look")
    ((data, _),) = dovecot.messages("Drafts", user)
    assert parse_message(data).in_reply_to == "<question1@example.com>"
    assert not any(b"\\Seen" in flags for _, flags in dovecot.messages("INBOX", user))
    assert [one.id for one in house.store.jobs.list(person=user)] == [job.id]


def test_a_worker_killed_after_the_server_stored_the_draft_leaves_one(house: House, dovecot: Dovecot) -> None:
    killed: list[str] = []

    def kill_worker() -> bool:
        if not killed:
            house.kill("worker")
            killed.append("worker")
        return False

    with CutLine(dovecot.port, kill_worker) as line:
        account = connect(house, line.port)
        dovecot.receive(question(account.user), user=account.user)
        house.begin(MAILBOXES_TASK, "background")
        (job,) = wait_for_decisions(house, account, 1)
    assert (job.state, killed) == ("delivered", ["worker"])
    assert len(dovecot.messages("Drafts", account.user)) == 1
    assert house.store.effects.get_detail(job, "draft")["placed"] == "placed"
