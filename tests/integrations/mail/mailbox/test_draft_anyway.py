"""A draft that is asked for although its mail looks like fraud warns its owner and helps with nothing."""

import pytest
import sqlalchemy as sa

from core.drafts import without_gaps
from core.errors import ConflictError, InputError, NotFoundError
from core.runner.refinements import require_refinable
from core.store.tables import jobs
from integrations.mail.mailbox.mail_state import mail_state
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, draft_statuses
from integrations.mail.mailbox.triage_round import TriageRound
from tests.integrations.mail.imap.mails import newsletter, question
from tests.integrations.mail.mailbox.conftest import MARK, Rig, answer_new, placed, submit, sync, want

SECRET = "Bob, are you at your desk? I need a payment to a new supplier today. Reply by mail only."
GERMAN = "Hallo Bob, unsere Bankverbindung hat sich geändert. Bitte die Rechnung 33 auf das neue Konto zahlen.\n\nAnn"


def draft_anyway(rig: Rig, record: TriageRecord) -> TriageRecord:
    with rig.provider.open(rig.account) as mailbox:
        return TriageRound(rig.store.records, rig.account, mailbox, submit(rig)).draft_anyway(record)


@pytest.mark.parametrize("folder", ["", "Projects"])
def test_it_warns_and_says_nothing_of_the_mail(rig: Rig, folder: str) -> None:
    data = question(rig.address, body=SECRET)
    if folder:
        rig.make_folder(folder)
        want(rig, Preferences(folders=(folder,)))
        rig.receive_in(folder, data)
    else:
        rig.receive(data)
    (record,) = sync(rig)
    assert (record.job, record.decision["rule"], rig.drafts()) == ("", "suspicious", [])
    after = draft_anyway(rig, record)
    job = rig.run(after.job)
    assert placed(rig, job) == "placed"
    (text,) = rig.drafts()
    assert "fraud" in text.partition("wrote:")[0]
    assert job.draft is not None
    assert job.draft.text.startswith("[[This mail looks like fraud: ")
    assert len(job.draft.gaps) == 1
    said = without_gaps(job.draft.text).casefold()
    assert "i confirm nothing" in said
    assert not {"payment", "supplier", "desk", "yes", "today"} & {word.strip(".,") for word in said.split()}
    assert TriageRecords(rig.store.records, rig.account).newest()[0] == after
    assert sync(rig) == []


def test_it_is_made_once_and_no_wish_makes_another_text_of_it(rig: Rig) -> None:
    rig.receive(question(rig.address, body=GERMAN, number=1))
    rig.receive(question(rig.address, number=2))
    records = sync(rig)
    suspicious, asked = sorted(records, key=lambda record: record.decision["rule"] != "suspicious")
    after = draft_anyway(rig, suspicious)
    for record in (after, asked):
        with pytest.raises(InputError, match="has had a draft"):
            draft_anyway(rig, record)
    job = rig.run(after.job)
    assert job.draft is not None
    assert job.draft.text.startswith("[[Diese Mail sieht nach Betrug aus.")
    assert "bestätige ich nichts" in job.draft.text
    with pytest.raises(ConflictError, match="only warns"):
        require_refinable(job, "say yes and send the account number")
    rig.send_draft()
    status = draft_statuses(rig.store, [after]).get(after.job)
    assert mail_state(after, status).label == "suspicious"


def test_a_mail_that_is_gone_gets_none(rig: Rig) -> None:
    rig.receive(question(rig.address, body=SECRET))
    (record,) = sync(rig)
    rig.discard_source()
    if rig.provider.kind not in {"imap", "gmail"}:
        return  # found wherever it was moved
    with pytest.raises(NotFoundError):
        draft_anyway(rig, record)


def test_a_mark_alone_gives_none(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(question(rig.address, body=SECRET))
    sync(rig)
    rig.mark_all()
    assert [record.job for record in sync(rig)] in ([], [""])


BARE = "Hi Bob,\n\nthat only you can tell: may we go ahead?\n\nAnn"


def test_a_mail_that_only_its_owner_can_answer_gets_a_draft_when_they_ask(rig: Rig) -> None:
    rig.receive(question(rig.address, body=BARE))
    (left,) = answer_new(rig)
    assert (placed(rig, left), rig.drafts()) == ("only_gaps", [])
    (record,) = TriageRecords(rig.store.records, rig.account).newest()
    after = draft_anyway(rig, record)
    assert (after.decision["rule"], after.decision["reason"]) == ("requested", "You marked it for a draft.")
    assert placed(rig, rig.run(after.job)) == "placed"
    assert len(rig.drafts()) == 1
    (act,) = rig.store.effects.outcomes.acts_of([left.id])[left.id]
    assert act.outcome == "expired"
    with pytest.raises(InputError, match="has had a draft"):
        draft_anyway(rig, after)


def test_a_mail_that_was_left_to_its_owner_gets_a_draft_once_it_is_marked(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(question(rig.address, body=BARE))
    answer_new(rig)
    rig.mark_all()
    (job,) = answer_new(rig)
    assert (placed(rig, job), len(rig.drafts())) == ("placed", 1)
    assert sync(rig) == []


def test_a_mail_that_is_marked_while_its_draft_is_written_gets_it(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(question(rig.address, body=BARE))
    (record,) = sync(rig)
    rig.mark_all()
    assert sync(rig) == []
    assert placed(rig, rig.run(record.job)) == "placed"
    assert (sync(rig), len(rig.drafts())) == ([], 1)


def test_a_mail_for_information_gets_a_draft_when_its_owner_asks(rig: Rig) -> None:
    rig.receive(newsletter(rig.address))
    (record,) = sync(rig)
    assert record.job == ""
    after = draft_anyway(rig, record)
    assert placed(rig, rig.run(after.job)) == "placed"


def fail(rig: Rig, job_id: str) -> None:
    with rig.store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(state="failed"))


def test_a_draft_that_failed_or_was_cancelled_may_be_asked_for_again_and_again(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (record,) = sync(rig)
    fail(rig, record.job)
    second = draft_anyway(rig, record)
    fail(rig, second.job)
    third = draft_anyway(rig, second)
    rig.store.jobs.request_cancel(third.job)
    fourth = draft_anyway(rig, third)
    assert len({record.job, second.job, third.job, fourth.job}) == 4
    assert placed(rig, rig.run(fourth.job)) == "placed"


def test_a_mark_changes_nothing_about_a_warning_that_was_asked_for(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK, draft_for=("ann.lee@example.com",)))
    rig.receive(question(rig.address, body=GERMAN))
    (record,) = sync(rig)
    after = draft_anyway(rig, record)
    fail(rig, after.job)
    rig.mark_all()
    assert sync(rig) == []
    assert TriageRecords(rig.store.records, rig.account).newest() == [after]


NEWS = "Hi Bob,\n\nfor your information: the keys are at the front desk.\n\nAnn"


def in_thread(rig: Rig, number: int, body: str) -> bytes:
    fields = ("In-Reply-To: <question1@example.com>", "References: <question1@example.com>")
    return question(rig.address, *fields, number=number, body=body)


def test_what_was_asked_before_in_the_thread_is_carried_over(rig: Rig) -> None:
    rig.receive(question(rig.address, body="Hi Bob,\n\nare pets allowed?\n\nAnn"))
    answer_new(rig)
    rig.receive(in_thread(rig, 2, NEWS))
    (record,) = sync(rig)
    assert record.job == ""
    after = draft_anyway(rig, record)
    inputs = rig.store.jobs.get(after.job).inputs
    assert "are pets allowed?" in inputs["message"]
    assert "front desk" in inputs["message"]


def test_the_draft_of_a_newer_mail_stays_when_one_of_an_older_is_asked_for(rig: Rig) -> None:
    rig.receive(question(rig.address, body=NEWS))
    rig.receive(in_thread(rig, 2, "Hi Bob,\n\nare pets allowed?\n\nAnn"))
    older, newer = sorted(sync(rig), key=lambda record: bool(record.job))
    assert (older.job, placed(rig, rig.run(newer.job))) == ("", "placed")
    before = rig.drafts()
    job = rig.run(draft_anyway(rig, older).job)
    assert (placed(rig, job), rig.drafts()) == ("superseded", before)
