"""What is said on a line on which a mail server announces new mail (IDLE, RFC 2177); see `idle_lines`.

EXAMINE says how the inbox stands, then IDLE is begun, and from time to time ended and begun again with another EXAMINE:
that shows whether the line is alive, and finds what was never announced. Of further folders the server tells by itself
where it can (NOTIFY, RFC 5465); else STATUS asks for them each minute.
"""

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from imapclient.imap_utf7 import encode

from core.errors import InlaidError, InputError, OutageError

# What a server may say on one line between two renewals. A thousand announcements a minute are well below.
MAX_BYTES = 1_000_000
MAX_LINE_BYTES = 65_536
# Renewals of lines that were opened together are far apart from the first on, and drift.
_FIRST_SPREAD, _SPREAD = (0.02, 1.0), (0.85, 1.0)
# Where the server tells of no other folder than the one that is open, it is asked so often.
FOLDERS_SECONDS = 60.0
# The name of the folder may come as a literal, on a line of its own (RFC 9051 section 4.3).
_TOLD = re.compile(
    rb"\* (?:(?P<number>\d+) (?P<what>EXISTS|FETCH|EXPUNGE)\b.*|OK \[(?P<code>UIDNEXT|UIDVALIDITY) (?P<value>\d+)\].*"
    rb"|STATUS (?:(?P<folder>.+) \((?P<facts>[^()]*)\)|(?P<literal>\{\d+\+?\})))",
    re.IGNORECASE | re.DOTALL,
)

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
    """IDLE has begun, or begun again.

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
class ServerTold:
    """The server announced mail, changed marks of a mail, or one of a mail that was answered."""

    name: Name
    kind: Kind


@dataclass(frozen=True)
class Fallen:
    """A line has ended, or could not be opened."""

    name: Name
    error: InlaidError


Event = Stands | ServerTold | Fallen


@dataclass(frozen=True)
class Watched:
    """Which folders a line tells of beside the inbox.

    Args:
        folders: their names.
        is_notified: whether the server can tell of them by itself (NOTIFY).
    """

    folders: Sequence[str] = ()
    is_notified: bool = False


INBOX_ALONE = Watched()


class IdleTalk:
    """What is said on one line. It reads and writes nothing itself.

    Args:
        name: of the line.
        reissue_seconds: how long one IDLE lasts at most.
        answer_seconds: how long the server may take to answer.
        watched: folders beside the inbox.
        folders_seconds: how often the server is asked for them where it does not tell.

    Attributes:
        out: what is to be sent.
        acts_at: when `tick` is due, by `time.monotonic`.
    """

    __slots__ = (
        "_answer_seconds", "_buffer", "_examines_at", "_folder", "_folders", "_folders_seconds", "_is_after_literal",
        "_is_notified", "_mark", "_name", "_number", "_pending", "_reissue_seconds", "_said_bytes", "_state",
        "_statuses", "acts_at", "out",
    )  # fmt: skip

    def __init__(
        self,
        name: Name,
        *,
        reissue_seconds: float,
        answer_seconds: float,
        watched: Watched = INBOX_ALONE,
        folders_seconds: float = FOLDERS_SECONDS,
    ) -> None:
        self._name, self._reissue_seconds, self._answer_seconds = name, reissue_seconds, answer_seconds
        self._folders = tuple(_quoted(folder) for folder in watched.folders)
        self._is_notified, self._folders_seconds = watched.is_notified, folders_seconds
        self._buffer, self._said_bytes, self._number = b"", 0, 0
        self._folder, self._mark, self._examines_at = Folder(), (-1, 0), 0.0
        self._statuses: dict[bytes, tuple[int, int]] = {}
        self._pending: list[bytes] = []
        self._is_after_literal = False
        self._state: _State = "examine"
        self.out, self.acts_at = b"", 0.0
        self._ask("examine", b"EXAMINE INBOX")

    def take(self, data: bytes) -> Iterator[Event]:
        """Take what the server said.

        Raises:
            OutageError: it ended the connection, or says without end.
            InputError: it refuses the inbox, or IDLE.
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

    def _ask(self, state: "_State", command: bytes) -> None:
        self._number += 1
        self._wait(state, b"I%d %s\r\n" % (self._number, command))

    def _wait(self, state: "_State", said: bytes) -> None:
        self._state, self.out = state, self.out + said
        self.acts_at = time.monotonic() + self._answer_seconds

    def _understand(self, line: bytes) -> Iterator[Event]:
        if self._is_after_literal:
            line, self._is_after_literal = b"* STATUS " + line, False
        if line.startswith(b"+"):
            if self._state == "begin":
                yield from self._begun()
        elif line.startswith(b"I%d " % self._number):
            self._answered(line.split(b" ", 2)[1].upper())
        elif line[:5].upper() == b"* BYE":
            raise OutageError("The mail server ended the connection.", fix="It is opened again.")
        elif found := _TOLD.fullmatch(line):
            yield from self._told(found)

    def _told(self, found: re.Match[bytes]) -> Iterator[Event]:
        if found["what"]:
            yield from self._numbered(int(found["number"]), found["what"].upper(), found[0])
        elif found["code"]:
            self._folder = replace(self._folder, **{found["code"].decode().lower(): int(found["value"])})
        elif found["folder"]:
            yield from self._stated(found["folder"], found["facts"])
        else:
            self._is_after_literal = True

    def _begun(self) -> Iterator[Stands]:
        at, is_renewal = time.monotonic(), self._examines_at > 0
        is_turn = is_renewal and at < self._examines_at  # the server was asked for other folders alone
        self._state, self._said_bytes = "idle", 0
        if not is_turn:
            is_first, has_changed = self._mark[0] < 0, self._folder.mark != self._mark
            self._mark = self._folder.mark
            part = random.uniform(*(_FIRST_SPREAD if is_first else _SPREAD))  # noqa: S311 - no secret
            self._examines_at = at + self._reissue_seconds * part
            yield Stands(self._name, self._folder, is_first, has_changed and not is_first)
        self.acts_at = self._examines_at
        if self._folders and not self._is_notified:
            self.acts_at = min(self._examines_at, at + self._folders_seconds)

    def _answered(self, word: bytes) -> None:
        if word != b"OK" and self._state not in {"notify", "status"}:
            raise InputError("The mail server refuses to announce new mail.", fix="It is asked each minute instead.")
        if self._state == "examine" and self._is_notified and self._folders and not self._statuses:
            self._ask("notify", _NOTIFY % b" ".join(self._folders))
        elif self._state == "examine":
            self._ask_on()
        elif self._state == "notify":
            # Dovecot 2.4 takes names beyond ASCII, and tells nothing of them; those of which it tells it names at once.
            self._is_notified = word == b"OK" and len(self._statuses) >= len(self._folders)
            self._ask_on()
        elif self._state == "status":
            self._ask_next()
        elif self._state == "end" and time.monotonic() < self._examines_at:
            self._ask_on()
        elif self._state == "end":
            self._folder = Folder()
            self._ask("examine", b"EXAMINE INBOX")
        else:
            raise OutageError("The mail server ended IDLE.", fix="It is begun again.")

    def _ask_on(self) -> None:
        """Ask how the further folders stand, if the server does not tell, and begin IDLE."""
        self._pending = [] if self._is_notified else list(self._folders)
        self._ask_next()

    def _ask_next(self) -> None:
        if self._pending:
            self._ask("status", b"STATUS %s (UIDNEXT UIDVALIDITY)" % self._pending.pop())
        else:
            self._ask("begin", b"IDLE")

    def _stated(self, folder: bytes, facts: bytes) -> Iterator[ServerTold]:
        """Tell of mail in a further folder; also the first time, for nobody knows what came before."""
        words = facts.upper().split()
        found = {name: int(value) for name, value in zip(words[::2], words[1::2], strict=False) if value.isdigit()}
        before = self._statuses.get(folder, (0, 0))
        if folder.strip(b'"').upper() == b"INBOX":
            return
        now = found.get(b"UIDVALIDITY", before[0]), found.get(b"UIDNEXT", before[1])
        self._statuses[folder] = now
        if now != before:
            yield ServerTold(self._name, "mail")

    def _numbered(self, number: int, word: bytes, line: bytes) -> Iterator[ServerTold]:
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
            yield ServerTold(self._name, "mail")
        elif word == b"FETCH":
            yield ServerTold(self._name, "answered" if b"\\ANSWERED" in line.upper() else "marks")


_State = Literal["examine", "notify", "status", "begin", "idle", "end"]
# It takes the place of what the server tells of the open folder, so that stands there too.
_NOTIFY = (
    b"NOTIFY SET STATUS (selected (MessageNew MessageExpunge FlagChange)) (mailboxes (%s) (MessageNew MessageExpunge))"
)


def _quoted(folder: str) -> bytes:
    """Return the name of a folder as a quoted string (RFC 9051 section 4.3), in modified UTF-7."""
    return b'"%s"' % encode(folder).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
