"""Follow-ups to questions sent from a mailbox at Microsoft: one for each, taken back when the answer comes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.drafts import Draft
from core.job import Job
from core.ports import Progress
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from tests.fakes.microsoft.messages import Stored
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.mails import question

ASKED = "Hi Ann,\n\ncould you send me the floor plan of the new office?\n\nBob"
HEAD = b"From: Ann Lee <ann.lee@example.com>\r\nTo: Bob Ray <x@example.org>\r\nSubject: Lunch"
OWN_HEAD = b"From: Bob Ray <%b>\r\nTo: Ann Lee <ann.lee@example.com>\r\nSubject: Floor plan" % ADDRESS.encode()


def sent(office: Office, *fields: str, days: float = 4, text: str = ASKED, number: int = 1) -> Stored:
    """File a mail that the owner sent so many days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    data = question("x@example.org", *fields, body=text, number=number, date=at).replace(HEAD, OWN_HEAD)
    stored = office.box.receive(data, "sentitems")
    stored.created_at = at.timestamp()
    return stored


def answer(office: Office, number: int, folder: str = "inbox") -> None:
    """Let an answer to a question come."""
    fields = (f"In-Reply-To: <question{number}@example.com>",)
    office.box.receive(question(ADDRESS, *fields, body="Here it is.", number=50 + number), folder)


def write(job: Job, _further: dict[str, Any], _progress: Progress) -> Draft:
    text = "\n\n".join(job.inputs[name] for name in ("usual_greeting", "brief", "usual_closing"))
    return Draft(recipe=job.recipe, text=text)


def want(office: Office, days: int = 3) -> None:
    save_preferences(office.store.records, "local", ADDRESS, Preferences(follow_up_days=days), person="bob")


@pytest.fixture
def wanting(connected: Office) -> Office:
    """Have a mailbox whose owner wants follow-ups after three days."""
    connected.generate = write
    want(connected)
    return connected


def look(office: Office) -> list[Job]:
    """Look for open questions, run the jobs, and return all that there are."""
    office.follow_up()
    return [office.run(job.id) for job in office.store.jobs.list()]


def test_an_open_question_gets_one_follow_up_to_those_who_were_asked(wanting: Office) -> None:
    sent(wanting)
    (job,) = look(wanting)
    assert len(look(wanting)) == 1
    (draft,) = wanting.drafts
    assert "could you send me the floor plan of the new office?" in draft.text
    assert (job.state, job.inputs["usual_greeting"], draft.in_reply_to) == (
        "delivered",
        "Hi Ann,",
        "<question1@example.com>",
    )
    assert draft.to == [("Ann Lee", "ann.lee@example.com")]
    assert wanting.fake.ledger.sends == []


def test_what_is_answered_too_new_too_old_or_no_question_gets_none(wanting: Office) -> None:
    for number, days in ((1, 4), (2, 2), (3, 11), (5, 4), (8, 4)):
        sent(wanting, days=days, number=number)
    sent(wanting, text="Hi Ann,\n\nhere is the floor plan.\n\nBob", number=4)
    sent(wanting, "References: <question5@example.com>", days=1, text="Found it, thanks!", number=6)
    answer(wanting, 1)
    answer(wanting, 8, "archive")
    assert look(wanting) == []


def test_a_follow_up_is_taken_back_when_the_answer_comes_and_is_nobodys_rejection(wanting: Office) -> None:
    sent(wanting)
    (job,) = look(wanting)
    answer(wanting, 1)
    wanting.follow_up()
    wanting.settle()
    assert wanting.drafts == []
    assert [act.outcome for act in wanting.store.effects.outcomes.acts_of([job.id])[job.id]] == ["expired"]
    assert PendingDrafts(wanting.store.records, wanting.account).list() == []


def test_a_follow_up_that_its_owner_changed_stays(wanting: Office) -> None:
    sent(wanting)
    look(wanting)
    (draft,) = wanting.drafts
    wanting.box.edits(draft, "I hope all is well.")
    answer(wanting, 1)
    look(wanting)
    assert wanting.drafts == [draft]


def test_nobody_is_followed_up_unless_the_owner_wants_it_and_once_an_hour(connected: Office) -> None:
    def count() -> int:
        connected.beat()
        return len(connected.store.jobs.list())

    sent(connected)
    assert count() == 0
    want(connected)
    assert count() == 1
    sent(connected, number=2)
    assert count() == 1
