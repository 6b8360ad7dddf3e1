"""New mail of the folders that a person has chosen is treated as that of the inbox, whoever provides the mailbox."""

import pytest

from integrations.mail.mailbox.preferences import Preferences, load_preferences
from integrations.mail.mailbox.triage_records import TriageRecords
from tests.integrations.mail.imap.mails import newsletter, question
from tests.integrations.mail.mailbox.conftest import MARK, DovecotRig, Rig, answer_new, outcomes, placed, sync, want

FOLDER, OTHER = "Projects", "Lists"


@pytest.fixture
def chosen(rig: Rig) -> Rig:
    """A mailbox with two folders of which one is chosen."""
    rig.make_folder(FOLDER)
    rig.make_folder(OTHER)
    want(rig, Preferences(folders=(FOLDER,)))
    return rig


def test_new_mail_of_a_chosen_folder_is_decided_about_once_and_answered_in_its_thread(chosen: Rig) -> None:
    chosen.receive(question(chosen.address, number=1))
    chosen.receive_in(FOLDER, question(chosen.address, number=2))
    chosen.receive_in(FOLDER, newsletter(chosen.address))
    chosen.receive_in(OTHER, question(chosen.address, number=3))
    records = sync(chosen)
    assert [record.decision["needs_reply"] for record in records] == [True, True, False]
    jobs = [chosen.run(record.job) for record in records if record.job]
    assert [placed(chosen, job) for job in jobs] == ["placed", "placed"]
    assert len({record.job for record in records if record.job}) == 2
    assert sync(chosen) == []
    chosen.receive_in(FOLDER, question(chosen.address, number=4))
    (later,) = sync(chosen)
    assert later.job


def test_a_mail_that_is_moved_between_the_inbox_and_a_chosen_folder_is_no_news(chosen: Rig) -> None:
    chosen.receive(question(chosen.address, number=1))
    answer_new(chosen)
    chosen.move_all(FOLDER)
    chosen.receive_in(FOLDER, question(chosen.address, number=2))
    (record,) = sync(chosen)
    assert (len(chosen.drafts()), record.job != "") == (1, True)


def test_the_draft_for_a_mail_of_a_chosen_folder_waits_while_the_mail_is_there(chosen: Rig) -> None:
    chosen.receive_in(FOLDER, question(chosen.address))
    (job,) = answer_new(chosen)
    assert outcomes(chosen) == []
    assert len(chosen.drafts()) == 1
    with chosen.provider.open(chosen.account) as mailbox:
        if chosen.provider.kind != "memory":
            assert b"Subject:" in (mailbox.raw(chosen.provider.target(job.delivery)) or b"")
    chosen.send_draft()
    assert outcomes(chosen) == ["accepted"]


def test_a_marked_mail_of_a_chosen_folder_gets_a_draft(chosen: Rig) -> None:
    if not isinstance(chosen, DovecotRig):
        return  # the others find marked mail by other means, wherever it lies
    want(chosen, Preferences(folders=(FOLDER,), on_request=MARK))
    chosen.receive_in(FOLDER, question(chosen.address, body="Thank you for the plan. All is well.\n\nAnn"))
    assert [record.job for record in sync(chosen)] == [""]
    with chosen._mailbox.server.client(chosen.address) as client:
        client.select_folder(FOLDER)
        client.add_flags(client.search(), [b"\\Flagged"])
    (job,) = answer_new(chosen)
    assert (placed(chosen, job), sync(chosen)) == ("placed", [])


def test_mail_of_a_folder_that_is_not_chosen_any_more_is_left_alone(chosen: Rig) -> None:
    chosen.receive_in(FOLDER, question(chosen.address, number=1))
    assert len(sync(chosen)) == 1
    want(chosen, Preferences())
    chosen.receive_in(FOLDER, question(chosen.address, number=2))
    assert sync(chosen) == []
    chosen.receive(question(chosen.address, number=3))
    assert len(sync(chosen)) == 1
    assert len(TriageRecords(chosen.store.records, chosen.account).newest()) == 2
    assert load_preferences(chosen.store.records, chosen.account.workspace, chosen.account.name).folders == ()
