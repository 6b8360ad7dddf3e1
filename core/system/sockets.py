"""Sockets whose waits end with the deadline of their caller (`core.system.connections.deadline`).

Inside of a TLS handshake and of a single line of an answer too, where a time limit for each wait does not.
"""

import socket
import ssl
from typing import Any

from core.system.connections import Egress, deadline, wait_seconds

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


def tls_context() -> ssl.SSLContext:
    """Return what verifies certificates, against the system's authorities or those of SSL_CERT_FILE."""
    context = ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    return context


def open_socket(
    host: str, port: int, context: ssl.SSLContext | None, egress: Egress, *, connect_seconds: float
) -> socket.socket:
    """Return a connection whose waits keep the deadline; the caller closes it.

    Args:
        host: name or address.
        port: its port.
        context: of `tls_context`; None for an open line.
        egress: knows whether that host may be connected to.
        connect_seconds: for name, connection and TLS handshake together.

    Raises:
        Unreachable: it may not be connected to, or its name does not resolve.
        OSError: it cannot be reached in time.
    """
    with deadline(connect_seconds):
        found = egress.connect(host, port, connect_seconds)
        line = _Socket(found.family, found.type, found.proto, fileno=found.detach())
        if context is None:
            return line
        try:
            return context.wrap_socket(line, server_hostname=host)
        except BaseException:  # also Ctrl-C: nobody else closes it
            line.close()
            raise


def _limit(line: socket.socket) -> None:
    """Let the next wait of a socket end with the deadline; one that does not wait is left so."""
    seconds = wait_seconds(ANSWER_SECONDS)
    if line.gettimeout() != 0:
        line.settimeout(seconds)
