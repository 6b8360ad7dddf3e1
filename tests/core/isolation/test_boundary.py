"""Whatever a parser is made to do: the caller hears of it in time, others do not notice, and nothing is left behind."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import structlog

from core.errors import DocumentError, UnexpectedError
from core.isolation import Boundary, stop_isolation
from core.logs import configure_logging
from tests.core.isolation import deeds

pytestmark = pytest.mark.processes

WAIT_SECONDS = 10.0
QUICK = Boundary("document", DocumentError, fix="Give another one.", seconds=1.0, memory_bytes=400 * 2**20)
PATIENT = replace(QUICK, seconds=30.0)
SLEEP_IN_A_CHILD = """
import sys
from pathlib import Path
from core.errors import DocumentError
from core.isolation import Boundary
from tests.core.isolation import deeds
Boundary("document", DocumentError).call(deeds.hold_the_interpreter, Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True, scope="module")
def _no_server_left() -> Iterator[None]:
    yield
    stop_isolation()


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that another process makes true."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """Say whether a process that is not our child has ended; whoever is to reap it may take its time."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def noted(note: Path) -> int:
    """Return the process id that a deed notes when it begins."""
    wait_until(lambda: note.exists() and note.read_text() != "")
    return int(note.read_text())


def test_a_call_is_as_one_in_this_process() -> None:
    assert PATIENT.call(deeds.add, 2, second=3) == 5
    with pytest.raises(DocumentError) as refusal:
        PATIENT.call(deeds.refuse)
    assert (refusal.value.message, refusal.value.fix) == ("The file is empty.", "Give another one.")


def test_what_never_ends_is_stopped_in_time_and_said(tmp_path: Path) -> None:
    begin = time.monotonic()
    with pytest.raises(DocumentError, match="This document could not be read within 1 s"):
        QUICK.call(deeds.hold_the_interpreter, tmp_path / "note")
    assert time.monotonic() - begin < 5
    assert has_ended(noted(tmp_path / "note"))
    server = server_of(os.getpid())
    assert PATIENT.call(deeds.add, 1) == 2
    assert server_of(os.getpid()) == server


def test_what_a_child_started_is_stopped_with_it(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="within 1 s"):
        QUICK.call(deeds.sleep_with_a_child, tmp_path / "note")
    wait_until(lambda: has_ended(noted(tmp_path / "note")))


def test_a_call_that_never_ends_delays_no_other(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        hanging = [
            threads.submit(replace(QUICK, seconds=4.0).call, deeds.hold_the_interpreter, tmp_path / str(n))
            for n in range(3)
        ]
        for n in range(3):
            noted(tmp_path / str(n))
        assert [PATIENT.call(deeds.add, n) for n in range(10)] == list(range(1, 11))
        assert not any(future.done() for future in hanging)
        assert all(isinstance(future.exception(), DocumentError) for future in hanging)


@pytest.mark.parametrize("deed", [deeds.eat_memory, deeds.eat_memory_quietly])
def test_what_eats_memory_is_stopped_and_said(deed: Callable[[], object]) -> None:
    before = psutil.Process().memory_info().rss
    with pytest.raises(DocumentError, match="needs more than 400 MB of memory"):
        PATIENT.call(deed)
    assert psutil.Process().memory_info().rss - before < 100 * 2**20


def test_an_answer_that_is_too_large_is_refused() -> None:
    with pytest.raises(DocumentError, match="holds too much"):
        replace(PATIENT, memory_bytes=4 * 2**30).call(deeds.answer_hugely)


def test_what_crashes_the_parser_is_refused() -> None:
    with pytest.raises(DocumentError, match="damaged in a way that stops the program"):
        PATIENT.call(deeds.crash)


def test_a_child_killed_from_outside_is_replaced_once_then_the_document_is_refused(tmp_path: Path) -> None:
    note = tmp_path / "note"
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(PATIENT.call, deeds.hold_the_interpreter, note)
        first = noted(note)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: note.read_text() not in ("", str(first)))
        os.kill(noted(note), signal.SIGKILL)
        error = call.exception(WAIT_SECONDS)
    assert isinstance(error, DocumentError)
    assert "was stopped twice" in error.message
    assert PATIENT.call(deeds.add, 1) == 2


def server_of(pid: int) -> psutil.Process:
    """Return the fork server of a process."""
    return next(child for child in psutil.Process(pid).children() if "core.isolation.forkserver" in child.cmdline())


def test_a_server_killed_from_outside_is_replaced() -> None:
    assert PATIENT.call(deeds.add, 1) == 2
    server_of(os.getpid()).kill()
    assert PATIENT.call(deeds.add, 2) == 3


def test_a_server_killed_in_the_middle_takes_its_child_along(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(QUICK.call, deeds.hold_the_interpreter, tmp_path / "note")
        child = noted(tmp_path / "note")
        server_of(os.getpid()).kill()
        wait_until(lambda: has_ended(child))
        assert isinstance(call.exception(WAIT_SECONDS), DocumentError)  # it was tried again, and took too long again


def test_the_end_of_the_caller_is_the_end_of_server_and_child(tmp_path: Path) -> None:
    caller = subprocess.Popen([sys.executable, "-c", SLEEP_IN_A_CHILD, str(tmp_path / "note")])
    child = noted(tmp_path / "note")
    server = server_of(caller.pid).pid
    caller.kill()
    caller.wait()
    wait_until(lambda: has_ended(child) and has_ended(server))


def test_a_caller_that_ends_by_itself_leaves_nothing() -> None:
    code = SLEEP_IN_A_CHILD.replace("hold_the_interpreter, Path(sys.argv[1])", "add, 1")
    code += "import psutil; print(psutil.Process().children()[0].pid)"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    wait_until(lambda: has_ended(int(done.stdout)))
    assert done.stderr == ""


@pytest.mark.usefixtures("_logs_as_before")
def test_a_fault_of_our_own_is_logged_without_its_text(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    with pytest.raises(UnexpectedError):
        PATIENT.call(deeds.fail, "a secret text")
    PATIENT.call(deeds.print_secret, "a secret text")
    printed = capfd.readouterr().err
    line = json.loads(printed)
    assert (line["error"], line["task"]) == ("ValueError", "tests.core.isolation.deeds.fail")
    assert line["source"].startswith("forkserver.py:")
    assert re.search(r"/deeds\.py:\d+:fail$", line["source"])
    assert "secret" not in printed


def test_a_child_that_was_taken_over_can_make_its_caller_run_nothing() -> None:
    with pytest.raises(DocumentError, match="damaged"):
        PATIENT.call(deeds.answer_with_a_call)


def test_a_child_has_no_key_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_isolation()
    monkeypatch.setenv("INLAID_SECRET_KEYS", "key")
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    found = PATIENT.call(deeds.environment)
    assert "key" not in found.values()
    assert found["PATH"] == os.environ["PATH"]


def test_many_threads_may_call_at_once() -> None:
    begun = threading.Barrier(12)

    def call(n: int) -> int:
        begun.wait()
        return PATIENT.call(deeds.add, n)

    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(call, range(12))) == list(range(1, 13))


def test_a_server_whose_first_folder_was_deleted_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_isolation()
    (tmp_path / "first").mkdir()
    monkeypatch.chdir(tmp_path / "first")
    assert PATIENT.call(deeds.folder) == "/"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first").rmdir()
    assert PATIENT.call(deeds.folder) == "/"
