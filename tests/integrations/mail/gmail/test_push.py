"""Gmail tells of new mail through Pub/Sub where that is set up, and is asked by the clock where that does not work."""

import json
import threading
import time
from dataclasses import asdict
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from core.errors import CredentialError, ForbiddenError, InlaidError, NotFoundError, OutageError, SettingsError
from core.settings import load_settings
from integrations.mail.gmail.accounts import ACCOUNT_KIND
from integrations.mail.gmail.provider import DROPPED_SECONDS, POLL_SECONDS, SWEEP_SECONDS, GmailProvider
from integrations.mail.gmail.push import Puller, PullLine, PushStatus, check_push, push_setup
from integrations.mail.mailbox.housekeeping import Housekeeping
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.triage_records import TriageRecord
from integrations.mail.mailbox.triage_round import TriageRound
from tests.fakes.google.pubsub import DEADLINE_SECONDS, PUBLISHER
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.graph.conftest import ADDRESS
from tests.integrations.mail.imap.mails import question
from tests.waiting import until


@pytest.fixture
def told(seated: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A mailbox in an installation with Pub/Sub, at which everything has been read."""
    for name, value in seated.fake.pubsub.environment().items():
        monkeypatch.setenv(name, value)
    seated.settings = load_settings()
    pull(seated)
    seated.provider.catch_up(seated.account, seated.submit)
    pull(seated)
    seated.fake.clock.advance(2)
    pass_by(seated)
    seated.sync()
    return seated


def pass_by(desk: Desk) -> None:
    """Let the moment pass for which Gmail tells nothing more after a notice."""
    status = desk.google.accounts.status(desk.account)
    noticed_at, answered_at = status.noticed_at - DROPPED_SECONDS, status.answered_at - DROPPED_SECONDS
    desk.google.accounts.update_status(desk.account, noticed_at=noticed_at, answered_at=answered_at)


def pull(desk: Desk) -> list[str]:
    """Pull once, and return what was brought forward."""
    woken: list[str] = []
    setup = push_setup(desk.settings)
    status = PushStatus(desk.store.records, setup.subscription)
    line = PullLine(setup, clock=desk.fake.clock.now)
    Puller(desk.google.accounts, line, status, lambda: woken.append("woken"), threading.Event()).pull()
    return woken


def need(desk: Desk) -> tuple[bool, float]:
    found = desk.provider.need(desk.account, Preferences())
    return found.reads, found.again_seconds


def test_new_mail_is_told_of_and_else_asked_for_rarely(told: Desk) -> None:
    told.provider.catch_up(told.account, told.submit)
    assert need(told) == (False, SWEEP_SECONDS)
    assert told.provider.connection(told.account).notices == "subscription"
    told.box.receive(question(ADDRESS))
    assert pull(told) == ["woken"]
    assert need(told) == (True, 0.0)
    (record,) = told.sync()
    assert record.job
    pass_by(told)
    told.sync()
    assert need(told) == (False, SWEEP_SECONDS)
    assert told.fake.pubsub.waiting == []


def test_a_watch_is_for_mail_that_is_news_and_is_made_anew_each_day(told: Desk) -> None:
    assert told.fake.pubsub.watches[ADDRESS].labels == {"INBOX", "SENT"}
    at = told.google.accounts.status(told.account).renews_at
    assert 23 * 3600 < at - time.time() < 25 * 3600
    told.fake.ledger.clear()
    told.provider.catch_up(told.account, told.submit)
    assert not told.fake.ledger.find("POST */watch")
    told.google.accounts.update_status(told.account, renews_at=time.time() - 1)
    told.provider.catch_up(told.account, told.submit)
    assert len(told.fake.ledger.find("POST */watch")) == 1


def test_a_chosen_label_is_told_of_too(told: Desk) -> None:
    label = told.box.label("Projects")
    save_preferences(told.store.records, "local", ADDRESS, Preferences(folders=("Projects",)), person="bob")
    told.provider.take_preferences(told.account)
    told.provider.catch_up(told.account, told.submit)
    assert told.fake.pubsub.watches[ADDRESS].labels == {"INBOX", "SENT", label}
    pull(told)
    told.fake.clock.advance(2)
    told.box.receive(question(ADDRESS), label)
    assert pull(told) == ["woken"]
    assert [bool(record.job) for record in told.sync()] == [True]


def test_what_a_sent_draft_became_is_looked_for_when_it_is_told(told: Desk) -> None:
    told.box.receive(question(ADDRESS))
    told.answer_new()
    told.provider.catch_up(told.account, told.submit)
    told.google.accounts.update_status(told.account, settled_at=time.time())
    pull(told)
    told.google.accounts.update_status(told.account, settled_at=time.time())
    assert not told.provider.need(told.account, Preferences()).settles
    told.fake.clock.advance(2)
    told.box.sends(told.drafts[0])
    pull(told)
    assert told.provider.need(told.account, Preferences()).settles


def test_what_nobody_connected_wakes_nobody(told: Desk) -> None:
    pubsub = told.fake.pubsub
    for said in (
        {"emailAddress": "kim@example.org", "historyId": "99999999"},
        ["nonsense"],
    ):
        pubsub.publish(said)
    pubsub.waiting[-1].data["data"] = "%%%"
    assert pull(told) == []
    assert pubsub.waiting == []


def test_a_mailbox_that_cannot_be_read_keeps_no_notice_of_another_back(told: Desk) -> None:
    records = told.store.records
    records.put(ACCOUNT_KIND, "T9", ADDRESS, asdict(told.account), person="eve")
    sealed = sa.text("UPDATE record SET data = (SELECT data FROM record WHERE kind = 'gmail_mailbox' AND "
                     "workspace = 'local') WHERE kind = 'gmail_mailbox' AND workspace = 'T9'")  # fmt: skip
    with records.database.write() as connection:
        connection.execute(sealed)
    told.box.receive(question(ADDRESS))
    assert pull(told) == ["woken"]
    assert told.fake.pubsub.waiting == []


def test_only_a_pull_may_take_long(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    line = PullLine(push_setup(told.settings), clock=told.fake.clock.now)
    line.pull()
    post = httpx.Client.post

    def hang(client: httpx.Client, url: str, **more: Any) -> httpx.Response:
        if ":" in url.rpartition("/")[2]:
            raise httpx.ReadTimeout("no answer")
        return post(client, url, **more)

    monkeypatch.setattr(httpx.Client, "post", hang)
    assert line.pull() == ([], [])
    with pytest.raises(OutageError, match="cannot be reached"):
        line.acknowledge(["1"])
    with pytest.raises(OutageError, match="cannot be reached"):
        line.check()


def test_a_notice_that_was_not_acknowledged_comes_again(told: Desk) -> None:
    told.box.receive(question(ADDRESS))
    line = PullLine(push_setup(told.settings), clock=told.fake.clock.now)
    assert len(line.pull()[0]) == 1
    assert line.pull()[0] == []
    told.fake.clock.advance(DEADLINE_SECONDS + 1)
    assert pull(told) == ["woken"]


def test_notices_that_gmail_drops_cost_no_mail(told: Desk) -> None:
    for number in range(3):
        told.box.receive(question(ADDRESS, number=number + 1))
    assert told.fake.pubsub.dropped == 2
    assert pull(told) == ["woken"]
    assert len(told.sync()) == 3


def test_what_comes_just_after_a_notice_is_found_though_gmail_tells_nothing_of_it(told: Desk) -> None:
    told.fake.clock.freeze()
    told.box.receive(question(ADDRESS))
    pull(told)
    assert len(told.sync()) == 1
    told.box.receive(question(ADDRESS, number=2))
    assert (pull(told), told.fake.pubsub.dropped) == ([], 1)
    at = told.store.database.now_seconds()
    told.google.accounts.update_status(told.account, noticed_at=at, answered_at=at)
    reads, again_seconds = need(told)
    assert not reads
    assert 0 < again_seconds <= DROPPED_SECONDS
    pass_by(told)
    assert need(told) == (True, 0.0)
    assert len(told.sync()) == 1
    assert need(told) == (False, SWEEP_SECONDS)


@pytest.mark.parametrize("ahead_seconds", [3600.0, -30.0])
def test_the_clock_of_whoever_pulls_need_not_be_that_of_whoever_reads(
    told: Desk, monkeypatch: pytest.MonkeyPatch, ahead_seconds: float
) -> None:
    told.fake.clock.freeze()
    told.box.receive(question(ADDRESS))
    right = time.time
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(time, "time", lambda: right() + ahead_seconds)
        assert pull(told) == ["woken"]
    assert need(told) == (True, 0.0)
    assert len(told.sync()) == 1
    reads, again_seconds = need(told)
    assert not reads
    assert 0 < again_seconds <= DROPPED_SECONDS
    pass_by(told)
    assert need(told) == (True, 0.0)
    told.sync()
    assert need(told) == (False, SWEEP_SECONDS)


def test_a_database_whose_clock_was_set_back_has_the_mailbox_read_once(told: Desk) -> None:
    later = told.store.database.now_seconds() + 3600.0
    told.google.accounts.update_status(told.account, noticed_at=later)
    assert need(told) == (True, 0.0)
    told.sync()
    assert need(told) == (False, SWEEP_SECONDS)


def test_a_notice_of_mail_that_was_read_already_has_the_mailbox_read_once_more(told: Desk) -> None:
    told.fake.clock.freeze()
    told.box.receive(question(ADDRESS))
    assert len(told.sync()) == 1
    told.box.receive(question(ADDRESS, number=2))
    assert pull(told) == ["woken"]
    assert len(told.sync()) == 1


def test_where_nobody_pulls_gmail_is_asked_by_the_clock(told: Desk) -> None:
    told.provider.catch_up(told.account, told.submit)
    status = PushStatus(told.store.records, told.fake.pubsub.subscription)
    status.note(ForbiddenError("It may not pull.").to_json())
    assert not status.is_alive
    assert need(told)[1] == POLL_SECONDS
    assert told.provider.connection(told.account).notices == "poll"
    status.note()
    assert need(told)[1] == SWEEP_SECONDS


def test_a_topic_that_gmail_may_not_publish_to_leaves_the_mailbox_asked_by_the_clock(
    seated: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in seated.fake.pubsub.environment().items():
        monkeypatch.setenv(name, value)
    seated.settings = load_settings()
    seated.fake.pubsub.publishers.remove(PUBLISHER)
    seated.box.receive(question(ADDRESS))
    seated.provider.catch_up(seated.account, seated.submit)
    assert len(seated.store.jobs.list()) == 1
    assert need(seated)[1] == POLL_SECONDS
    assert seated.google.accounts.status(seated.account).error is None
    seated.fake.ledger.clear()
    seated.provider.catch_up(seated.account, seated.submit)
    assert not seated.fake.ledger.find("POST */watch")  # not in every round


def test_a_worker_pulls_until_it_stops(told: Desk) -> None:
    stopping = threading.Event()
    housekeeping = Housekeeping([_Still(told), told.provider], told.store, told.submit, stopping)
    watching = threading.Thread(target=housekeeping.watch)
    watching.start()
    told.box.receive(question(ADDRESS))
    try:
        until(lambda: told.google.accounts.status(told.account).noticed_at > 0)
        until(lambda: not told.fake.pubsub.waiting)
    finally:
        stopping.set()
        watching.join(20.0)
    assert not watching.is_alive()


class _Still(GmailProvider):
    """A provider that waits at nothing until the process stops, as IMAP does."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.store.records, desk.settings, kind="still")

    def watch(self, wake: object, stopping: threading.Event) -> None:
        stopping.wait(20.0)


def test_a_mailbox_that_is_removed_is_told_of_no_more(told: Desk) -> None:
    told.provider.forget(told.account)
    assert told.fake.pubsub.watches == {}


def test_a_mailbox_that_is_removed_while_it_is_read_for_a_notice_leaves_no_status(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, records = told.account, told.store.records
    told.box.receive(question(ADDRESS))
    assert pull(told) == ["woken"]

    def removed_meanwhile(_round: TriageRound) -> list[TriageRecord]:
        for record in (*records.list(ACCOUNT_KIND), *records.list("gmail_standing")):
            records.delete(record.kind, record.workspace, record.key)
        return []

    monkeypatch.setattr(TriageRound, "run", removed_meanwhile)
    told.provider.sync(account, told.submit)
    assert not records.list("gmail_standing")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ("puller", SettingsError, "may not pull"),
        ("disabled", CredentialError, "refuses the service account"),
        ("subscription", NotFoundError, "There is no projects/x/subscriptions/y"),
    ],
)
def test_the_doctor_says_why_notices_are_not_pulled(
    told: Desk, monkeypatch: pytest.MonkeyPatch, change: str, error: type[InlaidError], said: str
) -> None:
    assert check_push(told.settings) == "Pub/Sub tells of new mail."
    if change == "puller":
        told.fake.pubsub.pullers.clear()
    elif change == "disabled":
        told.fake.pubsub.is_enabled = False
    else:
        monkeypatch.setenv("INLAID_GOOGLE_PUBSUB_SUBSCRIPTION", "projects/x/subscriptions/y")
    with pytest.raises(error, match=said):
        check_push(load_settings())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PUBSUB_TOPIC", "mail", "no full name"),
        ("PUBSUB_TOPIC", "", "missing"),
        ("SERVICE_ACCOUNT", "{}", "cannot be read"),
        ("SERVICE_ACCOUNT", json.dumps({"client_email": "a", "private_key": "b", "token_uri": "http://x"}), "https"),
        ("SERVICE_ACCOUNT", json.dumps({"client_email": "a", "private_key": "b", "token_uri": "https://x"}), "key"),
    ],
)
def test_settings_that_cannot_be_are_named(
    told: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"INLAID_GOOGLE_{name}", value)
    with pytest.raises(SettingsError, match=said) as refused:
        check_push(load_settings())
    assert "PRIVATE KEY" not in repr(refused.value)


def test_without_settings_it_is_said_that_mail_is_asked_for(seated: Desk) -> None:
    assert "Pub/Sub is not set up" in check_push(seated.settings)
    seated.provider.catch_up(seated.account, seated.submit)
    assert need(seated)[1] == POLL_SECONDS
