"""A logged-in connection to an IMAP server, with a clear error for each way in which a server fails.

TLS certificates are verified against the system's authorities, or those of SSL_CERT_FILE. A password goes over an
open line only when the person said so (`security="none"`). Sockets keep the deadline of their caller
(`core.system.sockets`).
"""

import imaplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from core.errors import CredentialError, InlaidError, InputError, LimitError, OutageError
from core.ports import Token
from core.store.records import RecordStore
from core.system.connections import Egress, Unreachable, deadline
from core.system.sockets import open_socket, tls_context
from core.text.lexicon import pattern_beside
from integrations.mail.imap.accounts import ANY_HOST, Accounts, ImapAccount, StoredTokens
from integrations.mail.imap.folders import drafts_and_sent
from integrations.mail.mailbox.visits import ServerOutage
from integrations.mail.message.mime import has_control_characters

# For name, connection and TLS handshake together.
CONNECT_SECONDS = 15.0
STARTTLS_PORT = 143
# For a visit to a mailbox, from its connection to its end.
VISIT_SECONDS = 30.0
LOGIN_SECONDS = 30.0
LOGOUT_SECONDS = 2.0
_WORKED_BEFORE = "It worked before, so the server or the network may be down. Inlaid tries again by itself."
# RFC 5530: what a server says when a later try can help.
_TRY_LATER, _SOON, _FULL, _TOO_LARGE = (
    pattern_beside(__file__, name) for name in ("try_later", "soon", "full", "too_large")
)


class Client(IMAPClient):  # type: ignore[misc] # it has no types
    """An IMAP client on such a line.

    Args:
        host: name or address of the server.
        port: its port.
        context: TLS from the start, with these certificates; None begins without.
        egress: knows whether that host may be connected to.

    Raises:
        OSError: the server cannot be reached in time.
    """

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, egress: Egress) -> None:
        self._egress = egress
        super().__init__(host, port, ssl=context is not None, ssl_context=context)
        self.normalise_times = False

    def list_folders(
        self, directory: str = "", pattern: str = "*"
    ) -> list[tuple[tuple[bytes, ...], bytes | None, str]]:
        """Return flags, delimiter and name of each folder, with the flags of its use (RFC 6154).

        Some servers show a use only when they are asked for it.
        """
        if directory or pattern != "*" or not self.has_capability("SPECIAL-USE"):
            return list(super().list_folders(directory, pattern))
        if not self._is_taken("LIST", '""', '"*"', "RETURN (SPECIAL-USE)"):
            return list(super().list_folders())
        return list(self._proc_folder_list(self._imap._untagged_response("OK", [None], "LIST")[1]))

    def detach(self) -> socket.socket:
        """Return the line for another use. The client is of no use any more; what it had read ahead is dropped."""
        line: socket.socket = self._imap.sock
        return line

    def introduce(self) -> None:
        """Say which program this is, where the server wants to know (RFC 2971): some refuse every folder without."""
        if self.has_capability("ID"):
            self._is_taken("ID", '("name" "Inlaid")')

    def _is_taken(self, command: str, *arguments: str) -> bool:
        """Send a command that a server may refuse, though it offers it."""
        try:
            return bool(self._imap._simple_command(command, *arguments)[0] == "OK")
        except IMAPClientAbortError:  # the line is broken
            raise
        except IMAPClientError:
            return False

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - named by IMAPClient
        return _Imap4(self.host, self.port, self.ssl_context, self._egress)


class _Imap4(imaplib.IMAP4):
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, egress: Egress) -> None:
        self._context, self._egress = context, egress
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return open_socket(self.host, self.port, self._context, self._egress, connect_seconds=CONNECT_SECONDS)


def settle_security(account: ImapAccount) -> ImapAccount:
    """Return the account with the kind of encryption that its server offers: TLS from the start, else STARTTLS.

    Raises:
        OutageError: the server cannot be reached.
        InputError: neither is offered, or its certificate is not valid.
    """
    if account.security == "none":
        return account
    kinds = ("starttls",) if account.port == STARTTLS_PORT else ("tls", "starttls")
    for kind in kinds:
        candidate = replace(account, security=kind)  # type: ignore[arg-type] # mypy widens the words of the tuple
        try:
            with _errors(candidate):
                _connect(candidate).shutdown()
        except _NoTls:
            continue
        return candidate
    raise _NoTls(
        f"{account.host}:{account.port} offers no encryption, so the password was not sent.",
        fix="Use the server's TLS port (993), or --no-tls if the connection is safe without.",
    )


@contextmanager
def open_mailbox(
    account: ImapAccount, tokens: Token | None = None, *, seconds: float = VISIT_SECONDS
) -> Iterator[IMAPClient]:
    """Log in for as long as the block lasts; what the server does wrong inside of it is translated too.

    Args:
        account: whose mailbox.
        tokens: gives its access token, when it logs in by one.
        seconds: how long the block may use the connection, however the server spends the time.

    Raises:
        CredentialError: user, password or access token were refused.
        OutageError: the server cannot be reached, broke off, takes too long, or asks to come again later.
        LimitError: the mailbox is full.
        InputError: the server refuses what was asked, or cannot be talked to safely.
    """
    with deadline(seconds), _errors(account):
        with deadline(LOGIN_SECONDS):
            client = _logged_in(account, tokens)
        try:
            yield client
        finally:
            _leave(client)


class IdleLine(NamedTuple):
    """A connection, logged in.

    Attributes:
        socket: the connection.
        is_notified: whether its server can tell of further folders (NOTIFY, RFC 5465).
        drafts: the folders of drafts and of sent mail, as far as they are known.
        has_modseq: whether its server counts changes of marks (CONDSTORE, RFC 7162).
    """

    socket: socket.socket
    is_notified: bool
    drafts: Sequence[str]
    has_modseq: bool


def open_line(records: RecordStore, account: ImapAccount) -> IdleLine | None:
    """Log in and return the line, on which the server can announce new mail; None when it offers no IDLE.

    Raises as `open_mailbox`; whoever gets the line closes it.
    """
    with told_if_it_worked(records, account), deadline(LOGIN_SECONDS), _errors(account):
        client = _logged_in(account, _tokens(records, account))
        if client.has_capability("IDLE"):
            is_notified, has_modseq = client.has_capability("NOTIFY"), client.has_capability("CONDSTORE")
            drafts = _drafts_and_sent(client)
            return IdleLine(client.detach(), is_notified, drafts, has_modseq)
        _leave(client)
        return None


def _drafts_and_sent(client: IMAPClient) -> Sequence[str]:
    """Return these folders; none where the server does not list its folders, and nothing is told of them then."""
    try:
        return drafts_and_sent(client)
    except IMAPClientAbortError:  # the line is broken
        raise
    except (IMAPClientError, ValueError):
        return ()


def _leave(client: IMAPClient) -> None:
    """Log out, if the server lets us soon; the line is closed in any case."""
    try:
        with deadline(LOGOUT_SECONDS):
            client.logout()
    except (IMAPClientError, OSError, ValueError):
        with suppress(OSError):
            client.shutdown()


def _logged_in(account: ImapAccount, tokens: Token | None) -> Client:
    if tokens is None:
        return _enter(account, _log_in)
    try:
        return _enter(account, partial(_log_in_by_token, token=tokens()))
    except _TokenRefused:
        # A new connection: some servers answer nothing more on one where a login has failed.
        return _enter(account, partial(_log_in_by_token, token=tokens(renew=True)))


def _enter(account: ImapAccount, log_in: Callable[[IMAPClient, ImapAccount], None]) -> Client:
    client = _connect(account)
    try:
        log_in(client, account)
        client.introduce()
    except BaseException:  # also Ctrl-C: the connection has no owner yet
        with suppress(OSError):  # what went wrong first is what the person has to hear
            client.shutdown()
        raise
    return client


class _NoTls(InputError):
    """The server does not speak TLS here."""


class _NoGreeting(IMAPClientAbortError):  # type: ignore[misc] # it has no types
    """What answers does not begin as an IMAP server does."""


class _TokenRefused(CredentialError):
    """The server does not take this access token."""


def _connect(account: ImapAccount) -> Client:
    context = tls_context()
    try:
        client = Client(account.host, account.port, context if account.security == "tls" else None, account.egress)
    except IMAPClientAbortError as error:
        raise _NoGreeting(str(error)) from error
    if account.security == "starttls":
        _start_tls(client, context)
    return client


def _start_tls(client: IMAPClient, context: ssl.SSLContext) -> None:
    try:
        if not client.has_capability("STARTTLS"):
            raise _NoTls("The server offers no STARTTLS.", fix="Use its TLS port (993).")
        client.starttls(context)
    except BaseException:  # also Ctrl-C: the connection has no owner yet, and is closed before the error goes on
        with suppress(OSError):  # what went wrong first is what the person has to hear
            client.shutdown()
        raise


def _log_in(client: IMAPClient, account: ImapAccount) -> None:
    _require_login(client, account.user + account.password)
    # PLAIN carries every character; LOGIN only ASCII.
    log_in = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    try:
        log_in(account.user, account.password)
    except LoginError as error:
        if _TRY_LATER.search(str(error)):
            raise _later(account, "does not let anybody in now") from error
        raise CredentialError(
            f"{account.host} refused user {account.user} or the password.",
            fix="Check both; many providers want an app password. Then run `inlaid mailbox add imap` again.",
        ) from error
    except UnicodeEncodeError as error:
        raise CredentialError(
            "This server takes only ASCII passwords.", fix="Set a password of plain letters and digits."
        ) from error


def _log_in_by_token(client: IMAPClient, account: ImapAccount, *, token: str) -> None:
    """Log in by OAUTHBEARER (RFC 7628), or by XOAUTH2 where that is not offered."""
    _require_login(client, account.user + token)
    is_standard = client.has_capability("AUTH=OAUTHBEARER")
    user = account.user.replace("=", "=3D").replace(",", "=2C")
    first = f"n,a={user},\1auth=Bearer {token}\1\1" if is_standard else f"user={account.user}\1auth=Bearer {token}\1\1"
    # A refusal comes as a second challenge, and only an answer to it makes the server say no.
    answers = iter((first.encode(), b"\1" if is_standard else b""))
    try:
        client.sasl_login("OAUTHBEARER" if is_standard else "XOAUTH2", lambda _challenge: next(answers, None))
    except LoginError as error:
        if _TRY_LATER.search(str(error)):
            raise _later(account, "does not let anybody in now") from error
        raise _TokenRefused(
            f"{account.host} refused the access token for user {account.user}.",
            fix="Check that the user is the mailbox's address, and that the sign-in allows IMAP for it.",
        ) from error


def _require_login(client: IMAPClient, given: str) -> None:
    if has_control_characters(given):
        raise InputError("User name, password or token hold a control character.", fix="Give each as one line.")
    if client.has_capability("LOGINDISABLED"):
        raise InputError("The server allows no login on this connection.", fix="Use its TLS port (993).")


@contextmanager
def _errors(account: ImapAccount) -> Iterator[None]:
    """Turn what sockets, TLS and imaplib raise into our errors. The server's words stay out: they may quote mail."""
    try:
        yield
    except InlaidError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise InputError(
            f"The certificate of {account.host} is not valid: {str(error.verify_message).removesuffix('.')}.",
            fix="Check the host name; name a company's own authority with SSL_CERT_FILE.",
        ) from error
    except ssl.SSLError as error:
        raise _NoTls(
            f"{account.host}:{account.port} does not speak TLS.", fix="Check the port; 993 is usual."
        ) from error
    except TimeoutError as error:
        raise _unreachable(account, "did not answer in time") from error
    except (IMAPClientAbortError, OSError) as error:
        raise _away(account, error) from error
    except (IMAPClientError, ValueError) as error:
        raise refusal(account, str(error)) from error


def refusal(account: ImapAccount, words: str) -> InlaidError:
    """Return the error for what a server said instead of obeying; an `InputError` where it says nothing we know."""
    is_soon = bool(_SOON.search(words))
    if _FULL.search(words) and not is_soon:
        return LimitError(f"The mailbox {account.name} is full.", fix="Delete mail there; the draft can be made again.")
    if is_soon or (_TRY_LATER.search(words) and not _TOO_LARGE.search(words)):
        return _later(account, "asks to come again later")
    return InputError(f"{account.host} refused a command of IMAP.", fix="Run `inlaid mailbox sync` to see if it lasts.")


def _away(account: ImapAccount, error: Exception) -> ServerOutage:
    """Say why nobody answers, to whoever may reach any host; others would learn by it what stands in the network."""
    where = f"{account.host}:{account.port}"
    port = "Check the port; 993 is usual."
    if account.reach != ANY_HOST:
        return _unreachable(account, "cannot be reached or broke off")
    if isinstance(error, Unreachable):
        return ServerOutage(f"No host called {account.host} is found.", fix="Check the host's name and the network.")
    if isinstance(error, ConnectionRefusedError):
        return ServerOutage(f"Nothing listens at {where}.", fix=port)
    if isinstance(error, _NoGreeting):
        return ServerOutage(f"What answers at {where} is no IMAP server, or it broke off.", fix=port)
    return _unreachable(account, "cannot be reached or broke off")


def _unreachable(account: ImapAccount, what: str) -> ServerOutage:
    return ServerOutage(f"The mail server {account.host}:{account.port} {what}.", fix=_fix(account))


def _later(account: ImapAccount, what: str) -> OutageError:
    return OutageError(f"The mail server {account.host}:{account.port} {what}.", fix=_fix(account))


def _fix(account: ImapAccount) -> str:
    # For every failure alike, or it would tell which host was refused.
    inside = (
        "" if account.reach == ANY_HOST else " A server in your own network must be listed in INLAID_ALLOWED_HOSTS."
    )
    return f"Check host, port and network, or try later.{inside}"


@contextmanager
def open_account(records: RecordStore, account: ImapAccount, *, seconds: float = VISIT_SECONDS) -> Iterator[IMAPClient]:
    """Log in for as long as a block lasts; see `open_mailbox` for the rest."""
    with (
        told_if_it_worked(records, account),
        open_mailbox(account, _tokens(records, account), seconds=seconds) as client,
    ):
        yield client


@contextmanager
def told_if_it_worked(records: RecordStore, account: ImapAccount) -> Iterator[None]:
    """Say of an outage of a mailbox that was read before that waiting helps, not another port."""
    try:
        yield
    except ServerOutage as error:
        if account.reach != ANY_HOST or not Accounts(records).cursor(account).checked_at:
            raise
        raise ServerOutage(error.message, fix=_WORKED_BEFORE) from error


def _tokens(records: RecordStore, account: ImapAccount) -> Token | None:
    return StoredTokens(records, account) if account.login == "oauth" else None
