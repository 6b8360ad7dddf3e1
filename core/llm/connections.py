"""Connections to one model server, kept from one call to the next and shared by the threads of a process."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import httpx2

from core.cached_property import cached_property
from core.errors import ModelAnswerError
from core.logs import logger

log = logger(__name__)

CONNECT_TIMEOUT_SECONDS = 5.0
# Shorter than servers keep an idle connection (uvicorn, and so vLLM: 5 s; gunicorn: 2 s), so that hardly one is used
# that is just being closed.
KEEP_SECONDS = 1.5
MAX_KEPT = 64
# How long, and how much, is read for what follows the end of an answer: the end of the response.
LEFTOVER_SECONDS, MAX_LEFTOVER_BYTES = 0.05, 65_536
MAX_BODY_BYTES = 4_000_000
# What a connection that somebody has closed shows when it is used again, and what the library calls making one.
_CUT = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)
# However it is reached: `connection.`, or `socks.` of a proxy.
_CONNECTING = "connect_tcp.started"
# A cut that comes later is no closed connection: the server had the request, and may have worked on it.
MAX_CUT_SECONDS = 1.0


class Connections:
    """Sends requests to a server whose address ends in `/v1`, or is that of an Azure deployment.

    Args:
        url: the address; its query goes with each request.
        timeout_seconds: how long the server may be silent.
        clock: seconds that only grow.
    """

    def __init__(self, url: str, *, timeout_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        parts = urlsplit(url)
        self.url = urlunsplit(parts._replace(query="", fragment=""))
        self._base = self.url.rstrip("/")
        self._query = parts.query
        self._addresses: dict[str, httpx2.URL] = {}
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._client = self._client_that_keeps(MAX_KEPT)

    @cached_property
    def _unkept(self) -> httpx2.Client:
        """A client of which each request has a connection of its own."""
        return self._client_that_keeps(0)

    def _client_that_keeps(self, connections: int) -> httpx2.Client:
        return httpx2.Client(
            timeout=httpx2.Timeout(self._timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS),
            limits=httpx2.Limits(
                max_connections=None, max_keepalive_connections=connections, keepalive_expiry=KEEP_SECONDS
            ),
            follow_redirects=True,
        )

    def get(self, path: str, headers: Mapping[str, str]) -> AbstractContextManager[httpx2.Response]:
        """Ask for something; the response is open for as long as the block lasts."""
        return self._opened("GET", path, headers=headers)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> AbstractContextManager[httpx2.Response]:
        """Send JSON; the response is open for as long as the block lasts."""
        told = {"Content-Type": "application/json", **headers}
        return self._opened("POST", path, content=body, headers=told)

    @contextmanager
    def _opened(self, method: str, path: str, **sent: Any) -> Iterator[httpx2.Response]:
        """Send a request: once more, on a new connection, where a kept one is closed at once.

        A server or a proxy may close it in the moment in which it is used; that is no fault of the server's.
        """
        is_new = False

        def note(event: str, _details: Mapping[str, Any]) -> None:
            nonlocal is_new
            is_new = is_new or event.endswith(_CONNECTING)

        address, began = self._address(path), self._clock()
        with ExitStack() as stack:
            try:
                asked = self._client.stream(method, address, extensions={"trace": note}, **sent)
                response = stack.enter_context(asked)
            except _CUT:
                if is_new or self._clock() - began > MAX_CUT_SECONDS:
                    raise
                log.info("request sent again", host=urlsplit(self.url).hostname, path=path)
                response = stack.enter_context(self._unkept.stream(method, address, **sent))
            yield response

    def whole(self, response: httpx2.Response) -> bytes:
        """Return the body of an open response.

        Raises:
            ModelAnswerError: it is far too large.
        """
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > MAX_BODY_BYTES:
                raise ModelAnswerError("The model server sent far more than was asked for.", fix="Try again.")
        return bytes(body)

    def keep(self, response: httpx2.Response) -> None:
        """Read what follows the end of an answer, so that its connection serves the next call.

        A response that was not read to its end costs its connection when it is closed. Nobody waits for a server that
        holds it open: it has a moment, and then its connection is closed. Whoever read the answer must still hold the
        iterator that it came from, since dropping that closes the response.
        """
        if response.is_closed:
            return
        response.request.extensions["timeout"]["read"] = LEFTOVER_SECONDS
        until, left_bytes = time.monotonic() + LEFTOVER_SECONDS, MAX_LEFTOVER_BYTES
        with suppress(httpx2.HTTPError, httpx2.StreamError):
            for block in cast("Iterable[bytes]", response.stream):
                left_bytes -= len(block)
                if left_bytes < 0 or time.monotonic() > until:
                    break

    def _address(self, path: str) -> httpx2.URL:
        if (known := self._addresses.get(path)) is None:  # reading one takes a tenth of what a request does
            known = httpx2.URL(f"{self._base}/{path}" + (f"?{self._query}" if self._query else ""))
            self._addresses[path] = known
        return known
