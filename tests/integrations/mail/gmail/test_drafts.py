"""Putting drafts at Gmail: one per thread, found again after any accident, and never over what the person wrote."""

import pytest

from integrations.mail.mailbox.preferences import Preferences, save_preferences
from tests.fakes.google import OVER_QUOTA, AnswerLost, Refused, Reset
from tests.integrations.mail.gmail.conftest import Desk
from tests.integrations.mail.graph.conftest import ADDRESS
from tests.integrations.mail.imap.mails import follow_up, question


def test_the_draft_waits_in_the_thread_of_the_mail_which_stays_unread(seated: Desk) -> None:
    source = seated.box.receive(question(ADDRESS))
    (job,) = seated.answer_new()
    (draft,) = seated.drafts
    assert (job.state, seated.placed(job)) == ("delivered", "placed")
    assert (draft.thread, draft.subject, draft.labels) == (source.thread, "Re: Lunch", {"DRAFT"})
    assert draft.answers == {"<question1@example.com>"}
    assert str(draft.mail["To"]) == "Ann Lee <ann.lee@example.com>"
    assert draft.text.startswith("Thank you for your message.")
    assert source.labels == {"INBOX", "UNREAD"}
    assert seated.fake.ledger.sends == []
    assert seated.fake.ledger.refusals == []


@pytest.mark.parametrize("rewrites", [False, True])
def test_an_edited_draft_is_left_alone_and_a_newer_mail_replaces_an_untouched_one(seated: Desk, rewrites: bool) -> None:
    seated.box.rewrites_message_ids = rewrites
    seated.box.receive(question(ADDRESS))
    (first,) = seated.answer_new()
    seated.box.receive(follow_up(ADDRESS))
    (second,) = seated.answer_new()
    assert [seated.placed(job) for job in (first, second)] == ["placed", "placed"]
    (draft,) = seated.drafts
    seated.box.edits(draft, "My own words")
    seated.box.receive(follow_up(ADDRESS, number=3))
    (third,) = seated.answer_new()
    assert seated.placed(third) == "left_to_person"
    assert [draft.text.startswith("My own words") for draft in seated.drafts] == [True]


def test_a_draft_that_the_person_began_is_the_threads_one_draft(seated: Desk) -> None:
    source = seated.box.receive(question(ADDRESS))
    own = seated.box.begins_reply(source, "I am writing this myself")
    (job,) = seated.answer_new()
    assert seated.drafts == [own]
    assert seated.placed(job) == "left_to_person"


def test_a_thread_that_changes_its_subject_has_one_draft(seated: Desk) -> None:
    """Gmail begins another thread then; the references say that it is the same."""
    seated.box.receive(question(ADDRESS))
    seated.answer_new()
    changed = seated.box.receive(follow_up(ADDRESS).replace(b"Subject: Lunch", b"Subject: Supper"))
    seated.answer_new()
    (draft,) = seated.drafts
    assert (draft.subject, draft.thread) == ("Re: Supper", changed.thread)


def test_an_older_mail_whose_job_ends_later_adds_no_draft(seated: Desk) -> None:
    seated.box.receive(question(ADDRESS))
    seated.fake.clock.advance(2)
    seated.box.receive(follow_up(ADDRESS))
    older, newer = seated.sync()
    seated.run(newer.job)
    seated.run(older.job)
    (draft,) = seated.drafts
    assert "<question2@example.com>" in draft.answers
    assert seated.placed(seated.store.jobs.get(older.job)) == "superseded"


@pytest.mark.parametrize("fault", [AnswerLost(), Reset()], ids=["answer lost", "request lost"])
@pytest.mark.parametrize("rewrites", [False, True], ids=["", "another Message-ID"])
def test_a_worker_cut_off_at_any_request_leaves_one_draft(seated: Desk, fault: Reset, rewrites: bool) -> None:
    """Each request of a delivery in turn is the last of a worker; another one takes the job over."""
    seated.box.rewrites_message_ids = rewrites
    cut = 0
    for number in range(1, 40):
        seated.box.receive(question(ADDRESS, number=number).replace(b": Lunch", b": Lunch %d" % number))
        (judged,) = seated.sync()
        before = {draft.id for draft in seated.drafts}
        seated.fake.faults.cut_after(number - 1, fault)
        seated.run(judged.job)
        is_cut = seated.fake.faults.come_back()
        job = seated.run(judged.job)
        assert (job.state, seated.placed(job)) == ("delivered", "placed"), (number, job.error)
        new = [draft for draft in seated.drafts if draft.id not in before]
        assert [draft.answers for draft in new] == [{f"<question{number}@example.com>"}], number
        cut += is_cut
        if not is_cut:
            break
    assert cut >= 4


def test_a_draft_that_is_changed_just_before_it_is_replaced_stays(seated: Desk) -> None:
    seated.box.receive(question(ADDRESS))
    seated.answer_new()
    seated.box.receive(follow_up(ADDRESS))
    (judged,) = seated.sync()
    (draft,) = seated.drafts
    seated.fake.before("POST */drafts", lambda: seated.box.edits(draft, "Mine"))
    seated.run(judged.job)
    assert any(draft.text.startswith("Mine") for draft in seated.drafts)


def test_a_quota_is_waited_for_and_an_outage_tried_later(seated: Desk) -> None:
    seated.box.receive(question(ADDRESS))
    (judged,) = seated.sync()
    seated.fake.faults.add("POST */drafts", OVER_QUOTA)
    assert seated.run(judged.job).state == "delivered"
    assert seated.waits
    seated.box.receive(question(ADDRESS, number=9).replace(b"Lunch", b"Supper"))
    (judged,) = seated.sync()
    seated.fake.faults.add("POST */drafts", Refused(503), times=9)
    assert seated.run(judged.job).state == "ready"
    seated.fake.faults.clear()
    assert seated.run(judged.job).state == "delivered"
    assert len(seated.drafts) == 2


def test_a_full_mailbox_is_said_so(seated: Desk) -> None:
    seated.box.is_full = True
    seated.box.receive(question(ADDRESS))
    (job,) = seated.answer_new()
    assert job.error
    assert (job.state, job.error["code"], "full" in job.error["message"]) == ("failed", "limit", True)


def test_everybody_is_answered_only_when_the_person_wants_it(seated: Desk) -> None:
    save_preferences(seated.store.records, "local", ADDRESS, Preferences(reply_all="always"), person="bob")
    seated.box.receive(question(ADDRESS, "Reply-To: desk@example.com", "Cc: Carl <carl@example.com>"))
    seated.answer_new()
    (draft,) = seated.drafts
    assert (str(draft.mail["To"]), str(draft.mail["Cc"])) == ("desk@example.com", "Carl <carl@example.com>")


def test_what_gmail_writes_otherwise_is_no_change_of_the_persons(seated: Desk) -> None:
    """As it does with the sender's name, where the account says another."""
    seated.box.rewrites_senders = True
    seated.box.receive(question(ADDRESS))
    seated.answer_new()
    (draft,) = seated.drafts
    assert "Robert Ray" in str(draft.mail["From"])
    seated.box.receive(follow_up(ADDRESS))
    (job,) = seated.answer_new()
    (draft,) = seated.drafts
    assert seated.placed(job) == "placed"
    assert "<question2@example.com>" in draft.answers


def test_a_draft_that_is_changed_between_the_last_look_and_its_removal_stays(seated: Desk) -> None:
    seated.box.receive(question(ADDRESS))
    seated.answer_new()
    (draft,) = seated.drafts
    draft_id = seated.box.draft_of(draft)
    seated.box.receive(follow_up(ADDRESS))
    (judged,) = seated.sync()
    path = f"GET */drafts/{draft_id}"

    def is_edited_when_asked_for_again() -> None:
        seated.fake.before(path, lambda: seated.fake.before(path, lambda: seated.box.edits(draft, "Mine")))

    # Looked at before the newer draft is stored, once more after, and just before it is removed.
    seated.fake.before("POST */drafts", is_edited_when_asked_for_again)
    seated.run(judged.job)
    assert any(kept.text.startswith("Mine") for kept in seated.drafts)


def test_drafts_that_wait_cost_nothing_of_the_quota_when_another_is_placed(seated: Desk) -> None:
    spent = []
    for number in range(1, 5):
        seated.box.receive(question(ADDRESS, number=number).replace(b": Lunch", b": Lunch %d" % number))
        (judged,) = seated.sync()
        seated.fake.gmail.spent.clear()
        seated.run(judged.job)
        spent.append(sum(units for _, units in seated.fake.gmail.spent[ADDRESS]))
    assert len(seated.drafts) == 4
    assert len(set(spent)) == 1, spent
    assert spent[0] <= 100
