"""The way of a request: the files that the README names for a surface are few, and the request enters them."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from benchmarks.house import ways
from core.job import Job
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.provider import ImapProvider
from tests.entered_files import ROOT, EnteredFiles
from tests.fakes.openai_replies import Answer
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.fixture import slack
from tests.integrations.documents.letters import letter
from tests.integrations.mail.imap.mails import question
from tests.scenarios.firm import Firm, open_firm
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot
from tests.servers.valkey import ValkeyProcess, valkey, valkey_shared

__all__ = ["dovecot", "slack", "valkey", "valkey_shared"]
MAX_FILES = 13
TEXT = "We thank you for the message that you sent, and we are very glad to help you with all of this."
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What runs in a process of its own, where `entered` does not look: the worker's loop, a watcher of mailboxes,
# and what reads the files and mails of others.
ELSEWHERE = {
    "worker/tasks.py",
    "integrations/mail/imap/watching.py",
    "integrations/mail/triage/decide.py",
    "integrations/documents/editing/apply.py",
}


@pytest.fixture
def entered() -> Iterator[EnteredFiles]:
    files = EnteredFiles()
    with files.watching():
        yield files


@pytest.fixture
def open_way(entered: EnteredFiles, slack: FakeSlack, valkey: ValkeyProcess) -> Iterator[Callable[..., Firm]]:
    """Return what opens a firm from whose first request on files are noted."""
    with ExitStack() as opened:

        def make(**settings: Any) -> Firm:
            firm = opened.enter_context(open_firm(slack, valkey, **settings))
            firm.model.respond = lambda _body: Answer("Thank you for the message. We are happy to help.")
            assert firm.work() == []
            entered.begin()
            return firm

        yield make


Followed = Callable[[str, Job], None]


@pytest.fixture
def followed(entered: EnteredFiles, record_property: Callable[[str, object], None]) -> Followed:
    """Return what asserts that a request was done, and went through the files that the README names for it."""

    def check(request: str, job: Job) -> None:
        assert job.state == "delivered", job.error
        files = ways()[request]
        assert len(files) <= MAX_FILES
        assert files - ELSEWHERE - entered.paths() == set()
        assert [path for path in files & ELSEWHERE if not (ROOT / path).exists()] == []
        record_property(request, f"{len(entered.paths())} files entered")

    return check


def until_the_end(client: httpx.Client, job: Job) -> None:
    """Follow a job's events, as the pane does."""
    with client.stream("GET", f"/api/v1/jobs/{job.id}/events") as events:
        assert any("delivered" in line for line in events.iter_lines())


def test_a_command_in_slack(open_way: Callable[..., Firm], followed: Followed, slack: FakeSlack) -> None:
    acme = slack.workspace("Acme")
    bob, firm = acme.person("Bob Ray"), open_way(slack_bot_token=acme.bot_token)
    bob.slash("/rewrite", "Thanks for the message we help gladly")
    [job] = firm.work()
    firm.waits_for(bob, "happy to help")
    followed("Slack, /rewrite", job)


def test_an_edit_in_the_pane(open_way: Callable[..., Firm], followed: Followed) -> None:
    firm = open_way(api_tokens="secret=bob@example.org")
    paragraph = {"id": "p1", "text": TEXT, "hash": hashlib.sha256(TEXT.encode()).hexdigest()}
    with firm.web.client("secret") as client:
        assert client.post("/api/v1/jobs", json={"recipe": "rewrite", "paragraphs": [paragraph]}).status_code == 202
        [job] = firm.work()
        until_the_end(client, job)
    assert job.surface == "word"
    followed("Word, an edit in the pane", job)


def test_a_file(open_way: Callable[..., Firm], followed: Followed) -> None:
    firm = open_way(api_tokens="secret=bob@example.org")
    sent = {"file": ("letter.docx", letter(TEXT), DOCX)}
    with firm.web.client("secret") as client:
        answer = client.post("/api/v1/documents/edit", files=sent, data={"recipe": "rewrite"})
        assert answer.status_code == 202, answer.text
        [job] = firm.work()
    followed("Word, a file", job)


def test_a_mail(open_way: Callable[..., Firm], followed: Followed, dovecot: Dovecot) -> None:
    user, firm = "way@example.org", open_way()
    account = ImapAccount("127.0.0.1", dovecot.port, user, PASSWORD, "none", user, address=user, owner_name="Bob Ray")
    Accounts(firm.store.records).save(account)
    dovecot.receive(question(user), user=user)
    ImapProvider(firm.store.records).sync(account, firm.web.services.api.submit)
    [job] = firm.work()
    followed("Mail, one that arrives", job)
