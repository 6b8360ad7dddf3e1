"""A copy that is looked at beside its original touches no mailbox, runs no scan and finishes no job."""

from pathlib import Path

import pytest

from core.job import JobRequest
from core.settings import Settings
from core.store import open_store
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.integrations.cli.commands.test_backup import move
from tests.integrations.cli.conftest import TEXT, Terminal


def test_a_copy_for_a_trial_stands_still_and_any_other_warns(
    terminal: Terminal, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(settings)
    account = ImapAccount("imap.example.org", 993, "bob@example.org", "x", "tls", "bob", address="bob@example.org")
    Accounts(store.records).save(account)
    job, _ = store.jobs.add(JobRequest("title", {"text": TEXT}, surface="api", person="bob"))
    store.close()
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "leave.md").write_text("Everybody has 28 days of leave.")
    assert terminal.run("sources", "add", notes) == 0
    terminal.json("signals", "scan", "notes", "--every", "monday 08:00")
    terminal.json("backup", tmp_path / "one.tar", "--with-keys")
    move(monkeypatch, tmp_path / "real")
    assert terminal.run("restore", tmp_path / "one.tar") == 0
    assert "works on the real mailboxes" in " ".join(terminal.out.split())
    assert terminal.json("mailbox", "list")["mailboxes"][0]["state"] == "new"
    move(monkeypatch, tmp_path / "trial")
    assert terminal.run("restore", tmp_path / "one.tar", "--trial") == 0
    assert "set INLAID_PORT to a port of its own" in terminal.out
    assert "Mailboxes and scans are paused" in " ".join(terminal.out.split())
    assert terminal.json("mailbox", "list")["mailboxes"][0]["state"] == "paused"
    assert [one["active"] for one in terminal.json("signals", "scans")["scans"]] == [False]
    assert terminal.json("jobs", "show", job.id)["state"] == "cancelled"
