"""Every new mail is decided about once, whoever provides the mailbox."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from core.drafts import JsonObject
from core.errors import NotFoundError
from core.job import SPOKEN, Job, JobRequest
from core.outcomes import SENT_AS
from core.people import People
from core.recipes.loader import load_recipes
from core.settings import load_settings
from core.store.language_choice import choose_language
from core.store.marks import MARKED
from core.submit import load_intake
from integrations.mail.mailbox.open_gaps import gaps_sent
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords, content_of
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.message.message import Attachment, MailMessage
from tests.integrations.mail.imap.mails import bounce, newsletter, question
from tests.integrations.mail.mailbox.conftest import MARK, Rig, answer_new, outcomes, placed, submit, sync, want
from tests.policies import FOR_ALL, policies_of


def test_each_new_mail_is_decided_about_once_with_a_job_where_an_answer_is_due(rig: Rig) -> None:
    rig.receive(question(rig.address))
    rig.receive(newsletter(rig.address))
    records = sync(rig)
    assert [(bool(record.job), record.decision["needs_reply"]) for record in records] == [(True, True), (False, False)]
    assert list(TriageRecords(rig.store.records, rig.account).newest()) == records[::-1]
    assert sync(rig) == []


def test_a_mailbox_that_is_taken_out_while_it_is_read_leaves_nothing_and_is_read_anew(rig: Rig) -> None:
    for number in range(2):
        rig.receive(question(rig.address, number=number))
    account, store = rig.account, rig.store
    judged: list[JobRequest] = []

    def taken_out(request: JobRequest) -> Job:
        judged.append(request)
        store.records.delete(account.stored_as, account.workspace, account.name)
        return store.jobs.add(request)[0]

    with pytest.raises(NotFoundError):
        rig.provider.sync(account, taken_out)
    assert len(judged) == 1
    rig.provider.accounts.save(account)
    assert TriageRecords(store.records, account).newest() == []
    assert sync(rig)


def test_another_copy_of_a_mail_that_has_a_draft_gets_none(rig: Rig) -> None:
    rig.receive(question(rig.address))
    rig.receive(question(rig.address))
    (job,) = answer_new(rig)
    rig.receive(question(rig.address))
    assert (answer_new(rig), placed(rig, job), len(rig.drafts())) == ([], "placed", 1)
    rules = [record.decision["rule"] for record in TriageRecords(rig.store.records, rig.account).newest()]
    assert set(rules[:-1]) <= {"repeated"}
    assert outcomes(rig) == []


AGAIN = "The same mail of the same sender came shortly before: its draft answers this one, too."


def again(rig: Rig, *fields: str, of: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """Return the first question once more, under another Message-ID, with something else in it."""
    return question(rig.address, *fields).replace(b"<question1@", b"<again1@").replace(*of)


@pytest.mark.parametrize("is_read_between", [True, False])
def test_the_same_mail_sent_twice_has_one_draft_and_another_only_when_asked(rig: Rig, is_read_between: bool) -> None:
    rig.receive(question(rig.address))
    records = sync(rig) if is_read_between else []
    rig.receive(again(rig))
    first, second = [*records, *sync(rig)]
    assert (bool(first.job), second.job, second.decision["rule"]) == (True, "", "repeated")
    assert second.decision["reason"] == AGAIN
    assert placed(rig, rig.run(first.job)) == "placed"
    rig.receive(question(rig.address).replace(b"<question1@", b"<again2@"))
    assert [record.job for record in sync(rig)] == [""]
    with rig.provider.open(rig.account) as mailbox:
        asked = TriageRound(rig.store.records, rig.account, mailbox, submit(rig)).draft_anyway(second)
    assert placed(rig, rig.run(asked.job)) == "placed"
    assert len(rig.drafts()) == 2


OTHERS = {
    "sender": (b"ann.lee@", b"ann.low@"),
    "subject": (b"Subject: Lunch", b"Subject: Dinner"),
    "words": (b"on Tuesday?", b"on Thursday?"),
    "thread": (b"Subject: Lunch", b"In-Reply-To: <yours@example.org>\r\nSubject: Lunch"),
}


@pytest.mark.parametrize("change", OTHERS)
def test_a_mail_that_differs_in_anything_is_no_repeat(rig: Rig, change: str) -> None:
    rig.receive(question(rig.address))
    rig.receive(again(rig, of=OTHERS[change]))
    assert [bool(record.job) for record in sync(rig)] == [True, True]


@pytest.mark.parametrize("became", ["rejected", "failed"])
def test_a_repeat_of_a_mail_whose_draft_is_no_more_is_decided_by_itself(rig: Rig, became: str) -> None:
    rig.receive(question(rig.address))
    (record,) = sync(rig)
    job = rig.store.jobs.get(record.job)
    if became == "rejected":
        job = rig.run(job.id)
        rig.store.effects.add_outcome(job, "rejected", person=job.person, distance=None, detail={})
    else:
        rig.store.jobs.request_cancel(job.id)
    rig.receive(again(rig))
    assert [bool(record.job) for record in sync(rig)] == [True]


@pytest.mark.parametrize(("minutes", "is_repeat"), [(-30, False), (30, True)])
def test_a_repeat_of_an_answered_mail_is_one_where_it_came_before_the_answer(
    rig: Rig, minutes: int, is_repeat: bool
) -> None:
    rig.receive(question(rig.address))
    sync(rig)
    own_answer(rig, minutes=minutes, number=50)
    rig.receive(again(rig))
    (record,) = sync(rig)
    assert (not record.job) is is_repeat


def own_answer(rig: Rig, *, minutes: int, number: int) -> None:
    """File an answer of the owner to the first question, sent so many minutes from now."""
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    fields = ("In-Reply-To: <question1@example.com>", "References: <question1@example.com>")
    data = question("x@example.org", *fields, body="Noon, and bring the plan.\n\nBob", number=number, date=at)
    data = data.replace(b"From: Ann Lee <ann.lee@example.com>", f"From: Bob Ray <{rig.address}>".encode())
    rig.file_sent(data.replace(b"To: Bob Ray <x@example.org>", b"To: Ann Lee <ann.lee@example.com>"), at)


ANSWER, WITH_GAP = "<question50@example.com>", "On [[day]]."


def sent_with_gap(rig: Rig, detail: Mapping[str, object] = MappingProxyType({})) -> Job:
    """Let the answer to a first mail go out now, and return its job."""
    rig.receive(question(rig.address, body="Hi Bob,\n\nAlso, which day would suit you?\n\nAnn"))
    (record,) = sync(rig)
    job, told = rig.run(record.job), {"text": WITH_GAP, SENT_AS: ANSWER, **detail}
    rig.store.effects.add_outcome(job, "edited", person=job.person, distance=None, detail=told)
    return job


def warned(rig: Rig) -> bool:
    """Read the mailbox, and return whether its owner is still told of the answer to the first mail."""
    sync(rig)
    return [mail.message_id for mail in gaps_sent(rig.store.records, rig.account)] == ["<question1@example.com>"]


def test_what_went_out_with_a_gap_is_said_until_its_owner_knows_or_has_written_again(rig: Rig) -> None:
    sent_with_gap(rig)
    for number in range(2, 25):
        mail = TriageRecord(rig.account.name, f"k{number}", no_reply())
        TriageRecords(rig.store.records, rig.account).put(f"k{number}", mail)
    own_answer(rig, minutes=-30, number=49)  # "I'll come back to you", before the draft went out
    for minutes in (-1, 2):  # the same answer, saved by the server and by the mail program
        own_answer(rig, minutes=minutes, number=50)
    assert warned(rig)
    own_answer(rig, minutes=20, number=51)
    assert not warned(rig)


def test_another_mail_is_one_where_the_answer_itself_stands_no_more_among_the_sent_mails(rig: Rig) -> None:
    sent_with_gap(rig)
    assert warned(rig)
    own_answer(rig, minutes=20, number=51)
    assert not warned(rig)


def test_an_answer_whose_message_id_was_not_kept_is_told_by_its_time(rig: Rig) -> None:
    sent_with_gap(rig, {SENT_AS: ""})
    for minutes in (-1, 2):
        own_answer(rig, minutes=minutes, number=50)
    assert warned(rig)
    own_answer(rig, minutes=20, number=51)
    assert not warned(rig)


def test_what_is_told_of_an_answer_with_a_gap_afterwards_changes_nothing(rig: Rig) -> None:
    job = sent_with_gap(rig)
    rig.store.outcomes.add_event(job, "click", 1.0)
    rig.store.effects.add_outcome(job, "rejected", person=job.person, distance=None, detail={MARKED: True})
    assert warned(rig)


def test_what_was_only_marked_as_used_with_a_gap_was_not_sent(rig: Rig) -> None:
    job = sent_with_gap(rig, {MARKED: True})
    assert not warned(rig)
    detail = {"text": WITH_GAP, SENT_AS: ANSWER}
    rig.store.effects.add_outcome(job, "edited", person=job.person, distance=None, detail=detail)
    assert warned(rig)


def test_an_answer_without_a_gap_after_one_with_a_gap_ends_the_warning(rig: Rig) -> None:
    job = sent_with_gap(rig)
    detail = {"text": "On Monday."}
    rig.store.effects.add_outcome(job, "edited", person=job.person, distance=None, detail=detail)
    assert not warned(rig)


def no_reply() -> JsonObject:
    return {"needs_reply": False, "reason": "", "rule": "gone"}


def test_an_invitation_is_never_a_repeat() -> None:
    mail = MailMessage(subject="Plan", text="See the time above.")
    assert content_of(mail) == content_of(mail.model_copy(update={"message_id": "<b@x>"})) != ""
    assert content_of(mail.model_copy(update={"calendar_method": "REQUEST"})) == ""
    files = [mail.model_copy(update={"attachments": (Attachment(name="a", type="x", size_bytes=n),)}) for n in (1, 2)]
    assert len({content_of(file) for file in files}) == 2


def test_a_marked_mail_gets_a_draft_whatever_is_decided(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(question(rig.address, body="Thank you for the plan. All is well.\n\nAnn"))
    assert [record.job for record in sync(rig)] == [""]
    rig.mark_all()
    (job,) = answer_new(rig)
    assert (job.delivery["requested"], placed(rig, job), sync(rig)) == (True, "placed", [])


AWAY = "Hi,\n\nI am away until Monday. Can it wait? Else ask Mia.\n\nAnn"
ABSENCE = ("Auto-Submitted: auto-replied", "In-Reply-To: <own@example.org>")


def absence(to: str) -> bytes:
    return question(to, *ABSENCE, body=AWAY)


@pytest.mark.parametrize("sent", [bounce, absence])
def test_a_marked_mail_of_a_robot_gets_no_draft_and_the_reason_is_said(rig: Rig, sent: Callable[[str], bytes]) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(sent(rig.address))
    sync(rig)
    rig.mark_all()
    (record,) = sync(rig)
    assert (record.decision["rule"], record.job, sync(rig)) == ("robot", "", [])
    assert record.decision["reason"] == "You asked for a draft, but a program sent it: nobody would read the reply."


def test_a_marked_mail_whose_writer_tells_that_they_are_away_gets_a_draft(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(question(rig.address, body=AWAY))
    rig.mark_all()
    assert [bool(record.job) for record in sync(rig)] == [False, True]


def test_a_mail_whose_owner_may_have_no_draft_is_decided_about_with_the_reason(rig: Rig) -> None:
    policies = policies_of(rig.store, f'{FOR_ALL}surfaces = {{ deny = ["mail"] }}\n')
    intake = load_intake(load_settings(), rig.store, policies=policies)
    rig.receive(question(rig.address))
    (record,) = rig.provider.sync(rig.account, lambda request: intake.add(request)[0])
    assert (record.job, record.decision["rule"]) == ("", "policy")
    assert "The surface mail is not allowed by the rule surfaces.deny of the group all" in record.decision["reason"]
    assert rig.store.jobs.list(limit=5) == []
    assert sync(rig) == []


def test_a_mail_whose_inputs_cannot_be_used_is_decided_about_and_holds_up_no_other(rig: Rig) -> None:
    reply = load_recipes()["reply"]
    needed = reply.inputs[0].model_copy(update={"name": "order", "required": True})
    recipe = reply.model_copy(update={"inputs": (*reply.inputs, needed)})
    intake = load_intake(load_settings(), rig.store, recipes={"reply": recipe})
    rig.receive(question(rig.address))
    (record,) = rig.provider.sync(rig.account, lambda request: intake.add(request)[0])
    assert (record.job, record.decision["rule"]) == ("", "unreadable")
    assert sync(rig) == []


def test_a_job_is_in_the_language_in_which_its_person_wants_to_be_spoken_to(rig: Rig) -> None:
    rig.receive(question(rig.address))
    want(rig, Preferences(labels="fr"))
    (record,) = sync(rig)
    assert rig.store.jobs.get(record.job).delivery[SPOKEN] == "fr"
    home = People(rig.store.records).identity(rig.account.workspace, rig.account.person)
    choose_language(rig.store.records, home, "de")
    rig.receive(question(rig.address, number=91))
    (record,) = sync(rig)
    assert rig.store.jobs.get(record.job).delivery[SPOKEN] == "de"


def test_while_the_recipe_is_missing_mails_wait(rig: Rig) -> None:
    intake = load_intake(load_settings(), rig.store, recipes={})
    rig.receive(question(rig.address))
    with pytest.raises(NotFoundError):
        list(rig.provider.sync(rig.account, lambda request: intake.add(request)[0]))
    (record,) = sync(rig)
    assert record.job


def test_an_address_that_looks_like_a_programs_is_a_persons_when_the_owner_has_written_to_it(rig: Rig) -> None:
    asks = "Tracking is open for number 7. Was everything right?\n\nHarbour"
    tracking = ("From: tracking@harbour.example", "Subject: Moorings")
    rig.receive(question(rig.address, *tracking, body=asks))
    (record,) = sync(rig)
    assert not record.job
    own = f"From: {rig.address}\nTo: Tracking@harbour.example\nSubject: Moorings\nMessage-ID: <own@x.example>\n\nHello"
    rig.file_sent(own.encode(), datetime.now(UTC) - timedelta(days=40))
    rig.receive(question(rig.address, *tracking, body=asks, number=91))
    rig.receive(question(rig.address, "From: noreply@harbour.example", body="Tracking is open.\n\nHarbour", number=92))
    rig.receive(question(rig.address, number=93))
    records = sync(rig)
    assert [bool(record.job) for record in records] == [True, False, True]
    assert "turns_on_history" not in records[0].decision
