"""Each draft is stored once, whoever provides the mailbox: replies in their thread, new mails by their key."""

from integrations.mail.mailbox.account import MailOwner, NewMail
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.surface import NewDrafts
from tests.integrations.mail.imap.mails import follow_up as later_question
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import (
    Rig,
    answer_new,
    outcomes,
    placed,
)

LONG_SECONDS = 60.0


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
