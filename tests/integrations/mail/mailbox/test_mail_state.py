"""What a label says of a mail, and in which words."""

from dataclasses import replace

import pytest

from core.drafts import RECIPIENTS_CHECK, Draft, Finding, Gap
from core.job import Job, JobRequest
from core.store import Store
from integrations.mail.mailbox.mail_state import MailState, mail_state
from integrations.mail.mailbox.triage_records import DraftStatus, TriageRecord, alerts_of, asks_something


def record(rule: str, *, needs_reply: bool = False, job: str = "") -> TriageRecord:
    return TriageRecord("bob", 1, {"rule": rule, "needs_reply": needs_reply, "reason": ""}, job=job)


def job_of(store: Store, text: str) -> Job:
    job, _ = store.jobs.add(JobRequest("reply", {}, surface="cli", person="bob"))
    return replace(job, draft=Draft(recipe="reply", text=text))


@pytest.mark.parametrize(
    ("rule", "needs_reply", "label"),
    [
        ("suspicious", False, "suspicious"),
        ("not_asked", False, "info"),
        ("mass_mail", False, "info"),
        ("day_limit", False, "to_reply"),
        ("asked", True, "to_reply"),
        ("answered", False, ""),
        ("spam", False, ""),
        ("own_mail", False, ""),
        ("never_for", False, ""),
        ("unreadable", False, ""),
    ],
)
def test_a_mail_without_a_draft_is_labelled_by_what_was_decided(rule: str, needs_reply: bool, label: str) -> None:
    assert mail_state(record(rule, needs_reply=needs_reply), None) == (label, 0, False)


@pytest.mark.parametrize(
    ("placed", "outcome", "label"),
    [
        ("", "", "to_reply"),
        ("placed", "", "drafted"),
        ("only_gaps", "", "to_reply"),
        ("left_to_person", "", "to_reply"),
        ("superseded", "", ""),
        ("placed", "accepted", ""),
        ("placed", "edited", ""),
        ("placed", "rejected", ""),
        ("placed", "expired", "to_reply"),
    ],
)
def test_a_mail_with_a_draft_is_labelled_by_what_became_of_it(
    store: Store, placed: str, outcome: str, label: str
) -> None:
    status = DraftStatus(job_of(store, "On Tuesday."), placed, outcome)
    assert mail_state(record("asked", needs_reply=True, job=status.job.id), status).label == label


def test_an_answer_counts_whatever_became_of_the_draft(store: Store) -> None:
    status = DraftStatus(job_of(store, "On Tuesday."), "placed", "rejected")
    asked = record("asked", needs_reply=True, job=status.job.id)
    assert mail_state(asked, status, is_answered=True, asks=True).label == "waiting"
    assert mail_state(asked, status, is_answered=True).label == ""
    assert mail_state(asked, None).label == ""  # its job was deleted


def test_only_a_draft_that_asks_something_waits_for_an_answer(store: Store) -> None:
    status = DraftStatus(job_of(store, "Which day suits you?"), "placed", "accepted", asks=True)
    assert mail_state(record("asked", needs_reply=True, job=status.job.id), status).label == "waiting"
    assert [asks_something(text) for text in ("ja, passt", "oui, mardi 8 à 10 h", "Passt dir Dienstag?")] == [
        False,
        False,
        True,
    ]


def test_a_draft_that_went_out_with_a_gap_says_so(store: Store) -> None:
    status = DraftStatus(job_of(store, "On [[day]]."), "placed", "edited", has_open_gaps=True)
    state = mail_state(record("asked", needs_reply=True, job=status.job.id), status, is_answered=True)
    assert state.words() == "sent with open gaps"


@pytest.mark.parametrize(
    ("gaps", "language", "words"),
    [
        (0, "en", "draft"),
        (1, "en", "draft (1 gap)"),
        (2, "en", "draft (2 gaps)"),
        (12, "en", "draft (9+ gaps)"),
        (2, "de", "Entwurf (2 L\u00fccken)"),
        (1, "fr", "brouillon (1 lacune)"),
        (3, "es", "borrador (3 huecos)"),
    ],
)
def test_the_label_of_a_draft_says_how_many_gaps_it_has(gaps: int, language: str, words: str) -> None:
    assert MailState("drafted", gaps).words(language) == words


@pytest.mark.parametrize(("asks", "words"), [("On Tuesday.", "draft"), ("[[When?]]", "draft (1 gap)")])
def test_a_label_counts_what_is_asked_and_no_hints(store: Store, asks: str, words: str) -> None:
    hint = Gap(place="[[It also says: x]]", question="It also says: x", is_hint=True)
    job = job_of(store, f"Hi Ann,\n\n{asks}\n\n{hint.place}\n\nBob")
    assert job.draft
    hinted = replace(job, draft=job.draft.model_copy(update={"gaps": (hint,)}))
    asked = record("asked", needs_reply=True, job=job.id)
    assert mail_state(asked, DraftStatus(hinted, "placed", "")).words() == words


def test_a_label_counts_what_is_to_be_seen_first(store: Store) -> None:
    alert = Gap(place="[[Look first: x]]", question="Look first: x", is_hint=True, is_alert=True)
    job = job_of(store, "Hi Ann,\n\nOn Tuesday.\n\nBob")
    assert job.draft
    status = DraftStatus(replace(job, draft=job.draft.model_copy(update={"gaps": (alert,)})), "placed", "")
    assert mail_state(record("asked", needs_reply=True, job=job.id), status).words() == "draft (1 gap)"
    judged = record("asked", needs_reply=True, job=job.id)
    assert alerts_of(judged, status) == ["Look first: x"]
    told = replace(judged, decision={**judged.decision, "danger": "It smells of gas."})
    assert alerts_of(told, status) == ["Look first: x"]
    assert alerts_of(told, None) == alerts_of(told, DraftStatus(job)) == ["Possible danger: It smells of gas."]
    assert alerts_of(judged, None) == []


def test_a_draft_that_rests_on_what_somebody_may_not_read_says_so(store: Store) -> None:
    job = job_of(store, "On Tuesday. [[When?]]")
    assert job.draft
    remark = Finding(check=RECIPIENTS_CHECK, severity="warn", sentence="Rests on “Plan”, which Kim Park may not read.")
    remarked = replace(job, draft=job.draft.model_copy(update={"findings": (remark,)}))
    asked = record("asked", needs_reply=True, job=job.id)
    assert mail_state(asked, DraftStatus(job, "placed", "")).words() == "draft (1 gap)"
    state = mail_state(asked, DraftStatus(remarked, "placed", ""))
    assert state.words() == "draft (1 gap) with internal source"
    assert MailState("drafted", is_internal=True).words("de") == "Entwurf mit interner Quelle"
    assert "," not in state.words()  # Outlook keeps categories as one list with commas
