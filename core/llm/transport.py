"""What `httpx2` sends requests with here: sockets and the standard library's parser, over connections that are kept.

Its own transport takes three times the processor time, and each job has a request at least. Redirects, proxies (over
that one), cookies, decoding and what counts as a trusted certificate stay its part.
"""

import http.client
import select
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httpx2

from core.cached_property import cached_property

READ_BYTES = 65_536
# What tells that a connection is made; a request's `trace` hears of it, as of the library's own.
CONNECTING = "connection.connect_tcp.started"
_PORTS = {"http": 80, "https": 443}
_Origin = tuple[str, str, int]


class KeepingTransport(httpx2.BaseTransport):
    """HTTP/1.1 over connections that serve one request after the other. Safe for several threads.

    Args:
        most: how many idle connections are kept of each server.
        keep_seconds: for how long.
    """

    def __init__(self, most: int, keep_seconds: float) -> None:
        self._most = most
        self._keep_seconds = keep_seconds
        self._kept: defaultdict[_Origin, list[tuple[float, socket.socket]]] = defaultdict(list)
        self._lock = threading.Lock()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and return the response once its head has come."""
        sent, timeouts = _written(request), request.extensions["timeout"]
        origin = _origin(request.url)
        connection = self._taken(origin) or self._connected(origin, request)
        is_begun = False
        try:
            with _translated(httpx2.WriteTimeout, httpx2.WriteError):
                connection.settimeout(timeouts["write"])
                with suppress(BrokenPipeError, ConnectionResetError):  # a refusal may have come before all was sent
                    connection.sendall(sent)
            response = http.client.HTTPResponse(connection, method=request.method)
            with _translated(httpx2.ReadTimeout, httpx2.ReadError):
                connection.settimeout(timeouts["read"])
                response.begin()
            is_begun = True
        finally:
            if not is_begun:
                connection.close()
        body = _Body(self, origin, connection, response, timeouts)
        return httpx2.Response(response.status, headers=response.getheaders(), stream=body)

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            kept = [connection for those in self._kept.values() for _, connection in those]
            self._kept.clear()
        for connection in kept:
            connection.close()

    def give_back(self, origin: _Origin, connection: socket.socket) -> None:
        """Keep a connection whose response was read to its end."""
        with self._lock:
            those = self._kept[origin]
            is_kept = len(those) < self._most
            if is_kept:
                those.append((time.monotonic() + self._keep_seconds, connection))
        if not is_kept:
            connection.close()

    def _taken(self, origin: _Origin) -> socket.socket | None:
        """Return a connection that is kept and was not closed by the server meanwhile; None: there is none."""
        while True:
            with self._lock:
                those = self._kept.get(origin)
                if not those:
                    return None
                until, connection = those.pop()
            if time.monotonic() < until and not _is_readable(connection):
                return connection
            connection.close()

    def _connected(self, origin: _Origin, request: httpx2.Request) -> socket.socket:
        scheme, host, port = origin
        if trace := request.extensions.get("trace"):
            trace(CONNECTING, {})
        with _translated(httpx2.ConnectTimeout, httpx2.ConnectError):
            connection = socket.create_connection((host, port), request.extensions["timeout"]["connect"])
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return self._trust.wrap_socket(connection, server_hostname=host) if scheme == "https" else connection
            except BaseException:  # whatever stops a handshake, its connection goes with it
                connection.close()
                raise


class _Body(httpx2.SyncByteStream):
    """The body of a response, as it arrives; closed at its end it leaves its connection for the next request."""

    def __init__(
        self,
        transport: KeepingTransport,
        origin: _Origin,
        connection: socket.socket,
        response: http.client.HTTPResponse,
        timeouts: Mapping[str, Any],
    ) -> None:
        self._transport, self._origin, self._connection = transport, origin, connection
        self._response, self._timeouts = response, timeouts
        self._left = response.length
        self._is_whole = self._left == 0

    def __iter__(self) -> Iterator[bytes]:
        while not self._is_whole:
            with _translated(httpx2.ReadTimeout, httpx2.ReadError):
                if self._connection.gettimeout() != self._timeouts["read"]:
                    self._connection.settimeout(self._timeouts["read"])
                block = self._response.read1(READ_BYTES if self._left is None else min(self._left, READ_BYTES))
            if self._left is not None:
                if not block:
                    raise httpx2.RemoteProtocolError("The connection was closed in the middle of a response.")
                self._left -= len(block)
            self._is_whole = self._left == 0 or not block
            if block:
                yield block

    def close(self) -> None:
        self._response.close()
        connection = self._connection
        if self._is_whole and not self._response.will_close:
            self._transport.give_back(self._origin, connection)
        else:
            connection.close()


def _origin(url: httpx2.URL) -> _Origin:
    if url.scheme not in _PORTS:
        raise httpx2.UnsupportedProtocol(f"An address begins with http or https, not with {url.scheme}.")
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


def _written(request: httpx2.Request) -> bytes:
    """Return a request as it is sent, in one piece: each costs a call of the system, and the server a wait."""
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%s: %s" % header for header in request.headers.raw]
    if any(b"\n" in line or b"\r" in line for line in lines):
        raise httpx2.LocalProtocolError("A header holds a line break.")
    return b"\r\n".join([*lines, b"", request.read()])


def _is_readable(connection: socket.socket) -> bool:
    """Say whether an idle connection has something to read: that is its end."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connection], [], [], 0)[0])
    look = select.poll()
    look.register(connection, select.POLLIN)
    return bool(look.poll(0))


@contextmanager
def _translated(late: type[httpx2.TimeoutException], failed: type[httpx2.NetworkError]) -> Iterator[None]:
    """Turn what goes wrong into the library's errors."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except http.client.HTTPException as error:  # one of them is an OSError, too
        raise httpx2.RemoteProtocolError(str(error)) from error
    except OSError as error:
        raise failed(str(error)) from error
