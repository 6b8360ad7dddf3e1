"""Which mailboxes this process watches, so that new mail is noticed at once, and what follows from what lines say.

Processes share the mailboxes out (`watch_shares`). For a moment two may watch one, or none: an announcement only has
the mailbox visited (`core.store.due`), and visits also come by the clock. Logins are made in a few threads, a few at a
time for each server; then all lines are in one thread (`idle_lines`).
"""

import queue
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from core.errors import CredentialError, InlaidError, OutageError, PolicyRefused, StoreOutage
from core.logs import logger
from core.store.due import Due, DueIndex, RecordState
from core.system.open_files import raise_file_limit
from integrations.mail.imap.accounts import Accounts, ImapAccount
from integrations.mail.imap.announcements import Announcements
from integrations.mail.imap.connection import open_line
from integrations.mail.imap.idle_lines import IdleLines
from integrations.mail.imap.idle_talk import FOLDERS_SECONDS, Event, Name, ServerTold, Stands, Watched
from integrations.mail.imap.watch_shares import Share
from integrations.mail.mailbox.visits import THREADS_PER_SERVER, Visit, VisitPool

log = logger(__name__)

MAX_LINES = 10_000
# Files that the rest of the process has open.
_OTHER_FILES = 512
# Among very many mailboxes those that are new or changed are looked for less often: this many times what it takes.
SCAN_PAUSE = 100.0
# Of one server, with those that wait for a thread.
MAX_OPENING = 8 * THREADS_PER_SERVER
# What lines say meanwhile is taken together: a flood on one costs little.
GATHER_SECONDS = 0.05
# What is not watched any more is visited by the clock, from so many seconds on.
FALLEN_SECONDS = 60.0


@dataclass(frozen=True)
class WatchTimes:
    """How long things take, in seconds. Servers may end IDLE after 30 minutes.

    Args:
        reissue_seconds: between two renewals of IDLE.
        tick_seconds: how often is looked whether a line can be opened.
        lease_seconds: how long this process counts as alive without a word.
        look_around_seconds: how often is looked for mailboxes that are new, changed or gone.
        first_wait_seconds: before the first new try after a failure; it doubles with each.
        longest_wait_seconds: at most.
        steady_seconds: a line that stood so long begins again with the first wait.
        ask_again_seconds: before a server without IDLE, or one that refused the login, is asked again.
        answer_seconds: how long a server may take to answer.
        folders_seconds: how often a server is asked for folders that it does not tell of.
    """

    reissue_seconds: float = 9 * 60.0
    tick_seconds: float = 1.0
    lease_seconds: float = 30.0
    look_around_seconds: float = 10.0
    first_wait_seconds: float = 2.0
    longest_wait_seconds: float = 300.0
    steady_seconds: float = 60.0
    ask_again_seconds: float = 3600.0
    answer_seconds: float = 30.0
    folders_seconds: float = FOLDERS_SECONDS


class _NoIdleError(InlaidError):
    """The server does not announce new mail."""


class _LaterError(InlaidError):
    """The line was not opened, and nothing has failed."""


@dataclass(slots=True, eq=False)
class _Mailbox:
    """A mailbox of the share. Times are `time.monotonic`.

    Args:
        standing: its record.
        not_before: when its line may be opened.
        wait_seconds: how long to wait after the next failure.
        opened_at: since when its line stands, 0.0 while it does not.
    """

    standing: RecordState
    wait_seconds: float
    not_before: float = 0.0
    opened_at: float = 0.0
    is_opening: bool = False


@dataclass(frozen=True)
class _Unopened:
    """A line could not be opened, for the mailbox as it was then."""

    name: Name
    mailbox: _Mailbox
    error: InlaidError


@dataclass
class _Server:
    """Failures in a row of whatever mailbox; from the second on none of them is tried for a while."""

    failures: int = 0
    until: float = 0.0

    def fail(self, first_seconds: float, longest_seconds: float) -> None:
        if (at := time.monotonic()) < self.until:
            return
        self.failures += 1
        if self.failures > 1:
            self.until = at + _spread(min(first_seconds * 2.0 ** min(self.failures - 2, 20), longest_seconds))


def _spread(seconds: float) -> float:
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311 # no secret: not all at once


@dataclass
class _Known:
    """The mailboxes of the share, and their servers."""

    mailboxes: dict[Name, _Mailbox] = field(default_factory=dict)
    waiting: dict[Name, _Mailbox] = field(default_factory=dict)
    servers: dict[str, _Server] = field(default_factory=dict)
    opening: "Counter[str]" = field(default_factory=Counter)
    failing: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, name: Name) -> None:
        mailbox = self.waiting.pop(name)
        mailbox.is_opening = True
        self.opening[mailbox.standing.server] += 1

    def end(self, mailbox: _Mailbox) -> None:
        """Note that a mailbox is not being opened any more."""
        if mailbox.is_opening:
            mailbox.is_opening = False
            self.opening[mailbox.standing.server] -= 1

    def fail(self, mailbox: _Mailbox, times: WatchTimes) -> None:
        """Count a failure of a mailbox's server; any thread may."""
        with self.failing:
            server = self.servers.setdefault(mailbox.standing.server, _Server())
            server.fail(times.first_wait_seconds, times.longest_wait_seconds)

    def wait(self, mailbox: _Mailbox) -> None:
        """Have a mailbox opened when its time has come."""
        self.end(mailbox)
        self.waiting[mailbox.standing.workspace, mailbox.standing.key] = mailbox

    def rests(self, mailbox: _Mailbox) -> bool:
        """Whether the server of a mailbox is left alone for a while."""
        server = self.servers.get(mailbox.standing.server)
        return server is not None and time.monotonic() < server.until

    def ready(self) -> Iterator[tuple[Name, _Mailbox]]:
        """Give mailboxes whose line can be opened now, of each server no more than it should have at a time."""
        at, chosen = time.monotonic(), Counter(self.opening)
        for name, mailbox in self.waiting.items():
            host = mailbox.standing.server
            server = self.servers.get(host, _Server())
            most = 1 if server.failures else MAX_OPENING
            if mailbox.not_before <= at and server.until <= at and chosen[host] < most:
                chosen[host] += 1
                yield name, mailbox


class Watcher:
    """Watches the mailboxes of its share.

    Args:
        accounts: the mailboxes.
        wake: called when a mailbox was brought forward.
        stopping: set when this process shuts down.
        times: how long things take.
    """

    def __init__(
        self,
        accounts: Accounts,
        wake: Callable[[], object],
        stopping: threading.Event,
        times: WatchTimes = WatchTimes(),
    ) -> None:
        self._accounts, self._stopping, self._times = accounts, stopping, times
        self._announced = Announcements(accounts, wake)
        self._index = DueIndex(accounts.records.database)
        self._share = Share(accounts.records, seconds=times.lease_seconds)
        self._heard: queue.SimpleQueue[Event | _Unopened] = queue.SimpleQueue()
        self._events: deque[Event | _Unopened] = deque()
        self._lines = IdleLines(
            self._heard.put,
            reissue_seconds=times.reissue_seconds,
            answer_seconds=times.answer_seconds,
            folders_seconds=times.folders_seconds,
        )
        self._logins = VisitPool(stopping)
        self._known = _Known()
        self._max_lines = MAX_LINES
        self._looks_around_at = self._scans_at = 0.0

    def run(self) -> None:
        """Watch until `stopping` is set, or lines are held no more; then somebody has to begin again."""
        files = raise_file_limit()
        self._max_lines = MAX_LINES if files is None else min(MAX_LINES, files - _OTHER_FILES)
        holding = threading.Thread(target=self._lines.run, name="watch mailboxes: lines", daemon=True)
        holding.start()
        try:
            while not self._stopping.is_set() and holding.is_alive():
                try:
                    self._round()
                except StoreOutage:
                    log.warning("store down", task="watch mailboxes")
                    self._stopping.wait(self._times.tick_seconds)
        finally:
            self._logins.leave(0.0)
            self._lines.stop()
            with suppress(StoreOutage):
                self._share.give_back()
            holding.join(self._times.answer_seconds)

    def _round(self) -> None:
        if time.monotonic() >= self._looks_around_at:
            self._look_around()
            self._looks_around_at = time.monotonic() + self._times.look_around_seconds
        if self._known.waiting:
            self._open_lines()
        self._hear()
        with self._accounts.records.database.kept_reader():
            while self._events:  # one that the database did not take is repeated
                self._take(self._events[0])
                self._events.popleft()

    def _hear(self) -> None:
        """Wait a moment for what lines say; the same said twice is taken once."""
        if self._events:
            return
        heard = []
        with suppress(queue.Empty):
            heard.append(self._heard.get(timeout=self._times.tick_seconds))
            self._stopping.wait(min(GATHER_SECONDS, self._times.tick_seconds))
            while True:
                heard.append(self._heard.get_nowait())
        self._events.extend(dict.fromkeys(heard))

    def _look_around(self) -> None:
        """Take up mailboxes that are new or changed, and let go of those that are gone or another's."""
        has_moved, began = self._share.renew(), time.monotonic()
        if not has_moved and began < self._scans_at:
            return
        found = {
            (state.workspace, state.key): state
            for state in self._index.standing(self._accounts.kind)
            if self._share.has((state.workspace, state.key))
        }
        known = self._known.mailboxes
        for name in [name for name, mailbox in known.items() if found.get(name) != mailbox.standing]:
            self._forget(name)
        for name, standing in found.items():
            if name not in known and len(known) < self._max_lines:  # the others are asked each minute
                mailbox = _Mailbox(standing, self._times.first_wait_seconds)
                known[name] = mailbox
                self._known.wait(mailbox)
        self._scans_at = began + (time.monotonic() - began) * SCAN_PAUSE

    def _forget(self, name: Name) -> None:
        self._known.end(self._known.mailboxes.pop(name))
        self._known.waiting.pop(name, None)
        self._lines.drop(name)

    def _open_lines(self) -> None:
        """Begin logins, as far as there is room for them."""

        def offered() -> Iterator[Visit]:
            for (workspace, key), mailbox in self._known.ready():
                host = mailbox.standing.server
                due = Due(self._accounts.kind, workspace, key, host, 0.0)
                is_suspect = host in self._known.servers and self._known.servers[host].failures > 0
                yield Visit(due, partial(self._open, (workspace, key), mailbox), is_suspect)

        logins = list(offered())
        for login in logins:
            self._known.begin((login.due.workspace, login.due.key))
        self._logins.start(logins)

    def _open(self, name: Name, mailbox: _Mailbox) -> None:
        """Log in, and have the line held; in a thread of its own."""
        if self._known.rests(mailbox):  # since this was begun
            return self._heard.put(_Unopened(name, mailbox, _LaterError("Its server has failed.")))
        try:
            account = self._accounts.get(*name)
            if (error := self._accounts.cursor(account).error) is not None and error["code"] in {
                CredentialError.code,
                PolicyRefused.code,
            }:
                raise CredentialError(error["message"], fix=error.get("fix", ""))
            line = open_line(self._accounts.records, account)
            if line is None:
                raise _NoIdleError("The server does not announce new mail.")
        except InlaidError as error:
            if isinstance(error, OutageError):  # at once: others of the same server wait for a thread
                self._known.fail(mailbox, self._times)
            self._heard.put(_Unopened(name, mailbox, error))
        except Exception:  # Whatever a fault in our code is, the other mailboxes must be watched.
            log.exception("a line to a mailbox was not opened")
            self._heard.put(_Unopened(name, mailbox, OutageError("The line was not opened.", fix="See the log.")))
        else:
            if self._known.mailboxes.get(name) is mailbox:
                folders = self._announced.preferences(account).folders
                watched = Watched(folders, line.is_notified, line.drafts, line.has_modseq)
                self._lines.add(name, line.socket, watched)
            else:  # it was changed or removed meanwhile
                line.socket.close()

    def _take(self, event: Event | _Unopened) -> None:
        """Do what follows from an event; raises StoreOutage when the database is down."""
        mailbox = self._known.mailboxes.get(event.name)
        account = self._accounts.find(*event.name) if mailbox else None
        if mailbox is None or account is None:
            self._lines.drop(event.name)
        elif isinstance(event, Stands):
            self._stand(mailbox, account, event)
        elif isinstance(event, ServerTold):
            self._hear_of(account, event)
        elif isinstance(event, _Unopened) and event.mailbox is not mailbox:
            return  # it was changed meanwhile, and is opened as it is now
        else:
            self._fall(mailbox, account, event.error, is_counted=isinstance(event, _Unopened))

    def _stand(self, mailbox: _Mailbox, account: ImapAccount, event: Stands) -> None:
        self._announced.stand(account, event, reissue_seconds=self._times.reissue_seconds)
        self._lines.expect_drafts(event.name, wait=self._announced.drafts_wait(account))
        if event.is_first:
            mailbox.opened_at = time.monotonic()
            self._known.end(mailbox)
            self._known.servers.pop(mailbox.standing.server, None)

    def _hear_of(self, account: ImapAccount, event: ServerTold) -> None:
        self._announced.take(account, event.kind)
        if event.kind == "mail":  # which may get a draft
            self._lines.expect_drafts(event.name, wait=True)

    def _fall(self, mailbox: _Mailbox, account: ImapAccount, error: InlaidError, *, is_counted: bool) -> None:
        times, at = self._times, time.monotonic()
        if isinstance(error, _LaterError):
            self._known.wait(mailbox)
            return
        if isinstance(error, _NoIdleError):
            self._accounts.update_status(account, mode="poll", connected_at=0.0, renews_at=0.0, error=None)
        else:
            self._accounts.update_status(account, connected_at=0.0, error=error.to_json())
        self._accounts.bring(account, in_seconds=FALLEN_SECONDS)
        if isinstance(error, OutageError) and not is_counted:
            self._known.fail(mailbox, times)
        if mailbox.opened_at and at - mailbox.opened_at > times.steady_seconds:
            mailbox.wait_seconds = times.first_wait_seconds
        is_hopeless = isinstance(error, CredentialError | _NoIdleError)
        mailbox.not_before = at + (times.ask_again_seconds if is_hopeless else _spread(mailbox.wait_seconds))
        mailbox.wait_seconds = min(mailbox.wait_seconds * 2, times.longest_wait_seconds)
        mailbox.opened_at = 0.0
        self._known.wait(mailbox)
