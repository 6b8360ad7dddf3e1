"""Noticing mail: each new one is judged once, its reason is kept, and it stays unread."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from core.drafts import Draft
from core.errors import CredentialError, InlaidError, InputError, LimitError, ModelOutage, OutageError, StoreOutage
from core.job import Job, JobRequest
from core.ports import Progress
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.imap.reading import MAX_MAILS
from integrations.mail.mailbox.pending_drafts import MailHead
from integrations.mail.mailbox.provider import read_if_possible
from integrations.mail.mailbox.triage_records import TriageRecords, clock, draft_statuses
from integrations.mail.message.mime import MAX_MESSAGE_BYTES
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import bounce, newsletter, question


def test_only_the_mail_that_needs_an_answer_becomes_a_job_and_all_stay_unread(mailbox: Mailbox) -> None:
    to = mailbox.account.user
    mailbox.receive(question(to), newsletter(to), bounce(to))
    judged = mailbox.sync()
    assert [(bool(record.job), record.decision["needs_reply"]) for record in judged] == [
        (True, True),
        *[(False, False)] * 2,
    ]
    assert judged[0].decision["rule"] == "asked"
    assert all(record.decision["reason"] for record in judged)
    assert not any(b"\\Seen" in flags for _, flags in mailbox.inbox())
    assert {one.uid for one in TriageRecords(mailbox.accounts.records, mailbox.account).newest(limit=10)} == {1, 2, 3}


def test_what_was_judged_is_no_news(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    assert len(mailbox.sync()) == 1
    assert mailbox.sync() == []
    mailbox.receive(question(mailbox.account.user, number=2))
    assert [record.uid for record in mailbox.sync()] == [2]


def test_a_thousand_mails_of_a_minute_come_in_rounds_each_once(mailbox: Mailbox) -> None:
    mail = b"From: news@example.net\r\nTo: bob@example.org\r\nSubject: n\r\nMessage-ID: <n%d@x.example>\r\n\r\nn\r\n"
    mailbox.receive(*(mail % number for number in range(1_000)))
    rounds: list[list[str]] = []
    while not rounds or rounds[-1]:
        with mailbox.provider.open(mailbox.account) as opened:
            rounds.append([arrival.key for arrival in opened.new_mail()])
    assert [len(keys) for keys in rounds] == [*[MAX_MAILS] * (1_000 // MAX_MAILS), 0]
    assert len({key for keys in rounds for key in keys}) == 1_000


def test_a_job_lost_before_the_position_was_stored_is_the_same_job_again(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    before = mailbox.accounts.cursor(mailbox.account)
    first = mailbox.sync()[0]
    mailbox.accounts.save_cursor(mailbox.account, before)
    assert mailbox.sync() == []  # the decision was stored
    mailbox.accounts.save_cursor(mailbox.account, before)
    key = ImapTarget(first.account, int(first.uid), first.uidvalidity or 0).key
    mailbox.store.records.delete("mailbox_decision", "local", key)
    assert mailbox.sync()[0].job == first.job
    assert len(mailbox.store.jobs.list()) == 1


def test_mail_that_arrived_long_before_the_mailbox_was_connected_is_left_alone(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.server.receive(question(user), user=user, at=datetime.now(UTC) - timedelta(hours=25))
    mailbox.server.receive(question(user, number=2), user=user, at=datetime.now(UTC) - timedelta(hours=23))
    assert [record.message_id for record in mailbox.sync()] == ["<question2@example.com>"]


def test_renumbered_mail_is_not_answered_twice(mailbox: Mailbox) -> None:
    user = mailbox.account.user
    mailbox.receive(question(user))
    mailbox.sync()
    cursor = mailbox.accounts.cursor(mailbox.account)
    mailbox.accounts.save_cursor(mailbox.account, replace(cursor, uidvalidity=cursor.uidvalidity + 1, last_uid=900))
    mailbox.receive(question(user, number=2))
    assert [record.message_id for record in mailbox.sync()] == ["<question2@example.com>"]
    assert len(mailbox.store.jobs.list()) == 2


def test_renumbered_mail_is_known_also_after_a_round_that_broke_off(mailbox: Mailbox) -> None:
    mailbox.receive(*(question(mailbox.account.user, number=number) for number in (1, 2, 3)))
    for record in mailbox.sync()[:2]:
        key = ImapTarget(record.account, int(record.uid), record.uidvalidity or 0).key
        mailbox.store.records.delete("mailbox_decision", "local", key)
    cursor = mailbox.accounts.cursor(mailbox.account)
    mailbox.accounts.save_cursor(mailbox.account, replace(cursor, uidvalidity=cursor.uidvalidity + 1))

    def submit(request: JobRequest) -> Job:
        assert request.target
        if str(request.target.to_json()["uid"]) == "2":
            raise StoreOutage("The database is down.")
        return mailbox.store.jobs.add(request)[0]

    with pytest.raises(StoreOutage):
        mailbox.provider.sync(mailbox.account, submit)
    assert [record.uid for record in mailbox.sync()] == [2]
    assert mailbox.sync() == []


def test_a_mail_that_was_written_long_ago_gets_no_draft(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user, date=datetime.now(UTC) - timedelta(days=8)))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["old"]


def test_an_answered_mail_gets_no_draft(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("INBOX")
        client.add_flags([1], [b"\\Answered"])
    assert [record.decision["rule"] for record in mailbox.sync()] == ["answered"]


def test_a_mail_that_is_too_large_is_noted_and_not_fetched(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user, body="Can you come?\n" + "x" * 70 * (MAX_MESSAGE_BYTES // 70)))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["too_large"]


def test_what_is_no_mail_is_noted_and_does_not_stop_the_rest(mailbox: Mailbox) -> None:
    mailbox.receive(b"%PDF-1.7\r\n", question(mailbox.account.user))
    assert [record.decision["rule"] for record in mailbox.sync()] == ["unreadable", "asked"]


def test_a_refused_password_is_not_tried_again_until_there_is_a_new_one(mailbox: Mailbox) -> None:
    wrong = replace(mailbox.account, password="wrong")
    mailbox.accounts.save(wrong)
    with pytest.raises(CredentialError):
        mailbox.provider.sync(wrong, mailbox.submit)
    mailbox.receive(question(mailbox.account.user))
    mailbox.beat()
    assert (mailbox.accounts.cursor(wrong).error or {})["code"] == "credential"
    mailbox.accounts.save(mailbox.account)
    mailbox.beat()
    assert mailbox.accounts.cursor(mailbox.account).error is None
    assert len(mailbox.store.jobs.list()) == 1


def test_a_mailbox_is_read_by_one_at_a_time(mailbox: Mailbox) -> None:
    with (
        mailbox.store.records.lock("local", f"mailbox mailbox:{mailbox.account.name}", seconds=30),
        pytest.raises(LimitError),
    ):
        mailbox.sync()


def test_a_removed_mailbox_leaves_nothing_behind(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    mailbox.accounts.remove(mailbox.account)
    with mailbox.store.database.read() as connection:
        left = connection.exec_driver_sql("SELECT kind, key FROM record WHERE kind LIKE 'mailbox%'").all()
    assert left == []


def test_a_password_that_was_changed_while_the_old_one_was_refused_is_not_held_refused(mailbox: Mailbox) -> None:
    right = mailbox.account
    old = replace(right, password="wrong")
    mailbox.accounts.save(right)
    with pytest.raises(CredentialError):
        mailbox.provider.sync(old, mailbox.submit)
    assert mailbox.accounts.cursor(right).error is None
    mailbox.receive(question(right.user))
    mailbox.beat()
    assert len(mailbox.store.jobs.list()) == 1


def test_a_draft_that_waits_for_its_model_says_why_since_when_and_what_comes_next(mailbox: Mailbox) -> None:
    def away(_job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
        raise ModelOutage("The model server does not answer.", fix="Start it.")

    writes, mailbox.generate = mailbox.generate, away
    mailbox.receive(question(mailbox.account.user))
    (record,) = mailbox.sync()
    job = mailbox.run(record.job)
    status = draft_statuses(mailbox.store, [record])[job.id]
    assert job.started_at
    since, until = clock(job.started_at), clock(status.put_off["until"])
    assert status.words == (
        f"waiting since {since}; the last try said: The model server does not answer."
        f" It comes by itself once that works; it is tried until {until}"
    )
    mailbox.generate = writes
    assert mailbox.run(job.id).state == "delivered"
    assert draft_statuses(mailbox.store, [record])[job.id].words == "waits in Drafts"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("[UNAVAILABLE] busy", OutageError),
        ("[OVERQUOTA] full", LimitError),
        # What no later try changes is told once, and nothing else of the mailbox waits for it.
        ("[LIMIT] No more messages", LimitError),
        ("Quota exceeded (mailbox for user is full)", LimitError),
        ("Quota exceeded", LimitError),
        ("The mailbox is full", LimitError),
        ("[OVERQUOTA] Delete mail and try again", LimitError),
        ("[LIMIT] Mailbox has reached its storage", LimitError),
        ("[LIMIT] Too many connections", OutageError),
        # Quotas of commands and of bandwidth are filled anew by themselves.
        ("[UNAVAILABLE] user quota exceeded temporarily, please try again later", OutageError),
        ("[THROTTLED] quota exceeded, try again later", OutageError),
        ("[THROTTLED] quota exceeded", OutageError),
        ("Quota exceeded, please try again later", OutageError),
        ("[LIMIT] Rate limit hit", OutageError),
        ("[LIMIT] Too many messages per hour", OutageError),
        ("[OVERQUOTA] Account exceeded command or bandwidth limits", OutageError),
        ("[LIMIT] Message too large", InputError),
        ("[NOPERM] no", InputError),
    ],
)
def test_a_server_that_is_busy_while_a_folder_is_opened_is_an_outage_and_no_lack_of_rights(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, words: str, kind: type[InlaidError]
) -> None:
    select = IMAPClient.select_folder
    head = MailHead("1", "<a@example.org>", frozenset(), "Hi", frozenset(), 0.0, folder="Elsewhere")

    def refuse(client: IMAPClient, folder: str, *, readonly: bool = False) -> Any:
        if folder == head.folder:
            raise IMAPClientError(f"select failed: {words}")
        return select(client, folder, readonly=readonly)

    monkeypatch.setattr(IMAPClient, "select_folder", refuse)
    with mailbox.provider.open(mailbox.account) as opened:
        with pytest.raises(kind) as refused:
            opened.read(head)
        assert ("rights" in refused.value.fix) is (kind is InputError)
        if kind is OutageError:
            with pytest.raises(OutageError):
                read_if_possible(opened, head)
