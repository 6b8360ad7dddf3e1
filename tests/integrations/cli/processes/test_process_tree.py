"""The supervisor, with parts that cost nothing."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.errors import OutageError, SettingsError
from core.privacy.encryption import KeyFile, new_key
from core.settings import Settings
from core.store import open_store
from integrations.cli.processes.process_spec import ProcessSpec
from integrations.cli.processes.process_tree import StopRequested, Supervisor, process_tree
from tests.processes.commands import wait_until

ENDLESS = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
FAILING = [sys.executable, "-I", "-S", "-c", "import sys; sys.exit('no luck')"]

Reports = list[tuple[str, str]]


@pytest.fixture
def reports() -> Reports:
    """Return the list that collects what is reported."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, reports: Reports) -> Iterator[Supervisor]:
    """Run a supervisor without parts."""

    def report(word: str, line: str) -> None:
        reports.append((word, line))

    with Supervisor(tmp_path, os.environ, report=report, should_stop=lambda: False) as supervisor:
        yield supervisor


def test_a_part_that_keeps_crashing_is_started_again_after_longer_and_longer_waits(
    supervisor: Supervisor, reports: Reports
) -> None:
    supervisor.start(ProcessSpec("web", FAILING, lambda: False))

    def has_crashed_three_times() -> bool:
        supervisor.tend()
        return len(reports) == 3

    wait_until(has_crashed_three_times)
    assert [word for word, _ in reports] == ["stopped"] * 3
    for (_, line), delay in zip(reports, ("0.5", "1.0", "2.0"), strict=True):
        assert f"with code 1; starts again in {delay} s" in line


def test_a_part_stands_behind_the_process_that_starts_it_where_it_is_asked_to(supervisor: Supervisor) -> None:
    before = psutil.Process().children()
    supervisor.start(ProcessSpec("model", ENDLESS, lambda: False, niceness=5))
    [model] = set(psutil.Process().children()) - set(before)
    assert model.nice() == psutil.Process().nice() + 5


def test_the_log_of_a_part_that_runs_on_is_bounded_and_written_on(supervisor: Supervisor, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    told = f"""import os, time
print("x" * 5_999_999, flush=True)
while not os.path.exists({str(go_on)!r}): time.sleep(0.02)
print("more", flush=True)
time.sleep(60)"""
    supervisor.start(ProcessSpec("web", [sys.executable, "-I", "-S", "-c", told], lambda: False))
    log, aside = tmp_path / "logs/web.log", tmp_path / "logs/web.old.log"
    wait_until(lambda: log.stat().st_size == 6_000_000)
    supervisor.tend()
    assert (log.stat().st_size, aside.stat().st_size) == (0, 6_000_000)
    go_on.touch()
    wait_until(lambda: log.read_bytes() == b"more\n")


def test_a_part_that_cannot_be_started_again_is_reported_and_the_others_go_on(
    supervisor: Supervisor, reports: Reports, tmp_path: Path
) -> None:
    supervisor.start(ProcessSpec("web", FAILING, lambda: False))
    before = psutil.Process().children()
    supervisor.start(ProcessSpec("worker", ENDLESS, lambda: False))
    [worker] = set(psutil.Process().children()) - set(before)
    shutil.rmtree(tmp_path / "logs")
    (tmp_path / "logs").write_text("no folder")

    def is_reported() -> bool:
        supervisor.tend()
        return len(reports) == 2

    wait_until(is_reported)
    assert reports[1][0] == "stopped"
    assert f"INLAID_HOME ({tmp_path}) is not writable" in reports[1][1]
    assert worker.is_running()


def test_a_part_that_ends_while_starting_is_an_error_with_its_last_words_and_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(ProcessSpec("beat", FAILING, lambda: False))
    with pytest.raises(
        OutageError, match=rf"The beat stopped while starting: no luck\. See {tmp_path}/logs/beat\.log\."
    ):
        supervisor.wait_until_ready()


def test_waiting_for_one_part_does_not_wait_for_the_others(supervisor: Supervisor, reports: Reports) -> None:
    supervisor.start(ProcessSpec("valkey", ENDLESS, lambda: True, address="here"))
    supervisor.start(ProcessSpec("model", ENDLESS, lambda: False))
    supervisor.wait_until_ready(only="valkey")
    assert len(reports) == 1
    assert reports[0][1].endswith("here")


def test_a_stop_is_heard_while_waiting(tmp_path: Path) -> None:
    asked: list[bool] = []
    with Supervisor(
        tmp_path, os.environ, report=lambda _word, _line: None, should_stop=lambda: bool(asked)
    ) as supervisor:
        before = psutil.Process().children()
        supervisor.start(ProcessSpec("web", ENDLESS, lambda: False))
        [child] = set(psutil.Process().children()) - set(before)
        asked.append(True)
        with pytest.raises(StopRequested):
            supervisor.wait_until_ready()
        with pytest.raises(StopRequested):
            supervisor.start(ProcessSpec("worker", ENDLESS, lambda: False))
        assert set(psutil.Process().children()) - set(before) == {child}
    assert not child.is_running()


def test_who_serves_others_stops_after_them(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = "import signal, sys, time; signal.signal(15, lambda *_: (open({!r}, 'a').write({!r}), sys.exit())); "
    code += "open({!r}, 'w').close(); time.sleep(60)"
    started = {name: tmp_path / name for name in ("a", "b", "c")}
    with Supervisor(tmp_path, os.environ, report=lambda _word, _line: None, should_stop=lambda: False) as supervisor:
        for name, serves_others in (("a", True), ("b", False), ("c", True)):
            command = [sys.executable, "-I", "-S", "-c", code.format(str(order), name, str(started[name]))]
            supervisor.start(ProcessSpec(name, command, started[name].exists, serves_others=serves_others))
        supervisor.wait_until_ready()
    assert order.read_text()[0] == "b"
    assert sorted(order.read_text()) == ["a", "b", "c"]


def test_nothing_starts_with_the_key_of_another_installation(settings: Settings) -> None:
    store = open_store(settings)
    store.records.put("preference", "local", "ann", {"wish": "short"})
    store.close()
    KeyFile(settings.home).path.write_text(new_key())
    given = {"broker_url": "memory://", "model_url": "http://127.0.0.1:9/v1"}
    with (
        pytest.raises(SettingsError, match=r"The keys in .*secret\.key open nothing"),
        process_tree(settings.model_copy(update=given), web=False),
    ):
        pytest.fail("it started")
