"""The process tree of one machine, `inlaid up`: broker, local model, worker, scheduler and web, as far as needed."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from core.children import settings_environment
from core.settings import Settings
from core.store import open_store
from integrations.cli.home import occupied_home
from integrations.cli.plan import BROKER, Plan
from integrations.cli.supervisor import Report, StopRequested, Supervisor
from integrations.cli.terminal import output_console

TEND_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLOURS = {"ready": "green", "stopped": "yellow"}


@dataclass(frozen=True)
class RunningTree:
    """A tree whose parts are all ready.

    Attributes:
        settings: what the parts run with: the given settings, with broker, model and token filled in.
        web_url: base address of the web process; "" without one.
        token_file: where the API token is; None when the tokens were set.
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


def _report_nothing(_word: str, _line: str) -> None:
    pass


def _never() -> bool:
    return False


@contextmanager
def process_tree(
    settings: Settings,
    *,
    web: bool,
    report: Report = _report_nothing,
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
        OutageError: disk full, database down, or a part ended while starting.
        StopRequested: `should_stop` said so.
    """
    with ExitStack() as stack:
        stack.enter_context(occupied_home(settings.home))
        plan = Plan(settings, stack, web=web)
        supervisor = stack.enter_context(
            Supervisor(settings.home, settings_environment(plan.settings), report=report, should_stop=should_stop)
        )
        for part in plan.servers:
            supervisor.start(part)
        open_store(plan.settings).close()
        # The model loads while the others, which first need the broker, start.
        supervisor.wait_until_ready(only=BROKER)
        for part in plan.users:
            supervisor.start(part)
        supervisor.wait_until_ready()
        yield RunningTree(plan.settings, plan.web_url, plan.token_file, supervisor)


def run_up(settings: Settings) -> None:
    """Start the tree, print a line for each part, keep it up, and stop it within 10 s of Ctrl-C or SIGTERM.

    Raises:
        InlaidError: it cannot be started; see `process_tree`.
    """
    console = output_console()

    def report(word: str, line: str) -> None:
        console.print(word.ljust(8), style=COLOURS[word], end="")
        console.print(line, markup=False)

    with _signals() as asked:
        try:
            with process_tree(settings, web=True, report=report, should_stop=lambda: asked.to_stop) as tree:
                console.print(_welcome(tree), markup=False)
                while not asked.to_stop:
                    tree.tend()
                    time.sleep(TEND_SECONDS)
                console.print("stopping", markup=False)
        except StopRequested:
            pass
        console.print("stopped", markup=False)


def _welcome(tree: RunningTree) -> str:
    token = f"API token in {tree.token_file}" if tree.token_file else "API tokens as set"
    return f"Inlaid is up on {tree.web_url}. {token}. Stop with Ctrl-C."


@dataclass
class _Asked:
    to_stop: bool = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        self.to_stop = True


@contextmanager
def _signals() -> Iterator[_Asked]:
    """Note the signals that ask to stop instead of obeying them at once; one that was ignored stays so (nohup)."""
    asked = _Asked()
    handlers = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in handlers.items():
        if number != signal.SIGHUP or handler != signal.SIG_IGN:
            signal.signal(number, asked.note)
    try:
        yield asked
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
