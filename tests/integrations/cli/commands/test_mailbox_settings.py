"""`inlaid mailbox signature` and `folders`: what stands below drafts, and where new mail is looked for."""

from pathlib import Path

from core.people import load_people
from core.settings import load_settings
from core.store import open_store
from integrations.mail.imap.accounts import ImapAccount
from tests.integrations.cli.commands.test_mailbox import ADDRESS, account, fresh
from tests.integrations.cli.commands.test_mailbox_add import add
from tests.integrations.cli.conftest import Terminal
from tests.servers.dovecot import PASSWORD, Dovecot

__all__ = ["account", "fresh"]
BLOCK = "Bob Ray\nHarbour Master\nTel. +44 20 5550 1234"


def test_a_signature_is_given_by_language_shown_and_taken_away(
    terminal: Terminal, account: ImapAccount, tmp_path: Path
) -> None:
    file = tmp_path / "signature.txt"
    file.write_text(f"{BLOCK}\n\n", encoding="utf-8")
    assert terminal.json("mailbox", "signature", ADDRESS, str(file))["settings"]["signatures"] == {"any": BLOCK}
    file.write_text("Hafenmeister", encoding="utf-8")
    terminal.run("mailbox", "signature", ADDRESS, str(file), "--language", "DE")
    assert "signature (any): Bob Ray / Harbour Master / Tel. +44 20 5550 1234" in terminal.out
    assert "signature (de): Hafenmeister" in terminal.out
    left = terminal.json("mailbox", "signature", ADDRESS, "--off")["settings"]["signatures"]
    assert left == {"de": "Hafenmeister"}


def test_a_signature_that_cannot_be_is_refused_and_the_last_one_stays(
    terminal: Terminal, account: ImapAccount, tmp_path: Path
) -> None:
    file = tmp_path / "signature.txt"
    file.write_text(BLOCK, encoding="utf-8")
    terminal.run("mailbox", "signature", ADDRESS, str(file))
    for text, language, said in (
        ("line\n" * 20, "any", "too long"),
        (BLOCK, "german", "is no language"),
        ("Tel. [[your number?]]", "any", "a gap"),
        ("  \n", "any", "is empty"),
    ):
        file.write_text(text, encoding="utf-8")
        assert said in terminal.error("mailbox", "signature", ADDRESS, str(file), "--language", language)
    file.write_bytes(b"\x00\x01\xff\xfe\x00" * 40)
    terminal.error("mailbox", "signature", ADDRESS, str(file))
    assert terminal.json("mailbox", "signature", ADDRESS)["settings"]["signatures"] == {"any": BLOCK}


def test_folders_are_listed_chosen_by_any_case_and_refused_with_those_there_are(
    terminal: Terminal, dovecot: Dovecot, fresh: str
) -> None:
    with dovecot.client(fresh) as client:
        client.create_folder("Projects")
        client.create_folder("Lists, old")
    terminal.json(*add(dovecot, fresh), stdin=f"{PASSWORD}\n".encode())
    assert terminal.json("mailbox", "folders", fresh)["folders"] >= ["INBOX"]
    chosen = terminal.json("mailbox", "folders", fresh, "projects", "Lists, old", "inbox")["settings"]["folders"]
    assert chosen == ["Projects", "Lists, old"]
    assert terminal.run("mailbox", "folders", fresh) == 0
    assert {"* Projects", "* Lists, old", "  INBOX"} <= {*terminal.out.splitlines()}
    wrong = terminal.error("mailbox", "folders", fresh, "Nowhere")
    assert "There is no folder 'Nowhere'" in wrong
    assert "Projects" in wrong
    assert terminal.json("mailbox", "folders", fresh)["chosen"] == ["Projects", "Lists, old"]
    assert terminal.run("mailbox", "folders", fresh, "--none") == 0
    assert terminal.json("mailbox", "folders", fresh)["chosen"] == []


def test_folders_and_none_are_a_contradiction(terminal: Terminal, account: ImapAccount) -> None:
    assert "either chosen or none" in terminal.error("mailbox", "folders", ADDRESS, "Projects", "--none")


def test_who_is_nobody_in_slack_is_told_how_to_become_somebody_there(terminal: Terminal, account: ImapAccount) -> None:
    terminal.run("mailbox", "set", ADDRESS)
    assert "Nobody is told in Slack yet" not in terminal.out
    terminal.run("mailbox", "set", ADDRESS, "--slack")
    assert f"inlaid people merge local/{account.person} SIGN-IN" in " ".join(terminal.out.split())
    store = open_store(load_settings())
    people = load_people(load_settings(), store.records)
    people.enter("local", account.person, "local")
    people.enter("T0ACME", "U0BOB", "slack")
    store.close()
    assert terminal.run("people", "merge", f"local/{account.person}", "T0ACME/U0BOB") == 0
    terminal.run("mailbox", "set", ADDRESS)
    assert "slack: told of drafts that wait" in terminal.out
    assert "Nobody is told in Slack yet" not in terminal.out


def test_who_connects_a_mailbox_is_told_where_drafts_come_and_which_mails_get_none(
    terminal: Terminal, dovecot: Dovecot, fresh: str
) -> None:
    terminal.run(*add(dovecot, fresh), stdin=PASSWORD.encode())
    assert "is connected; drafts go to Drafts." in terminal.out
    last = terminal.out.strip().splitlines()[-1]
    assert last.startswith("Mails that only you can answer get none")
    assert f"inlaid mailbox set {fresh} --gaps," in last
    assert last.endswith(f"inlaid mailbox draft-anyway {fresh}")
    terminal.run("mailbox", "set", fresh, "--gaps")
    assert f"for one that was there: inlaid mailbox draft-anyway {fresh}" in terminal.out
