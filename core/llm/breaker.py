"""A circuit breaker: an endpoint that keeps failing is left alone for a while, then tried by one call.

Each process has its own. A shared one would cost every call a round trip to the store, to save each process a few
failed calls in an outage.
"""

import threading
import time
from collections.abc import Callable

from core.errors import ModelOutage
from core.llm.models_file import Circuit


class NotAsked(ModelOutage):
    """The endpoint was not asked at all: it is left alone, or has no room."""


class Breaker:
    """Counts failures in a row. Safe for several threads.

    Args:
        label: how messages name the endpoint.
        circuit: when it opens and for how long.
        clock: seconds that only grow.
    """

    def __init__(self, label: str, circuit: Circuit, clock: Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._circuit = circuit
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0
        self._is_trying = False

    def enter(self) -> None:
        """Let a call pass; after a pause only one at a time, until one has succeeded.

        Raises:
            NotAsked: the endpoint is left alone now.
        """
        with self._lock:
            wait_seconds = self._closed_until - self._clock()
            is_open = self._failures >= self._circuit.failures
            if wait_seconds > 0 or (is_open and self._is_trying):
                raise NotAsked(
                    f"The model endpoint {self._label} is left alone for a while, because it failed or asked for it.",
                    fix="Try again later.",
                    retry_after_seconds=max(wait_seconds, 1.0),
                )
            self._is_trying = is_open

    def succeeded(self) -> None:
        """Note that a call was answered."""
        with self._lock:
            self._failures, self._closed_until, self._is_trying = 0, 0.0, False

    def abandoned(self) -> None:
        """Note that a call ended without telling anything about the endpoint."""
        with self._lock:
            self._is_trying = False

    def failed(self, retry_after_seconds: float) -> None:
        """Note a failure; an endpoint that asks for time gets it at once."""
        with self._lock:
            self._failures += 1
            self._is_trying = False
            pause_seconds = retry_after_seconds
            if self._failures >= self._circuit.failures:
                doublings = min(self._failures - self._circuit.failures, 10)
                usual = self._circuit.pause_seconds * 2**doublings
                pause_seconds = max(pause_seconds, min(usual, self._circuit.longest_pause_seconds))
            self._closed_until = max(self._closed_until, self._clock() + pause_seconds)
