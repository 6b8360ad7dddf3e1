"""The mail of `inlaid demo`: a mailbox on this machine, where a mail arrives and a draft waits a moment later."""

import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from core.errors import OutageError, SettingsError

if TYPE_CHECKING:
    from core.job import Job
    from core.settings import Settings
    from core.store import Store
    from integrations.mail.imap.accounts import ImapAccount

HOST = "127.0.0.1"
START_SECONDS = 20.0
NOTICE_SECONDS = 90.0
POLL_SECONDS = 0.1
STOP_SECONDS = 3.0


@dataclass(frozen=True)
class DemoMailbox:
    """A mailbox of one person on a server of its own.

    Args:
        account: how it is reached.
        wait_until_up: returns once the server answers.
    """

    account: "ImapAccount"
    wait_until_up: Callable[[], None]

    def connect(self, settings: "Settings") -> None:
        """Save it, as `inlaid mailbox add imap` does: the worker then watches it from its start."""
        from core.store import open_store
        from integrations.mail.imap.accounts import Accounts

        store = open_store(settings)
        Accounts(store.records).save(self.account)
        store.close()

    def receive(self, data: bytes) -> None:
        """Let a mail arrive now."""
        from integrations.mail.imap.connection import open_mailbox
        from integrations.mail.imap.folders import INBOX

        lines = data.replace(b"\r\n", b"\n").split(b"\n")
        today = b"Date: " + format_datetime(datetime.now(UTC)).encode()
        mail = b"\r\n".join(today if line.startswith(b"Date: ") else line for line in lines)
        self.wait_until_up()
        with open_mailbox(self.account) as client:
            client.append(INBOX, mail)

    def noticed(self, store: "Store") -> "Job":
        """Wait until the mail was noticed and judged, and return the job that answers it.

        Raises:
            OutageError: it was not, or no answer is due.
        """
        from integrations.mail.imap.accounts import Accounts
        from integrations.mail.mailbox.triage_records import TriageRecords

        deadline = time.monotonic() + NOTICE_SECONDS
        while time.monotonic() < deadline:
            for record in TriageRecords(Accounts(store.records).records, self.account).newest(limit=1):
                if record.job:
                    return store.jobs.get(record.job)
            time.sleep(POLL_SECONDS)
        raise OutageError("The mail was not noticed.", fix="See the log of the worker, or run the demo again.")

    def drafts(self) -> list[bytes]:
        """Return what waits in the Drafts folder."""
        from integrations.mail.imap.connection import open_mailbox
        from integrations.mail.imap.folders import drafts_folder

        with open_mailbox(self.account) as client:
            client.select_folder(drafts_folder(client), readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [message[b"BODY[]"] for message in found.values()]


@contextmanager
def open_mailbox_server(address: str) -> Iterator[DemoMailbox]:
    """Run the server for as long as the block lasts; it may take a moment to answer.

    Raises:
        SettingsError: it is not installed.
    """
    from core.system.subprocesses import ReservedPort, last_line, module_command, start_child, stop_children
    from integrations.mail.imap.accounts import ImapAccount

    if find_spec("pymap") is None:
        fix = "Run `pip install 'inlaid[embedded]'`."
        raise SettingsError("The mail server of the demo is not installed.", fix=fix)
    reserved, password = ReservedPort(HOST), secrets.token_urlsafe(24)
    command = module_command("integrations.cli.demo.mail", str(reserved.number), address)

    def wait_until_up() -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(reserved.number):
            if child.poll() is not None or time.monotonic() > deadline:
                raise OutageError("The mail server of the demo did not start.", fix=last_line(log))
            time.sleep(POLL_SECONDS)

    with tempfile.TemporaryFile() as log:
        child = start_child(command, environment=os.environ, log=log, standard_input=f"{password}\n".encode())
        account = ImapAccount(HOST, reserved.number, address, password, "none", address, address=address)
        try:
            yield DemoMailbox(account, wait_until_up)
        finally:
            stop_children([child], grace_seconds=STOP_SECONDS)
            reserved.close()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            return connection.recv(4) == b"* OK"
    except OSError:
        return False


def serve() -> None:
    """Serve one mailbox by IMAP, in memory, until SIGTERM: `python -m integrations.cli.demo.mail PORT USER`.

    The password comes on standard input, so that it is in no process list.
    """
    from pymap.main import main as serve_mailbox

    port, user = sys.argv[1:]
    password = sys.stdin.readline().strip()
    place = ["--host", HOST, "--port", port, "--no-tls"]
    sys.argv = ["pymap", *place, "dict", "--demo-user", user, "--demo-password", password]
    serve_mailbox()


if __name__ == "__main__":
    serve()
