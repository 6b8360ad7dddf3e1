"""The web process's server: its socket, and what it does with connections that keep it waiting.

uvicorn waits without end for the first byte of a request, for the rest of its head, and for a reader who does not read;
each holds a connection. Here each has its time. (Bodies have theirs in `integrations.web.asgi.BodyLimit`.)
"""

import asyncio
import socket
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from core.errors import SettingsError

CLOSE_SECONDS = 4
BACKLOG = 2048


@dataclass(frozen=True)
class Patience:
    """How long a connection may keep us waiting, in seconds, and how many there may be."""

    head_seconds: float = 10.0
    reader_seconds: float = 60.0
    most_connections: int = 2000


class PatientProtocol(H11Protocol):
    """Ends connections that send no whole head, or do not read, in time; the longest waiting first when there are many.

    Args:
        patience: how long.
        options: see `H11Protocol`.
    """

    def __init__(self, *, patience: Patience, **options: Any) -> None:
        super().__init__(**options)
        self._patience = patience
        self._head_timer: asyncio.TimerHandle | None = None
        self._reader_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the time for the first head run, and make room when there are many."""
        super().connection_made(transport)
        self._watch_head()
        if len(self.connections) > self._patience.most_connections:
            waiting = [
                connection
                for connection in self.connections
                if isinstance(connection, PatientProtocol) and connection._head_timer
            ]
            min(waiting, key=PatientProtocol._waits_since, default=self)._cut()

    def data_received(self, data: bytes) -> None:
        """Begin or end the time for a head."""
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        self._stop_timers()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Let the time for the reader run."""
        super().pause_writing()
        self._reader_timer = self._reader_timer or self.loop.call_later(self._patience.reader_seconds, self._cut)

    def resume_writing(self) -> None:
        """Stop the reader's clock."""
        super().resume_writing()
        if self._reader_timer:
            self._reader_timer.cancel()
            self._reader_timer = None

    def _watch_head(self) -> None:
        """Let the time run while no whole head of a request is there; more bytes do not lengthen it."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering and self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None
        elif not is_answering and self._head_timer is None and not self.timeout_keep_alive_task:
            self._head_timer = self.loop.call_later(self._patience.head_seconds, self._cut)

    def _waits_since(self) -> float:
        return self._head_timer.when() if self._head_timer else float("inf")

    def _cut(self) -> None:
        self._stop_timers()
        self.transport.abort()

    def _stop_timers(self) -> None:
        for timer in (self._head_timer, self._reader_timer):
            if timer:
                timer.cancel()
        self._head_timer = self._reader_timer = None


class WebServer(uvicorn.Server):
    """Ends the event streams first when it is asked to stop, so that stopping is quick.

    Args:
        app: what answers.
        closing: is set when the server stops.
        trusted_proxies: whose word about the client's address is taken (`X-Forwarded-For`).
        patience: with connections.
    """

    def __init__(
        self,
        app: Any,
        closing: threading.Event,
        *,
        trusted_proxies: tuple[str, ...] = (),
        patience: Patience | None = None,
    ) -> None:
        protocol: Any = partial(PatientProtocol, patience=patience or Patience())
        config = uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=CLOSE_SECONDS,
            forwarded_allow_ips=list(trusted_proxies),
        )
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop within 5 s, open streams or not."""
        self._closing.set()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises:
        SettingsError: the port is in use, or the address is not this machine's.
    """
    try:
        return _listener(host, port)
    except OSError as error:
        raise SettingsError(
            f"Port {port} on {host} cannot be used: {error.strerror}.", fix="Set INLAID_HOST and INLAID_PORT."
        ) from error


def _listener(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    # With the protocol named, asyncio switches Nagle's algorithm off; without it each answer takes 40 ms longer.
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
