"""Keeps the parts of a process tree running: starts them, waits for them, starts them again, stops them in order."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import InlaidError, OutageError
from core.system.subprocesses import READY_FILE_VARIABLE, Child, last_line, start_child, stop_children
from integrations.cli.processes.data_dir import data_dir_errors, open_log

START_SECONDS = 60.0
POLL_SECONDS = 0.05
FIRST_DELAY_SECONDS = 0.5
MAX_DELAY_SECONDS = 30.0
STEADY_SECONDS = 60.0
# Together below the 10 s in which `inlaid up` promises to be gone. A worker hands its jobs back in this time.
STOP_USERS_SECONDS = 7.0
STOP_SERVERS_SECONDS = 1.5

Reporter = Callable[[str, str], None]


class StopRequested(Exception):
    """The person asked to stop while the parts were starting."""


@dataclass(frozen=True)
class ProcessSpec:
    """One process. `serves_others` are stopped after all that use them."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool]
    address: str = ""
    standard_input: bytes = b""
    ready_file: Path | None = None
    serves_others: bool = False


@dataclass
class _Running:
    """A part and its process now; `due` is when a stopped one is started again."""

    part: ProcessSpec
    log: Path
    child: Child
    started: float
    is_ready: bool = False
    due: float | None = None
    failures: int = field(default=0)


class Supervisor:
    """Holds the processes; leaving its block stops them all.

    Args:
        home: data folder; logs go to `logs/NAME.log` in it.
        environment: what every part gets.
        report: receives a word (`ready`, `stopped`) and a line about a part.
        should_stop: asked while waiting.
    """

    def __init__(
        self,
        home: Path,
        environment: Mapping[str, str],
        *,
        report: Reporter,
        should_stop: Callable[[], bool],
    ) -> None:
        self._home = home
        self._environment = environment
        self._report = report
        self._should_stop = should_stop
        self._running: dict[str, _Running] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def start(self, part: ProcessSpec) -> None:
        """Start a part without waiting for it.

        Raises:
            SettingsError, StoreOutage: its log cannot be written.
        """
        log = self._home / "logs" / f"{part.name}.log"
        self._running[part.name] = _Running(part, log, self._spawn(part, log), time.monotonic())

    def wait_until_ready(self, *, only: str = "") -> None:
        """Wait until every started part is ready, or the named one.

        Raises:
            OutageError: one ended, or is not ready in time; names its log.
            StopRequested: asked to stop.
        """
        deadline = time.monotonic() + START_SECONDS
        while waiting := [running for running in self._running.values() if not running.is_ready]:
            if self._should_stop():
                raise StopRequested
            if only and all(running.part.name != only for running in waiting):
                return
            for running in waiting:
                self._check_start(running, is_late=time.monotonic() > deadline)
            time.sleep(POLL_SECONDS)

    def tend(self) -> None:
        """Start again what has stopped, each time after a longer wait; call it a few times a second."""
        for running in self._running.values():
            if running.due is not None:
                if time.monotonic() >= running.due:
                    self._start_again(running)
            elif running.child.poll() is not None:
                self._note_crash(running)
            elif not running.is_ready:
                self._note_ready(running)

    def _spawn(self, part: ProcessSpec, log_path: Path) -> Child:
        environment = dict(self._environment)
        with data_dir_errors(self._home):
            if part.ready_file:
                part.ready_file.unlink(missing_ok=True)
                environment[READY_FILE_VARIABLE] = str(part.ready_file)
            with open_log(log_path) as log:
                return start_child(part.command, environment=environment, log=log, standard_input=part.standard_input)

    def _check_start(self, running: _Running, *, is_late: bool) -> None:
        part = running.part
        if running.child.poll() is not None:
            with running.log.open("rb") as log:
                reason = last_line(log).rstrip(".") or "it printed nothing"
            raise OutageError(f"The {part.name} stopped while starting: {reason}.", fix=f"See {running.log}.")
        self._note_ready(running)
        if is_late and not running.is_ready:
            raise OutageError(f"The {part.name} is not ready after {START_SECONDS:.0f} s.", fix=f"See {running.log}.")

    def _note_ready(self, running: _Running) -> None:
        if running.part.is_ready():
            running.is_ready = True
            seconds = time.monotonic() - running.started
            self._report("ready", f"{running.part.name:<7} {seconds:4.1f} s  {running.part.address}".rstrip())

    def _note_crash(self, running: _Running) -> None:
        now = time.monotonic()
        running.failures = 0 if now - running.started > STEADY_SECONDS else running.failures + 1
        delay = min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** max(0, running.failures - 1))
        running.due = now + delay
        running.is_ready = False
        code = running.child.returncode
        self._report(
            "stopped", f"{running.part.name:<7} with code {code}; starts again in {delay:.1f} s; see {running.log}"
        )

    def _start_again(self, running: _Running) -> None:
        running.started = time.monotonic()
        try:
            running.child = self._spawn(running.part, running.log)
        except InlaidError as error:
            running.due = running.started + MAX_DELAY_SECONDS
            self._report("stopped", f"{running.part.name:<7} {error}")
        else:
            running.due = None

    def _stop(self) -> None:
        for serves_others, grace_seconds in ((False, STOP_USERS_SECONDS), (True, STOP_SERVERS_SECONDS)):
            children = [
                running.child for running in self._running.values() if running.part.serves_others == serves_others
            ]
            stop_children(children, grace_seconds=grace_seconds)
