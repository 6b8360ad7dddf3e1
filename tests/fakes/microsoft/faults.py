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
    """Faults to come, by request: `POST */createReply`, `GET *`, `POST */oauth2/v2.0/token`.

    Args:
        cut: the paths of requests to mailboxes, which `cut_after` counts.
    """

    def __init__(self, cut: str = "/v1.0/*") -> None:
        self._cut_paths = cut
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []
        self._left = -1
        self._cut: Fault | None = None

    def add(self, pattern: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let the next requests of a pattern fail, after letting some pass."""
        with self._lock:
            self._planned.append(_Planned(pattern, fault, times, after))

    def cut_after(self, requests: int, fault: Fault) -> None:
        """Let some requests to mailboxes pass, then fail one like this and every later one as if the line were dead.

        So ends what a worker does that is killed with its request on the way.
        """
        with self._lock:
            self._left, self._cut = requests, fault

    def come_back(self) -> bool:
        """End that, and tell whether it came to it."""
        with self._lock:
            was_cut = self._left == 0 and self._cut is None
            self._left, self._cut = -1, None
            return was_cut

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
            if self._left >= 0 and fnmatch.fnmatchcase(path, self._cut_paths):
                if self._left:
                    self._left -= 1
                else:
                    fault, self._cut = self._cut, None
                    return fault or Reset()
            for planned in self._planned:
                if planned.times > 0 and fnmatch.fnmatchcase(f"{method} {path}", planned.pattern):
                    if planned.after:
                        planned.after -= 1
                        return None
                    planned.times -= 1
                    return planned.fault
            return None
