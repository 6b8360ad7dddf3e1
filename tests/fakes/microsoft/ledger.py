"""What came in, in order, and what was done that must never be done."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

MAX_SECONDS = 30.0


@dataclass(frozen=True)
class Recorded:
    """One request and the status of its answer; 0 when the connection was ended instead."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes = b""
    code: str = ""


@dataclass
class Ledger:
    """Everything that happened at the fake.

    `sends` are attempts to send mail, `opened` the mails that a request marked as read.
    """

    requests: list[Recorded] = field(default_factory=list)
    sends: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def record(self, recorded: Recorded) -> None:
        with self.changed:
            self.requests.append(recorded)
            self.changed.notify_all()

    def find(self, pattern: str) -> list[Recorded]:
        """Return the requests of a pattern such as `POST */createReply`."""
        with self.changed:
            return [request for request in self.requests if fnmatchcase(f"{request.method} {request.path}", pattern)]

    @property
    def refusals(self) -> list[tuple[str, str, int, str]]:
        """What was refused, with its code."""
        with self.changed:
            return [
                (request.method, request.path, request.status, request.code)
                for request in self.requests
                if request.status >= 400
            ]

    def clear(self) -> None:
        """Forget the requests so far."""
        with self.changed:
            self.requests.clear()

    def wait_until(self, condition: Callable[[], Any], *, seconds: float = MAX_SECONDS) -> None:
        """Wait until a request has made the condition true."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while not condition():
                left = deadline - time.monotonic()
                assert left > 0, f"did not happen within {seconds} s"
                self.changed.wait(left)
