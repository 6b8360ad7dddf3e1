"""What became of a draft at Microsoft, found by its id in whichever folder it is."""

import time
from dataclasses import replace

import pytest

from core.errors import CredentialError
from core.outcomes import Act
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import EXPIRES_SECONDS, PendingDrafts
from tests.fakes.microsoft import Refused
from tests.fakes.microsoft.messages import Stored
from tests.integrations.mail.graph.conftest import ADDRESS, Office
from tests.integrations.mail.imap.conftest import write_finished
from tests.integrations.mail.imap.mails import follow_up, question


@pytest.fixture
def drafted(connected: Office) -> Office:
    """Have a draft that waits and leaves nothing open."""
    connected.generate = write_finished
    connected.box.receive(question(ADDRESS))
    connected.answer_new()
    return connected


def draft(office: Office) -> Stored:
    (found,) = office.drafts
    return found


def settle(office: Office) -> list[Act]:
    """Look after the drafts, and return all that is known of them."""
    office.settle()
    ids = [one.id for one in office.store.jobs.list(person="bob")]
    return [act for found in office.store.effects.outcomes.acts_of(ids).values() for act in found]


def test_a_draft_sent_as_it_was_is_accepted(drafted: Office) -> None:
    drafted.box.sends(draft(drafted))
    assert [(act.outcome, act.distance) for act in settle(drafted)] == [("accepted", 0.0)]
    assert PendingDrafts(drafted.store.records, drafted.account).list() == []


def test_a_draft_sent_with_its_gaps_is_not_accepted_and_teaches_nothing(connected: Office) -> None:
    connected.box.receive(question(ADDRESS))
    connected.answer_new()
    connected.box.sends(draft(connected))
    assert [(act.outcome, act.distance, act.labels) for act in settle(connected)] == [("edited", None, ("open_gaps",))]


def test_a_draft_sent_with_other_words_is_edited_and_says_how_far(drafted: Office) -> None:
    drafted.box.edits(draft(drafted), "Dear Ann, how kind of you to ask me after all these years.")
    drafted.box.sends(draft(drafted))
    (act,) = settle(drafted)
    assert act.outcome == "edited"
    assert act.distance
    assert 0.1 < act.distance < 0.9


def answer_by_hand(office: Office, text: str, *, is_tied: bool = True) -> None:
    """Let the owner answer in a mail of their own."""
    (source,) = office.box.in_folder("inbox")
    own = office.box.begins_reply(source, text)
    if not is_tied:
        own.in_reply_to, own.references = "", []
    office.box.sends(own)


def test_an_answer_of_the_person_s_own_rejects_the_draft_and_takes_it_out_of_the_thread(drafted: Office) -> None:
    answer_by_hand(drafted, "No.")
    assert [(act.outcome, act.distance) for act in settle(drafted)] == [("rejected", None)]
    assert drafted.drafts == []
    assert PendingDrafts(drafted.store.records, drafted.account).list() == []


@pytest.mark.parametrize("is_tied", [True, False])
def test_the_draft_s_words_in_another_mail_of_the_thread_count_as_the_draft(drafted: Office, is_tied: bool) -> None:
    job = drafted.store.jobs.list(person="bob")[0]
    assert job.draft
    answer_by_hand(drafted, job.draft.text.replace("\n", "<br>"), is_tied=is_tied)
    assert [act.outcome for act in settle(drafted)] == ["accepted"]
    assert drafted.drafts == []


def test_a_draft_that_its_owner_has_begun_to_change_stays_when_they_answer_otherwise(drafted: Office) -> None:
    drafted.box.edits(draft(drafted), "Dear Ann,")
    answer_by_hand(drafted, "No.")
    assert [act.outcome for act in settle(drafted)] == ["rejected"]
    assert len(drafted.drafts) == 1


def test_the_draft_for_a_mail_that_is_thrown_away_is_taken_back_and_counts_as_nobody_s_rejection(
    drafted: Office,
) -> None:
    (source,) = drafted.box.in_folder("inbox")
    drafted.box.discards(source)
    assert [act.outcome for act in settle(drafted)] == ["expired"]
    assert drafted.drafts == []


@pytest.mark.parametrize("folder", ["archive", "deleteditems"])
def test_a_draft_stays_when_its_mail_is_filed_or_its_owner_has_changed_it(drafted: Office, folder: str) -> None:
    (source,) = drafted.box.in_folder("inbox")
    drafted.box.move(source, folder)
    if folder == "deleteditems":
        drafted.box.edits(draft(drafted), "Dear Ann,")
    assert settle(drafted) == []
    assert len(drafted.drafts) == 1


def test_sent_mail_of_other_threads_says_nothing_about_a_draft(drafted: Office) -> None:
    other = drafted.box.receive(question(ADDRESS, number=9).replace(b"Subject: Lunch", b"Subject: Dinner"))
    drafted.box.sends(drafted.box.begins_reply(other, "Yes."))
    assert settle(drafted) == []


@pytest.mark.parametrize("is_for_good", [False, True])
def test_a_deleted_draft_is_rejected(drafted: Office, is_for_good: bool) -> None:
    found = draft(drafted)
    drafted.box.discards(found)
    if is_for_good:
        del drafted.box.messages[found.number]
    assert [act.outcome for act in settle(drafted)] == ["rejected"]


def test_a_draft_that_a_newer_one_replaced_is_expired_and_the_newer_one_waits(drafted: Office) -> None:
    drafted.box.receive(follow_up(ADDRESS))
    (job,) = drafted.answer_new()
    assert [act.outcome for act in settle(drafted)] == ["expired"]
    assert [one.job for one in PendingDrafts(drafted.store.records, drafted.account).list()] == [job.id]


def test_a_draft_that_waits_is_waited_for_until_a_week_is_over(drafted: Office) -> None:
    assert settle(drafted) == []
    (waiting,) = PendingDrafts(drafted.store.records, drafted.account).list()
    old = replace(waiting, placed_at=time.time() - EXPIRES_SECONDS - 60)
    PendingDrafts(drafted.store.records, drafted.account).put(old)
    assert [act.outcome for act in settle(drafted)] == ["expired"]


def test_each_draft_counts_once(drafted: Office) -> None:
    (waiting,) = PendingDrafts(drafted.store.records, drafted.account).list()
    drafted.box.sends(draft(drafted))
    settle(drafted)
    PendingDrafts(drafted.store.records, drafted.account).put(waiting)
    assert len(settle(drafted)) == 1


def test_a_draft_that_cannot_be_read_now_is_looked_at_later(drafted: Office) -> None:
    drafted.box.sends(draft(drafted))
    drafted.fake.faults.add("GET */messages/*", Refused(400, "ErrorInternal"), times=2)  # together, then alone
    assert settle(drafted) == []
    assert [act.outcome for act in settle(drafted)] == ["accepted"]


def test_drafts_are_asked_for_every_few_minutes_and_not_after_a_refused_sign_in(drafted: Office) -> None:
    drafted.beat()
    drafted.fake.ledger.clear()
    drafted.beat()
    drafted.microsoft.accounts.update_status(drafted.account, settled_at=0.0, error=CredentialError("x").to_json())
    drafted.beat()
    assert drafted.fake.ledger.requests == []


def test_waiting_drafts_are_looked_at_together(connected: Office) -> None:
    for number in range(3):
        connected.box.receive(question(ADDRESS, number=number + 1))
        connected.fake.clock.advance(2)
    jobs = [connected.run(record.job) for record in connected.provider.sync(connected.account, connected.submit)]
    assert len(connected.drafts) == len(jobs) == 3
    connected.box.sends(connected.drafts[0])
    connected.fake.ledger.clear()
    settle_drafts(connected.store, connected.provider, connected.account)
    batches = connected.fake.ledger.find("POST /v1.0/$batch")
    assert len(batches) == 1
    acts = connected.store.effects.outcomes.acts_of([job.id for job in jobs])
    assert sum(bool(known) for known in acts.values()) == 1
