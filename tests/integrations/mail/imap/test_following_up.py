"""Follow-ups to questions that nobody answered, on a real Dovecot: one for each, taken back when the answer comes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.drafts import Draft
from core.job import Job
from core.ports import Progress
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.triage_records import TriageRecords
from integrations.mail.message.message import parse_message
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import question

ASKED = "Hi Ann,\n\ncould you send me the floor plan of the new office?\n\nBob"


def sent(mailbox: Mailbox, *fields: str, days: float = 4, text: str = ASKED, number: int = 1) -> None:
    """File a mail that the owner sent so many days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    head = (f"From: Bob Ray <{mailbox.account.user}>", "To: Ann Lee <ann.lee@example.com>", "Subject: Floor plan")
    data = question("x@example.org", *fields, body=text, number=number, date=at)
    for name, line in zip(("From", "To", "Subject"), head, strict=True):
        data = b"\r\n".join(
            line.encode() if one.startswith(f"{name}: ".encode()) else one for one in data.split(b"\r\n")
        )
    with mailbox.server.client(mailbox.account.user) as client:
        client.append(mailbox.server.sent, data, msg_time=at)


def write(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    text = "\n\n".join(job.inputs[name] for name in ("usual_greeting", "brief", "usual_closing"))
    return Draft(recipe=job.recipe, text=text)


@pytest.fixture
def wanting(mailbox: Mailbox) -> Mailbox:
    """Return a mailbox whose owner wants follow-ups after three days."""
    mailbox.generate = write
    preferences = Preferences(follow_up_days=3)
    save_preferences(mailbox.store.records, "local", mailbox.account.name, preferences, person="bob")
    return mailbox


def look(mailbox: Mailbox) -> list[Job]:
    """Look for open questions, run the jobs, and return all that there are."""
    mailbox.follow_up()
    return [mailbox.run(job.id) for job in mailbox.store.jobs.list()]


def test_an_open_question_gets_one_follow_up_in_its_thread(wanting: Mailbox) -> None:
    sent(wanting)
    (job,) = look(wanting)
    assert len(look(wanting)) == 1
    (draft,) = [parse_message(data) for data in wanting.drafts()]
    assert "could you send me the floor plan of the new office?" in job.inputs["brief"]
    assert (job.inputs["usual_greeting"], draft.in_reply_to) == ("Hi Ann,", "<question1@example.com>")
    assert [one.address for one in draft.to] == ["ann.lee@example.com"]
    (shown,) = TriageRecords(wanting.accounts.records, wanting.account).newest(limit=9)
    assert (shown.subject, shown.sender, shown.job) == ("Floor plan", "Ann Lee <ann.lee@example.com>", job.id)
    assert shown.decision["reason"].startswith("Nobody has answered: could you send me")
    assert draft.subject == "Re: Floor plan"


def test_what_is_answered_too_new_too_old_or_no_question_gets_none(wanting: Mailbox) -> None:
    sent(wanting)
    sent(wanting, days=2, number=2)
    sent(wanting, days=11, number=3)
    sent(wanting, text="Hi Ann,\n\nhere is the floor plan.\n\nBob", number=4)
    sent(wanting, number=5)
    sent(wanting, "References: <question5@example.com>", days=1, text="Found it, thanks!", number=6)
    wanting.receive(question(wanting.account.user, "In-Reply-To: <question1@example.com>", number=7))
    assert look(wanting) == []


def test_a_follow_up_is_taken_back_when_the_answer_comes_unless_it_was_changed(wanting: Mailbox) -> None:
    sent(wanting)
    sent(wanting, number=2)
    look(wanting)
    with wanting.server.client(wanting.account.user) as client:
        client.select_folder(wanting.server.drafts)
        (uid,) = client.search(["HEADER", "In-Reply-To", "<question2@example.com>"])
        data = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
        client.delete_messages([uid])
        client.expunge()
        client.append(wanting.server.drafts, data.replace(b"Best regards", b"Hope to hear from you"))
    answers = (f"In-Reply-To: <question{number}@example.com>" for number in (1, 2))
    wanting.receive(
        *(
            question(wanting.account.user, answer, number=number, body="Here it is.")
            for number, answer in enumerate(answers, 8)
        )
    )
    jobs = look(wanting)
    assert [parse_message(data).in_reply_to for data in wanting.drafts()] == ["<question2@example.com>"]
    acts = wanting.store.effects.outcomes.acts_of([job.id for job in jobs])
    assert [act.outcome for found in acts.values() for act in found] == ["expired"]


def test_nobody_is_followed_up_unless_the_owner_wants_it_and_once_an_hour(mailbox: Mailbox) -> None:
    def count() -> int:
        mailbox.beat()
        return len(mailbox.store.jobs.list())

    sent(mailbox)
    assert count() == 0
    preferences = Preferences(follow_up_days=3)
    save_preferences(mailbox.store.records, "local", mailbox.account.name, preferences, person="bob")
    assert count() == 1
    sent(mailbox, number=2)
    assert count() == 1
