"""Lines on which mail servers announce new mail (IDLE, RFC 2177): thousands in one thread, and none waits for another.

A line comes logged in; what is said on it: `idle_talk`. What a server does wrong, or not in time, ends its own line.
"""

import heapq
import itertools
import queue
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress

from core.errors import InlaidError, OutageError
from core.logs import logger
from integrations.mail.imap.idle_talk import FOLDERS_SECONDS, INBOX_ALONE, Event, Fallen, IdleTalk, Name, Watched

log = logger(__name__)
_READ_BYTES = 16_384
# A line whose server went away without a word is found by the system, and routers keep one that is not quite silent.
_PROBE_AFTER_SECONDS, _PROBE_EVERY_SECONDS, _PROBES = 240, 30, 3
LEAVE_SECONDS = 1.0


class _Line:
    """A line and what is said on it."""

    __slots__ = ("is_leaving", "leave_at", "name", "socket", "talk", "timed_at")

    def __init__(self, name: Name, connected: socket.socket, talk: IdleTalk) -> None:
        self.name, self.socket, self.talk = name, connected, talk
        self.is_leaving, self.leave_at, self.timed_at = False, 0.0, 0.0

    @property
    def acts_at(self) -> float:
        return self.leave_at if self.is_leaving else self.talk.acts_at


class IdleLines:
    """Holds lines, in the thread that calls `run`.

    Args:
        tell: called in that thread with each event; it must not wait for anything.
        reissue_seconds: how long one IDLE lasts at most.
        answer_seconds: how long a server may take to answer.
        folders_seconds: how often a server is asked for folders that it does not tell of.
    """

    def __init__(
        self,
        tell: Callable[[Event], object],
        *,
        reissue_seconds: float,
        answer_seconds: float,
        folders_seconds: float = FOLDERS_SECONDS,
    ) -> None:
        self._tell, self._reissue_seconds, self._answer_seconds = tell, reissue_seconds, answer_seconds
        self._folders_seconds = folders_seconds
        self._selector = selectors.DefaultSelector()
        self._lines: dict[Name, _Line] = {}
        self._timers: list[tuple[float, int, _Line]] = []
        self._order = itertools.count()
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._is_over = False

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, name: Name, connected: socket.socket, watched: Watched = INBOX_ALONE) -> None:
        """Hold a line, logged in; from any thread. It takes the place of an earlier one of that name."""
        self._ask(lambda: self._add(name, connected, watched))

    def expect_drafts(self, name: Name, *, wait: bool) -> None:
        """Say whether drafts wait in a mailbox (`IdleTalk.expect_drafts`); from any thread."""
        self._ask(lambda: self._expect_drafts(name, wait=wait))

    def drop(self, name: Name) -> None:
        """End a line in good order; from any thread."""
        self._ask(lambda: self._leave(name))

    def stop(self) -> None:
        """End all lines in good order, and `run` with them; from any thread."""
        self._ask(self._stop)

    def run(self) -> None:
        """Hold lines until `stop`."""
        try:
            while not self._is_over or self._lines:
                for key, _ in self._selector.select(self._pause()):
                    if key.data is None:
                        self._hear()
                    elif key.data.socket.fileno() >= 0:  # it may have been ended in this round
                        self._guard(key.data, self._read)
                self._act()
        finally:
            self._is_over = True
            self._hear()
            for line in list(self._lines.values()):
                self._close(line)
            self._selector.close()
            self._ear.close()
            self._mouth.close()

    def _ask(self, what: Callable[[], None]) -> None:
        self._asked.put(what)
        with suppress(OSError):  # full: it wakes anyway; closed: it is over
            self._mouth.send(b".")

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(_READ_BYTES)
        with suppress(queue.Empty):
            while True:
                self._asked.get_nowait()()

    def _add(self, name: Name, connected: socket.socket, watched: Watched) -> None:
        self._leave(name)
        if name in self._lines:
            self._close(self._lines[name])
        if self._is_over:
            connected.close()
            return
        talk = IdleTalk(
            name,
            reissue_seconds=self._reissue_seconds,
            answer_seconds=self._answer_seconds,
            watched=watched,
            folders_seconds=self._folders_seconds,
        )
        line = _Line(name, connected, talk)
        self._lines[name] = line
        connected.setblocking(False)
        _keep_alive(connected)
        self._selector.register(connected, selectors.EVENT_READ, line)
        self._guard(line, self._send)

    def _expect_drafts(self, name: Name, *, wait: bool) -> None:
        if (line := self._lines.get(name)) and not line.is_leaving:
            line.talk.expect_drafts(wait)
            self._guard(line, self._send)

    def _leave(self, name: Name) -> None:
        line = self._lines.get(name)
        if line is None or line.is_leaving:
            return
        line.is_leaving, line.leave_at = True, time.monotonic() + LEAVE_SECONDS
        self._time(line)
        try:
            line.socket.send(line.talk.farewell())
        except OSError:
            self._close(line)

    def _stop(self) -> None:
        self._is_over = True
        for name in list(self._lines):
            self._leave(name)

    def _time(self, line: _Line) -> None:
        """Have a line looked at when it is due; an earlier entry for it is passed over then."""
        line.timed_at = line.acts_at
        heapq.heappush(self._timers, (line.timed_at, next(self._order), line))

    def _pause(self) -> float | None:
        return max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None

    def _act(self) -> None:
        """Do what is due. Lines whose time has moved on meanwhile come again then."""
        while self._timers and self._timers[0][0] <= time.monotonic():
            at, _, line = heapq.heappop(self._timers)
            if self._lines.get(line.name) is not line or at != line.timed_at:
                continue
            if line.acts_at > time.monotonic():
                self._time(line)
            elif line.is_leaving:
                self._close(line)
            else:
                self._guard(line, self._renew)

    def _renew(self, line: _Line) -> None:
        line.talk.tick()
        self._send(line)

    def _read(self, line: _Line) -> None:
        try:
            data = line.socket.recv(_READ_BYTES)
            while isinstance(line.socket, ssl.SSLSocket) and line.socket.pending():  # not seen by the selector
                data += line.socket.recv(_READ_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        if not data:
            raise ConnectionError
        if line.is_leaving:
            return
        for event in line.talk.take(data):
            self._tell(event)
        self._send(line)

    def _send(self, line: _Line) -> None:
        """Send what is to be sent. It is short: a line that does not take it is broken."""
        if line.talk.out:
            sent = line.socket.send(line.talk.out)
            if sent < len(line.talk.out):
                raise ConnectionError
            line.talk.out = b""
        if not line.timed_at or line.acts_at < line.timed_at or line.timed_at <= time.monotonic():
            self._time(line)

    def _guard(self, line: _Line, act: Callable[[_Line], None]) -> None:
        """Do something on a line; what goes wrong ends it."""
        try:
            act(line)
        except InlaidError as error:
            self._fall(line, error)
        except Exception as error:  # Whatever a fault in our code is, the other lines must be held.
            if not isinstance(error, OSError | ValueError):
                log.exception("a line to a mailbox broke off")
            self._fall(line, OutageError("The line to the mail server broke.", fix="It is opened again."))

    def _fall(self, line: _Line, error: InlaidError) -> None:
        self._close(line)
        if not line.is_leaving:
            self._tell(Fallen(line.name, error))

    def _close(self, line: _Line) -> None:
        if self._lines.get(line.name) is line:
            del self._lines[line.name]
        with suppress(KeyError, ValueError):
            self._selector.unregister(line.socket)
        with suppress(OSError):
            line.socket.close()


def _keep_alive(line: socket.socket) -> None:
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (
            ("TCP_KEEPIDLE", _PROBE_AFTER_SECONDS),
            ("TCP_KEEPINTVL", _PROBE_EVERY_SECONDS),
            ("TCP_KEEPCNT", _PROBES),
        ):
            if hasattr(socket, option):  # not on every system
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
