"""`inlaid mailbox` with mailboxes at Microsoft 365, against the fake Microsoft and a fake model server."""

import pytest

from core.settings import load_settings
from core.store import open_store
from integrations.mail.graph.accounts import GraphAccounts
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.cli.conftest import Terminal
from tests.integrations.mail.imap.mails import newsletter, question

__all__ = ["microsoft"]

ADDRESS = "bob@example.org"


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    microsoft.app.application |= {"Mail.Read", "Mail.ReadWrite"}
    return microsoft.person(ADDRESS, "Bob Ray")


def test_mailboxes_of_the_app_are_connected_read_and_forgotten(
    terminal: Terminal, microsoft: FakeMicrosoft, bob: Person
) -> None:
    microsoft.person("ann@example.org")
    shown = terminal.json("mailbox", "add", "graph", "--mailbox", ADDRESS, "--mailbox", "ann@example.org")
    assert [(one["name"], one["kind"]) for one in shown["mailboxes"]] == [
        (ADDRESS, "graph"),
        ("ann@example.org", "graph"),
    ]
    box = microsoft.mailbox(bob)
    source = box.receive(question(ADDRESS))
    box.receive(newsletter(ADDRESS))

    (synced,) = terminal.json("mailbox", "sync", ADDRESS)["mailboxes"]
    assert (synced["new"], synced["drafts"], synced["error"]) == (2, 1, None)
    (draft,) = box.drafts
    assert draft.in_reply_to == source.message_id
    assert not source.is_read

    listed = {one["name"]: one for one in terminal.json("mailbox", "list")["mailboxes"]}
    assert listed[ADDRESS]["state"] == "ok"
    assert listed[ADDRESS]["drafted_at"] > 0
    assert [one.get("placed") for one in listed[ADDRESS]["decisions"]] == [None, "placed"]
    assert microsoft.app.secret not in terminal.out
    assert terminal.json("mailbox", "remove", ADDRESS, "--yes")["removed"] == ADDRESS
    assert [one["name"] for one in terminal.json("mailbox", "list")["mailboxes"]] == ["ann@example.org"]
    assert microsoft.ledger.sends == []


def test_when_one_of_them_fails_none_is_saved(terminal: Terminal, microsoft: FakeMicrosoft, bob: Person) -> None:
    microsoft.reach = {ADDRESS}
    microsoft.person("ann@example.org")
    error = terminal.error("mailbox", "add", "graph", "--mailbox", ADDRESS, "--mailbox", "ann@example.org")
    assert "ann@example.org" in error
    assert terminal.json("mailbox", "list") == {"mailboxes": []}


def test_without_a_mailbox_there_is_a_link_to_sign_in(
    terminal: Terminal, microsoft: FakeMicrosoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "INLAID_PUBLIC_URL" in terminal.error("mailbox", "add", "graph")
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.example")
    link = terminal.json("mailbox", "add", "graph")["sign_in_url"]
    assert link.startswith("https://inlaid.example/graph/sign-in?ticket=")
    assert microsoft.ledger.requests == []


def test_without_an_app_registration_the_missing_setting_is_named(terminal: Terminal) -> None:
    assert "INLAID_MICROSOFT_CLIENT_ID" in terminal.error("mailbox", "add", "graph", "--mailbox", ADDRESS)


def test_the_name_that_drafts_are_signed_with_is_given_for_one_mailbox(
    terminal: Terminal, microsoft: FakeMicrosoft, bob: Person
) -> None:
    command = ("mailbox", "add", "graph", "--mailbox", ADDRESS, "--name", "Bob Ray")
    terminal.json(*command)
    store = open_store(load_settings())
    assert GraphAccounts(store.records).get("local", ADDRESS).owner_name == "Bob Ray"
    store.close()
    assert terminal.run(*command, "--mailbox", "ann@example.org") == 2
    assert terminal.run("mailbox", "add", "graph", "--name", "Bob Ray") == 2


def test_a_shared_mailbox_is_connected_by_a_link_of_its_own(
    terminal: Terminal, microsoft: FakeMicrosoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_PUBLIC_URL", "https://inlaid.example")
    link = terminal.json("mailbox", "add", "graph", "--shared", "info@example.org")["sign_in_url"]
    assert link.startswith("https://inlaid.example/graph/sign-in?ticket=")
    assert "is no address" in terminal.error("mailbox", "add", "graph", "--shared", "info")
    assert microsoft.ledger.requests == []


def ok(terminal: Terminal, *arguments: str) -> str:
    assert terminal.run(*arguments) == 0, terminal.err
    return terminal.out


def test_the_mailboxes_of_a_group_are_connected_listed_and_forgotten(
    terminal: Terminal, microsoft: FakeMicrosoft, bob: Person
) -> None:
    microsoft.app.application |= {"GroupMember.Read.All", "User.ReadBasic.All"}
    ann, cas = microsoft.person("ann@example.org"), microsoft.person("cas@example.org")
    cas.has_mailbox = False
    key = microsoft.group(ann, bob, cas, name="Sales")
    assert "There is no group Marketing." in terminal.error("mailbox", "add", "graph", "--group", "Marketing")
    shown = terminal.json("mailbox", "add", "graph", "--group", "Sales")["group"]
    assert (shown["id"], shown["members"], shown["without"], shown["error"]) == (key, 2, 1, None)
    listed = terminal.json("mailbox", "list")
    assert [one["name"] for one in listed["mailboxes"]] == ["ann@example.org", ADDRESS]
    assert [one["name"] for one in listed["groups"]] == ["Sales"]
    assert "group Sales  2 mailboxes connected, 1 without a mailbox" in ok(terminal, "mailbox", "list")
    ok(terminal, "mailbox", "remove", ADDRESS, "--yes")
    assert "group Sales  2 mailboxes connected, 1 without a mailbox, 1 removed by hand" in ok(
        terminal, "mailbox", "list"
    )
    assert "The group Sales is forgotten, with 1 mailbox." in ok(terminal, "mailbox", "remove", "Sales", "--yes")
    assert terminal.json("mailbox", "list") == {"mailboxes": []}


def test_a_group_and_a_mailbox_are_not_added_at_once(terminal: Terminal) -> None:
    assert terminal.run("mailbox", "add", "graph", "--group", "Sales", "--shared", "a@x.example") == 2
    assert "--group" in terminal.err
