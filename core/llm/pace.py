"""Keeps the calls of this process within what an endpoint takes: at a time, and in a minute."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.llm.breaker import NotAsked
from core.llm.models_file import EndpointEntry

MINUTE_SECONDS = 60.0


class Pace:
    """Makes calls wait for their turn. Safe for several threads.

    Args:
        entry: its concurrency, requests_per_minute and tokens_per_minute; 0 is no limit.
        clock: seconds that only grow.
        listen_seconds: how often a call that waits asks whether it still should.
    """

    def __init__(
        self, entry: EndpointEntry, clock: Callable[[], float] = time.monotonic, listen_seconds: float = 0.2
    ) -> None:
        self._entry = entry
        self._clock = clock
        self._listen_seconds = listen_seconds
        self._changed = threading.Condition()
        self._running = 0
        self._spent: deque[tuple[float, int]] = deque()

    @contextmanager
    def turn(self, tokens: int, *, listen: Callable[[], None]) -> Iterator[None]:
        """Wait for a turn and hold it.

        Args:
            tokens: what the call may use.
            listen: called while waiting; what it raises ends the wait.

        Raises:
            NotAsked: no turn within the endpoint's timeout.
        """
        until = self._clock() + self._entry.timeout_seconds
        with self._changed:
            while (wait_seconds := self._wait_seconds(tokens)) > 0:
                if self._clock() >= until:
                    raise NotAsked(
                        f"The model endpoint {self._entry.name} is busy.",
                        fix=f"Try again later, or raise {self._entry.setting('concurrency')}.",
                        retry_after_seconds=wait_seconds,
                    )
                self._changed.wait(min(wait_seconds, self._listen_seconds))
                listen()
            self._running += 1
            self._spent.append((self._clock(), tokens))
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _wait_seconds(self, tokens: int) -> float:
        """Return how long to wait before it is worth asking again; 0 when the call may go."""
        now = self._clock()
        while self._spent and self._spent[0][0] <= now - MINUTE_SECONDS:
            self._spent.popleft()
        entry = self._entry
        used = sum(tokens for _, tokens in self._spent)
        # A call that is larger than a whole minute's tokens goes alone.
        too_large = bool(entry.tokens_per_minute and self._spent and used + tokens > entry.tokens_per_minute)
        too_many = bool(entry.requests_per_minute and len(self._spent) >= entry.requests_per_minute)
        if too_large or too_many:
            return max(self._spent[0][0] + MINUTE_SECONDS - now, 0.001)
        return MINUTE_SECONDS if entry.concurrency and self._running >= entry.concurrency else 0.0
