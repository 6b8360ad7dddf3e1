"""What every mailbox does, whoever provides it: on a real Dovecot, at the fake Microsoft over HTTP, and in memory."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from core.errors import InputError
from core.job import Job, JobRequest
from integrations.mail.mailbox.account import MailOwner, NewMail
from integrations.mail.mailbox.follow_ups import follow_up
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.style_learning import learn_style
from integrations.mail.mailbox.surface import NewDrafts
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from tests.integrations.mail.imap.mails import follow_up as later_question
from tests.integrations.mail.imap.mails import newsletter, question
from tests.integrations.mail.mailbox.conftest import MARK, Rig

LONG_SECONDS = 60.0
ASKED = "Hi Ann,\n\ncould you send me the floor plan of the new office?\n\nBob"


def submit(rig: Rig) -> Callable[[JobRequest], Job]:
    return lambda request: rig.store.jobs.add(request)[0]


def sync(rig: Rig) -> list[TriageRecord]:
    return rig.provider.sync(rig.account, submit(rig))


def answer_new(rig: Rig) -> list[Job]:
    return [rig.run(record.job) for record in sync(rig) if record.job]


def placed(rig: Rig, job: Job) -> str:
    return str(rig.store.effects.get_detail(job, "draft").get("placed"))


def outcomes(rig: Rig) -> list[str]:
    """Look for outcomes, and return all that are known."""
    settle_drafts(rig.store, rig.provider, rig.account)
    found = rig.store.effects.outcomes.acts_of([job.id for job in rig.store.jobs.list()])
    return sorted(act.outcome for acts in found.values() for act in acts)


def want(rig: Rig, preferences: Preferences) -> None:
    save_preferences(rig.store.records, rig.account.workspace, rig.account.name, preferences, person="bob")


def own_mail(rig: Rig, *, days: float, number: int) -> None:
    """File a mail that the owner sent so many days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    data = question("x@example.org", body=ASKED, number=number, date=at)
    data = data.replace(b"From: Ann Lee <ann.lee@example.com>", f"From: Bob Ray <{rig.address}>".encode())
    rig.file_sent(data.replace(b"To: Bob Ray <x@example.org>", b"To: Ann Lee <ann.lee@example.com>"), at)


def test_each_new_mail_is_decided_about_once_with_a_job_where_an_answer_is_due(rig: Rig) -> None:
    rig.receive(question(rig.address))
    rig.receive(newsletter(rig.address))
    records = sync(rig)
    assert [(bool(record.job), record.decision["needs_reply"]) for record in records] == [(True, True), (False, False)]
    assert list(TriageRecords(rig.store.records, rig.account).newest()) == records[::-1]
    assert sync(rig) == []


def test_a_round_that_breaks_off_gives_the_mail_again_that_it_was_at(rig: Rig) -> None:
    for number in (1, 2, 3):
        rig.receive(question(rig.address, number=number))
    with rig.provider.open(rig.account) as mailbox:
        first, second = islice(mailbox.new_mail(), 2)
    with rig.provider.open(rig.account) as mailbox:
        again = [arrival.key for arrival in mailbox.new_mail()]
    assert second.key in again
    assert len({first.key, second.key, *again}) == 3


def test_a_marked_mail_gets_a_draft_whatever_is_decided(rig: Rig) -> None:
    want(rig, Preferences(on_request=MARK))
    rig.receive(question(rig.address, body="Thank you for the plan. All is well.\n\nAnn"))
    assert [record.job for record in sync(rig)] == [""]
    rig.mark_all()
    (job,) = answer_new(rig)
    assert (job.delivery["requested"], placed(rig, job), sync(rig)) == (True, "placed", [])


def test_the_draft_waits_once_and_stays_unsent(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (job,) = answer_new(rig)
    (text,) = rig.drafts()
    assert (job.state, placed(rig, job)) == ("delivered", "placed")
    assert "On Tuesday I am free from noon to two." in text
    (pending,) = PendingDrafts(rig.store.records, rig.account).list()
    assert (pending.job, pending.answers, pending.subject) == (job.id, "<question1@example.com>", "lunch")
    with rig.provider.open(rig.account) as mailbox:
        assert mailbox.draft_state(pending).is_waiting
        assert mailbox.is_untouched(pending)


def test_a_newer_mail_replaces_an_untouched_draft(rig: Rig) -> None:
    rig.receive(question(rig.address))
    (older,) = answer_new(rig)
    rig.receive(later_question(rig.address))
    (newer,) = answer_new(rig)
    assert (placed(rig, newer), len(rig.drafts())) == ("placed", 1)
    assert outcomes(rig) == ["expired"]
    assert [pending.job for pending in PendingDrafts(rig.store.records, rig.account).list()] == [newer.id]
    assert older.id != newer.id


def test_a_draft_that_its_owner_has_changed_is_left_to_them(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.edit_draft("My own words")
    before = rig.drafts()
    rig.receive(later_question(rig.address))
    (job,) = answer_new(rig)
    assert (placed(rig, job), rig.drafts()) == ("left_to_person", before)
    (first, *_) = PendingDrafts(rig.store.records, rig.account).list()
    with rig.provider.open(rig.account) as mailbox:
        assert not mailbox.is_untouched(first)
        mailbox.remove_draft(first)
    assert rig.drafts() == before


@pytest.mark.parametrize(("changed", "outcome"), [("", "accepted"), ("Many thanks indeed, Ann.", "edited")])
def test_a_draft_that_was_sent_is_known_as_it_was_sent(rig: Rig, changed: str, outcome: str) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    if changed:
        rig.edit_draft(changed)
    rig.send_draft()
    assert outcomes(rig) == [outcome]
    assert outcomes(rig) == [outcome]
    assert PendingDrafts(rig.store.records, rig.account).list() == []


def test_a_deleted_draft_is_missing_and_counts_when_it_stays_away(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.discard_draft()
    with rig.provider.open(rig.account) as mailbox:
        (pending,) = PendingDrafts(rig.store.records, rig.account).list()
        assert not mailbox.draft_state(pending).is_waiting
        is_waited_for = mailbox.missing_seconds > 0
    assert outcomes(rig) == ([] if is_waited_for else ["rejected"])


def test_the_draft_for_a_mail_that_is_thrown_away_is_taken_back(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.discard_source()
    assert outcomes(rig) == ["expired"]
    assert rig.drafts() == []


def test_an_open_question_is_followed_up_once_until_its_answer_comes(rig: Rig) -> None:
    want(rig, Preferences(follow_up_days=3))
    own_mail(rig, days=4, number=31)
    own_mail(rig, days=1, number=32)
    assert follow_up(rig.store, rig.provider, rig.account, submit(rig)) == 1
    (job,) = rig.store.jobs.list()
    assert (rig.run(job.id).state, len(rig.drafts())) == ("delivered", 1)
    rig.receive(question(rig.address, "In-Reply-To: <question31@example.com>", body="Here it is.", number=33))
    follow_up(rig.store, rig.provider, rig.account, submit(rig))
    assert rig.drafts() == []
    assert len(rig.store.jobs.list()) == 1


def test_style_is_learnt_from_sent_mail_with_consent_only(rig: Rig) -> None:
    own_mail(rig, days=1, number=41)
    own_mail(rig, days=2, number=42)
    with pytest.raises(InputError, match="has not agreed"):
        learn_style(rig.store.records, rig.provider, rig.account)
    want(rig, Preferences(learns_voice=True))
    assert learn_style(rig.store.records, rig.provider, rig.account).learnt_from == 2


def test_a_new_mail_is_one_draft_and_a_changed_one_stays_beside_it(rig: Rig) -> None:
    drafts = NewDrafts(rig.store.records, rig.provider, patience_seconds=LONG_SECONDS)
    owner = MailOwner(rig.account.workspace, "bob")
    first = NewMail("key", "Figures", "Thank you for your message.")
    drafts.put(owner, first)
    drafts.put(owner, first)
    assert len(rig.drafts()) == 1
    drafts.put(owner, NewMail("key", "Figures", "Thank you for your message. Here they are."))
    assert ["Here they are." in text for text in rig.drafts()] == [True]
    rig.edit_draft("My own words.")
    drafts.put(owner, NewMail("key", "Figures", "Another text"))
    assert len(rig.drafts()) == 2


def test_a_mailbox_that_is_forgotten_leaves_nothing(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.provider.forget(rig.account)
    assert rig.provider.accounts.find(rig.account.workspace, rig.account.name) is None
    assert TriageRecords(rig.store.records, rig.account).newest() == []
    assert PendingDrafts(rig.store.records, rig.account).list() == []
