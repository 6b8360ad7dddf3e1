"""Mailboxes at Microsoft as they are kept: one by its name, its positions, and which mails it knows."""

from collections.abc import Iterator

import pytest

from core.errors import NotFoundError, SettingsError
from core.settings import Settings
from core.store import Store, open_store
from integrations.graph.client import Graph
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts, GraphCursor, MailboxClient, Microsoft

BOB = GraphAccount("bob@example.org", "bob", signed_in="u.t", folders=("inbox", "projects"))
SHARED = GraphAccount("sales+eu@example.org", "bob")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


def test_an_account_comes_back_as_it_was_and_is_due_when_it_is_saved_anew(store: Store) -> None:
    accounts = GraphAccounts(store.records)
    accounts.save(BOB)
    assert accounts.list() == [BOB]
    accounts.update_status(BOB, is_behind=False, renews_at=9.0)
    accounts.save(BOB)
    assert (accounts.status(BOB).is_behind, accounts.status(BOB).renews_at) == (True, 0.0)


def test_each_folder_has_a_position_of_its_own_and_a_new_one_begins(store: Store) -> None:
    accounts = GraphAccounts(store.records)
    accounts.save(BOB)
    accounts.save_cursor(BOB, "inbox", GraphCursor("https://next", 1.0, 2.0))
    assert accounts.cursor(BOB, "inbox") == GraphCursor("https://next", 1.0, 2.0)
    assert accounts.cursor(BOB, "projects") == GraphCursor()


def test_a_mail_is_known_by_its_id_in_its_mailbox_until_the_mailbox_is_removed(store: Store) -> None:
    accounts = GraphAccounts(store.records)
    for account in (BOB, SHARED):
        accounts.save(account)
    accounts.note_known(BOB, "<1@example.com>")
    accounts.note_known(BOB, "")
    known = [(one, sign) for one in (BOB, SHARED) for sign in ("<1@example.com>", "") if accounts.is_known(one, sign)]
    assert known == [(BOB, "<1@example.com>")]
    accounts.remove(BOB)
    assert not accounts.is_known(BOB, "<1@example.com>")
    with pytest.raises(NotFoundError):
        accounts.get("local", BOB.name)


def test_paths_name_the_signed_in_person_or_the_mailbox_and_nothing_breaks_out() -> None:
    graph = Graph("https://graph.example", lambda renew=False: f"token {renew}")
    assert MailboxClient(graph, BOB).message("A/../B?x") == "/me/messages/A%2F..%2FB%3Fx"
    assert MailboxClient(graph, SHARED).folder("inbox") == "/users/sales%2Beu@example.org/mailFolders/inbox"


def test_without_an_app_nothing_is_opened_and_the_setting_is_named(store: Store, settings: Settings) -> None:
    microsoft = Microsoft(settings, store.records)
    assert not microsoft.is_set_up
    with pytest.raises(SettingsError, match="MICROSOFT"):
        microsoft.open(BOB)
