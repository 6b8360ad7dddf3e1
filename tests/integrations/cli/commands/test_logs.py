"""`inlaid logs` shows where logs are, and how they end."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from integrations.cli.app import main
from tests.integrations.cli.conftest import Terminal


@pytest.fixture
def folder(home: Path) -> Path:
    """Make two logs, and one that was put aside."""
    made = home / "logs"
    made.mkdir(parents=True)
    for name in ("web", "worker", "web.old"):
        (made / f"{name}.log").write_text("".join(f"{name} {number}\n" for number in range(20)))
    return made


def test_each_log_is_named_by_its_path_and_told_from_its_end(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["logs", "-n", "2"])
    assert not ended.value.code
    out = capfd.readouterr().out
    assert [line for line in out.splitlines() if line] == [
        f"==> {folder}/web.log <==", "web 18", "web 19", f"==> {folder}/worker.log <==", "worker 18", "worker 19",
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        main(["logs", "worker"])
    assert "web 1" not in capfd.readouterr().out


def test_what_is_written_later_is_followed(folder: Path) -> None:
    command = [sys.executable, "-m", "integrations.cli.app", "logs", "web", "-n", "1", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as running:
        assert running.stdout
        shown = b""
        try:
            while b"web 19" not in shown:
                assert select.select([running.stdout], [], [], 60)[0]
                shown += os.read(running.stdout.fileno(), 4096)
            with (folder / "web.log").open("a") as log:
                log.write("new\n")
            while b"new" not in shown:
                assert select.select([running.stdout], [], [], 60)[0]
                shown += os.read(running.stdout.fileno(), 4096)
        finally:
            os.killpg(running.pid, 9)


def test_where_there_are_none_it_says_so(terminal: Terminal, home: Path) -> None:
    assert f"There are no logs in {home}/logs." in terminal.error("logs")


def test_a_part_that_is_none_is_named_with_those_that_are(terminal: Terminal, folder: Path) -> None:
    assert "There is no log of model. There are: web, worker" in terminal.error("logs", "model")
