"""`inlaid mailbox` as a person reads it: what is refused before a server is asked, and how things are said."""

import json
import time
from dataclasses import replace
from itertools import count

import pytest

from core.drafts import Draft
from core.settings import load_settings
from core.store import open_store
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.placing import ImapTarget
from integrations.mail.mailbox.preferences import Preferences, save_preferences
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.mailbox.triage_records import TriageRecord, TriageRecords
from integrations.mail.mailbox.visits import Backoff, ServerOutage
from integrations.mail.reply.writing_style import WritingStyle
from tests.core.store.test_open_gaps import ready
from tests.integrations.cli.commands.test_mailbox_add import add
from tests.integrations.cli.conftest import Terminal
from tests.integrations.mail.imap.mails import newsletter, question
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.valkey import free_port

ADDRESS = "bob@example.org"
_numbers = count(1)


@pytest.fixture
def account() -> ImapAccount:
    """Return a mailbox that is connected, at a server that nobody asks."""
    made = ImapAccount("imap.example.org", 993, ADDRESS, "secret", "tls", ADDRESS, ADDRESS)
    store = open_store(load_settings())
    Accounts(store.records).save(made)
    store.close()
    return made


@pytest.fixture
def fresh() -> str:
    """Return a user whose mailbox nobody has used."""
    return f"words{next(_numbers)}@example.org"


def test_a_round_without_a_mailbox_says_how_to_connect_one(terminal: Terminal) -> None:
    assert terminal.run("mailbox", "sync") == 0
    assert "No mailbox is connected. Connect one with" in terminal.out


def test_all_further_addresses_are_cleared_by_off(terminal: Terminal, account: ImapAccount) -> None:
    given = ("--alias", "a@example.org", "--alias", "b@example.org")
    assert len(terminal.json("mailbox", "set", ADDRESS, *given)["settings"]["aliases"]) == 2
    assert terminal.json("mailbox", "set", ADDRESS, "--alias", "off")["settings"]["aliases"] == []


def test_settings_are_printed_by_the_names_of_their_options(terminal: Terminal, account: ImapAccount) -> None:
    options = ("--pause", "--alias", "a@example.org", "--alias", "b@example.org", "--follow-up", "3")
    assert terminal.run("mailbox", "set", ADDRESS, *options) == 0
    lines = terminal.out.splitlines()
    assert {"pause: yes", "alias: a@example.org, b@example.org", "per-day: 0 (any number)", "follow-up: 3"} <= {*lines}
    assert not any("_" in line.partition(":")[0] or "[" in line for line in lines)


def test_a_number_out_of_its_bounds_is_refused_with_the_bounds(terminal: Terminal, account: ImapAccount) -> None:
    assert "from 0 to 365" in terminal.error("mailbox", "set", ADDRESS, "--follow-up", "99999999999")
    assert "from 0 to 1000" in terminal.error("mailbox", "set", ADDRESS, "--per-day", "-1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"--address": "not an address"}, "not an email address"),
        ({"--user": "bob"}, "not an email address"),
        ({"--host": "imaps://imap.example.org"}, "not the name of a mail server"),
        ({"--host": "imap.example.org/inbox"}, "not the name of a mail server"),
        ({"--host": "imap.example.org:993"}, "the port stands apart"),
        ({"--host": "imap example"}, "not the name of a mail server"),
        ({"--host": ""}, "not the name of a mail server"),
    ],
)
def test_what_cannot_be_a_mailbox_is_named_before_a_password_is_read(
    terminal: Terminal, changes: dict[str, str], expected: str
) -> None:
    options = {"--host": "imap.example.org", "--user": ADDRESS, **changes}
    pairs = [part for pair in options.items() for part in pair]
    assert expected in terminal.error("mailbox", "add", "imap", *pairs, "--password-stdin", stdin=b"")


def test_a_host_may_be_an_address_of_the_new_internet(terminal: Terminal) -> None:
    command = ("mailbox", "add", "imap", "--host", "::1", "--user", ADDRESS, "--port", str(free_port()))
    assert "Nothing listens at ::1" in terminal.error(*command, "--password-stdin", stdin=b"secret\n")


def test_password_and_token_from_the_same_stdin_are_wrong_usage(terminal: Terminal) -> None:
    command = ("mailbox", "add", "imap", "--host", "imap.example.org", "--user", ADDRESS)
    assert terminal.run(*command, "--password-stdin", "--oauth-token-stdin", stdin=b"x\n") == 2


def test_a_terminal_shows_which_server_is_being_asked(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    port = free_port()
    command = ("mailbox", "add", "imap", "--host", "127.0.0.1", "--port", str(port), "--user", ADDRESS)
    terminal.run(*command, "--password-stdin", stdin=b"secret\n")
    assert f"Connecting to 127.0.0.1:{port}" in terminal.err


def test_a_new_mailbox_is_shown_as_the_list_shows_it(terminal: Terminal, dovecot: Dovecot, fresh: str) -> None:
    added = terminal.json(*add(dovecot, fresh), stdin=PASSWORD.encode())
    (listed,) = terminal.json("mailbox", "list", fresh)["mailboxes"]
    assert added["drafts_folder"] == "Drafts"
    assert {name: added[name] for name in listed} == listed


def test_the_list_shows_one_mailbox_and_says_how_many_mails_it_leaves_out(
    terminal: Terminal, account: ImapAccount
) -> None:
    store = open_store(load_settings())
    accounts = Accounts(store.records)
    accounts.save(replace(account, user="ann@example.org"))
    for uid in range(1, 25):
        record = TriageRecord(account.name, uid, {"needs_reply": False, "reason": "A newsletter."}, uidvalidity=1)
        TriageRecords(accounts.records, account).put(ImapTarget(account.name, uid, 1).key, record)
    store.close()

    assert terminal.run("mailbox", "list", ADDRESS) == 0
    assert "ann@example.org" not in terminal.out
    assert "20 of 24 shown; --limit N" in terminal.out
    assert terminal.run("mailbox", "list", ADDRESS, "--limit", "24") == 0
    assert "shown" not in terminal.out
    (row,) = terminal.json("mailbox", "list", ADDRESS, "--limit", "2")["mailboxes"]
    assert (row["mails"], len(row["decisions"])) == (24, 2)
    assert "No mailbox called nobody" in terminal.error("mailbox", "list", "nobody")


def test_a_mailbox_that_does_not_work_begins_with_error_and_promises_no_renewal(
    terminal: Terminal, account: ImapAccount
) -> None:
    store = open_store(load_settings())
    error = {"code": "credential", "message": "The server refused.", "fix": "Check the password."}
    Accounts(store.records).update_status(account, mode="idle", renews_at=time.time() - 60, error=error)
    store.close()
    terminal.run("mailbox", "list")
    standing = terminal.out.split("  ")[2]
    assert standing.startswith("error: The server refused. Check the password.")
    assert "idle" not in standing
    assert "renews" not in standing


@pytest.mark.parametrize(
    ("mails", "expected"),
    [
        (0, "Of 9 sent mails none is"),
        (1, "from 1 sent mail, typically of 1 word."),
        (2, "from 2 sent mails,"),
    ],
)
def test_what_was_learnt_is_counted_in_words_that_fit(
    terminal: Terminal, account: ImapAccount, mails: int, expected: str
) -> None:
    store = open_store(load_settings())
    save_preferences(store.records, "local", ADDRESS, Preferences(learns_voice=True), person=ADDRESS)
    voice = WritingStyle(learnt_from=mails, typical_words=mails, looked_at=9)
    save_style(store.records, "local", ADDRESS, voice, [], person=ADDRESS)
    store.close()
    terminal.run("mailbox", "voice", ADDRESS)
    assert expected in terminal.out


def test_a_draft_for_a_mailbox_says_where_it_waits(terminal: Terminal, dovecot: Dovecot, fresh: str) -> None:
    terminal.json(*add(dovecot, fresh), stdin=PASSWORD.encode())
    brief = b"ask for the floor plan of the new office before Friday"
    command = ("run", "compose", "-", "--mailbox", fresh, "--to", "ann.lee@example.com")
    assert terminal.json(*command, stdin=brief)["mailbox"] == fresh
    assert terminal.run(*command, stdin=brief) == 0
    assert f"the Drafts folder of {fresh}" in terminal.err
    assert "mailbox" not in terminal.json("run", "compose", "-", stdin=brief)


def test_the_doctor_says_how_each_mailbox_stands(terminal: Terminal, account: ImapAccount) -> None:
    terminal.run("doctor")
    assert f"note mailbox {ADDRESS}: Watches imap.example.org:993: not read yet." in terminal.out
    store = open_store(load_settings())
    error = {"code": "credential", "message": "The server refused.", "fix": "Check the password."}
    Accounts(store.records).update_status(account, error=error)
    store.close()
    assert terminal.run("doctor", "--json") == 1
    check = {row["name"]: row for row in json.loads(terminal.out)["checks"]}[f"mailbox {ADDRESS}"]
    assert (check["ok"], check["message"], check["fix"]) == (False, "The server refused.", "Check the password.")


def test_a_mailbox_that_is_left_alone_says_since_when_and_until_when(terminal: Terminal, account: ImapAccount) -> None:
    store = open_store(load_settings())
    with pytest.raises(ServerOutage), Backoff(store.records).attempt(account.place):
        raise ServerOutage("The mail server imap.example.org:993 did not answer in time.")
    store.close()
    assert terminal.run("mailbox", "list") == 0
    said = " ".join(terminal.out.split())
    assert "error: The mail server imap.example.org:993 did not answer in time." in said
    assert "time. It failed once since" in said
    assert "The next try is at" in said


def test_labels_are_put_on_mail_listed_and_taken_away(terminal: Terminal, dovecot: Dovecot, fresh: str) -> None:
    terminal.json(*add(dovecot, fresh), stdin=PASSWORD.encode())
    dovecot.receive(newsletter(fresh), user=fresh)
    terminal.json("mailbox", "sync", fresh)
    assert terminal.json("mailbox", "labels", fresh, "on", "--language", "de")["settings"]["labels"] == "de"
    assert [set(flags) & {b"Inlaid-zur-Kenntnis"} for _, flags in dovecot.messages("INBOX", fresh)] != [set()]
    assert terminal.run("mailbox", "list", fresh) == 0
    assert "labels (de)" in terminal.out
    assert "no draft [for information]: Lunch" in terminal.out
    assert terminal.run("mailbox", "labels", fresh, "off") == 0
    assert "Labels are off" in terminal.out
    assert not any(b"Inlaid-zur-Kenntnis" in flags for _, flags in dovecot.messages("INBOX", fresh))
    assert terminal.json("mailbox", "list", fresh)["mailboxes"][0]["labels"] == ""
    assert terminal.run("mailbox", "labels", fresh, "perhaps") == 2


def test_a_mailbox_that_is_removed_keeps_no_label(terminal: Terminal, dovecot: Dovecot, fresh: str) -> None:
    terminal.json(*add(dovecot, fresh), stdin=PASSWORD.encode())
    dovecot.receive(newsletter(fresh), user=fresh)
    terminal.json("mailbox", "sync", fresh)
    terminal.json("mailbox", "labels", fresh, "on")
    assert [b"Inlaid-for-information" in flags for _, flags in dovecot.messages("INBOX", fresh)] == [True]
    terminal.json("mailbox", "remove", fresh, "--yes")
    assert [b"Inlaid-for-information" in flags for _, flags in dovecot.messages("INBOX", fresh)] == [False]


def test_a_mailbox_is_removed_with_its_mails_only_when_that_is_confirmed(
    terminal: Terminal, dovecot: Dovecot, fresh: str
) -> None:
    terminal.json(*add(dovecot, fresh), stdin=PASSWORD.encode())
    dovecot.receive(question(fresh), user=fresh)
    terminal.json("mailbox", "sync", fresh)
    assert terminal.run("mailbox", "remove", fresh, stdin=b"n\n") == 1
    assert "Nothing was removed." in terminal.out
    assert len(terminal.json("jobs", "list")["jobs"]) == 1
    assert terminal.run("mailbox", "remove", fresh, "--yes") == 0
    said = " ".join(terminal.out.split())
    assert f"{fresh} is forgotten. 1 job was deleted, with its mail." in said
    assert "stay there" in said
    assert terminal.json("jobs", "list")["jobs"] == []
    assert len(dovecot.messages("Drafts", fresh)) == 1


def test_a_mail_that_went_out_with_a_gap_warns(terminal: Terminal, account: ImapAccount) -> None:
    store = open_store(load_settings())
    job = ready(store, Draft(recipe="reply", text="Hello.\n\n[[When?]]"), person=account.person)
    store.outcomes.add(job, "accepted", person=job.person, distance=None, detail={})
    decision = {"needs_reply": True, "reason": "It asks: When?", "rule": "asked"}
    record = TriageRecord(account.name, 1, decision, subject="Lunch", job=job.id, uidvalidity=1)
    TriageRecords(store.records, account).put("k", record)
    newer = [TriageRecord(account.name, n, {**decision, "needs_reply": False}, subject="News") for n in range(2, 30)]
    for mail in newer:
        TriageRecords(store.records, account).put(f"k{mail.uid}", mail)
    store.close()
    assert terminal.run("mailbox", "list") == 0
    warning = (
        "Warning: your answer to \u201cLunch\u201d went out with a question to you still in it. Write to those who got"
        " it once more."
    )
    assert warning in terminal.out
    assert f"inlaid mailbox acknowledge {account.name} 1" in terminal.out
    assert terminal.run("mailbox", "list", "--limit", "50") == 0
    assert "draft sent with open gaps [sent with open gaps]: Lunch" in terminal.out
    assert terminal.run("mailbox", "acknowledge", account.name, "News") == 1
    assert "or you know already" in terminal.err
    assert terminal.run("mailbox", "acknowledge", account.name, "lunch") == 0
    assert terminal.run("mailbox", "list") == 0
    assert "Warning" not in terminal.out
    assert terminal.run("mailbox", "draft-anyway", account.name, "News") == 1
    said = " ".join(terminal.err.split())
    assert "28 mails have the subject 'News': " in said
    assert " UTC, , 29; " in said
    assert terminal.run("report") == 0
    assert "used with open questions in it: 1" in terminal.out
    assert terminal.json("report")["total"]["open_gaps"]["value"] == 1.0
