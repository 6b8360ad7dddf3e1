"""A real, poor IMAP server: pymap, in memory, with one mailbox. No SPECIAL-USE, no CONDSTORE, no Drafts folder."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from tests.servers.valkey import free_port

START_SECONDS = 30.0
USER = "bob@example.org"
PASSWORD = "poor"


@dataclass(frozen=True)
class Pymap:
    """The server, with the folders that our side has made or its owner has."""

    port: int
    drafts: str = "Drafts"
    sent: str = "Sent"

    @contextmanager
    def client(self, user: str = USER) -> Iterator[IMAPClient]:
        """Log in as the person's own mail program would."""
        with IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=10) as client:
            client.login(user, PASSWORD)
            yield client

    def receive(self, *mails: bytes, user: str = USER, at: datetime | None = None) -> None:
        """Let mails arrive in the inbox, unread."""
        with self.client(user) as client:
            for data in mails:
                client.append("INBOX", data, msg_time=at or datetime.now(UTC))

    def messages(self, folder: str, user: str = USER) -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Return the mails of a folder with their flags, oldest first, without marking them read."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            found: dict[int, Any] = client.fetch(client.search(["NOT", "DELETED"]), ["BODY.PEEK[]", "FLAGS"])
            return [(found[uid][b"BODY[]"], found[uid][b"FLAGS"]) for uid in sorted(found)]


@contextmanager
def running_pymap() -> Iterator[Pymap]:
    """Run a server for as long as the block lasts."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "integrations.cli.demo.mail", str(port), USER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(f"{PASSWORD}\n".encode())
        process.stdin.close()
        try:
            _wait_for(process, port)
            yield Pymap(port)
        finally:
            process.terminate()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("pymap did not start")
        time.sleep(0.05)
