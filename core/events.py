"""The event stream of each job: states, progress and tokens, on their way to whoever watches.

Events are a courtesy. The store has the truth, so a lost event costs a moment of waiting and never a result;
that is why publishing gives up at once and why the streams expire. What they carry is sealed like the store.
"""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.errors import BrokerOutage, SettingsError
from core.jobs import ENDED
from core.logs import logger
from core.ports import Event, Events
from core.privacy import Cipher

log = logger(__name__)
TIMEOUT_SECONDS = 1.0
PAUSE_SECONDS = 10.0
# A watcher that lost its connection comes back within seconds; after the end the store tells it everything.
KEEP_ENDED_SECONDS = 600
KEEP_SECONDS = 3600
# About 150 kB. Whoever keeps up sees all events, whoever comes late the last ones, and the result in the store.
MOST_EVENTS = 500
BLOCK_SECONDS = 0.5
BEGINNING = "0-0"
_ID = re.compile(r"\d{1,20}-\d{1,20}")
_SCHEMES = ("redis://", "rediss://", "unix://")

Entries = Sequence[tuple[bytes, dict[bytes, bytes]]]


class StreamEvents:
    """Events in Redis or Valkey streams, one per job.

    Args:
        broker_url: the server.
        cipher: seals what the events carry.
        pause_seconds: how long nothing is tried after a failure, so that a hanging broker costs a job little.

    Raises:
        SettingsError: the URL is not one of Redis or Valkey.
    """

    def __init__(self, broker_url: str, cipher: Cipher, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._redis = redis.Redis.from_url(
            _checked(broker_url),
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._cipher = cipher
        self._pause_seconds = pause_seconds
        self._paused_until = 0.0

    def publish(self, job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Append an event in one round trip; the stream ends minutes after its job. See `core.ports.Events`."""
        if self._is_paused():
            return
        try:
            sealed = self._cipher.seal(job_id, [kind, data])
        except (TypeError, ValueError):  # not JSON, or half of a surrogate pair: nobody could read it
            return
        key = _key(job_id)
        has_ended = kind == "state" and data.get("state") in ENDED
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.xadd(key, {"event": sealed}, maxlen=MOST_EVENTS, approximate=True)
                pipeline.expire(key, KEEP_ENDED_SECONDS if has_ended else KEEP_SECONDS)
                pipeline.execute()
        except (RedisError, OSError, ValueError):  # ValueError: `close` in another thread took the connection away
            self._pause()

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return what is new; without a server that is nothing, after the same wait. See `core.ports.Events`."""
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
        """Close the connections."""
        self._redis.close()

    def _read_once(self, job_id: str, after: str, wait_seconds: float) -> Sequence[Event]:
        try:
            found = self._redis.xread({_key(job_id): _position(after)}, block=_milliseconds(wait_seconds))
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
        self._redis = redis.asyncio.Redis.from_url(
            _checked(broker_url),
            socket_timeout=TIMEOUT_SECONDS + BLOCK_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=redis.asyncio.retry.Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._cipher = cipher

    async def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return the events after the given id, waiting up to `wait_seconds`, at most half a second, for the first.

        Raises:
            BrokerOutage: the server does not answer.
        """
        wait_seconds = min(wait_seconds, BLOCK_SECONDS)
        try:
            found = await self._redis.xread({_key(job_id): _position(after)}, block=_milliseconds(wait_seconds))
        except (RedisError, OSError) as error:
            raise BrokerOutage("The event stream cannot be read.", fix="Check INLAID_BROKER_URL.") from error
        return _opened(self._cipher, job_id, found)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


class MemoryEvents:
    """Events within one process."""

    def __init__(self) -> None:
        self._streams: dict[str, list[Event]] = defaultdict(list)
        self._arrived = threading.Condition()
        self._last = (0, 0)

    def publish(self, job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Append an event; see `core.ports.Events`."""
        with self._arrived:
            self._last = max((time.time_ns() // 1_000_000, 0), (self._last[0], self._last[1] + 1))
            self._streams[job_id].append(Event("{}-{}".format(*self._last), kind, data))
            self._arrived.notify_all()

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return what is new; see `core.ports.Events`."""
        position = _order(_position(after))

        def news() -> list[Event]:
            return [event for event in self._streams.get(job_id, ()) if _order(event.id) > position]

        with self._arrived:
            self._arrived.wait_for(news, timeout=wait_seconds)
            return news()


class HeardEvents:
    """Hands each event to a listener of this process, too.

    Args:
        events: where events go besides.
        hear: takes kind and data; what it raises is logged and ends the listening, never the job.
    """

    def __init__(self, events: Events, hear: Callable[[str, dict[str, Any]], None]) -> None:
        self._events = events
        self._hear: Callable[[str, dict[str, Any]], None] | None = hear

    def publish(self, job_id: str, kind: str, data: dict[str, Any]) -> None:
        """Append the event and hand it over."""
        self._events.publish(job_id, kind, data)
        if self._hear is None:
            return
        try:
            self._hear(kind, data)
        except Exception:  # listening is a courtesy: its faults must not cost the job
            log.exception("listener failed", job_id=job_id)
            self._hear = None

    def read(self, job_id: str, *, after: str = "", wait_seconds: float = 0.0) -> Sequence[Event]:
        """Return what is new; see `core.ports.Events`."""
        return self._events.read(job_id, after=after, wait_seconds=wait_seconds)


class TokenBatch:
    """Gathers tokens, so that a fast model does not mean a round trip for each of them. Threads may share it.

    Args:
        events: where they go.
        job_id: whose they are.
        interval_seconds: the least time between two events.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        events: Events,
        job_id: str,
        *,
        interval_seconds: float = 0.05,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._events = events
        self._job_id = job_id
        self._interval_seconds = interval_seconds
        self._clock = clock
        self._pieces: list[str] = []
        self._sent_at = float("-inf")
        self._lock = threading.Lock()

    def add(self, text: str) -> None:
        """Take a piece of text, and send all that has gathered when it is time."""
        with self._lock:
            self._pieces.append(text)
            if self._clock() - self._sent_at >= self._interval_seconds:
                self._send()

    def flush(self) -> None:
        """Send what has gathered; call it when the model is done."""
        with self._lock:
            self._send()

    def _send(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        if text:
            self._events.publish(self._job_id, "token", {"text": text})
            self._sent_at = self._clock()


def _checked(broker_url: str) -> str:
    fix = "Set INLAID_BROKER_URL to redis://HOST:PORT/0."
    if not broker_url.startswith(_SCHEMES):
        raise SettingsError("The event streams need Redis or Valkey.", fix=fix)
    try:
        redis.Redis.from_url(broker_url).close()
    except ValueError as error:
        raise SettingsError("INLAID_BROKER_URL is not a URL of Redis or Valkey.", fix=fix) from error
    return broker_url


def _key(job_id: str) -> str:
    return f"inlaid:events:{job_id}"


def _position(after: str) -> str:
    return after if _ID.fullmatch(after) else BEGINNING


def _order(event_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in event_id.split("-"))


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
