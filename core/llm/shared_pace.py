"""The limits of a model endpoint, held by all processes of an installation together, at the broker.

A provider counts the calls of an account, whichever worker makes them. Who asks waits until one script at the broker
gives a place; the clock is the broker's. A place whose holder died ends by itself. Without a broker each process
keeps to its part of the limits: as many parts as there were processes, so that all of them together ask no more.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import ceil
from typing import Any

from core.llm.endpoint import Pace, busy
from core.llm.models_file import EndpointEntry
from core.logs import logger
from core.system.broker import is_redis, open_client

log = logger(__name__)

TIMEOUT_SECONDS = 0.5
# After a failure nothing is asked for so long.
PAUSE_SECONDS = 5.0
HOLD_SECONDS = 30.0
LISTEN_SECONDS = 0.05
_PREFIX = "inlaid:pace:"

# Keys: who has a place, what was spent by second, which processes there are.
# Arguments: process, place, seconds that a place is held, tokens, concurrency, requests and tokens of a minute.
# Returns milliseconds to wait, 0 for a place; and how many processes there are.
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local hold, tokens = tonumber(ARGV[3]), tonumber(ARGV[4])
local most, requests, minute = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZADD', KEYS[3], now + 60, ARGV[1])
redis.call('EXPIRE', KEYS[3], 120)
local processes = redis.call('ZCARD', KEYS[3])
if most > 0 and redis.call('ZCARD', KEYS[1]) >= most then
  return {60000, processes}
end
if requests > 0 or minute > 0 then
  local oldest, calls, spent = nil, 0, 0
  local fields = redis.call('HGETALL', KEYS[2])
  for at = 1, #fields, 2 do
    local second = tonumber(fields[at])
    if second <= now - 61 then
      redis.call('HDEL', KEYS[2], fields[at])
    else
      local split = string.find(fields[at + 1], ' ')
      calls = calls + tonumber(string.sub(fields[at + 1], 1, split - 1))
      spent = spent + tonumber(string.sub(fields[at + 1], split + 1))
      if not oldest or second < oldest then oldest = second end
    end
  end
  local full = requests > 0 and calls >= requests
  local dear = minute > 0 and calls > 0 and spent + tokens > minute
  if full or dear then
    return {math.max(1, math.ceil((oldest + 61 - now) * 1000)), processes}
  end
  local field, calls_now, spent_now = time[1], 0, 0
  local known = redis.call('HGET', KEYS[2], field)
  if known then
    local split = string.find(known, ' ')
    calls_now, spent_now = tonumber(string.sub(known, 1, split - 1)), tonumber(string.sub(known, split + 1))
  end
  redis.call('HSET', KEYS[2], field, string.format('%d %d', calls_now + 1, spent_now + tokens))
  redis.call('EXPIRE', KEYS[2], 120)
end
redis.call('ZADD', KEYS[1], now + hold, ARGV[2])
redis.call('EXPIRE', KEYS[1], 3600)
return {0, processes}
"""
# The same clock; a place that has ended meanwhile is not taken back.
_HOLD = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
return redis.call('ZADD', KEYS[1], 'XX', now + tonumber(ARGV[2]), ARGV[1])
"""


class SharedPace:
    """Makes the calls of all processes wait for their turn; see `core.llm.endpoint.Pace`. Safe for several threads.

    Args:
        entry: the limits.
        client: a Redis client.
        hold_seconds: after so long without a sign of life a place is free again.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        entry: EndpointEntry,
        client: Any,
        *,
        hold_seconds: float = HOLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._entry = entry
        self._client = client
        self._hold_seconds = hold_seconds
        self._clock = clock
        self._process = secrets.token_hex(8)
        # In braces what a cluster reckons their server from: one script reads and writes all three.
        self._keys = [f"{_PREFIX}{{{entry.name}}}:{part}" for part in ("places", "spent", "processes")]
        self._take, self._hold = client.register_script(_TAKE), client.register_script(_HOLD)
        self._alone = Pace(entry, clock)
        self._processes = 1
        self._paused_until = float("-inf")

    @contextmanager
    def turn(self, tokens: int, *, listen: Callable[[], None]) -> Iterator[None]:
        """Wait for a turn and hold it; arguments and errors are those of `Pace.turn`."""
        place = secrets.token_hex(8)
        until = self._clock() + self._entry.timeout_seconds
        while (wait_seconds := self._wait_seconds(place, tokens)) is not None and wait_seconds > 0:
            if self._clock() >= until:
                raise busy(self._entry, wait_seconds)
            time.sleep(min(wait_seconds, LISTEN_SECONDS))
            listen()
        if wait_seconds is None:
            with self._alone.turn(tokens, listen=listen):
                yield
            return
        self._alone.note(tokens)
        ended = threading.Event()
        holder = threading.Thread(target=self._keep, args=(place, ended), name="endpoint place", daemon=True)
        holder.start()
        try:
            yield
        finally:
            ended.set()
            holder.join()
            self._give_back(place)

    def _wait_seconds(self, place: str, tokens: int) -> float | None:
        """Return how long to wait, 0 with a place, None where nobody can be asked."""
        if self._clock() < self._paused_until:
            return None
        entry = self._entry
        limits = [entry.concurrency, entry.requests_per_minute, entry.tokens_per_minute]
        try:
            answer = self._take(self._keys, [self._process, place, self._hold_seconds, tokens, *limits])
        except self._errors as error:
            self._pause(error)
            return None
        wait_milliseconds, self._processes = int(answer[0]), max(1, int(answer[1]))
        return wait_milliseconds / 1000

    @property
    def _errors(self) -> tuple[type[Exception], ...]:
        from redis.exceptions import RedisError

        return (RedisError, OSError)

    def _pause(self, error: Exception) -> None:
        log.warning("limits are not shared now", endpoint=self._entry.name, kind=type(error).__name__)
        self._paused_until = self._clock() + PAUSE_SECONDS
        self._alone.limit(part_of(self._entry, self._processes))

    def _keep(self, place: str, ended: threading.Event) -> None:
        """Show that a place is still held, until the call has ended."""
        while not ended.wait(self._hold_seconds / 3):
            with suppress(*self._errors):
                self._hold(self._keys[:1], [place, self._hold_seconds])

    def _give_back(self, place: str) -> None:
        with suppress(*self._errors):  # then it ends by itself
            self._client.zrem(self._keys[0], place)


def part_of(entry: EndpointEntry, processes: int) -> EndpointEntry:
    """Return an endpoint with the part of its limits that one of several processes may use."""
    names = ("concurrency", "requests_per_minute", "tokens_per_minute")
    return entry.model_copy(update={name: ceil(getattr(entry, name) / processes) for name in names})


def open_pace(entry: EndpointEntry, broker_url: str) -> "Pace | SharedPace":
    """Return the pace of an endpoint: shared where it has limits and there is a broker that can share them."""
    has_limits = bool(entry.concurrency or entry.requests_per_minute or entry.tokens_per_minute)
    if not has_limits or not is_redis(broker_url):
        return Pace(entry)
    return SharedPace(entry, open_client(broker_url, timeout_seconds=TIMEOUT_SECONDS, retries=1))
