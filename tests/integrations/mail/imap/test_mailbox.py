"""What became of a draft, found in the folders of a real Dovecot: once for each, whatever a mail program does."""

import time
from dataclasses import replace

import pytest

from core.outcomes import Act
from integrations.mail.imap.mailbox import MISSING_SECONDS
from integrations.mail.mailbox.pending_drafts import EXPIRES_SECONDS, PendingDraft, PendingDrafts
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.style_learning import load_examples
from integrations.mail.mailbox.triage_records import TriageRecords, draft_statuses
from tests.integrations.mail.imap.conftest import Mailbox, write_finished
from tests.integrations.mail.imap.mails import follow_up, question


@pytest.fixture
def drafted(mailbox: Mailbox) -> Mailbox:
    """Return a mailbox in which one draft waits that leaves nothing open."""
    mailbox.generate = write_finished
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    return mailbox


def acts(mailbox: Mailbox) -> list[Act]:
    ids = [job.id for job in mailbox.store.jobs.list()]
    return [act for found in mailbox.store.effects.outcomes.acts_of(ids).values() for act in found]


def kinds(mailbox: Mailbox) -> list[str]:
    return sorted(act.outcome for act in acts(mailbox))


def waiting(mailbox: Mailbox) -> PendingDraft:
    (one,) = PendingDrafts(mailbox.store.records, mailbox.account).list()
    return one


def without(data: bytes, *names: bytes) -> bytes:
    """Return a mail without those fields, of one line or more."""
    head, _, body = data.partition(b"\r\n\r\n")
    fields = head.replace(b"\r\n ", b" ").split(b"\r\n")
    kept = [field for field in fields if not field.lower().startswith(tuple(name.lower() + b":" for name in names))]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


def test_nothing_is_known_while_the_draft_waits(drafted: Mailbox) -> None:
    assert drafted.settle() == 0
    assert acts(drafted) == []
    assert waiting(drafted).missing_since == 0.0


def test_a_draft_sent_as_it_was_is_accepted_once(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    drafted.send(draft)
    drafted.discard_drafts()
    before = waiting(drafted)
    assert drafted.settle() == 1
    assert [(act.outcome, act.distance) for act in acts(drafted)] == [("accepted", 0.0)]
    PendingDrafts(drafted.store.records, drafted.account).put(before)  # as after a kill in between
    assert drafted.settle() == 1
    assert kinds(drafted) == ["accepted"]
    assert PendingDrafts(drafted.store.records, drafted.account).list() == []


def test_a_draft_sent_with_its_gaps_is_not_accepted_and_teaches_nothing(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    (job,) = mailbox.answer_new()
    (draft,) = mailbox.drafts()
    assert b"[[" in draft
    mailbox.send(draft)
    mailbox.discard_drafts()
    mailbox.settle()
    assert [(act.outcome, act.distance, act.labels) for act in acts(mailbox)] == [("edited", None, ("open_gaps",))]
    (judged,) = TriageRecords(mailbox.accounts.records, mailbox.account).newest(limit=9)
    status = draft_statuses(mailbox.store, [judged])[job.id]
    assert (status.words, status.to_json()["open_gaps"]) == ("sent with open gaps", True)


def test_a_draft_sent_with_its_gaps_filled_in_is_edited(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    (draft,) = mailbox.drafts()
    start, end = draft.index(b"[["), draft.index(b"]]") + 2
    mailbox.send(draft[:start] + b"On Tuesday I am free from noon to two." + draft[end:])
    mailbox.discard_drafts()
    mailbox.settle()
    (act,) = acts(mailbox)
    assert act.outcome == "edited"
    assert act.distance
    assert "open_gaps" not in act.labels


def test_a_draft_sent_changed_with_a_new_id_is_edited_and_measured(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    changed = draft.replace(b"Thank you for your message.", b"Thank you for your kind message, Ann.")
    assert changed != draft
    drafted.discard_drafts()
    drafted.send(b"Message-ID: <sent1@example.org>\r\n" + without(changed, b"message-id", b"x-unsent"))
    drafted.settle()
    (act,) = acts(drafted)
    assert act.outcome == "edited"
    assert act.distance is not None
    assert 0.02 < act.distance < 0.4
    assert act.labels


def test_a_sent_mail_that_lost_its_thread_is_known_by_its_look(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    drafted.discard_drafts()
    drafted.send(b"Message-ID: <sent1@example.org>\r\n" + without(draft, b"message-id", b"in-reply-to", b"references"))
    drafted.settle()
    assert kinds(drafted) == ["accepted"]


def test_an_answer_of_their_own_rejects_the_draft_and_takes_it_away(drafted: Mailbox) -> None:
    own = "No, sorry: that whole week I am in Lisbon with the children, let us talk about it in March or in April."
    drafted.send(
        question("x@example.org", "In-Reply-To: <question1@example.com>", body=own, number=50).replace(
            b"From: Ann Lee <ann.lee@example.com>", f"From: {drafted.account.user}".encode()
        )
    )
    drafted.settle()
    assert kinds(drafted) == ["rejected"]
    assert drafted.drafts() == []


def test_a_deleted_draft_is_rejected_when_it_stays_away(drafted: Mailbox) -> None:
    drafted.discard_drafts()
    drafted.settle()
    assert acts(drafted) == []
    one = waiting(drafted)
    assert one.missing_since > 0
    late = replace(one, missing_since=time.time() - MISSING_SECONDS - 1)
    PendingDrafts(drafted.store.records, drafted.account).put(late)
    drafted.settle()
    assert kinds(drafted) == ["rejected"]


def test_a_changed_draft_is_edited_when_it_is_sent_after_a_newer_mail_was_left_to_it(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    changed = without(draft, b"message-id").replace(b"Thank you", b"Many, many thanks to you")
    drafted.discard_drafts()
    with drafted.server.client(drafted.account.user) as client:
        client.append(drafted.server.drafts, changed, flags=(b"\\Draft",))
    drafted.receive(follow_up(drafted.account.user))
    drafted.answer_new()
    drafted.settle()
    assert kinds(drafted) == []
    drafted.send(changed)
    drafted.discard_drafts()
    drafted.settle()
    assert kinds(drafted) == ["edited"]


def test_a_draft_that_was_sent_under_another_id_teaches_nothing(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    drafted.send(without(draft, b"message-id"))
    preferences = Preferences(learns_voice=True)
    save_preferences(drafted.store.records, "local", drafted.account.name, preferences, person="bob")
    assert drafted.learn().learnt_from == 0
    assert load_examples(drafted.store.records, "local", drafted.account.name) == []


def test_a_draft_that_a_program_saves_anew_still_waits(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    drafted.discard_drafts()
    drafted.settle()
    with drafted.server.client(drafted.account.user) as client:
        client.append(drafted.server.drafts, without(draft, b"message-id"), flags=(b"\\Draft",))
    drafted.settle()
    assert waiting(drafted).missing_since == 0.0


def test_a_draft_that_nobody_touches_for_a_week_expires(drafted: Mailbox) -> None:
    old = replace(waiting(drafted), placed_at=time.time() - EXPIRES_SECONDS - 60)
    PendingDrafts(drafted.store.records, drafted.account).put(old)
    drafted.settle()
    assert kinds(drafted) == ["expired"]
    assert len(drafted.drafts()) == 1


def test_a_replaced_draft_was_not_rejected(drafted: Mailbox) -> None:
    drafted.receive(follow_up(drafted.account.user))
    drafted.answer_new()
    drafted.settle()
    assert kinds(drafted) == ["expired"]
    assert len(PendingDrafts(drafted.store.records, drafted.account).list()) == 1


def test_a_draft_whose_job_was_deleted_is_forgotten(drafted: Mailbox) -> None:
    with drafted.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM job")
    drafted.settle()
    assert PendingDrafts(drafted.store.records, drafted.account).list() == []


def test_what_became_of_each_draft_is_said_in_words(drafted: Mailbox) -> None:
    judged = TriageRecords(drafted.accounts.records, drafted.account).newest(limit=9)
    ((job_id, waits),) = draft_statuses(drafted.store, judged).items()
    assert (job_id, waits.words, waits.outcome) == (judged[0].job, "waits in Drafts", "")
    (draft,) = drafted.drafts()
    drafted.send(draft)
    drafted.discard_drafts()
    drafted.settle()
    sent = draft_statuses(drafted.store, judged)[job_id]
    assert (sent.words, sent.to_json()["outcome"]) == ("sent as it was", "accepted")
    with drafted.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM job")
    assert draft_statuses(drafted.store, judged) == {}


def throw_away(mailbox: Mailbox, *, into: str) -> None:
    """Let the owner move what is in the inbox."""
    with mailbox.server.client(mailbox.account.user) as client:
        if not client.folder_exists(into):
            client.create_folder(into)
        client.select_folder("INBOX")
        client.move(client.search(), into)


def test_the_draft_for_a_mail_that_is_thrown_away_is_taken_back_and_counts_as_nobody_s_rejection(
    drafted: Mailbox,
) -> None:
    throw_away(drafted, into="Trash")
    drafted.settle()
    assert kinds(drafted) == ["expired"]
    assert drafted.drafts() == []


def test_a_draft_stays_when_its_mail_is_filed(drafted: Mailbox) -> None:
    throw_away(drafted, into="Clients")
    drafted.settle()
    assert kinds(drafted) == []
    assert len(drafted.drafts()) == 1


def test_a_changed_draft_stays_when_its_mail_is_thrown_away(drafted: Mailbox) -> None:
    (draft,) = drafted.drafts()
    drafted.discard_drafts()
    with drafted.server.client(drafted.account.user) as client:
        client.append(drafted.server.drafts, draft.replace(b"Thank you", b"Thanks"), flags=(b"\\Draft",))
    throw_away(drafted, into="Trash")
    drafted.settle()
    assert kinds(drafted) == []
    assert len(drafted.drafts()) == 1
