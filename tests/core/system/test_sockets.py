"""Sockets that keep the deadline of their caller, whatever the other side does."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from core.system.connections import Egress, Unreachable, deadline
from core.system.sockets import open_socket, tls_context
from tests.fakes.microsoft.certificates import authority_file, server_context

LOOPBACK = Egress(("127.0.0.0/8", "localhost"))


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server of one connection; yield its port."""

    def run() -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            serve(line)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def drip(line: socket.socket) -> None:
    for _ in range(100):
        line.sendall(b"x")
        time.sleep(0.05)


def read_line(line: socket.socket) -> bytes:
    with line, line.makefile("rb") as file:
        return file.readline()


def test_a_line_that_drips_is_left_at_the_deadline() -> None:
    with server(drip) as port:
        line = open_socket("127.0.0.1", port, None, LOOPBACK, connect_seconds=5)
        started = time.monotonic()
        with pytest.raises(TimeoutError), deadline(0.4):
            read_line(line)
        assert time.monotonic() - started < 3


def test_a_handshake_that_never_ends_is_left_at_the_deadline() -> None:
    with server(lambda line: time.sleep(1)) as port:
        started = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            open_socket("127.0.0.1", port, tls_context(), LOOPBACK, connect_seconds=0.3)
        assert time.monotonic() - started < 3


def test_nothing_is_connected_to_that_may_not_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with pytest.raises(Unreachable):
            open_socket("127.0.0.1", listening.getsockname()[1], None, Egress(()), connect_seconds=5)
        listening.settimeout(0.05)
        with pytest.raises(TimeoutError):
            listening.accept()


def test_a_certificate_is_verified_against_the_authorities_that_are_trusted() -> None:
    def greet(line: socket.socket) -> None:
        with server_context().wrap_socket(line, server_side=True) as wrapped:
            wrapped.sendall(b"hello\n")

    trusting = tls_context()
    trusting.load_verify_locations(authority_file())
    with server(greet) as port:
        assert read_line(open_socket("localhost", port, trusting, LOOPBACK, connect_seconds=5)) == b"hello\n"
    with server(greet) as port, pytest.raises(ssl.SSLCertVerificationError):
        open_socket("localhost", port, tls_context(), LOOPBACK, connect_seconds=5)
