"""`inlaid backup` and `inlaid restore`, rehearsed: a draft that was made before is read in another folder."""

from pathlib import Path

import pytest

from core.privacy.encryption import KEY_FILE
from core.settings import Settings
from integrations.cli.processes.data_dir import locked_data_dir
from tests.integrations.cli.conftest import REWORDED, TEXT, Terminal


@pytest.fixture
def draft(terminal: Terminal) -> str:
    """The id of a job that is done."""
    terminal.json("run", "plain", "-", stdin=TEXT.encode())
    [job] = terminal.json("jobs", "list")["jobs"]
    return str(job["id"])


def move(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("INLAID_HOME", str(home))


def test_a_restored_installation_shows_what_was_made_before(
    terminal: Terminal, settings: Settings, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = terminal.json("backup", tmp_path / "one.tar")
    assert (told["keys"], told["parts"]) == (False, ["inlaid.db"])
    move(monkeypatch, tmp_path / "new")
    assert "keys are not in this backup" in terminal.error("restore", tmp_path / "one.tar")
    assert not (tmp_path / "new" / "inlaid.db").exists()
    (tmp_path / "new" / KEY_FILE).write_bytes((settings.home / KEY_FILE).read_bytes())
    assert terminal.run("restore", tmp_path / "one.tar") == 0
    assert "Everybody has to sign in again" in terminal.out
    assert REWORDED in str(terminal.json("jobs", "show", draft))


def test_a_backup_with_its_keys_needs_nothing_else_and_says_what_that_means(
    terminal: Terminal, settings: Settings, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal.run("backup", tmp_path / "one.tar", "--with-keys") == 0
    assert "anybody who has this file can read everything" in terminal.out
    assert terminal.run("backup", tmp_path / "two.tar") == 0
    assert str(settings.home / KEY_FILE) in terminal.out
    move(monkeypatch, tmp_path / "new")
    assert terminal.json("restore", tmp_path / "one.tar")["kept"] is None
    assert terminal.json("jobs", "show", draft)
    assert "--replace" in terminal.error("restore", tmp_path / "one.tar")
    assert Path(terminal.json("restore", tmp_path / "one.tar", "--replace")["kept"]).is_dir()


def test_other_keys_are_told_of(
    terminal: Terminal, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del draft
    terminal.json("backup", tmp_path / "one.tar")
    move(monkeypatch, tmp_path / "new")
    (tmp_path / "new").mkdir()
    assert terminal.run("keys", "new") == 0
    (tmp_path / "new" / KEY_FILE).write_text(terminal.out)
    assert terminal.run("restore", tmp_path / "one.tar") == 1
    assert "No listed key opens" in terminal.out


def test_nothing_is_restored_under_a_running_tree(terminal: Terminal, settings: Settings, tmp_path: Path) -> None:
    terminal.json("backup", tmp_path / "one.tar")
    with locked_data_dir(settings.home):
        assert "already up" in terminal.error("restore", tmp_path / "one.tar", "--replace")


def test_a_database_server_is_backed_up_by_its_own_means(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "pg_dump" in terminal.error("backup", tmp_path / "one.tar")
