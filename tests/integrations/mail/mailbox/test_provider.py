"""What every mailbox does, whoever provides it: on a real Dovecot, at the fake Microsoft over HTTP, and in memory."""

from itertools import islice

from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.triage_records import TriageRecords
from tests.integrations.mail.imap.mails import follow_up as later_question
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import (
    Rig,
    answer_new,
    placed,
)


def test_a_round_that_breaks_off_gives_the_mail_again_that_it_was_at(rig: Rig) -> None:
    for number in (1, 2, 3):
        rig.receive(question(rig.address, number=number))
    with rig.provider.open(rig.account) as mailbox:
        first, second = islice(mailbox.new_mail(), 2)
    with rig.provider.open(rig.account) as mailbox:
        again = [arrival.key for arrival in mailbox.new_mail()]
    assert second.key in again
    assert len({first.key, second.key, *again}) == 3


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


def test_a_mailbox_that_is_forgotten_leaves_nothing(rig: Rig) -> None:
    rig.receive(question(rig.address))
    answer_new(rig)
    rig.provider.forget(rig.account)
    assert rig.provider.accounts.find(rig.account.workspace, rig.account.name) is None
    assert TriageRecords(rig.store.records, rig.account).newest() == []
    assert PendingDrafts(rig.store.records, rig.account).list() == []
