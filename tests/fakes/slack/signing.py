"""Signing what goes to the app, and signing it wrongly on purpose."""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.fakes.slack.app_settings import AppSettings

Headers = dict[str, str]


class Signatures:
    """Makes the two headers for a body. A test puts a wrong way in place for the length of a block.

    The timestamp is real time: the app compares it with its own clock.
    """

    def __init__(self, app: AppSettings) -> None:
        self._app = app
        self._sign: Callable[[bytes], Headers] = self.good

    def headers(self, body: bytes) -> Headers:
        """Return the headers for a body, in the way that is in place."""
        return self._sign(body)

    def good(self, body: bytes, age_seconds: float = 0, secret: str = "") -> Headers:
        """Return true headers, made some seconds ago."""
        timestamp = str(int(time.time() - age_seconds))
        base = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new((secret or self._app.signing_secret).encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

    @contextmanager
    def forged(self) -> Iterator[None]:
        """Sign with another secret."""
        with self._in_place(lambda body: self.good(body, secret="not-the-secret")):
            yield

    @contextmanager
    def tampered(self) -> Iterator[None]:
        """Sign another body than the one that is sent."""
        with self._in_place(lambda body: self.good(body + b"&text=more")):
            yield

    @contextmanager
    def stale(self, seconds: float = 301) -> Iterator[None]:
        """Sign truly, but some time ago (or, with a negative number, ahead of time)."""
        with self._in_place(lambda body: self.good(body, age_seconds=seconds)):
            yield

    @contextmanager
    def missing(self) -> Iterator[None]:
        """Send neither header."""
        with self._in_place(lambda _body: {}):
            yield

    @contextmanager
    def garbled(self) -> Iterator[None]:
        """Send headers that are not even numbers and hex digits."""
        with self._in_place(lambda _body: {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=zz"}):
            yield

    @contextmanager
    def _in_place(self, sign: Callable[[bytes], Headers]) -> Iterator[None]:
        self._sign = sign
        try:
            yield
        finally:
            self._sign = self.good
