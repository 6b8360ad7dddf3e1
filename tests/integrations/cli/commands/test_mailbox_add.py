"""`inlaid mailbox` against a real Dovecot and a fake model server."""

import json
from dataclasses import replace
from itertools import count

import pytest

from core.settings import load_settings
from core.store import open_store
from integrations.mail.imap.accounts import Accounts
from integrations.mail.message.message import parse_message
from tests.integrations.cli.conftest import Terminal
from tests.integrations.mail.imap.mails import bounce, newsletter, question
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.tokens import TokenServer
from tests.servers.valkey import free_port

_numbers = count(1)


@pytest.fixture
def address() -> str:
    """Return a user whose mailbox nobody has used."""
    return f"cli{next(_numbers)}@example.org"


def add(server: Dovecot, user: str, *, port: int = 0) -> tuple[str, ...]:
    place = ("--host", "127.0.0.1", "--port", str(port or server.port), "--user", user)
    return ("mailbox", "add", "imap", *place, "--password-stdin", "--no-tls")


def test_a_mailbox_is_connected_read_and_forgotten(terminal: Terminal, dovecot: Dovecot, address: str) -> None:
    shown = terminal.json(*add(dovecot, address), stdin=f"{PASSWORD}\n".encode())
    assert (shown["name"], shown["drafts_folder"], shown["security"]) == (address, "Drafts", "none")
    dovecot.receive(question(address), newsletter(address), bounce(address), user=address)

    (first,) = terminal.json("mailbox", "sync")["mailboxes"]
    assert (first["new"], first["drafts"], first["error"]) == (3, 1, None)
    assert [one["needs_reply"] for one in first["decisions"]] == [True, False, False]
    ((data, _),) = dovecot.messages("Drafts", address)
    assert parse_message(data).in_reply_to == "<question1@example.com>"
    assert not any(b"\\Seen" in flags for _, flags in dovecot.messages("INBOX", address))

    (second,) = terminal.json("mailbox", "sync", address)["mailboxes"]
    assert (second["new"], second["drafts"]) == (0, 0)
    assert len(dovecot.messages("Drafts", address)) == 1

    (listed,) = terminal.json("mailbox", "list")["mailboxes"]
    assert PASSWORD not in terminal.out
    assert [one.get("placed") for one in listed["decisions"]] == [None, None, "placed"]
    assert all(one["reason"] for one in listed["decisions"])
    assert terminal.json("mailbox", "remove", address, "--yes")["removed"] == address
    assert terminal.json("mailbox", "list") == {"mailboxes": []}


def test_a_failed_test_says_what_failed_and_saves_nothing(terminal: Terminal, dovecot: Dovecot, address: str) -> None:
    wrong = terminal.error(*add(dovecot, address), stdin=b"guess\n")
    gone = terminal.error(*add(dovecot, address, port=free_port()), stdin=PASSWORD.encode())
    assert "password" in wrong
    assert "Nothing listens at" in gone
    assert "No password" in terminal.error(*add(dovecot, address), stdin=b"")
    assert terminal.json("mailbox", "list") == {"mailboxes": []}


def test_a_mailbox_connected_again_keeps_what_was_set(terminal: Terminal, dovecot: Dovecot, address: str) -> None:
    user = address.partition("@")[0]
    told = ("--address", address, "--name", "Karin Berg")
    first = terminal.json(*add(dovecot, user), *told, stdin=PASSWORD.encode())
    place = ("--host", "127.0.0.1", "--user", user, "--password-stdin", "--no-tls")
    again = terminal.json("mailbox", "add", "imap", *place, stdin=PASSWORD.encode())
    kept = ("address", "owner_name", "port")
    assert [again[name] for name in kept] == [first[name] for name in kept] == [address, "Karin Berg", dovecot.port]
    renamed = terminal.json("mailbox", "add", "imap", *place, "--name", "Kai Berg", stdin=PASSWORD.encode())
    assert (renamed["address"], renamed["owner_name"]) == (address, "Kai Berg")

    assert terminal.run("mailbox", "add", "imap", *place, stdin=PASSWORD.encode()) == 0
    assert "--gaps" in terminal.out
    terminal.json("mailbox", "set", again["name"], "--gaps")
    assert terminal.run("mailbox", "add", "imap", *place, stdin=PASSWORD.encode()) == 0
    assert "--gaps" not in terminal.out


def test_a_user_name_that_is_no_address_asks_for_the_address(terminal: Terminal, dovecot: Dovecot) -> None:
    assert "--address" in terminal.error(*add(dovecot, "karin"), stdin=PASSWORD.encode())


def test_a_mailbox_that_cannot_be_read_is_named_with_the_reason(
    terminal: Terminal, dovecot: Dovecot, address: str
) -> None:
    terminal.json(*add(dovecot, address), stdin=PASSWORD.encode())
    store = open_store(load_settings())
    accounts = Accounts(store.records)
    accounts.save(replace(accounts.get("local", address), port=free_port()))
    store.close()
    assert terminal.run("mailbox", "sync") == 1
    assert "Nothing listens at" in terminal.err
    assert "Check the port" in terminal.err
    assert "0 new" not in terminal.out
    (listed,) = terminal.json("mailbox", "list")["mailboxes"]
    assert listed["error"]["code"] == "outage"
    assert terminal.run("mailbox", "labels", address, "on") == 1
    assert "It is noted" in terminal.err
    assert terminal.run("mailbox", "list") == 0
    assert "Nothing reads these mailboxes now" in " ".join(terminal.out.split())
    assert "No mailbox called nobody" in terminal.error("mailbox", "sync", "nobody")


def test_a_mailbox_that_worked_before_does_not_ask_for_its_port(
    terminal: Terminal, dovecot: Dovecot, address: str
) -> None:
    terminal.json(*add(dovecot, address), stdin=PASSWORD.encode())
    terminal.json("mailbox", "sync")
    store = open_store(load_settings())
    accounts = Accounts(store.records)
    accounts.save(replace(accounts.get("local", address), port=free_port()))
    store.close()
    assert terminal.run("mailbox", "sync") == 1
    assert "It worked before" in terminal.err


def test_a_mailbox_is_connected_by_access_token(terminal: Terminal, address: str) -> None:
    with TokenServer().running() as tokens, running_dovecot(tokens_url=f"{tokens.url}/introspect") as server:
        grant = tokens.sign_in(address, lives=False)
        command = [*add(server, address)[:-2], "--oauth-token-stdin", "--no-tls"]
        shown = terminal.json(*command, stdin=json.dumps(grant).encode())
        assert (shown["name"], shown["login"]) == (address, "oauth")
        assert grant["refresh_token"] not in terminal.out
        tokens.expire(address)
        server.receive(question(address), user=address)
        (read,) = terminal.json("mailbox", "sync")["mailboxes"]
        assert (read["new"], read["error"]) == (1, None)


def test_settings_of_a_mailbox_are_changed_checked_and_forgotten(
    terminal: Terminal, dovecot: Dovecot, address: str
) -> None:
    terminal.json(*add(dovecot, address), stdin=PASSWORD.encode())
    options = ("--threshold", "0.7", "--quiet", "22:00-07:00", "--alias", "Sales <sales@example.org>", "--pause")
    changed = terminal.json("mailbox", "set", address, *options)["settings"]
    assert (changed["threshold"], changed["quiet_hours"], changed["aliases"]) == (
        0.7,
        "22:00-07:00",
        ["sales@example.org"],
    )
    terminal.json("mailbox", "set", address, "--on-request", "flagged")
    (listed,) = terminal.json("mailbox", "list")["mailboxes"]
    assert (listed["state"], listed["settings"]["on_request"], listed["settings"]["threshold"]) == (
        "paused",
        "flagged",
        0.7,
    )
    assert "threshold" in terminal.error("mailbox", "set", address, "--threshold", "7")
    assert "22:00-07:00" in terminal.error("mailbox", "set", address, "--quiet", "at night")
    terminal.json("mailbox", "remove", address, "--yes")
    terminal.json(*add(dovecot, address), stdin=PASSWORD.encode())
    assert terminal.json("mailbox", "set", address)["settings"]["threshold"] == 0.5
    assert "No mailbox" in terminal.error("mailbox", "set", "nobody")


def test_a_voice_is_learnt_with_consent_shown_used_and_forgotten(
    terminal: Terminal, dovecot: Dovecot, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.json(*add(dovecot, address), stdin=PASSWORD.encode())
    with dovecot.client(address) as client:
        for number in range(3):
            client.append(dovecot.sent, sent(address, number))
    nothing = {"mailbox": address, "consent": False, "voice": None, "examples": []}
    assert terminal.json("mailbox", "voice", address) == nothing
    learnt = terminal.json("mailbox", "voice", address, "--learn")
    assert (learnt["consent"], learnt["voice"]["learnt_from"]) == (True, 3)
    assert learnt["voice"]["greetings"] == {"en": "Hey {name} -"}
    dovecot.receive(question(address), user=address)
    terminal.json("mailbox", "sync", address)
    ((data, _),) = dovecot.messages("Drafts", address)
    assert parse_message(data).text.startswith("Hey Ann -\n")
    monkeypatch.setenv("INLAID_OWNER_ADDRESS", address)
    assert terminal.json("reply", "-", stdin=question(address))["draft"]["text"].startswith("Hey Ann -\n")
    forgotten = terminal.json("mailbox", "voice", address, "--forget")
    assert forgotten == nothing


def test_a_brief_becomes_a_new_mail_in_the_mailbox(terminal: Terminal, dovecot: Dovecot, address: str) -> None:
    terminal.json(*add(dovecot, address), stdin=PASSWORD.encode())
    brief = b"ask for the floor plan of the new office before Friday, we want to order desks"
    command = ("run", "compose", "-", "--mailbox", address, "--to", "Ann Lee <ann.lee@example.com>")
    draft = terminal.json(*command, stdin=brief)
    ((data, flags),) = dovecot.messages("Drafts", address)
    mail = parse_message(data)
    assert ([one.address for one in mail.to], mail.subject) == (["ann.lee@example.com"], draft["subject"])
    assert b"\\Draft" in flags
    assert " ".join(draft["text"].split()) == " ".join(mail.text.split())
    assert "not an email address" in terminal.error(*command[:-1], "Ann", stdin=brief)
    assert "No mailbox" in terminal.error("run", "compose", "-", "--mailbox", "nobody", stdin=brief)


def sent(address: str, number: int) -> bytes:
    """Return a mail as its owner's program files it."""
    head = f"Message-ID: <sent{number}@example.org>\nFrom: {address}\nTo: Kim Lee <kim@example.net>\nSubject: Plan\n"
    body = f"the plan number {number} is in the usual folder, and I will bring it along on Tuesday."
    text = f"Hey Kim -\n\n{body}\n\nCheers,\nBob"
    return f"{head}\n{text}\n".replace("\n", "\r\n").encode()
