"""The process tree of one machine: broker, local model, worker, scheduler and web, as far as the settings need them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.settings import Settings, settings_environment
from integrations.cli.processes.data_dir import locked_data_dir
from integrations.cli.processes.process_spec import BROKER, TreeSpec
from integrations.cli.processes.supervisor import Reporter, Supervisor


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
        OutageError: disk full, database down, or a part ended while starting.
        StopRequested: `should_stop` said so.
    """
    with ExitStack() as stack:
        stack.enter_context(locked_data_dir(settings.home))
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
        yield RunningTree(spec.settings, spec.web_url, spec.token_file, supervisor)


def _migrate(settings: Settings) -> None:
    # Imported here because it takes as long as the broker and the model take to start.
    from core.store import open_store

    open_store(settings).close()
