"""Ways to reach the app under test: its URL, a function in this process, or its Socket Mode connections."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlencode, urlsplit

from tests.fakes.slack.refusal import Json
from tests.fakes.slack.socket_mode import SocketMode

RequestKind = Literal["events_api", "interactive", "slash_commands"]
# Body and headers in; status, headers and body out.
Handler = Callable[[bytes, dict[str, str]], tuple[int, dict[str, str], bytes]]


@dataclass(frozen=True)
class AppRequest:
    """One request to the app, before it is signed."""

    kind: RequestKind
    payload: Json
    retry_number: int = 0
    retry_reason: str = ""

    @property
    def body(self) -> bytes:
        """The raw HTTP body."""
        if self.kind == "events_api":
            return json.dumps(self.payload).encode()
        if self.kind == "interactive":
            return urlencode({"payload": json.dumps(self.payload)}).encode()
        return urlencode(self.payload).encode()

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers, but for the signature."""
        is_json = self.kind == "events_api"
        headers = {
            "Content-Type": "application/json" if is_json else "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "*/*",
        }
        if self.retry_number:
            headers |= {"X-Slack-Retry-Num": str(self.retry_number), "X-Slack-Retry-Reason": self.retry_reason}
        return headers


@dataclass(frozen=True)
class Reply:
    """What came back from the app.

    Attributes:
        error: why there is no acknowledgement: `http_timeout`, `connection_failed`, `http_error`; empty when it came.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    error: str = ""


class Target(Protocol):
    """Where requests go."""

    def send(self, request: AppRequest, signature: dict[str, str], timeout_seconds: float) -> Reply: ...


class HttpTarget:
    """An app behind a URL."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def send(self, request: AppRequest, signature: dict[str, str], timeout_seconds: float) -> Reply:
        """Post the request; nothing but a 2xx within the time counts as an acknowledgement."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(
            self._url.hostname or "127.0.0.1", self._url.port, timeout=timeout_seconds
        )
        try:
            connection.request("POST", self._url.path or "/", request.body, {**request.headers, **signature})
            response = connection.getresponse()
            body = response.read()
        except TimeoutError:
            return Reply(seconds=time.monotonic() - began, error="http_timeout")
        except (OSError, http.client.HTTPException):
            return Reply(seconds=time.monotonic() - began, error="connection_failed")
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return judged(response.status, headers, body, time.monotonic() - began, timeout_seconds)


class CallTarget:
    """An app in this process. It cannot be interrupted: an answer that comes too late counts as none."""

    def __init__(self, handler: Handler, afterwards: Callable[[], None]) -> None:
        self._handler = handler
        self._afterwards = afterwards

    def send(self, request: AppRequest, signature: dict[str, str], timeout_seconds: float) -> Reply:
        """Call the function; what the app does once it has answered is no part of the answer's time."""
        began = time.monotonic()
        status, headers, body = self._handler(request.body, {**request.headers, **signature})
        seconds = time.monotonic() - began
        self._afterwards()
        headers = {name.lower(): value for name, value in headers.items()}
        return judged(status, headers, body, seconds, timeout_seconds)


class SocketTarget:
    """An app that connected by Socket Mode: no signature, the same payloads, acknowledgements as frames."""

    def __init__(self, socket_mode: SocketMode) -> None:
        self._socket_mode = socket_mode

    def send(self, request: AppRequest, signature: dict[str, str], timeout_seconds: float) -> Reply:
        """Send an envelope."""
        began = time.monotonic()
        retry: Json = {}
        if request.retry_number:
            retry = {"retry_attempt": request.retry_number, "retry_reason": request.retry_reason}
        payload = self._socket_mode.send(request.kind, request.payload, retry, timeout_seconds)
        seconds = time.monotonic() - began
        if payload is None:
            return Reply(seconds=seconds, error="http_timeout")
        body = json.dumps(payload).encode() if payload else b""
        return Reply(200, {"content-type": "application/json"}, body, seconds)


def judged(status: int, headers: dict[str, str], body: bytes, seconds: float, timeout_seconds: float) -> Reply:
    """Return a reply with what Slack thinks of it."""
    error = "" if 200 <= status < 300 else "http_error"
    if seconds > timeout_seconds:
        error = "http_timeout"
    return Reply(status, headers, body, seconds, error)
