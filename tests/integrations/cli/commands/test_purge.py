"""All that is kept of a person is deleted, once that is confirmed, unless it is held."""

import json
import shlex
from pathlib import Path

import pytest

from core.settings import Settings
from core.store import open_store
from core.store.sessions import SessionPerson, Sessions
from integrations.mail.imap.accounts import Accounts, ImapAccount
from tests.core.insight.making import finished_job
from tests.integrations.cli.commands.test_report import run
from tests.integrations.cli.conftest import Terminal


def test_a_person_is_purged_only_when_that_is_confirmed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(settings)
    finished_job(store)
    assert run("purge", "--person", "ann") == 1
    assert len(store.jobs.list()) == 1
    assert run("purge", "--person", " ", "--yes") == 1
    capsys.readouterr()
    assert run("purge", "--person", "ann", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["jobs"] == 1
    assert store.jobs.list() == []
    store.close()


def test_what_a_restore_has_put_aside_is_named_for_no_purge_reaches_it(terminal: Terminal, settings: Settings) -> None:
    store = open_store(settings)
    finished_job(store)
    store.close()
    aside = settings.home / "before-restore-20260101T000000"
    aside.mkdir()
    assert terminal.run("purge", "--person", "ann", "--yes") == 0
    assert f"{aside} holds what was there before a restore" in terminal.err
    assert f"Delete it: rm -r {aside}" in terminal.err
    assert terminal.run("purge", "--person", "ann", "--yes") == 1
    assert f"rm -r {aside}" in terminal.err
    terminal.run("doctor", "--json")
    assert any(check["fix"].endswith(f"rm -r {aside}") for check in json.loads(terminal.out)["checks"])


def test_the_command_that_deletes_it_names_one_folder_where_its_name_has_a_space(
    terminal: Terminal, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "data of ann"
    monkeypatch.setenv("INLAID_HOME", str(home))
    store = open_store(settings.model_copy(update={"home": home}))
    finished_job(store)
    store.close()
    aside = home / "before-restore-20260101T000000"
    aside.mkdir()
    terminal.run("purge", "--person", "ann", "--yes")
    purged = terminal.err
    terminal.run("doctor", "--json")
    [fix] = [check["fix"] for check in json.loads(terminal.out)["checks"] if "rm -r" in check["fix"]]
    for told in (purged, fix):
        assert shlex.split(told[told.index("rm -r") :])[:3] == ["rm", "-r", str(aside)]


def test_the_broker_of_up_is_not_called_dead(
    terminal: Terminal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for broker, words in (("", "What the broker of `inlaid up` holds"), ("redis://127.0.0.1:1/0", "does not answer")):
        monkeypatch.setenv("INLAID_BROKER_URL", broker)
        store = open_store(settings)
        finished_job(store)
        store.close()
        assert terminal.run("purge", "--person", "ann", "--yes") == 0
        assert words in terminal.err


def test_whoever_says_no_is_told_that_nothing_was_deleted(terminal: Terminal) -> None:
    assert terminal.run("purge", "--person", "ann", stdin=b"n\n") == 1
    assert "Nothing was deleted." in terminal.out


def test_a_purge_that_found_nobody_fails_and_names_the_person_whose_mailbox_has_that_address(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(settings)
    account = ImapAccount("h", 993, "ann@example.com", "x", "tls", "root@home", address="ann@example.com")
    Accounts(store.records).save(account)
    assert run("purge", "--person", "ann@example.com", "--yes") == 1
    told = capsys.readouterr()
    assert "nothing was deleted" in told.err
    assert "--person root@home --workspace local" in told.err
    assert run("purge", "--person", "root@home", "--yes") == 0
    assert Accounts(store.records).list() == []
    assert run("purge", "--person", "root@home", "--yes") == 1
    store.close()


def test_who_is_on_hold_is_not_purged_until_it_is_lifted(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    finished_job(open_store(settings), person="ann@example.com")
    assert run("holds", "list") == 0
    assert "Nobody" in capsys.readouterr().out
    assert run("holds", "add", "Ann@example.com", "--reason", "case 4711") == 0
    capsys.readouterr()
    assert run("holds", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)["holds"]
    assert [(hold["person"], hold["reason"]) for hold in listed] == [("local/ann@example.com", "case 4711")]
    assert run("purge", "--person", "ann@example.com", "--yes") == 1
    assert "case 4711" in capsys.readouterr().err
    assert run("holds", "lift", "ann@example.com", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"person": "local/ann@example.com", "held": False}
    assert run("holds", "lift", "ann@example.com") == 1
    assert "inlaid holds list" in capsys.readouterr().err
    assert run("purge", "--person", "ann@example.com", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["jobs"] == 1


def test_a_hold_names_its_person(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("holds", "add", " ", "--reason", "x") == 1
    assert "Name the person" in capsys.readouterr().err


def test_a_hold_on_somebody_who_is_not_known_says_so(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    finished_job(open_store(settings), person="ann@example.com")
    assert run("holds", "add", "ann@example.com", "--reason", "x") == 0
    assert "Nobody is known" not in capsys.readouterr().err
    assert run("holds", "add", "ann@exmaple.com", "--reason", "x") == 0
    told = capsys.readouterr()
    assert "Nobody is known as ann@exmaple.com" in told.err
    assert "until: inlaid holds lift ann@exmaple.com" in told.out
    assert run("holds", "add", "ann@exmaple.com", "--reason", "x", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"person": "local/ann@exmaple.com", "held": True, "known": False}


def test_what_a_purge_has_ended_is_counted(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(settings)
    for _ in range(2):
        store.tokens.add("local", "cara@example.com", name="x", scopes=["jobs"], days=None)
        Sessions(store.records).open(SessionPerson("local", "cara@example.com", "token"))
        assert run("purge", "--person", "cara@example.com", "--yes") == 0
        assert "Ended as well: sessions: 1, tokens: 1." in capsys.readouterr().out
    store.close()
