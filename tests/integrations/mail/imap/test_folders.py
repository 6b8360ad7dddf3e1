"""A server that offers nothing beyond IMAP4rev1: no SPECIAL-USE, no UIDPLUS, no NAMESPACE."""

from collections.abc import Iterator

import pytest

from core.settings import Settings
from tests.integrations.mail.imap.conftest import Mailbox, connected
from tests.integrations.mail.imap.mails import follow_up, question
from tests.servers.dovecot import Dovecot, running_dovecot


@pytest.fixture(scope="module")
def poor_server() -> Iterator[Dovecot]:
    with running_dovecot(drafts="Entwürfe", is_poor=True) as server:
        yield server


@pytest.fixture
def poor_mailbox(poor_server: Dovecot, settings: Settings) -> Iterator[Mailbox]:
    with connected(poor_server, settings) as made:
        yield made


def test_the_folder_is_known_by_its_name_and_drafts_replace_each_other(poor_mailbox: Mailbox) -> None:
    with poor_mailbox.server.client(poor_mailbox.account.user) as client:
        assert not client.has_capability("UIDPLUS")
    poor_mailbox.receive(question(poor_mailbox.account.user))
    poor_mailbox.answer_new()
    first = poor_mailbox.drafts()
    poor_mailbox.receive(follow_up(poor_mailbox.account.user))
    poor_mailbox.answer_new()
    assert len(first) == len(poor_mailbox.drafts()) == 1
    assert first != poor_mailbox.drafts()
    with poor_mailbox.server.client(poor_mailbox.account.user) as client:
        client.select_folder("Entwürfe")
        assert client.search(["DELETED"]) == []


def test_what_somebody_else_has_marked_for_removal_is_not_removed(poor_mailbox: Mailbox) -> None:
    with poor_mailbox.server.client(poor_mailbox.account.user) as client:
        client.append("Entwürfe", question("ann@example.com", number=70), flags=(b"\\Draft", b"\\Deleted"))
    poor_mailbox.receive(question(poor_mailbox.account.user))
    poor_mailbox.answer_new()
    poor_mailbox.receive(follow_up(poor_mailbox.account.user))
    poor_mailbox.answer_new()
    assert len(poor_mailbox.drafts()) == 1
    with poor_mailbox.server.client(poor_mailbox.account.user) as client:
        client.select_folder("Entwürfe")
        assert len(client.search(["DELETED"])) == 2
