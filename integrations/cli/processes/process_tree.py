"""The process tree of one machine: broker, local model, worker, scheduler and web, as far as the settings need them."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import InlaidError, OutageError
from core.settings import Settings, settings_environment
from core.system.broker import is_redis
from core.system.subprocesses import READY_FILE_VARIABLE, Child, last_line, start_child, stop_children
from core.text.catalogues import number
from integrations.cli.processes.data_dir import bound_log, data_dir_errors, locked_data_dir, note_web_url, open_log
from integrations.cli.processes.process_spec import BROKER, ProcessSpec, TreeSpec
from integrations.cli.processes.started_settings import keep_started_settings

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
            StopRequested: asked to stop; nothing more is started then, since all of it would have to be waited for.
        """
        if self._should_stop():
            raise StopRequested
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
        """Bound the logs, and start again what stopped, each time after a longer wait; call it a few times a second."""
        for running in self._running.values():
            bound_log(running.log)
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
                child = start_child(part.command, environment=environment, log=log, standard_input=part.standard_input)
        _stand_back(child, part.niceness)
        return child

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
            self._report("ready", f"{running.part.name:<7} {number(seconds, 1):>4} s  {running.part.address}".rstrip())

    def _note_crash(self, running: _Running) -> None:
        now = time.monotonic()
        running.failures = 0 if now - running.started > STEADY_SECONDS else running.failures + 1
        delay = min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** max(0, running.failures - 1))
        running.due = now + delay
        running.is_ready = False
        code, seconds = running.child.returncode, number(delay, 1)
        self._report(
            "stopped", f"{running.part.name:<7} with code {code}; starts again in {seconds} s; see {running.log}"
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


@dataclass(frozen=True)
class RunningTree:
    """A tree whose parts are all ready.

    Attributes:
        settings: what the parts run with: the given settings, with broker, model and token filled in.
        web_url: base address of the web process; "" without one.
        token_file: where the API token is, or None if the tokens were set.
    """

    settings: Settings
    web_url: str
    token_file: Path | None
    supervisor: Supervisor

    @property
    def broker_url(self) -> str:
        """The broker, with its password."""
        return self.settings.broker_url

    @property
    def model_url(self) -> str:
        """The model server, with `/v1`."""
        return self.settings.model_url

    @property
    def model_key(self) -> str:
        """The model server's key."""
        return self.settings.model_key.get_secret_value()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a further process that is to work with this tree."""
        return settings_environment(self.settings)

    def tend(self) -> None:
        """Start again what has stopped; call it a few times a second while the tree is to stay up."""
        self.supervisor.tend()


def _stand_back(child: Child, niceness: int) -> None:
    """Have a process that has just begun, with all its threads, stand behind this one where the processor is short."""
    if niceness and hasattr(os, "setpriority"):
        with suppress(OSError):  # it has ended already, which its supervisor sees
            os.setpriority(os.PRIO_PROCESS, child.pid, os.getpriority(os.PRIO_PROCESS, 0) + niceness)


def _report_nothing(_word: str, _line: str) -> None:
    pass


def _never() -> bool:
    return False


@contextmanager
def process_tree(
    settings: Settings,
    *,
    web: bool,
    report: Reporter = _report_nothing,
    should_stop: Callable[[], bool] = _never,
) -> Iterator[RunningTree]:
    """Run the tree for as long as the block lasts. However this process ends, no other is left (Linux).

    Args:
        settings: with INLAID_BROKER_URL no broker is started, with INLAID_MODEL_URL no model.
        web: also the web process, on INLAID_HOST and INLAID_PORT (0: a free port).
        report: receives a word and a line for each part that becomes ready or stops.
        should_stop: asked a few times a second during the start.

    Raises:
        SettingsError: port in use, data folder not writable or in use by another tree, something not installed.
        OutageError: disk full, broker or database down, or a part ended while starting.
        StopRequested: `should_stop` said so.
    """
    with ExitStack() as stack:
        stack.enter_context(locked_data_dir(settings.home))
        with data_dir_errors(settings.home):
            keep_started_settings(settings)
        _require_broker(settings)
        spec = TreeSpec(settings, stack, web=web)
        supervisor = stack.enter_context(
            Supervisor(settings.home, settings_environment(spec.settings), report=report, should_stop=should_stop)
        )
        for part in spec.servers:
            supervisor.start(part)
        _migrate(spec.settings)
        # The model loads while the others, which first need the broker, start.
        supervisor.wait_until_ready(only=BROKER)
        for part in spec.users:
            supervisor.start(part)
        supervisor.wait_until_ready()
        note_web_url(settings.home, spec.web_url)
        yield RunningTree(spec.settings, spec.web_url, spec.token_file, supervisor)


def _require_broker(settings: Settings) -> None:
    """End here when a broker that was set does not answer: a worker would wait for it for ever."""
    if is_redis(settings.broker_url):
        from core.observability.readiness import require_broker

        require_broker(settings.broker_url)


def _migrate(settings: Settings) -> None:
    """Bring the tables up to date, and end here where the keys are those of another installation."""
    # Imported here because it takes as long as the broker and the model take to start.
    from core.store import open_store
    from core.store.sealing import SealedValues

    with closing(open_store(settings)) as store:
        SealedValues(store.database, store.jobs.cipher).require_fitting_keys()
