"""A real Dovecot, started unprivileged on loopback: SPECIAL-USE, UIDPLUS and the rest. Debian package dovecot-imapd."""

import getpass
import grp
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from imapclient import IMAPClient

from tests.servers.valkey import free_port

START_SECONDS = 10.0
USER = "bob.ray@example.org"
PASSWORD = "pass wörd 1"

QUOTA = """
mail_plugins {{
  quota = yes
}}
quota user {{
  driver = maildir
  storage_size = {size}B
  storage_grace = 0
}}
"""

MBOX = """
mail_driver = mbox
mail_inbox_path = {folder}/home/%{{user}}.mbox
"""

TOKEN_LOGIN = """
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
oauth2 {{
  introspection_mode = post
  introspection_url = {url}
  username_attribute = user
  active_attribute = active
  active_value = true
}}
"""

CONFIG = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login_user}
{driver}
mail_path = {folder}/mail/%{{user}}
mail_home = {folder}/home/%{{user}}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
auth_mechanisms = plain login {token_mechanisms}
auth_allow_cleartext = {cleartext}
auth_failure_delay = 0
# Many servers of one user run out of the system's notices of files, and would look every half minute.
mailbox_idle_check_interval = 1 s
ssl = {ssl}
{certificate}
{capability}
{quota}
passdb static {{
  mechanisms_filter = plain login
  password = {password}
}}
{token_login}
userdb static {{
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox {drafts} {{
    auto = create
    {special_use}
  }}
  mailbox {sent} {{
    auto = create
    {sent_use}
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""


class Dovecot:
    """One server with any number of mailboxes, which all have the same password.

    Args:
        folder: a short path, for its sockets.
        drafts: name of the Drafts folder.
        certificate: certificate and key; without them there is no TLS.
        is_poor: offer nothing beyond IMAP4rev1: no SPECIAL-USE, UIDPLUS, NAMESPACE, LITERAL+.
        tokens_url: where an access token is looked up; without it only passwords are taken.
        token_mechanisms: the logins by token that are offered.
        quota_bytes: how much a mailbox may hold; 0: any amount.
        is_mbox: keep each folder in one file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        drafts: str = "Drafts",
        certificate: tuple[Path, Path] | None = None,
        is_poor: bool = False,
        tokens_url: str = "",
        token_mechanisms: str = "xoauth2 oauthbearer",
        quota_bytes: int = 0,
        is_mbox: bool = False,
    ) -> None:
        self.folder = folder
        self.drafts = drafts
        self.sent = "Gesendet" if is_poor else "Ablage"  # a name tells nothing where SPECIAL-USE does
        self.port = free_port()
        self.tls_port = free_port() if certificate else 0
        self._certificate = certificate
        self._is_poor = is_poor
        self._tokens_url = tokens_url
        self._quota_bytes = quota_bytes
        self._is_mbox = is_mbox
        self._token_mechanisms = token_mechanisms if tokens_url else ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        (self.folder / "dovecot.conf").write_text(self._config())
        self._prepare_folders()
        log = self.folder / "dovecot.log"
        with log.open("ab") as output:
            command = [program(), "-F", "-c", str(self.folder / "dovecot.conf")]
            self._process = subprocess.Popen(command, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                raise RuntimeError(f"Dovecot did not start:\n{log.read_text()}")
            time.sleep(0.02)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    @contextmanager
    def client(self, user: str = USER, *, timeout: float = 10.0) -> Iterator[IMAPClient]:
        """Log in as the person's own mail program would."""
        with IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=timeout) as client:
            client.plain_login(user, PASSWORD)
            yield client

    def receive(self, *mails: bytes, user: str = USER, at: datetime | None = None) -> None:
        """Let mails arrive in the inbox, unread."""
        with self.client(user) as client:
            for data in mails:
                client.append("INBOX", data, msg_time=at or datetime.now(UTC))

    def fill(self, mails: int, user: str, *, at: datetime) -> None:
        """Have so many small mails lie in an inbox that nobody has opened yet, and let the server index them.

        Args:
            mails: how many.
            user: whose inbox; the server has to be one of mbox.
            at: when they came.
        """
        inbox = self.folder / "home" / f"{user}.mbox"
        with inbox.open("w") as file:
            for number in range(mails):
                head = f"Message-ID: <old{number}@example.com>\nFrom: ann.lee@example.com\nSubject: Old {number}"
                file.write(f"From ann.lee@example.com {at:%a %b %d %H:%M:%S %Y}\n{head}\n\nWhen are you free?\n\n")
        shutil.chown(inbox, *_users()[:2])
        inbox.chmod(0o600)
        with self.client(user, timeout=120) as client:
            client.select_folder("INBOX")

    def messages(self, folder: str, user: str = USER) -> list[tuple[bytes, tuple[bytes, ...]]]:
        """Return the mails of a folder with their flags, oldest first, without marking them read."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            found: dict[int, Any] = client.fetch(client.search(["NOT", "DELETED"]), ["BODY.PEEK[]", "FLAGS"])
            return [(found[uid][b"BODY[]"], found[uid][b"FLAGS"]) for uid in sorted(found)]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def _stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)

    def _prepare_folders(self) -> None:
        """Run by root, Dovecot insists on users of its own, which have to reach the mail."""
        for name in ("mail", "home"):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, *_users()[:2])
        self.folder.chmod(0o755)

    def _config(self) -> str:
        user, group, login_user = _users()
        certificate = ""
        if self._certificate:
            certificate = f"ssl_server_cert_file = {self._certificate[0]}\nssl_server_key_file = {self._certificate[1]}"
        return CONFIG.format(
            folder=self.folder,
            user=user,
            group=group,
            login_user=login_user,
            driver=MBOX.format(folder=self.folder) if self._is_mbox else "mail_driver = maildir",
            password=PASSWORD,
            drafts=self.drafts,
            special_use="" if self._is_poor else "special_use = \\Drafts",
            sent=self.sent,
            sent_use="" if self._is_poor else "special_use = \\Sent",
            capability="imap_capability = IMAP4rev1" if self._is_poor else "",
            ssl="required" if self._certificate else "no",
            token_mechanisms=self._token_mechanisms,
            quota=QUOTA.format(size=self._quota_bytes) if self._quota_bytes else "",
            token_login=TOKEN_LOGIN.format(url=self._tokens_url) if self._tokens_url else "",
            cleartext="no" if self._certificate else "yes",
            certificate=certificate,
            port=self.port,
            tls_port=self.tls_port,
        )


def _users() -> tuple[str, str, str]:
    """Return user and group for mail, and the user for connections that have not logged in."""
    if os.getuid() == 0:
        return "dovecot", "dovecot", "dovenull"
    user = getpass.getuser()
    return user, grp.getgrgid(os.getgid()).gr_name, user


def program() -> str:
    """Return Dovecot's path; the test is skipped where it is not installed."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if not found:
        pytest.skip("Dovecot is not installed (Debian: apt-get install dovecot-imapd)")
    return found


@contextmanager
def running_dovecot(**options: Any) -> Iterator[Dovecot]:
    """Run a server in a folder of its own, with options of `Dovecot`: pytest's paths are too long for its sockets."""
    program()
    with tempfile.TemporaryDirectory(prefix="inlaid-dovecot-") as folder, Dovecot(Path(folder), **options) as server:
        yield server


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Run one server for all tests of this process; each takes a user of its own."""
    with running_dovecot() as server:
        yield server
