"""`inlaid people`: listed, shown, put together and told apart, with a trail."""

import json
import zipfile
from pathlib import Path

import pytest

from core.people import People
from core.settings import Settings
from core.store import open_store
from core.store.audit import AuditTrail
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run

ANN = "ann@example.com"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert run("people", *arguments, "--json") == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_people_are_listed_put_together_and_told_apart(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("people", "list") == 0
    assert "Nobody yet" in capsys.readouterr().out
    store = open_store(settings)
    people = People(store.records, tenants=("tenant",))
    people.remember("tenant", "oid", ANN)
    people.enter("T1", "U1", "slack")
    store.close()
    listed = printed(capsys, "list")["people"]
    assert isinstance(listed, list)
    assert [one["name"] for one in listed] == [ANN, "U1"]
    assert run("people", "merge", ANN, "T1/U1") == 0
    assert "T1/U1" in capsys.readouterr().out
    shown = printed(capsys, "show", "T1/U1")
    assert shown["name"] == ANN
    assert shown["sign_ins"] == [
        {"workspace": "local", "person": ANN, "way": "address", "address": "", "vouched_by": ""},
        {"workspace": "tenant", "person": "oid", "way": "entra", "address": ANN, "vouched_by": "administrator"},
        {"workspace": "T1", "person": "U1", "way": "slack", "address": "", "vouched_by": "administrator"},
    ]
    assert run("people", "split", "T1/U1") == 0
    capsys.readouterr()
    assert run("people", "split", "T1/U1") == 1
    assert "only sign-in" in capsys.readouterr().err
    assert run("people", "show", "nobody@example.com") == 1
    assert "Nobody is known" in capsys.readouterr().err
    store = open_store(settings)
    by_hand = [
        one.to_json()["details"]
        for one in AuditTrail(store.database).walk()
        if (one.entry.action, one.entry.door) == ("person.linked", "cli")
    ]
    assert [one["vouched_by"] for one in by_hand] == ["administrator"] * 3
    store.close()


def test_access_is_ended_and_given_again(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(settings)
    People(store.records, tenants=("tenant",)).remember("tenant", "oid", ANN)
    store.close()
    ended = printed(capsys, "disable", ANN)
    assert {name: ended[name] for name in ("sessions", "tokens", "jobs", "mailboxes")} == dict.fromkeys(
        ("sessions", "tokens", "jobs", "mailboxes"), 0
    )
    assert run("people", "show", ANN) == 0
    assert "access ended" in capsys.readouterr().out
    assert run("people", "enable", ANN) == 0
    assert "may come in again" in capsys.readouterr().out
    assert run("people", "enable", ANN) == 0
    assert "was not shut out" in capsys.readouterr().out
    assert run("people", "disable", "nobody@example.com") == 1


def test_all_that_is_kept_of_a_person_is_written_for_them_alone(
    settings: Settings, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    finished_job(open_store(settings), person=ANN, text="Dear Bob, the merger is off.")
    output = tmp_path / "ann.zip"
    assert run("person", "export", ANN, str(output)) == 0
    assert output.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.suffix in {".part", ".zip"}] == ["ann.zip"]
    with zipfile.ZipFile(output) as archive:
        assert b"the merger is off" in archive.read("jobs.jsonl")
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["retention"]["INLAID_RETENTION"] == "jobs are kept until their person is purged"
    assert [listed["count"] for listed in manifest["files"] if listed["file"] == "jobs.jsonl"] == [1]
    capfdbinary.readouterr()
    assert run("people", "export", ANN, "-") == 1
    assert b"Wait a minute" in capfdbinary.readouterr().err
    assert run("person", "export", "nobody@example.com", str(output)) == 1
    assert b"Nobody has used Inlaid as nobody" in capfdbinary.readouterr().err


def test_an_export_that_cannot_be_written_leaves_nothing_and_says_why(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finished_job(open_store(settings), person=ANN)
    assert run("person", "export", ANN, str(tmp_path / "missing" / "ann.zip")) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_whoever_asks_by_the_address_of_a_mailbox_is_told_whose_it_is_and_that_mails_are_kept(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = ImapAccount("h", 993, "bob.ray@example.org", "x", "tls", "root@vm", address="Bob.Ray@example.org")
    Accounts(open_store(settings).records).save(account)
    for command in (["people", "disable"], ["person", "export"]):
        output = [str(tmp_path / "bob.zip")] if command[1] == "export" else []
        assert run(*command, "bob.ray@example.org", *output) == 1
        said = capsys.readouterr().err
        assert "belongs to root@vm. To end it: inlaid mailbox remove bob.ray@example.org" in said
        assert "--person root@vm --workspace local" in said
    eve = "eve@example.net"
    for asked in (["person", "export", eve, str(tmp_path / "eve.zip")], ["purge", "--yes", "--person", eve]):
        assert run(*asked) == 1
        assert "What that address wrote to a connected mailbox is kept there" in capsys.readouterr().err
    assert [*tmp_path.glob("*.zip")] == []
