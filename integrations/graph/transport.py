"""The HTTP client for everything at Microsoft: certificates, time limits, and what msal wants of one."""

import math
import os
import ssl
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from core.system.connections import left_seconds

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
USER_AGENT = "NONISV|Inlaid|Inlaid/1.0"


_lock = threading.Lock()
_made: dict[str, httpx.Client] = {}


def shared_http() -> httpx.Client:
    """Return the process's one client for the authorities that are trusted now, so that connections are used again."""
    with _lock:
        bundle = _bundle()
        if bundle not in _made:
            _made[bundle] = make_http()
        return _made[bundle]


def close_http() -> None:
    """Close the connections of the process's clients; the next call opens new ones."""
    with _lock:
        while _made:
            _made.popitem()[1].close()


def make_http() -> httpx.Client:
    """Return a client that verifies certificates, follows no redirect and keeps the deadline of its caller.

    Whoever makes it closes it.
    """
    return httpx.Client(
        verify=tls_context(),
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        headers={"User-Agent": USER_AGENT},
        event_hooks={"request": [_limit]},
    )


def _limit(request: httpx.Request) -> None:
    """Let no wait of a request last longer than its caller has left."""
    left = left_seconds()
    if left <= 0:
        raise httpx.ReadTimeout("the deadline has passed", request=request)
    if left < math.inf:
        waits = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {name: min(seconds or left, left) for name, seconds in waits.items()}
    request.extensions["trace"] = _bound


def _bound(event: str, facts: dict[str, Any]) -> None:
    """Let each read of a line that was opened just now end at the deadline of whoever reads.

    Each byte of an answer that drips, of its header lines too, starts the wait of the one before anew.
    """
    if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
        line = facts["return_value"]
        vars(line)["read"] = partial(_read, line.read)


def _read(read: Callable[[int, float | None], bytes], max_bytes: int, timeout: float | None = None) -> bytes:
    left = left_seconds()
    if left <= 0:
        raise httpx.ReadTimeout("the deadline has passed")
    return read(max_bytes, min(timeout or ANSWER_SECONDS, left))


def tls_context() -> ssl.SSLContext:
    """Return the authorities to trust: of SSL_CERT_FILE, of REQUESTS_CA_BUNDLE, else the usual ones."""
    bundle = _bundle()
    if not bundle:
        return httpx.create_ssl_context()
    is_folder = Path(bundle).is_dir()
    return ssl.create_default_context(cafile=None if is_folder else bundle, capath=bundle if is_folder else None)


def _bundle() -> str:
    return os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE") or ""


class MsalHttp:
    """What msal calls to reach the authority (`msal.oauth2cli.http.HttpClient`)."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_options: Any) -> Any:
        """Send a form."""
        return _checked(self._http.post(url, params=params, data=data, headers=headers))

    def get(self, url: str, params: Any = None, headers: Any = None, **_options: Any) -> Any:
        """Fetch a document."""
        return _checked(self._http.get(url, params=params, headers=headers))

    def close(self) -> None:
        """Do nothing: the client belongs to whoever made it."""


def _checked(response: httpx.Response) -> httpx.Response:
    """Return an answer that is JSON, as every good one is; msal would write another into the log."""
    if response.is_success:
        try:
            response.json()
        except ValueError as error:
            raise httpx.RemoteProtocolError("not JSON", request=response.request) from error
    return response
