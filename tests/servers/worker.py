"""A real worker process in the shipped configuration. That it ends by itself fails whichever test runs it."""

import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from core.settings import Settings, settings_environment
from core.system.subprocesses import module_command

START_SECONDS = 40.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.02


class WorkerProcess:
    """One `python -m integrations.cli.processes.run worker`, with what it prints in a file.

    Args:
        settings: what it runs with; its home holds the log.
        module: what runs it.
        via: what its command begins with, to run elsewhere.
        environment: further variables.
    """

    part = "worker"

    def __init__(
        self,
        settings: Settings,
        module: str = "integrations.cli.processes.run",
        *,
        via: Sequence[str] = (),
        **environment: str,
    ) -> None:
        self._settings = settings
        self._module = module
        self._via = via
        self._further = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._log = settings.home / "worker-process.log"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        ended = self.exit_code
        self.stop()
        if error is None:
            assert ended is None, f"the worker ended by itself with code {ended}:\n{self.log}"

    @property
    def log(self) -> str:
        """Everything it has printed."""
        return self._log.read_text()

    @property
    def exit_code(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._running.poll()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._running.pid

    def start(self) -> None:
        """Start it and wait until it consumes."""
        ready = self._settings.home / "worker-process.ready"
        self._settings.home.mkdir(parents=True, exist_ok=True)
        ready.unlink(missing_ok=True)
        environment = self._environment() | {"INLAID_READY_FILE": str(ready)}
        command = [*self._via, *module_command(self._module, self.part)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._settings.home
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready(ready):
            assert self.exit_code is None, f"the worker ended while starting:\n{self.log}"
            assert time.monotonic() < deadline, f"the worker is not ready after {START_SECONDS} s:\n{self.log}"
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End it (SIGTERM, then SIGKILL) and wait until it is gone."""
        self._running.terminate()
        try:
            self._running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def end(self) -> None:
        """Stop it if it was started."""
        if self._process:
            self.stop()

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self._running.kill()
        self._running.wait()

    def wait_until_ended(self, seconds: float) -> int:
        """Wait for an end that the test expects, and start it again as a supervisor does; return its exit code."""
        code = self._running.wait(seconds)
        self.start()
        return code

    def _is_ready(self, file: Path) -> bool:
        return file.exists()

    @property
    def _running(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "not started"
        return self._process

    def _environment(self) -> dict[str, str]:
        return {**settings_environment(self._settings), **self._further}


class WebProcess(WorkerProcess):
    """One web process on the port of its settings; it is ready when it answers there."""

    part = "web"

    def _is_ready(self, file: Path) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._settings.port)) == 0
