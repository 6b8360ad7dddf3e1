"""A new mail from another surface as a draft at Microsoft: the same key is the same draft."""

import pytest

from core.errors import NotFoundError, OutageError
from core.job import JobRequest
from integrations.mail.graph.accounts import GraphAccount
from integrations.mail.graph.drafts import GraphDraft
from integrations.mail.mailbox.account import MailOwner, NewDraft
from integrations.mail.mailbox.pending_drafts import PendingDrafts
from integrations.mail.mailbox.surface import NewDrafts
from integrations.mail.message.addresses import Address
from tests.fakes.microsoft import AnswerLost
from tests.integrations.mail.graph.conftest import ADDRESS, LONG_SECONDS, Office

BOB = MailOwner("slack-team", "U1", ADDRESS.upper())
MAIL = NewDraft("job-1", "Figures\nfor March", "Dear Ann,\n\nhere they are <soon>.")


def provider(office: Office) -> NewDrafts[GraphAccount]:
    return NewDrafts(office.store.records, office.provider, patience_seconds=LONG_SECONDS)


def put(office: Office, mail: NewDraft = MAIL) -> str:
    return provider(office).put(BOB, mail)


def test_a_new_mail_waits_in_the_drafts_folder_with_a_link_to_it(connected: Office) -> None:
    link = put(connected)
    (draft,) = connected.drafts
    assert link.startswith("https://")
    assert (draft.subject, draft.is_draft, draft.to) == ("Figures for March", True, [])
    assert "here they are <soon>." in draft.text
    assert connected.fake.ledger.sends == []


def test_a_new_mail_goes_to_whom_it_is_for_and_its_job_hears_what_became_of_it(connected: Office) -> None:
    job = connected.store.jobs.add(JobRequest("compose", {"brief": "x"}, "api", "bob"))[0]
    ann = Address(name="Ann Lee", address="ann@example.com")
    put(connected, NewDraft(job.id, "Figures", MAIL.text, (ann,), job=job.id))
    put(connected, NewDraft(job.id, "Figures", MAIL.text, (ann,), job=job.id))
    (draft,) = connected.drafts
    assert draft.to == [("Ann Lee", "ann@example.com")]
    assert [one.job for one in PendingDrafts(connected.store.records, connected.account).list()] == [job.id]
    assert connected.settle() == 0
    connected.box.discards(draft)
    connected.settle()
    assert [act.outcome for act in connected.store.effects.outcomes.acts_of([job.id])[job.id]] == ["rejected"]


def test_the_same_key_twice_is_one_draft(connected: Office) -> None:
    assert put(connected) == put(connected)
    assert len(connected.drafts) == 1


def test_an_answer_that_was_lost_makes_no_second_draft(connected: Office) -> None:
    connected.fake.faults.add("POST */messages", AnswerLost())
    with pytest.raises(OutageError):
        put(connected)
    put(connected)
    assert len(connected.drafts) == 1


def test_other_words_replace_a_draft_that_nobody_has_changed(connected: Office) -> None:
    put(connected)
    put(connected, NewDraft("job-1", "Figures", "Another text"))
    assert [(draft.subject, draft.text) for draft in connected.drafts] == [("Figures", "Another text")]


def test_a_draft_that_the_person_has_changed_stays_beside_the_new_one(connected: Office) -> None:
    put(connected)
    connected.box.edits(connected.drafts[0], "My own words")
    put(connected, NewDraft("job-1", "Figures", "Another text"))
    assert [draft.text.partition("\n")[0] for draft in connected.drafts] == ["My own words", "Another text"]


def test_only_the_persons_own_mailbox_is_theirs(connected: Office) -> None:
    office = provider(connected)
    assert office.find(BOB)
    assert office.find(MailOwner("local", "bob"))
    assert office.find(MailOwner("local", "bob", mailbox=ADDRESS))
    assert not office.find(MailOwner("local", "bob", mailbox="other@example.org"))
    assert not office.find(MailOwner("slack-team", "U2", "ann@example.org"))
    assert not office.find(MailOwner("slack-team", "U2"))
    with pytest.raises(NotFoundError):
        office.put(MailOwner("slack-team", "U2"), MAIL)


def test_our_text_stands_in_the_body_and_not_in_a_tag_of_a_similar_name() -> None:
    content = "<bodytext>ß</bodytext><BODY lang=de>Hi</BODY>"
    draft = GraphDraft("1", "e", "job", {"body": {"contentType": "html", "content": content}})
    assert draft.with_text("Ann", html="<p>Ann</p>").content == (
        "<bodytext>ß</bodytext><BODY lang=de><p>Ann</p><br>Hi</BODY>"
    )
