"""A mailbox is tested before it is saved, and each way of failing told apart."""

import socket
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.errors import ConflictError, CredentialError, InputError, LimitError, OutageError
from core.policies.enforcement import load_policies
from core.settings import Settings
from core.store import open_store
from core.store.records import RecordStore
from integrations.mail.gmail.accounts import GmailAccount, GmailAccounts
from integrations.mail.imap.accounts import Accounts, ImapAccount, ImapCursor
from integrations.mail.imap.connecting import check_mailbox, connect_mailbox, renew_login
from integrations.mail.imap.connection import open_line
from tests.integrations.mail.imap.test_connection import account
from tests.servers.dovecot import Dovecot
from tests.servers.valkey import free_port


def test_without_encryption_nothing_is_connected_unless_the_person_says_so(dovecot: Dovecot) -> None:
    with pytest.raises(InputError, match="password was not sent"):
        check_mailbox(account(dovecot.port))
    assert check_mailbox(replace(account(dovecot.port), security="none"))[1] == "Drafts"


def test_a_wrong_password_is_no_outage(dovecot: Dovecot) -> None:
    with pytest.raises(CredentialError, match="refused") as caught:
        check_mailbox(replace(account(dovecot.port), security="none", password="guess"))
    assert "guess" not in str(caught.value)


def test_a_host_that_is_not_there_a_closed_port_and_another_server_are_told_apart() -> None:
    with pytest.raises(OutageError, match="Nothing listens at"):
        check_mailbox(account(free_port()))
    with pytest.raises(OutageError, match="No host called nohost"):
        check_mailbox(replace(account(993), host="nohost.invalid"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=_hang_up, args=(other,))
        thread.start()
        with pytest.raises(OutageError, match="is no IMAP server"):
            check_mailbox(replace(account(other.getsockname()[1]), security="none"))
        thread.join()


def test_whoever_may_not_reach_every_host_learns_nothing_of_the_network() -> None:
    within = replace(account(free_port()), reach="127.0.0.1")
    with pytest.raises(OutageError, match="cannot be reached or broke off"):
        check_mailbox(within)


def _hang_up(listening: socket.socket) -> None:
    listening.accept()[0].close()


def test_a_password_with_a_line_end_cannot_add_a_command(dovecot: Dovecot) -> None:
    with pytest.raises(InputError, match="control character"):
        check_mailbox(replace(account(dovecot.port), security="none", password="x\r\nA1 DELETE Drafts"))


def test_a_mailbox_is_the_same_under_another_name_and_two_at_once_save_it_once(
    dovecot: Dovecot, settings: Settings
) -> None:
    store = open_store(settings)
    policies = load_policies(settings, store.records)
    first = replace(account(dovecot.port), security="none", person="bob", address="bob@example.org")
    alias = replace(first, user=f"{first.user}-too", address="first@example.org")
    Accounts(store.records).save(replace(alias, workspace="T1", address="BOB@example.org"))
    with pytest.raises(ConflictError, match="connected by somebody else"):
        connect_mailbox(store.records, first, policies=policies)

    def meanwhile() -> None:
        other = replace(first, workspace="T2", person="eve", address="eve@example.org")
        with pytest.raises(LimitError, match="right now"):
            connect_mailbox(store.records, other, policies=policies)

    mine = replace(first, address="mine@example.org")
    connect_mailbox(store.records, mine, policies=policies, before_saving=meanwhile)
    assert {one.workspace for one in Accounts(store.records).list()} == {"T1", first.workspace}
    store.close()


def test_a_mailbox_that_another_workspace_has_connected_is_not_connected_once_more(
    dovecot: Dovecot, settings: Settings
) -> None:
    store = open_store(settings)
    policies = load_policies(settings, store.records)
    first = replace(account(dovecot.port), security="none", person="bob", address="bob@example.org")
    connect_mailbox(store.records, first, policies=policies)
    with pytest.raises(ConflictError, match="connected by somebody else"):
        connect_mailbox(store.records, replace(first, workspace="T1", person="eve"), policies=policies)
    wrong = replace(first, workspace="T1", person="eve", password="guess")
    with pytest.raises(CredentialError):  # who has no password for it does not learn that
        connect_mailbox(store.records, wrong, policies=policies)
    connect_mailbox(store.records, replace(first, owner_name="Bob Ray"), policies=policies)
    assert [one.owner_name for one in Accounts(store.records).list()] == ["Bob Ray"]
    store.close()


def test_a_mailbox_that_is_connected_by_its_api_is_not_connected_by_imap_too(
    dovecot: Dovecot, settings: Settings
) -> None:
    store = open_store(settings)
    wanted = replace(account(dovecot.port), security="none", person="bob", address="bob@example.org")
    GmailAccounts(store.records).save(GmailAccount("bob@example.org", "bob"))
    with pytest.raises(ConflictError, match="connected already, at Gmail"):
        connect_mailbox(store.records, wanted, policies=load_policies(settings, store.records))
    assert Accounts(store.records).list() == []
    store.close()


@pytest.mark.parametrize(
    "use",
    [
        lambda records, away: renew_login(records, away, password="new"),
        lambda records, away: open_line(records, away),
    ],
    ids=["a new password", "a line that is opened again"],
)
def test_where_a_mailbox_worked_nobody_is_asked_to_check_its_port(
    settings: Settings, use: Callable[[RecordStore, ImapAccount], object]
) -> None:
    store = open_store(settings)
    away = account(free_port())
    Accounts(store.records).save(away)
    Accounts(store.records).save_cursor(away, ImapCursor(checked_at=1.0))
    with pytest.raises(OutageError, match="Nothing listens at") as caught:
        use(store.records, away)
    store.close()
    assert "It worked before" in caught.value.fix
