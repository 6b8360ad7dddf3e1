"""Starts other processes so that none outlives this one, and keeps loopback ports for them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

TAIL_BYTES = 4096
# Names the file that a process makes once it works; it is no setting.
READY_FILE_VARIABLE = "INLAID_READY_FILE"

Child = subprocess.Popen[bytes]


class ReservedPort:
    """A TCP port that stays ours until `close`, because a socket is bound to it that never listens.

    On Linux a server that sets SO_REUSEADDR, as all of ours do, can listen on it meanwhile, and the kernel gives the
    port to nobody who asks for any free one. Elsewhere it is merely free at this moment.

    Args:
        host: address to bind to.
        port: the wanted port; 0 takes a free one.

    Raises:
        OSError: somebody listens there already, or the address is not this machine's.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        self._socket = socket.socket(family, kind, protocol)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(address)
            self.number: int = self._socket.getsockname()[1]
        except OSError:
            self.close()
            raise
        if sys.platform != "linux":
            self.close()

    def close(self) -> None:
        """Give the port up."""
        self._socket.close()


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our modules; `-P` keeps the current folder out of the import path."""
    return [sys.executable, "-P", "-m", module, *arguments]


def start_child(
    command: Sequence[str], *, environment: Mapping[str, str], log: IO[Any], standard_input: bytes = b""
) -> Child:
    """Start a program that ends with this process, in a process group of its own, so that Ctrl-C does not reach it.

    On Linux "with this process" is "with the thread that calls this", so call it from one that stays.

    Args:
        command: program with its full path, and arguments: no secrets, everybody can read them.
        environment: the whole environment of the child.
        log: takes what it prints.
        standard_input: what the child reads; at most a few kilobytes, since nothing waits for it to read.
    """
    bound = [sys.executable, "-I", "-S", str(Path(__file__).with_name("exec_with_parent.py")), str(os.getpid())]
    child = subprocess.Popen(
        [*bound, *command],
        env=environment,
        stdin=subprocess.PIPE if standard_input else subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        process_group=0,
        umask=0o077,
    )
    if child.stdin:
        child.stdin.write(standard_input)
        child.stdin.close()
    return child


def say_ready(**_details: object) -> None:
    """Tell the process that started this one, by the file that it named, that this one works."""
    path = os.environ.get(READY_FILE_VARIABLE)
    if path:
        Path(path).touch()


def stop_children(children: Iterable[Child], *, grace_seconds: float) -> None:
    """Ask all to end (SIGTERM), kill those that have not after `grace_seconds`, and wait until all are gone."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    deadline = time.monotonic() + grace_seconds
    for child in running:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def last_line(log: IO[bytes]) -> str:
    """Return the last line with text of a log file open for reading, or "" when there is none."""
    log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
    lines = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "")
