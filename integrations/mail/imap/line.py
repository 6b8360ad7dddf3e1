"""The connection to an IMAP server: sockets that keep the deadline of their caller (`core.system.deadline`).

They keep it inside of a TLS handshake and of a single line of an answer too, where a time limit for each wait does not.
"""

import imaplib
import socket
import ssl
from typing import Any

from imapclient import IMAPClient

from core.system.deadline import deadline, wait_seconds
from core.system.egress import Egress

# For name, connection and TLS handshake together.
CONNECT_SECONDS = 15.0
# For one wait; the whole of what is asked has a deadline of its own.
ANSWER_SECONDS = 30.0


class _Socket(socket.socket):
    """A socket whose waits end with the deadline."""

    def recv_into(self, *arguments: Any) -> int:
        """See `socket.socket.recv_into`; likewise below."""
        _limit(self)
        return super().recv_into(*arguments)

    def sendall(self, *arguments: Any) -> None:
        _limit(self)  # the limit is for all of it
        super().sendall(*arguments)


class _TlsSocket(ssl.SSLSocket):
    """The same with TLS."""

    def do_handshake(self, block: bool = False) -> None:
        """See `ssl.SSLSocket.do_handshake`; likewise below."""
        _limit(self)  # the limit is for all of it
        super().do_handshake(block)

    def recv_into(self, *arguments: Any) -> int:
        _limit(self)
        return super().recv_into(*arguments)

    def send(self, *arguments: Any) -> int:
        _limit(self)
        return super().send(*arguments)


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

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - named by IMAPClient
        return _Imap4(self.host, self.port, self.ssl_context, self._egress)


class _Imap4(imaplib.IMAP4):
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, egress: Egress) -> None:
        self._context, self._egress = context, egress
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        with deadline(CONNECT_SECONDS):
            found = self._egress.connect(self.host, self.port, CONNECT_SECONDS)
            line = _Socket(found.family, found.type, found.proto, fileno=found.detach())
            if self._context is None:
                return line
            try:
                return self._context.wrap_socket(line, server_hostname=self.host)
            except BaseException:  # also Ctrl-C: nobody else closes it
                line.close()
                raise


def tls_context() -> ssl.SSLContext:
    """Return what verifies certificates, for a `Client` or for its `starttls`."""
    context = ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    return context


def _limit(line: socket.socket) -> None:
    """Let the next wait of a socket end with the deadline; one that does not wait is left so."""
    seconds = wait_seconds(ANSWER_SECONDS)
    if line.gettimeout() != 0:
        line.settimeout(seconds)
