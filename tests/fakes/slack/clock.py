"""The time that the fake Slack goes by: real seconds until a test freezes or advances it."""

import threading
import time


class Clock:
    """Wall clock with an offset.

    Trigger ids, response URLs, tokens, streams, statuses and rate limits expire by this clock. Signatures and the
    three seconds for an acknowledgement go by real time, because the app under test lives in it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead_seconds = 0.0
        self._frozen_at: float | None = None

    def now(self) -> float:
        """Return seconds since the epoch."""
        with self._lock:
            base = time.time() if self._frozen_at is None else self._frozen_at
            return base + self._ahead_seconds

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self._ahead_seconds += seconds

    def freeze(self) -> None:
        """Stop the clock; from now on only `advance` moves it."""
        with self._lock:
            self._frozen_at = time.time()
