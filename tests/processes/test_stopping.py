"""However `inlaid up` ends, nothing of it is left; and what stands in its way is one clear line."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from core.settings import Settings
from core.store import open_store
from tests.processes.commands import INLAID, PARTS, environment, processes_of, run_up, running_up, wait_until
from tests.servers.valkey import ValkeyProcess, free_port

pytestmark = pytest.mark.processes

# Nothing listens there, and nothing asks while starting.
ELSEWHERE = "http://127.0.0.1:9/v1"


def test_sigterm_stops_parts_that_do_not_answer_and_only_what_is_not_set_was_started(
    tmp_path: Path, valkey: ValkeyProcess
) -> None:
    home = tmp_path / "home"
    with running_up(home, tmp_path / "output", model_url=ELSEWHERE, broker_url=valkey.url, api_tokens="t") as up:
        up.wait_for("Stop with Ctrl-C.")
        assert "note    The model server does not answer. Check INLAID_MODEL_URL." in up.lines
        parts = up.parts()
        assert set(parts) == PARTS - {"model", "valkey"}
        assert not (home / "api.token").exists()
        parts["worker"].suspend()
        up.process.terminate()
        assert up.wait_until_gone() == 0
        assert up.output.endswith("stopping\nstopped\n")


@pytest.fixture
def hangups_count() -> Iterator[None]:
    """Have processes that are started here hear SIGHUP, though the suite itself may run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangups_count")
@pytest.mark.parametrize(
    ("number", "moment"),
    [(signal.SIGHUP, "up.lock"), (signal.SIGINT, "logs/valkey.log"), (signal.SIGTERM, "logs/web.log")],
)
def test_a_signal_during_the_start_leaves_nothing(tmp_path: Path, number: signal.Signals, moment: str) -> None:
    home = tmp_path / "home"
    with running_up(home, tmp_path / "output", model_url=ELSEWHERE) as up:
        wait_until((home / moment).exists)
        up.process.send_signal(number)
        assert up.wait_until_gone() == 0
        assert "Inlaid is up" not in up.output
        assert up.output.endswith("stopped\n")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
def test_killing_it_outright_leaves_nothing_and_the_home_free(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running_up(home, tmp_path / "output") as up:
        wait_until((home / "logs" / "web.log").exists)
        # One that was started just now has no words of its own for a moment.
        wait_until(lambda: set(up.parts()) >= {"valkey", "model", "worker", "beat"})
        os.kill(up.process.pid, signal.SIGKILL)
        wait_until(lambda: not processes_of(home))
    with running_up(home, tmp_path / "output", model_url=ELSEWHERE) as up:
        up.wait_for("ready")
        up.process.terminate()
        assert up.wait_until_gone() == 0


def test_a_part_that_ends_while_starting_stops_all_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('this processor is too old')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    home = tmp_path / "home"
    done = run_up(home)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    expected = "The model stopped while starting: ImportError: this processor is too old"
    assert f"{expected}. See {home / 'logs' / 'model.log'}." in done.stderr
    assert processes_of(home) == []


def test_an_address_that_is_not_this_machines_is_named_with_its_setting(tmp_path: Path) -> None:
    done = run_up(tmp_path / "home", host="192.0.2.1", port="8000")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Port 8000 on 192.0.2.1 cannot be used" in done.stderr
    assert "INLAID_HOST" in done.stderr


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A file stands where the folder should be, which stops even root."""
    (tmp_path / "home").write_text("")
    done = run_up(tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"INLAID_HOME ({tmp_path / 'home'}) is not writable" in done.stderr


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk that has room for the tables and not for more."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_one_line(tiny_disk: Path) -> None:
    done = run_up(tiny_disk / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"The disk of INLAID_HOME ({tiny_disk / 'home'}) is full." in done.stderr


def test_a_broker_that_is_away_ends_it_at_once_with_host_and_port(tmp_path: Path) -> None:
    port = free_port()
    done = run_up(tmp_path / "home", broker_url=f"redis://:canary@127.0.0.1:{port}/0")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"The broker at 127.0.0.1:{port} cannot be reached." in done.stderr
    assert "canary" not in done.stderr


def test_a_full_disk_is_told_by_each_command(tiny_disk: Path) -> None:
    """The database is there, and what SQLite writes beside it finds no room."""
    home = tiny_disk / "home"
    with closing(open_store(Settings(home=home))):
        pass
    with suppress(OSError), (tiny_disk / "fill").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    for command in (["jobs", "list"], ["facts", "set", "room", "4"], ["recipes"]):
        done = subprocess.run([INLAID, *command], env=environment(home), capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert f"The disk of the database ({home}) is full. Free at least 32 MB there" in done.stderr
    done = subprocess.run([INLAID, "doctor"], env=environment(home), capture_output=True, text=True, timeout=60)
    assert f"fail disk: The disk of INLAID_HOME ({home}) is full." in done.stdout
    assert "INLAID_DATABASE_URL" not in done.stdout
