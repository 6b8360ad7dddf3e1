"""A host of its own for a process of a test, at a line that can be cut, deaf, mute or slow: a network namespace.

What is cut is the network and not a connection: nobody is told, and each end goes on to believe in the other. Root on
Linux alone can do that; tests skip where it cannot be done.
"""

import itertools
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

CHUNK_BYTES = 65536
# A network that nobody uses: of benchmarks between devices (RFC 2544).
NETWORK = "198.18"
# No host has this address of a network card, so that what goes there is lost.
NOBODY = "02:00:00:00:00:01"
_numbers = itertools.count(os.getpid() % 16000)


class FarHost:
    """A namespace with one line to here.

    Attributes:
        near: the address of this host, as the far one sees it.
        via: what a command begins with to run there.
    """

    def __init__(self) -> None:
        number = next(_numbers) % 16000
        self._name, self._here, self._there = f"inlaid-{number}", f"inh{number}", f"int{number}"
        part, place = divmod(number * 4, 256)
        self.near, self._far = f"{NETWORK}.{part}.{place + 1}", f"{NETWORK}.{part}.{place + 2}"
        self.via = ("ip", "netns", "exec", self._name)
        self._open: list[socket.socket] = []
        self._delay_seconds = 0.0

    def __enter__(self) -> Self:
        try:
            _ip("netns", "add", self._name)
            _ip("link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", self._name)
        except (OSError, subprocess.CalledProcessError) as error:
            self._remove()
            pytest.skip(f"no network namespace can be made here: {error}")
        _ip("addr", "add", f"{self.near}/30", "dev", self._here)
        _ip("link", "set", self._here, "up")
        for command in (
            ("addr", "add", f"{self._far}/30", "dev", self._there),
            ("link", "set", self._there, "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", self._name, *command)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._open:
            _end(one)
        self._remove()

    def serve(self, target: tuple[str, int] | str) -> int:
        """Let the far host reach a server of this one, by its port or its Unix socket, and return the port for it."""
        listener = socket.create_server((self.near, 0))
        self._open.append(listener)
        threading.Thread(target=self._accept, args=(listener, target), daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    def cut(self) -> None:
        """Let nothing pass."""
        _ip("link", "set", self._here, "down")

    def deafen(self) -> None:
        """Let nothing pass that goes there, and everything that comes from there."""
        _ip("neigh", "replace", self._far, "lladdr", NOBODY, "dev", self._here, "nud", "permanent")

    def mute(self) -> None:
        """Let nothing pass that comes from there, and everything that goes there."""
        _ip("-n", self._name, "neigh", "replace", self.near, "lladdr", NOBODY, "dev", self._there, "nud", "permanent")

    def slow(self, seconds: float = 0.15) -> None:
        """Let everything take so long each way."""
        self._delay_seconds = seconds

    def mend(self) -> None:
        """Let everything pass as before."""
        self._delay_seconds = 0.0
        _ip("link", "set", self._here, "up")
        _ip("neigh", "flush", "dev", self._here, "nud", "permanent")
        _ip("-n", self._name, "neigh", "flush", "dev", self._there, "nud", "permanent")

    def _accept(self, listener: socket.socket, target: tuple[str, int] | str) -> None:
        with suppress(OSError):
            while True:
                far = listener.accept()[0]
                near = socket.socket(socket.AF_UNIX if isinstance(target, str) else socket.AF_INET)
                self._open += [far, near]
                try:
                    near.connect(target)
                except OSError:
                    _end(far)
                    continue
                for ends in ((far, near), (near, far)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                time.sleep(self._delay_seconds)
                target.sendall(data)
        _end(source)
        _end(target)

    def _remove(self) -> None:
        for command in (("link", "del", self._here), ("netns", "del", self._name)):
            with suppress(OSError, subprocess.CalledProcessError):
                _ip(*command)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


class SmallDisk:
    """A file system of some megabytes in a folder, which can be filled; root on Linux alone can mount one."""

    def __init__(self, folder: Path, size_bytes: int = 24 * 2**20) -> None:
        self.folder = folder
        self._size_bytes = size_bytes

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={self._size_bytes}", "tmpfs", str(self.folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("no disk of its own can be mounted here")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=False)

    def fill(self) -> Callable[[], None]:
        """Take all room that there is, and return what gives it back."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        return filler.unlink
