"""When mailboxes are visited: several at a time, fair to each server and tenant, and rarely after a failure.

Visits have threads apart from those that run jobs. A mailbox is visited by one thread at a time. A server has a few
threads at most, one that failed has one, what failed before never has more than half of all threads, and a tenant never
has all of them. A visit that takes long gives its place to another, so that servers that hang hold up no mailbox
elsewhere. After a failure a mailbox is left alone: the cooldown grows with each further one, up to a maximum, and ends
with the first success. Two failures of one server in a row, in any of its mailboxes, cool down all of them. Cooldowns
are kept in the database, for all workers.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from core.errors import OutageError, StoreOutage
from core.store.due import Due
from core.store.records import RecordStore

# As many visits are made at once, with those that have lasted for long at most so many.
THREADS, MAX_THREADS = 16, 64
SLOW_SECONDS = 5.0
THREADS_PER_SERVER = 4
THREADS_PER_TENANT = MAX_THREADS * 3 // 4
MAX_SUSPECTS = MAX_THREADS // 2
# For all that is done in one visit. Locks that are held in a visit last longer.
MAX_VISIT_SECONDS = 45.0
LOCK_SECONDS = 75.0
# A mailbox whose visit has not ended by then, since its worker was killed, is visited by another.
LEASE_SECONDS = 60.0
REST_KIND = "mailbox_rest"
SERVER_KIND = "mail_server_rest"
SERVERS = "mail servers"
FIRST_COOLDOWN_SECONDS, MAX_COOLDOWN_SECONDS = 60.0, 1800.0
# Shorter: its other mailboxes may work.
MAX_SERVER_SECONDS = 300.0
MAX_SERVER_FAILURES = 2
_SPREAD = (0.75, 1.25)
# Records that nobody asks for any more expire.
KEEP_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True)
class Visit:
    """What is to be done in one mailbox.

    Args:
        due: its record.
        run: does it; fails for nothing.
        is_suspect: whether the mailbox or its server failed the last time.
    """

    due: Due
    run: Callable[[], None]
    is_suspect: bool = False

    @property
    def mailbox(self) -> tuple[str, str, str]:
        """Names it."""
        return self.due.kind, self.due.workspace, self.due.key


class VisitPool:
    """Makes visits. Threads come with the work and go when there is none.

    Args:
        stopping: set when this process shuts down; then no visit is begun.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._state = threading.Condition()
        self._waiting: list[Visit] = []
        self._running: dict[Visit, float] = {}
        self._is_woken = self._has_left = False

    def chosen(self, offered: Iterable[Visit]) -> list[Visit]:
        """Return the visits that can be begun soon. A server has as many waiting as running, not more."""
        with self._state:
            found = [*self._running, *self._waiting]
            before, self._has_left = len(found), False
            for visit in offered:
                is_there = any(visit.mailbox == other.mailbox for other in found)
                if len(self._waiting) + len(found) - before < THREADS and not is_there and _fits(visit, found, 2):
                    found.append(visit)
                else:
                    self._has_left = True
            return found[before:]

    def start(self, visits: Iterable[Visit]) -> None:
        """Have visits made, in this order."""
        with self._state:
            self._waiting.extend(visits)
            self._start_threads()

    def wake(self) -> None:
        """End the pause of whoever looks for visits."""
        with self._state:
            self._is_woken = True
            self._state.notify_all()

    def pause(self, seconds: float) -> None:
        """Wait until somebody wakes, or so long; visits that wait for those that take long are begun meanwhile."""
        with self._state:
            self._state.wait_for(lambda: self._is_woken or self._stopping.is_set(), seconds)
            self._is_woken = False
            self._start_threads()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is left to do; False when that took longer."""
        with self._state:
            return self._state.wait_for(lambda: not self._running and not self._waiting, seconds)

    def leave(self, seconds: float) -> list[Visit]:
        """Return what waits, which is not made, and wait that long for the visits that are being made."""
        with self._state:
            dropped, self._waiting = self._waiting, []
            self._state.notify_all()
            self._state.wait_for(lambda: not self._running, seconds)
            return dropped

    def _start_threads(self) -> None:
        while (visit := self._take()) is not None:
            threading.Thread(target=self._work, args=(visit,), name="visit mailboxes", daemon=True).start()

    def _work(self, visit: Visit | None) -> None:
        while visit is not None:
            visit.run()
            with self._state:
                del self._running[visit]
                self._is_woken |= self._has_left
                self._state.notify_all()
                visit = self._take()
                self._start_threads()  # of a server that was at its limit more may be possible now

    def _take(self) -> Visit | None:
        """Take the visit that is next, None when none can be begun now."""
        slow_since = time.monotonic() - SLOW_SECONDS
        quick = sum(began > slow_since for began in self._running.values())
        if self._stopping.is_set() or quick >= THREADS or len(self._running) >= MAX_THREADS:
            return None
        for position, visit in enumerate(self._waiting):
            if _fits(visit, self._running, 1):
                self._running[visit] = time.monotonic()
                return self._waiting.pop(position)
        return None


def _fits(visit: Visit, others: Iterable[Visit], factor: int) -> bool:
    """Whether one more visit is within the limits of its server, its tenant and of what failed before."""
    others = list(others)
    most = factor * (1 if visit.is_suspect else THREADS_PER_SERVER)
    of_server = sum(other.due.server == visit.due.server for other in others)
    of_tenant = sum(other.due.workspace == visit.due.workspace for other in others)
    suspects = sum(other.is_suspect for other in others) if visit.is_suspect else 0
    return of_server < most and of_tenant < THREADS_PER_TENANT and suspects < MAX_SUSPECTS


class ServerOutage(OutageError):
    """The server cannot be reached, breaks off or does not answer in time: its other mailboxes may fail too."""


@dataclass(frozen=True)
class MailboxPlace:
    """Where a mailbox is. `server` is what may fail for several mailboxes at once."""

    kind: str
    workspace: str
    name: str
    person: str
    server: str

    @property
    def key(self) -> str:
        """Names it within its workspace."""
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Cooldown:
    """Failures in a row. Times are Unix seconds.

    Args:
        since: when the first came.
        failures: how many came; those during a cooldown are not counted.
        until: when the next try is due.
        error: the last one, as `InlaidError.to_json`.
    """

    since: float
    failures: int
    until: float
    error: dict[str, str]


@dataclass(frozen=True)
class Cooldowns:
    """All cooldowns at one moment, read at once."""

    mailboxes: Mapping[tuple[str, str], Cooldown]
    servers: Mapping[str, Cooldown]

    def of(self, place: MailboxPlace) -> Cooldown | None:
        """Return the cooldown of a mailbox, None when it is well."""
        return self.mailboxes.get((place.workspace, place.key))

    def until(self, place: MailboxPlace) -> float:
        """Return when the next try is due: by the mailbox's own failures, or by its server's. 0 when at once."""
        own = self.of(place)
        return max(own.until if own else 0.0, self.server_until(place.server))

    def server_until(self, name: str) -> float:
        """Return when the next try of any mailbox of a server is due; 0 when at once."""
        server = self.servers.get(name)
        return server.until if server and server.failures >= MAX_SERVER_FAILURES else 0.0

    def is_suspect(self, place: MailboxPlace) -> bool:
        """Whether the mailbox or its server failed the last time."""
        return self.of(place) is not None or place.server in self.servers


class Backoff:
    """The cooldowns in the record store.

    Args:
        records: where.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def all(self) -> Cooldowns:
        """Return all cooldowns."""
        mailboxes = {
            (record.workspace, record.key): Cooldown(**record.data) for record in self._records.list(REST_KIND)
        }
        servers = {record.key: Cooldown(**record.data) for record in self._records.list(SERVER_KIND, workspace=SERVERS)}
        return Cooldowns(mailboxes, servers)

    def near(self, place: MailboxPlace) -> Cooldowns:
        """Return the cooldowns of one mailbox and its server."""
        own = self._records.get(REST_KIND, place.workspace, place.key)
        server = self._records.get(SERVER_KIND, SERVERS, place.server)
        return Cooldowns(
            {(place.workspace, place.key): Cooldown(**own.data)} if own else {},
            {place.server: Cooldown(**server.data)} if server else {},
        )

    @contextmanager
    def attempt(self, place: MailboxPlace) -> Iterator[None]:
        """Count an outage in the block; success ends the cooldown. Outages of our own database do not count."""
        try:
            yield
        except StoreOutage:
            raise
        except OutageError as error:
            self._fail(place, error)
            raise
        self.forget(place)
        if self._records.get(SERVER_KIND, SERVERS, place.server):
            self._records.delete(SERVER_KIND, SERVERS, place.server)

    def require_ready(self, place: MailboxPlace) -> None:
        """Refuse where several tries failed, until the next is due. After a first failure another try is free.

        Raises:
            OutageError: the mailbox, or its server, is cooling down.
        """
        near = self.near(place)
        own = near.of(place)
        until = near.until(place) if own is None or own.failures > 1 else near.server_until(place.server)
        left_seconds = until - time.time()
        if left_seconds > 0:
            what = f"{place.server} failed to answer several times, so Inlaid leaves it alone for a while."
            raise OutageError(what, fix="Inlaid retries automatically.", retry_after_seconds=left_seconds)

    def forget(self, place: MailboxPlace) -> None:
        """End the cooldown of a mailbox."""
        if self._records.get(REST_KIND, place.workspace, place.key):
            self._records.delete(REST_KIND, place.workspace, place.key)

    def _fail(self, place: MailboxPlace, error: OutageError) -> None:
        near = self.near(place)
        cooldown = _after(near.of(place), error, max_seconds=MAX_COOLDOWN_SECONDS)
        if cooldown:
            self._put(REST_KIND, place.workspace, place.key, cooldown, person=place.person)
        if isinstance(error, ServerOutage):
            shared = _after(near.servers.get(place.server), error, max_seconds=MAX_SERVER_SECONDS, free=1)
            if shared:
                self._put(SERVER_KIND, SERVERS, place.server, shared, person="")

    def _put(self, kind: str, workspace: str, key: str, cooldown: Cooldown, *, person: str) -> None:
        self._records.put(kind, workspace, key, asdict(cooldown), person=person, expires_in_seconds=KEEP_SECONDS)


def _after(before: Cooldown | None, error: OutageError, *, max_seconds: float, free: int = 0) -> Cooldown | None:
    """Return the cooldown after one more failure; None when one was running. The first `free` failures give none."""
    at = time.time()
    if before and before.failures > free and at < before.until:
        return None
    failures = before.failures + 1 if before else 1
    if failures <= free:
        return Cooldown(at, failures, at, error.to_json())
    seconds = min(FIRST_COOLDOWN_SECONDS * 2.0 ** min(failures - 1 - free, 20), max_seconds)
    spread = random.uniform(*_SPREAD)  # noqa: S311 # not all at once
    until = at + max(seconds * spread, error.retry_after_seconds)
    return Cooldown(before.since if before else at, failures, until, error.to_json())
