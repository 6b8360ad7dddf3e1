"""What became of a draft is found once, whoever provides the mailbox."""

import pytest

from core.errors import OutageError
from core.job import Job
from integrations.mail.mailbox.outcomes import settle_drafts
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.mailbox.triage_records import draft_statuses
from integrations.mail.mailbox.triage_round import TriageRound
from integrations.mail.reply.writing_style import WritingStyle
from tests.integrations.mail.imap.mails import answer_of_colleague, question
from tests.integrations.mail.mailbox.conftest import (
    Rig,
    answer_new,
    outcomes,
    submit,
    sync,
)


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


def test_the_draft_for_a_mail_that_a_colleague_has_answered_is_taken_back(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.receive(answer_of_colleague(rig.address, to="Carl Ott <carl@example.net>", number=2))
    sync(rig)
    assert (outcomes(rig), len(rig.drafts())) == ([], 1)
    rig.receive(answer_of_colleague(rig.address, to="Ann Lee <ann.lee@example.com>", number=3))
    sync(rig)
    assert (outcomes(rig), rig.drafts()) == (["expired"], [])


def test_a_draft_that_its_owner_goes_on_with_stays_whoever_answers(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.edit_draft("Tuesday at noon, Ann.")
    rig.receive(answer_of_colleague(rig.address, to="Ann Lee <ann.lee@example.com>", number=3))
    sync(rig)
    assert (outcomes(rig), len(rig.drafts())) == ([], 1)


def test_the_owners_signature_stands_below_a_draft_and_is_no_change_of_it(rig: Rig) -> None:
    style = WritingStyle(signatures={"en": "Bob Ray\nHead of Plans, Tel. +44 20 7946 0000"})
    save_style(rig.store.records, rig.account.workspace, rig.account.name, style, (), person="bob")
    rig.receive(question(rig.address))
    answer_new(rig)
    assert "7946 0000" in rig.drafts()[0]
    rig.send_draft()
    assert outcomes(rig) == ["accepted"]


def test_a_draft_that_went_out_with_open_gaps_is_told_of_once(rig: Rig) -> None:
    rig.receive(question(rig.address, body="Bob, are you at your desk? I need a payment to a new supplier today."))
    (record,) = sync(rig)
    with rig.provider.open(rig.account) as mailbox:
        after = TriageRound(rig.store.records, rig.account, mailbox, submit(rig)).draft_anyway(record)
    rig.run(after.job)
    rig.send_draft()
    told: list[str] = []

    def tell(job: Job) -> None:
        told.append(job.id)
        raise OutageError("Slack is down.")  # what is stored stays stored

    for _ in range(2):
        settle_drafts(rig.store, rig.provider, rig.account, tell)
    assert told == [after.job]
    assert draft_statuses(rig.store, [after])[after.job].has_open_gaps
