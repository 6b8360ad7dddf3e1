"""The whole way on another poor server, written in Python: no SPECIAL-USE, no CONDSTORE, no Drafts folder at first."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.message.message import parse_message
from tests.integrations.mail.imap.conftest import Mailbox, connected
from tests.integrations.mail.imap.mails import follow_up, newsletter, question
from tests.integrations.mail.imap.test_watching import eventually, watched
from tests.servers.pymap_server import running_pymap


@pytest.fixture
def poor(settings: Settings) -> Iterator[Mailbox]:
    with running_pymap() as server, connected(server, settings) as mailbox:
        yield mailbox


def test_a_mail_is_noticed_and_its_draft_replaced_by_that_of_the_next(poor: Mailbox) -> None:
    user = poor.account.user
    with poor.server.client(user) as client:
        assert not client.has_capability("SPECIAL-USE")
        assert not client.has_capability("CONDSTORE")
        assert not client.folder_exists("Drafts")
    with watched(poor) as found:
        eventually(found.idles)
        poor.receive(question(user), newsletter(user))
        eventually(lambda: len(poor.store.jobs.list()) == 1)
    (job,) = poor.store.jobs.list()
    poor.run(job.id)
    (first,) = poor.drafts()
    poor.receive(follow_up(user))
    poor.answer_new()
    (second,) = poor.drafts()
    assert parse_message(first).message_id != parse_message(second).message_id
    assert not any(b"\\Seen" in flags for _, flags in poor.inbox())


def test_a_draft_is_requested_by_a_flag_and_found_again_when_it_was_sent(poor: Mailbox) -> None:
    user = poor.account.user
    save_preferences(poor.store.records, "local", user, Preferences(on_request="flagged"), person="bob")
    poor.receive(newsletter(user))
    assert [bool(record.job) for record in poor.sync()] == [False]
    with poor.server.client(user) as client:
        client.create_folder("Sent")
        client.select_folder("INBOX")
        client.add_flags(client.search(), [b"\\Flagged"])
    (job,) = poor.answer_new()
    (draft,) = poor.drafts()
    poor.send(draft)
    poor.discard_drafts()
    poor.settle()
    # It went out with its gap open.
    assert [act.outcome for act in poor.store.effects.outcomes.acts_of([job.id])[job.id]] == ["edited"]
    assert poor.sync() == []


def test_renumbered_mail_is_known_again(settings: Settings) -> None:
    with running_pymap() as server, connected(server, settings) as mailbox:
        mailbox.receive(question(mailbox.account.user))
        mailbox.sync()
        before = mailbox.accounts.cursor(mailbox.account)
    with running_pymap() as server, connected(server, settings) as mailbox:
        mailbox.accounts.save_cursor(mailbox.account, before)
        mailbox.receive(question(mailbox.account.user), question(mailbox.account.user, number=2))
        mailbox.sync()
        assert mailbox.accounts.cursor(mailbox.account).uidvalidity != before.uidvalidity
        assert len(mailbox.store.jobs.list()) == 2
