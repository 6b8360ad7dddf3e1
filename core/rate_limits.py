"""How often somebody may ask: token buckets by key, and waits that grow for who guesses.

They live in the process. Sharing them through the broker would cost each request a round trip and would make the limit
end when the broker does; with some web processes an installation allows some times as much, which still bounds it.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from core.errors import RateLimited

MAX_KEYS = 50_000
MAX_WAIT_SECONDS = 900.0
# After so long without a failure the count starts again.
FORGET_SECONDS = 1800.0
_ROUNDING = 1e-6


class Buckets:
    """Allows each key `per_minute`, all at once if it likes; 0 allows everything.

    Args:
        per_minute: how often.
        clock: monotonic seconds.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Take one, and return 0; or return after how many seconds there is one."""
        if not self._per_minute:
            return 0.0
        per_second = self._per_minute / 60
        with self._lock:
            now = self._clock()
            left, at = self._left.pop(key, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - at) * per_second)
            taken = left >= 1 - _ROUNDING
            self._left[key] = (max(0.0, left - 1) if taken else left, now)
            while len(self._left) > MAX_KEYS:
                self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / per_second


@dataclass
class _Record:
    """The failures of one key: how many since `began_at`, until when it waits, and how long it had to wait last."""

    began_at: float
    count: int = 0
    until: float = 0.0
    waited_seconds: float = 0.0


class Failures:
    """Lets each key fail `per_minute` times; then it waits, each time twice as long. 0 counts nothing.

    Args:
        per_minute: how often.
        clock: monotonic seconds.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._records: OrderedDict[Hashable, _Record] = OrderedDict()

    def wait_seconds(self, key: Hashable) -> float:
        """Return how long the key has to wait."""
        with self._lock:
            record = self._records.get(key)
            return max(0.0, record.until - self._clock()) if record else 0.0

    def note(self, key: Hashable) -> None:
        """Count one."""
        if not self._per_minute:
            return
        with self._lock:
            now = self._clock()
            record = self._records.pop(key, None)
            if record is None or now - max(record.began_at, record.until) > FORGET_SECONDS:
                record = _Record(now)
            if now - record.began_at > 60:
                record.began_at, record.count = now, 0
            record.count += 1
            if record.count >= self._per_minute or record.waited_seconds:
                first = 60 / self._per_minute
                record.waited_seconds = min(MAX_WAIT_SECONDS, 2 * record.waited_seconds or first)
                record.until = now + record.waited_seconds
            self._records[key] = record
            while len(self._records) > MAX_KEYS:
                self._records.popitem(last=False)


class PersonLimits:
    """How often one person may ask the API and the console, whatever tokens, browsers and sign-ins they use.

    They are known by their home (`core.people`), which is the same at every door.

    Args:
        requests_per_minute: of any kind.
        submits_per_minute: that make work.
    """

    def __init__(self, requests_per_minute: int, submits_per_minute: int) -> None:
        self._requests = Buckets(requests_per_minute)
        self._submits = Buckets(submits_per_minute)

    def ask(self, home: tuple[str, str]) -> None:
        """Count a request.

        Raises:
            RateLimited: it is one too many.
        """
        _require(self._requests.take(home), "requests")

    def submit(self, home: tuple[str, str]) -> None:
        """Count a request that makes work; see `ask`."""
        _require(self._submits.take(home), "jobs")


def _require(wait_seconds: float, what: str) -> None:
    if wait_seconds:
        fix = f"Wait {wait_seconds:.0f} s, or have the limit raised." if wait_seconds >= 1 else "Wait a moment."
        raise RateLimited(f"These are too many {what} in a minute.", fix=fix, retry_after_seconds=wait_seconds)
