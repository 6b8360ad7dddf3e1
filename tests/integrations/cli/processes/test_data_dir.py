"""What `inlaid up` keeps in INLAID_HOME."""

import stat
import sys
import tempfile
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.system.subprocesses import start_child, stop_children
from integrations.cli.processes.data_dir import (
    MAX_LOG_BYTES,
    api_token,
    holder_of,
    locked_data_dir,
    note_web_url,
    open_log,
)


def test_a_home_is_held_by_one_at_a_time_and_free_afterwards(home: Path) -> None:
    with (
        locked_data_dir(home),
        pytest.raises(SettingsError, match=r"already up.*\(process \d+\)"),
        locked_data_dir(home),
    ):
        raise AssertionError("held twice")
    with locked_data_dir(home):
        pass


def test_whoever_holds_a_home_says_where_its_web_process_is(home: Path) -> None:
    assert holder_of(home) is None
    with locked_data_dir(home):
        assert holder_of(home) == ""
        note_web_url(home, "http://127.0.0.1:18994")
        assert holder_of(home) == "http://127.0.0.1:18994"
        with pytest.raises(SettingsError, match=r"\(process \d+\)"), locked_data_dir(home):
            pass
    assert holder_of(home) is None
    with locked_data_dir(home):
        assert holder_of(home) == ""


def test_a_home_is_made_for_its_owner_alone(home: Path) -> None:
    with locked_data_dir(home):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_child_that_lives_on_does_not_hold_the_home(home: Path) -> None:
    with tempfile.TemporaryFile() as log:
        with locked_data_dir(home):
            command = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
            child = start_child(command, environment={}, log=log)
        with locked_data_dir(home):
            assert child.poll() is None
        stop_children([child], grace_seconds=1)


def test_the_token_stays_the_same_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    token, path = api_token(tmp_path)
    assert len(token) >= 32
    assert api_token(tmp_path) == (token, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_token_file_is_not_taken_for_a_token(tmp_path: Path) -> None:
    (tmp_path / "api.token").write_text("\n")
    assert api_token(tmp_path)[0] != ""


def test_a_large_log_is_put_aside_and_a_small_one_continued(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "web.log"
    for text in (b"one", b"two"):
        with open_log(path) as log:
            log.write(text)
    assert path.read_bytes() == b"onetwo"
    path.write_bytes(b"x" * (MAX_LOG_BYTES + 1))
    with open_log(path) as log:
        log.write(b"new")
    assert path.read_bytes() == b"new"
    assert (tmp_path / "logs" / "web.old.log").stat().st_size == MAX_LOG_BYTES + 1
