"""`inlaid backup` and `inlaid restore`, rehearsed: a draft that was made before is read in another folder."""

from pathlib import Path

import pytest

from core.privacy.encryption import KEY_FILE, key_name
from core.settings import Settings
from core.store import open_store
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


@pytest.mark.parametrize("keys", [(), ("--with-keys",)])
def test_what_a_look_has_made_is_no_installation(
    terminal: Terminal,
    settings: Settings,
    draft: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
) -> None:
    terminal.json("backup", tmp_path / "one.tar", *keys)
    right = (settings.home / KEY_FILE).read_bytes()
    move(monkeypatch, tmp_path / "new")
    assert terminal.json("jobs", "list")["jobs"] == []
    if not keys:
        (tmp_path / "new" / KEY_FILE).write_bytes(right)
    assert terminal.run("restore", tmp_path / "one.tar") == 0
    assert REWORDED in str(terminal.json("jobs", "show", draft))


def test_settings_that_are_not_in_a_backup_are_named(terminal: Terminal, settings: Settings, tmp_path: Path) -> None:
    assert terminal.json("backup", tmp_path / "one.tar")["left_out"] == []
    file = settings.home.absolute() / ".env"
    file.write_text("INLAID_OWNER_NAME=Ann\n")
    file.chmod(0o600)
    assert terminal.run("backup", tmp_path / "two.tar") == 0
    assert f"Your settings in {file} are not in it: copy that file yourself." in terminal.out


def test_settings_of_the_current_folder_are_named_too(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (here / ".env").write_text("INLAID_OWNER_NAME=Ann\n")
    (here / ".env").chmod(0o600)
    assert terminal.json("backup", tmp_path / "one.tar")["left_out"] == [str(here / ".env")]


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


def test_a_backup_that_no_key_opens_is_refused_before_anything_is_written(
    terminal: Terminal, settings: Settings, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del draft
    terminal.json("backup", tmp_path / "one.tar")
    right = key_name((settings.home / KEY_FILE).read_text().strip())
    move(monkeypatch, tmp_path / "new")
    (tmp_path / "new").mkdir()
    assert terminal.run("keys", "new") == 0
    (tmp_path / "new" / KEY_FILE).write_text(terminal.out)
    assert f"This backup needs the key {right};" in terminal.error("restore", tmp_path / "one.tar")
    assert not (tmp_path / "new" / "inlaid.db").exists()
    assert not [*(tmp_path / "new").glob(".restore*")]


def test_a_key_that_is_missing_for_a_part_is_told_of(
    terminal: Terminal, settings: Settings, draft: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del draft
    first = (settings.home / KEY_FILE).read_bytes()
    assert terminal.run("keys", "rotate", "--new") == 0
    newer = (settings.home / KEY_FILE).read_text().split()[0]
    (settings.home / KEY_FILE).write_text(f"{newer}\n")
    terminal.json("backup", tmp_path / "whole.tar")
    (settings.home / KEY_FILE).write_bytes(first)
    terminal.json("tokens", "add", "ci")
    store = open_store(settings)
    store.records.put("seen", "local", "one", {"text": "sealed with the older key"})
    store.close()
    terminal.json("backup", tmp_path / "one.tar")
    move(monkeypatch, tmp_path / "new")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / KEY_FILE).write_text(f"{newer}\n")
    assert terminal.run("restore", tmp_path / "one.tar") == 1
    assert "No listed key opens" in terminal.out


def test_a_folder_that_is_none_is_named_and_no_setting_is_blamed(
    terminal: Terminal, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    told = {"none": "The folder {} does not exist.", "file": "{} is a file, and no folder."}
    for name, words in told.items():
        said = terminal.error("backup", tmp_path / name / "one.tar")
        assert words.format(tmp_path / name) in said
        assert "INLAID_HOME" not in said


def test_after_a_restore_a_question_and_the_doctor_say_that_the_index_is_being_built(
    terminal: Terminal, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "travel.md").write_text("A hotel may cost up to 145 euros a night.")
    assert terminal.run("sources", "add", tmp_path / "travel.md") == 0
    terminal.json("backup", tmp_path / "one.tar", "--with-keys")
    move(monkeypatch, tmp_path / "new")
    assert terminal.run("restore", tmp_path / "one.tar") == 0
    question = ("ask", "How much may a hotel cost per night?")
    assert "The index of the sources is being built" in terminal.error(*question)
    terminal.run("doctor")
    assert "note index: The index of the sources is being built" in " ".join(terminal.out.split())
    assert terminal.run("sources", "sync") == 0
    assert terminal.run(*question) == 0
    assert "travel.md" in terminal.out
    terminal.run("doctor")
    assert "note index" not in terminal.out


def test_nothing_is_restored_under_a_running_tree(terminal: Terminal, settings: Settings, tmp_path: Path) -> None:
    terminal.json("backup", tmp_path / "one.tar")
    with locked_data_dir(settings.home):
        assert "already up" in terminal.error("restore", tmp_path / "one.tar", "--replace")


def test_a_database_server_is_backed_up_by_its_own_means(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "pg_dump" in terminal.error("backup", tmp_path / "one.tar")
