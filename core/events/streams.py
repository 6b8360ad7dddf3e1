"""The event streams on Redis or Valkey: `core.events` between processes.

Publishing never waits for an answer, and the streams expire. What they carry is sealed like the store.
"""

import atexit
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from redis.exceptions import RedisError, ResponseError

from core.drafts import JsonObject
from core.errors import BrokerOutage, SettingsError
from core.events import position
from core.job import ENDED
from core.ports import Event
from core.privacy import Cipher
from core.system.broker import close_async_client, open_async_client, open_client

TIMEOUT_SECONDS = 1.0
PAUSE_SECONDS = 10.0
# A watcher that lost its connection comes back within seconds; after the end the store tells it everything.
KEEP_ENDED_SECONDS = 600
KEEP_SECONDS = 3600
# About 150 kB. A reader that keeps up sees all events, a late one the last of them, and the result in the store.
MAX_EVENTS = 500
BLOCK_SECONDS = 0.5

# Events of jobs that run at the same time are gathered for so long: far less than a person sees.
GATHER_SECONDS = 0.02
IDLE_SECONDS = 5.0
MAX_WAITING = 10_000
MAX_AT_ONCE = 100

DELETED_AT_ONCE = 500

Entries = Sequence[tuple[bytes, dict[bytes, bytes]]]


@dataclass(frozen=True)
class _Sealed:
    """An event on its way to its stream, which then lives for so long."""

    key: str
    data: bytes
    keep_seconds: int


class StreamEvents:
    """Events in Redis or Valkey streams, one per job.

    A thread sends them, so that a job waits for no round trip; what several jobs publish meanwhile goes in one.

    Args:
        broker_url: the server.
        cipher: seals what the events carry.
        pause_seconds: how long nothing is tried after a failure, so that a hanging broker costs a job little.

    Raises:
        SettingsError: the URL is not one of Redis or Valkey.
    """

    def __init__(self, broker_url: str, cipher: Cipher, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._redis = open_client(broker_url, timeout_seconds=TIMEOUT_SECONDS)
        self._cipher = cipher
        self._pause_seconds = pause_seconds
        self._paused_until = 0.0
        self._waiting: deque[_Sealed] = deque(maxlen=MAX_WAITING)
        self._arrived = threading.Condition()
        self._sending = threading.Lock()
        self._thread: threading.Thread | None = None
        atexit.register(self.flush)

    def publish(self, job_id: str, kind: str, data: JsonObject) -> None:
        """Have an event appended; the stream ends minutes after its job. See `core.ports.Events`."""
        if self._is_paused():
            return
        try:
            sealed = self._cipher.seal(job_id, [kind, data])
        except (TypeError, ValueError):  # not JSON, or half of a surrogate pair: nobody could read it
            return
        has_ended = kind == "state" and data.get("state") in ENDED
        with self._arrived:
            self._waiting.append(_Sealed(_key(job_id), sealed, KEEP_ENDED_SECONDS if has_ended else KEEP_SECONDS))
            if self._thread is None:
                self._thread = threading.Thread(target=self._send, name="events", daemon=True)
                self._thread.start()
            elif len(self._waiting) == 1:  # with more, the thread is awake: waking it costs as much as sealing
                self._arrived.notify()

    def flush(self) -> None:
        """Send what was published, at once."""
        with self._sending:
            while events := self._taken():
                try:
                    self._append(events)
                except (RedisError, OSError, ValueError):  # ValueError: `close` in another thread took the connection
                    self._pause()

    def _taken(self) -> list[_Sealed]:
        """Take the next events, none while nothing is to be tried: those are lost."""
        with self._arrived:
            if self._is_paused():
                self._waiting.clear()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_AT_ONCE))]

    def _append(self, events: Sequence[_Sealed]) -> None:
        with self._redis.pipeline(transaction=False) as pipeline:
            for event in events:
                pipeline.xadd(event.key, {"event": event.data}, maxlen=MAX_EVENTS, approximate=True)
            for key, seconds in {event.key: event.keep_seconds for event in events}.items():
                pipeline.expire(key, seconds)
            pipeline.execute()

    def _send(self) -> None:
        """Send what comes, until nothing has come for a while."""
        while True:
            with self._arrived:
                if not self._arrived.wait_for(lambda: self._waiting, timeout=IDLE_SECONDS):
                    self._thread = None
                    return
            time.sleep(GATHER_SECONDS)
            self.flush()

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return what is new; without a server that is nothing, after the same wait. See `core.ports.Events`."""
        self.flush()
        deadline = time.monotonic() + wait_seconds
        while True:
            left_seconds = deadline - time.monotonic()
            if self._is_paused():
                time.sleep(max(0.0, min(left_seconds, BLOCK_SECONDS)))
            elif events := self._read_once(job_id, after, min(left_seconds, BLOCK_SECONDS)):
                return events
            if left_seconds <= 0:
                return ()

    def close(self) -> None:
        """Send what was published and close the connections."""
        atexit.unregister(self.flush)
        self.flush()
        self._redis.close()

    def _read_once(self, job_id: str, after: str, wait_seconds: float) -> Sequence[Event]:
        try:
            found = self._redis.xread({_key(job_id): position(after)}, block=_milliseconds(wait_seconds))
        except (RedisError, OSError):
            self._pause()
            return ()
        return _opened(self._cipher, job_id, found)

    def _is_paused(self) -> bool:
        return time.monotonic() < self._paused_until

    def _pause(self) -> None:
        self._paused_until = time.monotonic() + self._pause_seconds


class StreamTail:
    """The reading half of `StreamEvents` for the event loop, where no watcher may cost a thread.

    Args:
        broker_url: the server.
        cipher: opens what the events carry.
    """

    def __init__(self, broker_url: str, cipher: Cipher) -> None:
        answer_seconds = TIMEOUT_SECONDS + BLOCK_SECONDS
        self._redis = open_async_client(broker_url, timeout_seconds=TIMEOUT_SECONDS, answer_seconds=answer_seconds)
        self._cipher = cipher

    async def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return the events after the given id, waiting up to `wait_seconds`, at most half a second, for the first.

        Raises:
            BrokerOutage: the server does not answer.
        """
        wait_seconds = min(wait_seconds, BLOCK_SECONDS)
        try:
            found = await self._redis.xread({_key(job_id): position(after)}, block=_milliseconds(wait_seconds))
        except (RedisError, OSError) as error:
            raise BrokerOutage("The event stream cannot be read.", fix="Check INLAID_BROKER_URL.") from error
        return _opened(self._cipher, job_id, found)

    async def close(self) -> None:
        """Close the connections."""
        await close_async_client(self._redis)


def _key(job_id: str) -> str:
    return f"inlaid:events:{job_id}"


def _milliseconds(wait_seconds: float) -> int | None:
    """Return the BLOCK argument of XREAD; None, for no wait, since 0 means for ever."""
    return int(wait_seconds * 1000) or None if wait_seconds > 0 else None


def _opened(cipher: Cipher, job_id: str, found: object) -> Sequence[Event]:
    """Return the events of an XREAD answer."""
    streams = cast("Iterable[tuple[bytes, Entries]]", found or ())
    return [_open(cipher, job_id, event_id, fields) for _name, entries in streams for event_id, fields in entries]


def _open(cipher: Cipher, job_id: str, event_id: bytes, fields: dict[bytes, bytes]) -> Event:
    """Return one event; one that the keys do not open keeps its place, so that a reader gets past it."""
    try:
        kind, data = cipher.open(job_id, fields.get(b"event", b""))
    except SettingsError:
        kind, data = "unreadable", {}
    return Event(event_id.decode(), kind, data)


def forget_events(broker_url: str, job_ids: Sequence[str]) -> bool:
    """Delete the streams of jobs, also from the file that the server appends to, and say whether the server did.

    Streams expire within an hour; the server rewrites its file now and then, when it sees fit.
    """
    if not broker_url or not job_ids:
        return not job_ids
    try:
        with open_client(broker_url, timeout_seconds=TIMEOUT_SECONDS, retries=1) as server:
            for first in range(0, len(job_ids), DELETED_AT_ONCE):
                server.delete(*(_key(job_id) for job_id in job_ids[first : first + DELETED_AT_ONCE]))
            with suppress(ResponseError):  # it does so already, or we may not ask for it
                server.bgrewriteaof()
    except (RedisError, OSError, SettingsError):
        return False
    return True
