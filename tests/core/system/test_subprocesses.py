import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from core.settings import Settings, load_settings, settings_environment
from core.system.subprocesses import ReservedPort, last_line, module_command, start_child, stop_children

WAIT_SECONDS = 10.0
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def python(code: str) -> list[str]:
    """Return a command that runs a snippet."""
    return [sys.executable, "-c", code]


def test_a_reserved_port_can_be_listened_on_and_is_given_to_nobody_else() -> None:
    reserved = ReservedPort()
    others = [ReservedPort() for _ in range(20)]
    with socket.create_server(("127.0.0.1", reserved.number)):
        assert reserved.number not in {other.number for other in others}
    for port in (reserved, *others):
        port.close()


def test_a_port_that_somebody_listens_on_cannot_be_reserved() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(OSError, match="in use"),
    ):
        ReservedPort("127.0.0.1", server.getsockname()[1])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that another process makes true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def has_ended(process: psutil.Process) -> bool:
    """Say whether a process that is not our child has ended; whoever is to reap it may take its time."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
def test_a_child_ends_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import os, subprocess, sys, time
from core.system.subprocesses import start_child
with open({str(tmp_path / "log")!r}, "ab") as log:
    child = start_child({SLEEP!r}, environment=os.environ, log=log)
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(python(code), stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        wait_until(lambda: child.cmdline() == SLEEP)
        parent.kill()
    wait_until(lambda: has_ended(child))


def test_a_child_whose_parent_is_gone_already_does_not_start() -> None:
    nobody = "1" if os.getpid() != 1 else "2"
    script = Path(__file__).parents[3] / "core" / "system" / "exec_with_parent.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, nobody, *python("print('started')")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "") if sys.platform == "linux" else (0, "started\n")


def test_a_child_gets_its_environment_input_and_log_and_a_process_group_of_its_own() -> None:
    code = "import os, sys; print(sys.stdin.read(), os.environ['WORD'], os.getpgid(0) == os.getpid())"
    with tempfile.TemporaryFile() as log:
        child = start_child(python(code), environment={"WORD": "there"}, log=log, standard_input=b"Hello")
        assert child.wait(WAIT_SECONDS) == 0
        assert last_line(log) == "Hello there True"


def test_children_that_do_not_obey_are_killed_when_their_time_is_up() -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
    with tempfile.TemporaryFile() as log:
        children = [start_child(command, environment={}, log=log) for command in (SLEEP, python(stubborn))]
        wait_until(lambda: last_line(log) == "ready")
        stop_children(children, grace_seconds=0.3)
    assert [child.returncode for child in children] == [-signal.SIGTERM, -signal.SIGKILL]


@pytest.mark.parametrize(
    ("written", "expected"), [("", ""), ("\n \n", ""), ("one\ntwo\n\n", "two"), ("ä" * 9000 + "\nend", "end")]
)
def test_the_last_line_with_text_is_found(tmp_path: Path, written: str, expected: str) -> None:
    path = tmp_path / "log"
    path.write_text(written)
    with path.open("rb") as log:
        assert last_line(log) == expected


def test_settings_survive_the_way_through_a_childs_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path / "a folder",
        api_tokens=(SecretStr("one=ann@example.com"), SecretStr("two")),
        model_key=SecretStr("key"),
        recipes_dir=tmp_path,
        lease_seconds=2.5,
    )
    for name, value in settings_environment(settings, model_name="other").items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings.model_copy(update={"model_name": "other"})


def test_a_module_is_run_without_the_current_folder_in_its_import_path(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "__init__.py").write_text("raise SystemExit('the wrong core')")
    done = subprocess.run(module_command("core.errors"), cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
