"""What is new at Gmail: by the history, after it was forgotten, in pages, and what is none of ours."""

import time

import pytest

from core.errors import OutageError
from core.system.connections import deadline
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.message.message import MailMessage
from tests.fakes.google import OVER_QUOTA, Garbled
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.graph.conftest import ADDRESS
from tests.integrations.mail.imap.mails import follow_up, question


def keys(desk: Desk) -> list[str]:
    return [record.message_id for record in desk.sync()]


def numbered(number: int) -> bytes:
    return question(ADDRESS, number=number).replace(b": Lunch", b": Lunch %d" % number)


def test_each_mail_is_judged_once_and_idle_rounds_cost_one_small_request(seated: Desk) -> None:
    seated.box.receive(numbered(1))
    assert keys(seated) == ["<question1@example.com>"]
    seated.box.receive(numbered(2))
    assert keys(seated) == ["<question2@example.com>"]
    seated.fake.ledger.clear()
    assert keys(seated) == []
    assert [request.path for request in seated.fake.ledger.requests] == ["/gmail/v1/users/me/history"]


def test_a_forgotten_history_loses_nothing_and_doubles_nothing(seated: Desk) -> None:
    seated.box.receive(numbered(1))
    keys(seated)
    seated.box.receive(numbered(2))
    seated.box.forget_history()
    assert keys(seated) == ["<question2@example.com>"]
    seated.box.receive(numbered(3))
    assert keys(seated) == ["<question3@example.com>"]


def test_old_mail_of_a_new_mailbox_is_left_alone(seated: Desk) -> None:
    seated.box.receive(numbered(1), at=time.time() - 3 * 86_400)
    seated.box.receive(numbered(2))
    assert keys(seated) == ["<question2@example.com>"]


def test_spam_sent_mail_and_drafts_are_not_new(seated: Desk) -> None:
    keys(seated)
    seated.box.receive(numbered(1), "SPAM")
    seated.box.receive(numbered(2), "SENT")
    seated.box.create_draft(numbered(3))
    seated.box.discards(seated.box.receive(numbered(4)))
    assert keys(seated) == []


def test_what_was_answered_already_gets_no_draft(seated: Desk) -> None:
    source = seated.box.receive(numbered(1))
    seated.fake.clock.advance(60)
    seated.box.sends(seated.box.begins_reply(source, "Tuesday, Ann."))
    (record,) = seated.sync()
    assert (record.job, record.decision["needs_reply"]) == ("", False)


def test_a_round_without_time_goes_on_where_it_was(seated: Desk) -> None:
    keys(seated)
    for number in range(1, 6):
        seated.box.receive(numbered(number))
    with deadline(5.0):  # too little to begin anything
        assert keys(seated) == []
    assert seated.google.accounts.status(seated.account).is_behind
    assert len(keys(seated)) == 5


def test_a_thousand_mails_come_in_pages(seated: Desk) -> None:
    keys(seated)
    for _ in range(1001):
        seated.box.receive(b"From: news@example.net\r\nPrecedence: bulk\r\nSubject: n\r\n\r\nn", "INBOX")
    with seated.provider.open(seated.account) as mailbox:
        found = [arrival.key for arrival in mailbox.new_mail()]
    assert (len(found), len(set(found))) == (1001, 1001)


def test_starred_and_labelled_mail_is_asked_for(seated: Desk) -> None:
    keys(seated)
    label = seated.box.label("Draft please")
    for mark, labels in (("flagged", {"STARRED"}), ("draft please", {label})):
        mail = seated.box.receive(numbered(len(labels) + len(mark)))
        keys(seated)
        seated.box.relabel(mail, add=labels, remove=set())
        with seated.provider.open(seated.account) as mailbox:
            found = [arrival.uid for arrival in mailbox.marked(mark, is_due=lambda _key: True)]
        assert mail.id in found
    save_preferences(seated.store.records, "local", ADDRESS, Preferences(on_request="nonesuch"), person="bob")
    assert seated.sync() == []


def test_a_mail_that_cannot_be_read_now_is_read_later(seated: Desk) -> None:
    seated.box.receive(numbered(1))
    seated.fake.faults.add("GET */messages/*", OVER_QUOTA, times=9)
    with pytest.raises(OutageError):
        seated.sync()
    seated.fake.faults.clear()
    assert keys(seated) == ["<question1@example.com>"]


def test_nonsense_from_a_proxy_is_an_outage(seated: Desk) -> None:
    keys(seated)
    before = seated.google.accounts.cursor(seated.account)
    seated.box.receive(numbered(1))
    seated.fake.faults.add("GET */history", Garbled(), times=9)
    with pytest.raises(OutageError, match="nonsense"):
        seated.sync()
    assert seated.google.accounts.cursor(seated.account) == before


def test_heads_tell_what_answers_what(seated: Desk) -> None:
    seated.box.receive(question(ADDRESS))
    seated.box.receive(follow_up(ADDRESS))
    with seated.provider.open(seated.account) as mailbox:
        heads = mailbox.mail_since(time.time() - 3600)
        found = mailbox.read(next(head for head in heads if head.answers))
    assert {head.message_id: sorted(head.answers) for head in heads} == {
        "<question1@example.com>": [],
        "<question2@example.com>": ["<question1@example.com>"],
    }
    assert isinstance(found, MailMessage)
    assert {head.subject for head in heads} == {"lunch"}
