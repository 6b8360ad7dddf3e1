"""Lines on which mail servers announce new mail (IDLE, RFC 2177): thousands in one thread, and none waits for another.

A line comes logged in. EXAMINE says how the folder stands, then IDLE is begun, and from time to time ended and begun
anew with another EXAMINE: that shows whether the line is alive, and finds what was never announced. What a server does
wrong, or not in time, ends its own line.
"""

import heapq
import itertools
import queue
import random
import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from core.errors import InlaidError, InputError, OutageError

log = structlog.get_logger(__name__)
# What a server may say on one line between two renewals. A thousand announcements a minute are well below.
MAX_BYTES = 1_000_000
MAX_LINE_BYTES = 65_536
_READ_BYTES = 16_384
# A line whose server went away without a word is found by the system, and routers keep one that is not quite silent.
_PROBE_AFTER_SECONDS, _PROBE_EVERY_SECONDS, _PROBES = 240, 30, 3
# Renewals of lines that were opened together are far apart from the first on, and drift.
_FIRST_SPREAD, _SPREAD = (0.02, 1.0), (0.85, 1.0)
LEAVE_SECONDS = 1.0
_NUMBERED = re.compile(rb"\* (\d+) (EXISTS|FETCH|EXPUNGE)\b", re.IGNORECASE)
_CODE = re.compile(rb"\* OK \[(UIDNEXT|UIDVALIDITY) (\d+)\]", re.IGNORECASE)

Name = tuple[str, str]
Kind = Literal["mail", "marks", "answered"]


@dataclass(frozen=True)
class Folder:
    """How a folder stands. `uidnext` is 0 where the server does not say."""

    uidvalidity: int = 0
    uidnext: int = 0
    exists: int = 0

    @property
    def mark(self) -> tuple[int, int]:
        """Another one means other mail."""
        return self.uidvalidity, self.uidnext or -self.exists


@dataclass(frozen=True)
class Stands:
    """IDLE has begun, or begun anew.

    Args:
        name: of the line.
        folder: how its folder stands.
        is_first: whether the line is new.
        has_changed: whether the folder stands otherwise than the last time.
    """

    name: Name
    folder: Folder
    is_first: bool
    has_changed: bool


@dataclass(frozen=True)
class Told:
    """The server announced mail, changed marks of a mail, or one of a mail that was answered."""

    name: Name
    kind: Kind


@dataclass(frozen=True)
class Fallen:
    """A line has ended, or could not be opened."""

    name: Name
    error: InlaidError


Event = Stands | Told | Fallen


class IdleTalk:
    """What is said on one line. It reads and writes nothing itself.

    Args:
        name: of the line.
        reissue_seconds: how long one IDLE lasts at most.
        answer_seconds: how long the server may take to answer.

    Attributes:
        out: what is to be sent.
        acts_at: when `tick` is due, by `time.monotonic`.
    """

    __slots__ = (
        "_answer_seconds", "_buffer", "_folder", "_mark", "_name", "_number", "_reissue_seconds", "_said_bytes",
        "_state", "acts_at", "out",
    )  # fmt: skip

    def __init__(self, name: Name, *, reissue_seconds: float, answer_seconds: float) -> None:
        self._name, self._reissue_seconds, self._answer_seconds = name, reissue_seconds, answer_seconds
        self._buffer, self._said_bytes, self._number = b"", 0, 0
        self._folder, self._mark = Folder(), (-1, 0)
        self._state: Literal["examine", "begin", "idle", "end"] = "examine"
        self.out, self.acts_at = b"", 0.0
        self._ask("examine", b"EXAMINE INBOX")

    def take(self, data: bytes) -> Iterator[Event]:
        """Take what the server said.

        Raises:
            OutageError: it ended the connection, or says without end.
            InputError: it refuses the folder, or IDLE.
        """
        self._said_bytes += len(data)
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        if self._said_bytes > MAX_BYTES or len(self._buffer) > MAX_LINE_BYTES:
            raise OutageError("The mail server sends without end.", fix="The line is opened again later.")
        for line in lines:
            yield from self._understand(line.rstrip(b"\r"))

    def tick(self) -> None:
        """Renew IDLE.

        Raises:
            OutageError: the server owes an answer.
        """
        if self._state != "idle":
            raise OutageError("The mail server did not answer in time.", fix="The line is opened again.")
        self._wait("end", b"DONE\r\n")

    def farewell(self) -> bytes:
        """Return what ends the line in good order."""
        return (b"DONE\r\n" if self._state == "idle" else b"") + b"Z LOGOUT\r\n"

    def _ask(self, state: Literal["examine", "begin"], command: bytes) -> None:
        self._number += 1
        self._wait(state, b"I%d %s\r\n" % (self._number, command))

    def _wait(self, state: Literal["examine", "begin", "end"], said: bytes) -> None:
        self._state, self.out = state, self.out + said
        self.acts_at = time.monotonic() + self._answer_seconds

    def _understand(self, line: bytes) -> Iterator[Event]:
        if line.startswith(b"+"):
            if self._state == "begin":
                yield self._begun()
        elif line.startswith(b"I%d " % self._number):
            self._answered(line.split(b" ", 2)[1].upper())
        elif line[:5].upper() == b"* BYE":
            raise OutageError("The mail server ended the connection.", fix="It is opened again.")
        elif found := _NUMBERED.match(line):
            yield from self._numbered(int(found[1]), found[2].upper(), line)
        elif found := _CODE.match(line):
            self._folder = replace(self._folder, **{found[1].decode().lower(): int(found[2])})

    def _begun(self) -> Stands:
        is_first, has_changed = self._mark[0] < 0, self._folder.mark != self._mark
        self._state, self._mark, self._said_bytes = "idle", self._folder.mark, 0
        part = random.uniform(*(_FIRST_SPREAD if is_first else _SPREAD))  # noqa: S311 - no secret
        self.acts_at = time.monotonic() + self._reissue_seconds * part
        return Stands(self._name, self._folder, is_first, has_changed and not is_first)

    def _answered(self, word: bytes) -> None:
        if word != b"OK":
            raise InputError("The mail server refuses to announce new mail.", fix="It is asked each minute instead.")
        if self._state == "examine":
            self._ask("begin", b"IDLE")
        elif self._state == "end":
            self._folder = Folder()
            self._ask("examine", b"EXAMINE INBOX")
        else:
            raise OutageError("The mail server ended IDLE.", fix="It is begun again.")

    def _numbered(self, number: int, word: bytes, line: bytes) -> Iterator[Told]:
        before = self._folder
        exists = {b"EXISTS": number, b"EXPUNGE": before.exists - 1}.get(word, before.exists)
        if self._state == "examine":
            self._folder = replace(before, exists=exists)
            return
        # What is announced is no news when IDLE is renewed.
        came = max(0, exists - before.exists) if before.uidnext else 0
        self._folder = replace(before, exists=exists, uidnext=before.uidnext + came)
        self._mark = self._folder.mark
        if word == b"EXISTS":
            yield Told(self._name, "mail")
        elif word == b"FETCH":
            yield Told(self._name, "answered" if b"\\ANSWERED" in line.upper() else "marks")


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
    """

    def __init__(self, tell: Callable[[Event], object], *, reissue_seconds: float, answer_seconds: float) -> None:
        self._tell, self._reissue_seconds, self._answer_seconds = tell, reissue_seconds, answer_seconds
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

    def add(self, name: Name, connected: socket.socket) -> None:
        """Hold a line, logged in; from any thread. It takes the place of an earlier one of that name."""
        self._ask(lambda: self._add(name, connected))

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

    def _add(self, name: Name, connected: socket.socket) -> None:
        self._leave(name)
        if name in self._lines:
            self._close(self._lines[name])
        if self._is_over:
            connected.close()
            return
        talk = IdleTalk(name, reissue_seconds=self._reissue_seconds, answer_seconds=self._answer_seconds)
        line = _Line(name, connected, talk)
        self._lines[name] = line
        connected.setblocking(False)
        _keep_alive(connected)
        self._selector.register(connected, selectors.EVENT_READ, line)
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
