"""Connections to one model server, kept from one call to the next and shared by the threads of a process."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import httpcore2
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
# How often a thread that waits for a server looks whether its answer is still wanted.
LOOK_SECONDS = 1.0
# What gives a stream of bytes to the library: a connection, and what is encrypted over one.
_STREAMS = ("connect_tcp.complete", "start_tls.complete")


def _nobody() -> None:
    pass


_waiting_for: ContextVar[Callable[[], None]] = ContextVar("waiting_for", default=_nobody)


@contextmanager
def looking_up(look: Callable[[], None]) -> Iterator[None]:
    """Have `look` called every second while this thread waits for a server; what it raises ends the wait.

    The connection is closed then: its server may see that nobody waits any more.
    """
    token = _waiting_for.set(look)
    try:
        yield
    finally:
        _waiting_for.reset(token)


def _look_up_while_reading(stream: httpcore2.NetworkStream) -> None:
    """Have a stream's reads wait in small steps: a connection is kept, so that whoever reads it is asked each time."""
    read = stream.read

    def read_in_steps(max_bytes: int, timeout: float | None = None) -> bytes:
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = LOOK_SECONDS if until is None else max(until - time.monotonic(), 0.001)
            try:
                return read(max_bytes, min(LOOK_SECONDS, left))
            except httpcore2.ReadTimeout:
                if until is not None and time.monotonic() >= until:
                    raise
            _waiting_for.get()()

    stream.read = read_in_steps  # type: ignore[method-assign] # the library gives no other place to wait in steps


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

        def note(event: str, details: Mapping[str, Any]) -> None:
            nonlocal is_new
            is_new = is_new or event.endswith(_CONNECTING)
            if event.endswith(_STREAMS):
                _look_up_while_reading(details["return_value"])

        address, began = self._address(path), self._clock()
        with ExitStack() as stack:
            try:
                asked = self._client.stream(method, address, extensions={"trace": note}, **sent)
                response = stack.enter_context(asked)
            except _CUT:
                if is_new or self._clock() - began > MAX_CUT_SECONDS:
                    raise
                log.info("request sent again", host=urlsplit(self.url).hostname, path=path)
                again = self._unkept.stream(method, address, extensions={"trace": note}, **sent)
                response = stack.enter_context(again)
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
