"""Runs `inlaid up` as a person does, and finds every process that belongs to an INLAID_HOME."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from core.settings import Settings
from tests.processes.tended import ended_by_themselves

WAIT_SECONDS = 40.0
STOP_SECONDS = 10.0
INLAID = Path(sys.executable).with_name("inlaid")
PARTS = {"valkey", "model", "worker", "beat", "web"}


def wait_until(condition: Callable[[], bool], *, seconds: float = WAIT_SECONDS, why: str = "") -> None:
    """Wait for a condition that the outside world makes true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, why or f"not within {seconds} s"
        time.sleep(0.02)


def environment(home: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a command on this home; the web process takes a free port unless `port` is given."""
    names = {"home": str(home), "port": "0"} | changes
    return {**os.environ, **{f"INLAID_{name.upper()}": value for name, value in names.items()}}


def run_up(home: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run an `inlaid up` that is expected to refuse."""
    return subprocess.run(
        [INLAID, "up"], env=environment(home, **changes), capture_output=True, text=True, timeout=WAIT_SECONDS
    )


class Up:
    """One `inlaid up` in a session of its own, as a terminal gives it, with what it prints in a file."""

    def __init__(self, home: Path, output: Path, **changes: str) -> None:
        self.home = home
        self.asked_to_stop: set[str] = set()
        self._output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [INLAID, "up"], env=environment(home, **changes), stdout=file, stderr=file, start_new_session=True
            )

    @property
    def output(self) -> str:
        """Everything it has printed."""
        return self._output.read_text()

    @property
    def lines(self) -> list[str]:
        """The lines that it has printed whole: the last may be on its way."""
        return [line.rstrip("\r\n") for line in self.output.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def web_url(self) -> str:
        """Where its web process is."""
        found = re.search(r"Inlaid is up on (\S+)\.", self.output)
        assert found, self.output
        return found[1]

    @property
    def stops(self) -> list[str]:
        """What it has said of parts that ended, but those that the test asked to."""
        lines = [line for line in self.lines if line.startswith("stopped ")]
        return [line for line in lines if line.split()[1] not in self.asked_to_stop]

    def wait_for(self, text: str) -> None:
        """Wait until it has printed something."""
        wait_until(lambda: text in self.output or self.process.poll() is not None)
        assert text in self.output, self.output

    def parts(self) -> dict[str, psutil.Process]:
        """Return its parts by the name of their log file."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # ZombieProcess is one
                found[part_name(child)] = child
        return found

    @contextlib.contextmanager
    def ready_again(self, *names: str) -> Iterator[None]:
        """Wait after the block until it has said of each of these parts that it is ready again."""
        before = len(self.lines)
        yield
        wait_until(
            lambda: set(names) <= {line.split()[1] for line in self.lines[before:] if line.startswith("ready ")},
            why=self.output,
        )

    def interrupt(self) -> None:
        """Press Ctrl-C: the signal goes to the whole foreground process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait_until_gone(self) -> int:
        """Wait until nothing of the tree is left, within the promised time; return the exit code of `inlaid up`."""
        code = self.process.wait(STOP_SECONDS)
        assert processes_of(self.home) == []
        return code


@contextlib.contextmanager
def running_up(home: Path, output: Path, **changes: str) -> Iterator[Up]:
    """Run `inlaid up`, and leave nothing of it behind whatever the test did."""
    up = Up(home, output, **changes)
    try:
        yield up
        assert not ended_by_themselves(up.stops), "\n".join(up.stops)
    finally:
        up.process.kill()
        up.process.wait()
        for process in processes_of(home):
            process.kill()


def part_name(process: psutil.Process) -> str:
    """Return which part of a tree a process is."""
    words = process.cmdline() or [""]  # a process that is just ending has no words any more
    if words[0].endswith("valkey-server"):
        return "valkey"
    return "model" if "core.llm.local" in words else words[-1]


def processes_of(home: Path) -> list[psutil.Process]:
    """Return the living processes that work on this home, whoever their parent is now."""
    found = []
    for process in psutil.process_iter():
        # AccessDenied: somebody else's. NoSuchProcess: ended just now, or a zombie.
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            # Valkey overwrites its environment with its title, but works in its folder.
            named = process.environ().get("INLAID_HOME") == str(home)
            if (named or Path(process.cwd()).is_relative_to(home)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return [process for process in found if process.pid != os.getpid()]


def kill_part(home: Path, word: str) -> None:
    """Kill -9 the processes of one part, named by a word of its command, and wait until they are gone.

    Their exit codes are left to whoever started them, which may be a supervisor in this process.
    """
    gone = [process for process in processes_of(home) if any(word in one for one in process.cmdline())]
    assert gone, f"no process of {word}"
    for process in gone:
        process.kill()
    pids = {process.pid for process in gone}
    wait_until(lambda: not pids & {process.pid for process in processes_of(home)})


def settings_of(home: Path) -> Settings:
    """Return the settings of a process in the tree, as its environment holds them."""
    (worker,) = [process for process in processes_of(home) if part_name(process) == "worker"]
    values = {name[7:].lower(): value for name, value in worker.environ().items() if name.startswith("INLAID_")}
    named = ("broker_url", "model_url", "database_url", "secret_keys")
    given: dict[str, Any] = {name: values[name] for name in named if name in values}
    return Settings(home=home, **given)
