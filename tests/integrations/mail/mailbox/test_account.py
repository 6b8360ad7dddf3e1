"""Records that earlier versions stored about mailboxes are read: kinds, keys and JSON as they were written then."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import Any

from core.store import Store
from core.store.records import Record, RecordStore
from integrations.mail.gmail.accounts import GmailAccount
from integrations.mail.graph.accounts import GraphAccount, GraphAccounts
from integrations.mail.imap.accounts import TOKEN_KIND, Accounts, ImapAccount, ImapCursor
from integrations.mail.mailbox.account import MailboxAccount

IMAP_ACCOUNT = {
    "host": "imap.example.org", "port": 993, "user": "bob@example.org", "password": "secret", "security": "tls",
    "person": "bob", "address": "bob@example.org", "owner_name": "Bob Ray", "workspace": "local", "login": "password",
    "reach": "*",
}  # fmt: skip
GRAPH_ACCOUNT = {
    "address": "bob@example.com", "person": "bob", "signed_in": "u.t", "owner_name": "Bob Ray", "folders": ["inbox"],
    "workspace": "local", "owner_role": "",
}  # fmt: skip


def stored(store: Store, kind: str, key: str, data: Any) -> None:
    store.records.put(kind, "local", key, data, person="bob")


def imap(store: Store) -> ImapAccount:
    stored(store, "mailbox", "bob@example.org", IMAP_ACCOUNT)
    return Accounts(store.records).get("local", "bob@example.org")


def graph(store: Store) -> GraphAccount:
    stored(store, "graph_mailbox", "bob@example.com", GRAPH_ACCOUNT)
    return GraphAccounts(store.records).get("local", "bob@example.com")


def test_an_imap_mailbox_with_its_position_and_status(store: Store) -> None:
    account = imap(store)
    position = {
        "uidvalidity": 7, "last_uid": 3, "since_seconds": 1.0, "checked_at": 2.0, "is_renumbered": False, "modseq": 4,
        "again": [2], "is_behind": False, "error": None,
    }  # fmt: skip
    status = {
        "mode": "idle", "connected_at": 1.0, "noticed_at": 2.0, "reissue_at": 3.0, "drafted_at": 4.0, "error": None,
    }  # fmt: skip
    stored(store, "mailbox_cursor", account.name, position)
    stored(store, "mailbox_standing", account.name, status)
    accounts = Accounts(store.records)
    assert accounts.cursor(account) == ImapCursor(7, 3, 1.0, 2.0, modseq=4, again=(2,))
    assert (accounts.status(account).mode, accounts.status(account).renews_at) == ("idle", 3.0)
    accounts.update_status(account, noticed_at=9.0)
    assert (accounts.status(account).noticed_at, accounts.status(account).renews_at) == (9.0, 3.0)


def test_a_mailbox_at_microsoft_with_its_status(store: Store) -> None:
    account = graph(store)
    status = {
        "checked_at": 1.0, "noticed_at": 2.0, "drafted_at": 3.0, "settled_at": 4.0, "renews_at": 5.0, "is_behind": True,
        "error": None,
    }  # fmt: skip
    stored(store, "graph_standing", account.name, status)
    found = GraphAccounts(store.records).status(account)
    assert (found.settled_at, found.renews_at, found.is_behind) == (4.0, 5.0, True)


def test_nothing_is_left_of_a_mailbox_that_is_forgotten(store: Store) -> None:
    account = imap(store)
    stored(store, "mailbox_thread", "t", {"account": account.name, "job": "j", "order": [1, 2], "drafts": []})
    stored(store, "mailbox_decision", "k", {"account": account.name})
    stored(store, "mailbox_cursor", account.name, {})
    Accounts(store.records).remove(account)
    kinds = ("mailbox", "mailbox_thread", "mailbox_decision", "mailbox_cursor")
    assert [record for kind in kinds for record in store.records.list(kind)] == []


def test_a_mailbox_that_is_forgotten_leaves_the_threads_of_another_provider_alone(store: Store) -> None:
    account = imap(store)
    accounts, gmail = Accounts(store.records), GmailAccount(account.name, "bob")
    stored(store, "gmail_mailbox", gmail.name, asdict(gmail))
    for kind in ("mailbox_thread", "mailbox_open_gaps", "mailbox_decision"):
        stored(store, kind, "t", {"account": gmail.name})
    accounts.remove(account)
    accounts.save(account)
    assert [len(store.records.list(kind)) for kind in ("mailbox_thread", "mailbox_open_gaps")] == [1, 1]
    assert not store.records.list("mailbox_decision")


class RenewingAccounts(Accounts):
    """Mailboxes of which each has a visit that renews its token just before it ends."""

    def visiting(self, account: MailboxAccount) -> AbstractContextManager[None]:
        """See `AccountStore`."""
        self.records.put(TOKEN_KIND, account.workspace, account.name, {}, person=account.person)
        return super().visiting(account)


def test_a_token_that_a_visit_renews_while_its_mailbox_is_removed_is_forgotten(store: Store) -> None:
    RenewingAccounts(store.records).remove(imap(store))
    assert not store.records.list(TOKEN_KIND)


def test_accounts_are_stored_as_they_were_by_earlier_versions() -> None:
    imap = ImapAccount("imap.example.org", 993, "bob@example.org", "secret", "tls", "bob")
    assert set(asdict(imap)) == {
        "host", "port", "user", "password", "security", "person", "address", "owner_name", "workspace", "login",
        "reach",
    }  # fmt: skip
    assert (imap.namespace, imap.readers, imap.name) == ("mailbox", (), "bob@example.org")
    gmail = GmailAccount("bob@example.org", "bob")
    assert set(asdict(gmail)) == {"address", "person", "owner_name", "workspace", "owner_role", "aliases"}
    assert (gmail.namespace, gmail.readers, gmail.name) == ("gmail", (), "bob@example.org")
    graph = GraphAccount("bob@example.org", "bob")
    assert {"address", "person", "signed_in", "folders", "members", "group"} <= set(asdict(graph))
    assert (graph.namespace, graph.readers, graph.name) == ("graph", (), "bob@example.org")


class RacingStore(RecordStore):
    """Records that somebody else changes between a look and a change."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def get(self, kind: str, workspace: str, key: str) -> Record | None:
        """See `RecordStore`."""
        found = super().get(kind, workspace, key)
        if found and kind == Accounts.kind:
            self.meanwhile()
        return found


def test_a_mailbox_that_is_taken_up_anew_stays_as_others_left_it(store: Store) -> None:
    account, racing = imap(store), RacingStore(store.database, store.records.cipher)
    others, mine = Accounts(store.records), Accounts(racing)
    before = store.records.get(Accounts.kind, "local", account.name)
    mine.take_anew(account)
    after = store.records.get(Accounts.kind, "local", account.name)
    assert before
    assert after
    assert (after.data, after.version) == (before.data, before.version + 1)
    racing.meanwhile = lambda: others.save(replace(account, owner_name="Bobby"))
    mine.take_anew(account)
    assert others.get("local", account.name).owner_name == "Bobby"
    racing.meanwhile = lambda: others.remove(account)
    mine.take_anew(account)
    assert others.find("local", account.name) is None
