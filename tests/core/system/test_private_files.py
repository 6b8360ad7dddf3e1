"""What Inlaid keeps is for its owner alone, whichever command makes it, and what was left open is closed."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.system.private_files import close_to_others, is_open_to_others, make_private_file, make_private_folder
from tests.servers.valkey import free_port

COMMANDS = [["migrate"], ["jobs", "list"], ["doctor"], ["run", "title", "--model", "near"], ["mailbox", "list"]]


def inlaid(home: Path, *arguments: str, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "INLAID_HOME": str(home), "INLAID_MODEL_URL": f"http://127.0.0.1:{free_port()}/v1",
        "COLUMNS": "200",
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "integrations.cli.app", *arguments]
    return subprocess.run(
        command, env=environment, input="A text.", capture_output=True, text=True, umask=umask, timeout=60, check=False
    )


def too_open(home: Path) -> dict[str, str]:
    paths = [home, *home.rglob("*")] if home.exists() else []
    modes = {str(path.relative_to(home.parent)): stat.S_IMODE(path.stat().st_mode) for path in paths}
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_leaves_nothing_that_others_can_read(tmp_path: Path, command: list[str]) -> None:
    home = tmp_path / "fresh"
    done = inlaid(home, *command, umask=0)
    assert "Traceback" not in done.stderr
    assert too_open(home) == {}


@pytest.mark.parametrize("command", [["migrate"], ["jobs", "list"]], ids=" ".join)
def test_what_an_earlier_version_left_open_is_closed(tmp_path: Path, command: list[str]) -> None:
    home = tmp_path / "old"
    assert inlaid(home, "migrate").returncode == 0
    home.chmod(0o755)
    for path in home.rglob("*.db*"):
        path.chmod(0o644)
    done = inlaid(home, *command)
    assert "Traceback" not in done.stderr
    assert too_open(home) == {}


def test_a_folder_that_is_everybodys_is_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    make_private_folder(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert not is_open_to_others(shared)


def test_what_is_there_keeps_its_content_and_its_owners_rights(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("kept")
    path.chmod(0o467)
    make_private_file(path)
    assert path.read_text() == "kept"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    close_to_others(tmp_path / "nothing")
