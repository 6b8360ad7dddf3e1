"""What is said on a line on which a mail server announces new mail (IDLE, RFC 2177); see `idle_lines`.

EXAMINE says how the inbox stands, then IDLE is begun, and from time to time ended and begun again with another EXAMINE:
that shows whether the line is alive, and finds what was never announced. Of further folders the server tells by itself
where it can (NOTIFY, RFC 5465: STATUS is sent for a folder that is not open, section 5); else STATUS (RFC 9051 section
6.3.11) asks for them between two IDLEs, each minute. Those of drafts and of sent mail are asked for so often only while
drafts wait. Each renewal asks for all of them, so that nothing that was never told stays unseen.
"""

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

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
    rb"|OK \[(?P<overflow>NOTIFICATIONOVERFLOW)\].*"
    rb"|STATUS (?:(?P<folder>.+) \((?P<facts>[^()]*)\)|(?P<literal>\{\d+\+?\})))",
    re.IGNORECASE | re.DOTALL,
)

Name = tuple[str, str]
Kind = Literal["mail", "marks", "answered", "drafts", "removed"]


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
        tells_of_drafts: whether the line tells when the folders of drafts and of sent mail change.
    """

    name: Name
    folder: Folder
    is_first: bool
    has_changed: bool
    tells_of_drafts: bool = False


@dataclass(frozen=True)
class ServerTold:
    """What the server announced.

    Args:
        name: of the line.
        kind: mail; changed marks of a mail; that one was `answered`; that the folders of `drafts` and of sent mail have
            changed; that mail was `removed` from the inbox or from another folder that is looked after.
    """

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
        folders: the names of those in which mail is looked for.
        is_notified: whether the server can tell of folders by itself (NOTIFY).
        drafts: the names of those of drafts and of sent mail.
        has_modseq: whether STATUS can say if marks have changed (HIGHESTMODSEQ, RFC 7162 section 3.1.7).
    """

    folders: Sequence[str] = ()
    is_notified: bool = False
    drafts: Sequence[str] = ()
    has_modseq: bool = False


INBOX_ALONE = Watched()


class _Status(NamedTuple):
    """How a further folder stands, -1 where that is not known."""

    uidvalidity: int = -1
    uidnext: int = -1
    messages: int = -1
    modseq: int = -1

    def updated(self, facts: bytes) -> "_Status":
        words = facts.upper().split()
        found = {name: int(value) for name, value in zip(words[::2], words[1::2], strict=False) if value.isdigit()}
        return _Status(*(found.get(name, before) for name, before in zip(_FACTS, self, strict=True)))

    def differs(self, before: "_Status") -> bool:
        """Whether something is known to have changed."""
        return any(then not in {-1, now} for then, now in zip(before, self, strict=True))


_FACTS = (b"UIDVALIDITY", b"UIDNEXT", b"MESSAGES", b"HIGHESTMODSEQ")


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
        "_answer_seconds", "_asked", "_buffer", "_drafts", "_drafts_wait", "_examines_at", "_folder", "_folders",
        "_folders_seconds", "_has_modseq", "_is_after_literal", "_is_notified", "_mark", "_name", "_number", "_pending",
        "_reissue_seconds", "_said_bytes", "_state", "_statuses", "_told_of", "acts_at", "out",
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
        self._folders = tuple(_encoded(folder) for folder in watched.folders)
        self._drafts = tuple(_encoded(folder) for folder in watched.drafts)
        self._is_notified, self._folders_seconds = watched.is_notified, folders_seconds
        self._has_modseq, self._drafts_wait = watched.has_modseq, False
        self._buffer, self._said_bytes, self._number = b"", 0, 0
        self._folder, self._mark, self._examines_at = Folder(), (-1, 0), 0.0
        self._statuses: dict[bytes, _Status] = {}
        self._told_of: frozenset[bytes] = frozenset()
        self._pending: list[bytes] = []
        self._asked = b""
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

    def expect_drafts(self, wait: bool) -> None:
        """Ask for the folders of drafts and of sent mail as often as for others, or no more."""
        self._drafts_wait = wait
        self._turn_earlier()

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
            yield from self._stated(_bare(found["folder"]), found["facts"])
        elif found["overflow"]:  # it tells of nothing more until NOTIFY is given again (RFC 5465 section 5.8)
            self._told_of = frozenset()
            self._turn_earlier()
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
            tells_of_drafts = bool(self._drafts) and all(folder in self._statuses for folder in self._drafts)
            yield Stands(self._name, self._folder, is_first, has_changed and not is_first, tells_of_drafts)
        self.acts_at = self._turns_at()

    def _turns_at(self) -> float:
        """Return when IDLE is to be ended: for a renewal, or before to ask for folders of which nobody tells."""
        if self._asked_often().issubset(self._told_of):
            return self._examines_at
        return min(self._examines_at, time.monotonic() + self._folders_seconds)

    def _turn_earlier(self) -> None:
        if self._state == "idle":
            self.acts_at = min(self.acts_at, self._turns_at())

    def _asked_often(self) -> frozenset[bytes]:
        return frozenset(self._folders + (self._drafts if self._drafts_wait else ()))

    def _answered(self, word: bytes) -> None:
        if word != b"OK" and self._state not in {"notify", "status"}:
            raise InputError("The mail server refuses to announce new mail.", fix="It is asked each minute instead.")
        if self._state == "examine" and self._is_notified and not self._statuses and (self._folders or self._drafts):
            self._ask("notify", self._notify())
        elif self._state == "examine":
            self._ask_on([*self._folders, *self._drafts])
        elif self._state == "notify":
            # Dovecot 2.4 takes names beyond ASCII, and tells nothing of them; those of which it tells it names at once.
            self._told_of = frozenset(self._statuses) if word == b"OK" else frozenset()
            self._ask_on([folder for folder in (*self._folders, *self._drafts) if folder not in self._told_of])
        elif self._state == "status":
            if word != b"OK":  # it is gone; one that comes back is new
                self._statuses.pop(self._asked, None)
            self._ask_next()
        elif self._state == "end" and time.monotonic() < self._examines_at:
            self._ask_on(sorted(self._asked_often() - self._told_of))
        elif self._state == "end":
            self._folder = Folder()
            self._ask("examine", b"EXAMINE INBOX")
        else:
            raise OutageError("The mail server ended IDLE.", fix="It is begun again.")

    def _notify(self) -> bytes:
        """Return what has the server tell of folders, and of marks in those of drafts: one may be marked as deleted.

        It takes the place of what the server tells of the open folder, so that stands there too.
        """
        groups = ((self._folders, _MAIL), (self._drafts, _MAIL_AND_MARKS))
        told = [b"(mailboxes (%s) %s)" % (b" ".join(map(_quoted, names)), what) for names, what in groups if names]
        return b" ".join((b"NOTIFY SET STATUS (selected %s)" % _MAIL_AND_MARKS, *told))

    def _ask_on(self, folders: Sequence[bytes]) -> None:
        """Ask how further folders stand, and begin IDLE."""
        self._pending = list(dict.fromkeys(folders))
        self._ask_next()

    def _ask_next(self) -> None:
        if self._pending:
            self._asked = self._pending.pop()
            facts = b"UIDNEXT UIDVALIDITY MESSAGES" + (b" HIGHESTMODSEQ" if self._has_modseq else b"")
            self._ask("status", b"STATUS %s (%s)" % (_quoted(self._asked), facts))
        else:
            self._ask("begin", b"IDLE")

    def _stated(self, folder: bytes, facts: bytes) -> Iterator[ServerTold]:
        """Tell what has changed in a further folder; of mail also the first time, for nobody knows what came before."""
        if folder.upper() == b"INBOX":
            return
        is_first, before = folder not in self._statuses, self._statuses.get(folder, _Status())
        now = self._statuses[folder] = before.updated(facts)
        if folder in self._drafts and now.differs(before):
            yield ServerTold(self._name, "drafts")
        if folder in self._folders or folder not in self._drafts:
            if is_first or now[:2] != before[:2]:
                yield ServerTold(self._name, "mail")
            if now.messages < before.messages:
                yield ServerTold(self._name, "removed")

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
        elif word == b"EXPUNGE":
            yield ServerTold(self._name, "removed")
        elif word == b"FETCH":
            yield ServerTold(self._name, "answered" if b"\\ANSWERED" in line.upper() else "marks")


_MAIL, _MAIL_AND_MARKS = b"(MessageNew MessageExpunge)", b"(MessageNew MessageExpunge FlagChange)"
_State = Literal["examine", "notify", "status", "begin", "idle", "end"]


def _encoded(folder: str) -> bytes:
    """Return the name of a folder in modified UTF-7 (RFC 3501 section 5.1.3)."""
    return bytes(encode(folder))


def _quoted(name: bytes) -> bytes:
    """Return a name as a quoted string (RFC 9051 section 4.3)."""
    return b'"%s"' % name.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _bare(name: bytes) -> bytes:
    """Return what a server gave as an atom, a quoted string, or a literal without its length."""
    return re.sub(rb"\\(.)", rb"\1", name[1:-1]) if len(name) > 1 and name[:1] == name[-1:] == b'"' else name
