"""What can go wrong on the way: chosen by a test for the next calls of a method."""

import fnmatch
import threading
from dataclasses import dataclass

from tests.fakes.slack.clock import Clock


@dataclass(frozen=True)
class Status:
    """An HTTP error in place of an answer. Nothing happens."""

    code: int = 500
    body: str = "upstream error"
    retry_after_seconds: int | None = None


@dataclass(frozen=True)
class Error:
    """`ok: false` with this code. Nothing happens."""

    error: str = "internal_error"


@dataclass(frozen=True)
class Reset:
    """The connection ends before the request is looked at. Nothing happens."""


@dataclass(frozen=True)
class AnswerLost:
    """The request takes effect, then the connection ends without an answer."""


@dataclass(frozen=True)
class Slow:
    """The answer takes a while; the effect comes first."""

    seconds: float = 1.0


Fault = Status | Error | Reset | AnswerLost | Slow


@dataclass
class Planned:
    """A fault that waits for its calls."""

    pattern: str
    fault: Fault
    times: int


class Faults:
    """Faults to come. A method is a Web API method, `response_url`, `upload`, or a pattern such as `chat.*`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._planned: list[Planned] = []
        self._down_until = 0.0
        self._down_with: Fault = Reset()

    def add(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method fail."""
        with self._lock:
            self._planned.append(Planned(method, fault, times))

    def go_down(self, seconds: float, fault: Fault | None = None) -> None:
        """Let every call fail for a while of the fake's clock."""
        with self._lock:
            self._down_until = self._clock.now() + seconds
            self._down_with = fault or Reset()

    def come_back(self) -> None:
        """End an outage and forget faults to come."""
        with self._lock:
            self._down_until = 0.0
            self._planned.clear()

    def next(self, method: str) -> Fault | None:
        """Take the fault that is due for a call."""
        with self._lock:
            if self._clock.now() < self._down_until:
                return self._down_with
            for planned in self._planned:
                if planned.times > 0 and fnmatch.fnmatchcase(method, planned.pattern):
                    planned.times -= 1
                    return planned.fault
            return None
