"""Putting drafts: one per thread, found again after any accident, and never over what the person wrote."""

from dataclasses import replace
from email import message_from_bytes

import pytest

from integrations.mail.imap.accounts import ImapAccount
from integrations.mail.imap.connection import open_mailbox
from integrations.mail.imap.placing import ImapDraftsFolder
from integrations.mail.mailbox.pending_drafts import OwnDraft, Thread, ThreadClaim, thread_ids
from integrations.mail.mailbox.placing import Placing, content_hash
from integrations.mail.mailbox.provider import Placed
from integrations.mail.message.message import parse_message
from integrations.mail.message.mime import own_message_id
from tests.integrations.mail.imap.conftest import Mailbox
from tests.integrations.mail.imap.mails import follow_up, question
from tests.servers.cut_line import CutLine
from tests.servers.dovecot import running_dovecot


def placed(mailbox: Mailbox, job_id: str) -> str:
    job = mailbox.store.jobs.get(job_id)
    return str(mailbox.store.effects.get_detail(job, "draft").get("placed"))


def edit_draft(mailbox: Mailbox, *, message_id: str = "") -> None:
    """Change the only draft as a mail program does: add the new one, remove the old."""
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("Drafts")
        (uid,) = client.search("ALL")
        data: bytes = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
        if message_id:
            own = str(message_from_bytes(data)["Message-ID"]).encode()
            data = data.replace(own, message_id.encode())
        client.append("Drafts", data.replace(b"Thank you", b"Thanks a lot"), flags=(b"\\Draft",))
        client.delete_messages([uid])
        client.expunge([uid])


def test_the_draft_waits_in_the_thread_of_the_mail(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    (job,) = mailbox.answer_new()
    ((data, flags),) = mailbox.server.messages("Drafts", mailbox.account.user)
    draft = parse_message(data)
    assert (job.state, placed(mailbox, job.id)) == ("delivered", "placed")
    assert b"\\Draft" in flags
    assert draft.message_id == own_message_id("example.org", job.id)
    assert (draft.in_reply_to, draft.references) == ("<question1@example.com>", ("<question1@example.com>",))
    assert [one.address for one in draft.to] == ["ann.lee@example.com"]
    assert draft.subject == "Re: Lunch"


def test_a_newer_mail_replaces_an_untouched_draft(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    mailbox.receive(follow_up(mailbox.account.user))
    (job,) = mailbox.answer_new()
    assert [parse_message(data).message_id for data in mailbox.drafts()] == [own_message_id("example.org", job.id)]


@pytest.mark.parametrize("message_id", ["", "<of-the-mail-program@example.org>"], ids=["same id", "new id"])
def test_an_edited_draft_is_left_alone(mailbox: Mailbox, message_id: str) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    edit_draft(mailbox, message_id=message_id)
    before = mailbox.drafts()
    mailbox.receive(follow_up(mailbox.account.user))
    (job,) = mailbox.answer_new()
    assert mailbox.drafts() == before
    assert (job.state, placed(mailbox, job.id)) == ("delivered", "left_to_person")


def test_a_draft_that_the_person_began_is_the_threads_one_draft(mailbox: Mailbox) -> None:
    own = question("ann@example.com", "In-Reply-To: <question1@example.com>", number=50)
    with mailbox.server.client(mailbox.account.user) as client:
        client.append("Drafts", own, flags=(b"\\Draft",))
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    assert mailbox.drafts() == [own]


def test_after_a_sent_or_discarded_draft_a_newer_mail_gets_its_own(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("Drafts")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    mailbox.receive(follow_up(mailbox.account.user))
    mailbox.answer_new()
    assert len(mailbox.drafts()) == 1


def test_an_older_mail_whose_job_ends_later_adds_no_draft(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user), follow_up(mailbox.account.user))
    older, newer = mailbox.sync()
    mailbox.deliver(newer)
    mailbox.deliver(older)
    assert [parse_message(data).message_id for data in mailbox.drafts()] == [own_message_id("example.org", newer.job)]
    assert placed(mailbox, older.job) == "superseded"


def test_a_line_cut_after_the_server_stored_the_draft_leaves_one(mailbox: Mailbox) -> None:
    mailbox.receive(question(mailbox.account.user))
    (judged,) = mailbox.sync()
    cuts = iter([True])
    with CutLine(mailbox.server.port, lambda: next(cuts, False)) as line:
        mailbox.accounts.save(replace(mailbox.account, port=line.port))
        assert mailbox.deliver(judged).state == "ready"
        assert len(mailbox.drafts()) == 1
        assert mailbox.deliver(judged).state == "delivered"
    assert next(cuts, None) is None
    assert len(mailbox.drafts()) == 1


def placing(mailbox: Mailbox, account: ImapAccount, folder: ImapDraftsFolder, job: str, order: int) -> Placing:
    source = parse_message(question(account.user))
    data = question("ann@example.com", "In-Reply-To: <question1@example.com>", number=100 + order)
    draft = OwnDraft(f"<question{100 + order}@example.com>", content_hash(data))
    thread = Thread(mailbox.store.records, account, source)
    return Placing(folder, thread, ThreadClaim(job, (1.0, order), draft), data, thread_ids(source))


def test_a_worker_thought_dead_that_adds_its_copy_later_leaves_one(mailbox: Mailbox) -> None:
    with open_mailbox(mailbox.account) as client:
        mine = placing(mailbox, mailbox.account, ImapDraftsFolder(client), "job", 1)
        ImapDraftsFolder(client).append(mine.data)
        ImapDraftsFolder(client).append(mine.data)
        assert mine.run() == "placed"
    assert len(mailbox.drafts()) == 1


def test_a_draft_that_is_just_being_saved_is_not_taken_for_a_copy(mailbox: Mailbox) -> None:
    """Mail programs add the changed draft, some with the same Message-ID, before they remove the old one."""
    with open_mailbox(mailbox.account) as client:
        mine = placing(mailbox, mailbox.account, ImapDraftsFolder(client), "job", 1)
        changed = mine.data.replace(b"lunch", b"supper")
        ImapDraftsFolder(client).append(mine.data)
        ImapDraftsFolder(client).append(changed)
        mine.run()
    assert changed in mailbox.drafts()


def test_a_newer_mail_that_comes_while_the_older_draft_is_added_wins(mailbox: Mailbox) -> None:
    """The newer one takes the thread between the older one's APPEND and its second look."""
    ends: list[Placed] = []
    with open_mailbox(mailbox.account) as other:

        def newer_comes() -> bool:
            if not ends:
                ends.append("superseded")
                ends[0] = placing(mailbox, mailbox.account, ImapDraftsFolder(other), "newer", 2).run()
            return False

        with (
            CutLine(mailbox.server.port, newer_comes) as line,
            open_mailbox(replace(mailbox.account, port=line.port)) as client,
        ):
            ends.append(placing(mailbox, mailbox.account, ImapDraftsFolder(client), "older", 1).run())
    assert ends == ["placed", "superseded"]
    assert [parse_message(data).message_id for data in mailbox.drafts()] == ["<question102@example.com>"]


def test_only_our_own_drafts_are_removed_for_good(mailbox: Mailbox) -> None:
    with mailbox.server.client(mailbox.account.user) as client:
        client.append("Drafts", question("ann@example.com", number=70), flags=(b"\\Draft", b"\\Deleted"))
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    mailbox.receive(follow_up(mailbox.account.user))
    mailbox.answer_new()
    with mailbox.server.client(mailbox.account.user) as client:
        client.select_folder("Drafts")
        assert len(client.search(["DELETED"])) == 1


def test_the_folder_is_found_by_what_the_server_says_of_it() -> None:
    with running_dovecot(drafts='"Angefangenes"') as server, server.client() as client:
        assert ImapDraftsFolder(client).name == "Angefangenes"


def test_a_mailbox_without_drafts_folder_gets_one(mailbox: Mailbox) -> None:
    with mailbox.server.client(mailbox.account.user) as client:
        client.delete_folder("Drafts")
    mailbox.receive(question(mailbox.account.user))
    mailbox.answer_new()
    assert len(mailbox.drafts()) == 1
