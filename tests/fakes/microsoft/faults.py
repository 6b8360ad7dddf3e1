"""What can go wrong on the way: chosen by a test for the next requests."""

import fnmatch
import threading
from dataclasses import dataclass

from tests.fakes.microsoft.wire import Refusal


@dataclass(frozen=True)
class Refused:
    """This refusal in place of an answer. Nothing happens."""

    status: int
    code: str = "serviceNotAvailable"
    inner: str = ""
    retry_after_seconds: int | None = None

    def refusal(self) -> Refusal:
        return Refusal(self.status, self.code, inner=self.inner, retry_after_seconds=self.retry_after_seconds)


@dataclass(frozen=True)
class Reset:
    """The connection ends before the request is looked at. Nothing happens."""


@dataclass(frozen=True)
class AnswerLost:
    """The request takes effect, then the connection ends without an answer."""


@dataclass(frozen=True)
class Garbled:
    """The request takes effect, and a proxy answers with a page of its own."""


Fault = Refused | Reset | AnswerLost | Garbled
THROTTLED = Refused(429, "TooManyRequests", "ApplicationThrottled", 1)


@dataclass
class _Planned:
    pattern: str
    fault: Fault
    times: int
    after: int


class Faults:
    """Faults to come, by request: `POST */createReply`, `GET *`, `POST */oauth2/v2.0/token`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []

    def add(self, pattern: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let the next requests of a pattern fail, after letting some pass."""
        with self._lock:
            self._planned.append(_Planned(pattern, fault, times, after))

    def clear(self) -> None:
        """Forget faults to come."""
        with self._lock:
            self._planned.clear()

    @property
    def waiting(self) -> int:
        """How many faults have not come yet."""
        with self._lock:
            return sum(planned.times for planned in self._planned)

    def next(self, method: str, path: str) -> Fault | None:
        """Take the fault that is due for a request."""
        with self._lock:
            for planned in self._planned:
                if planned.times > 0 and fnmatch.fnmatchcase(f"{method} {path}", planned.pattern):
                    if planned.after:
                        planned.after -= 1
                        return None
                    planned.times -= 1
                    return planned.fault
            return None
