"""The HTTP client for everything at Microsoft: certificates, time limits, and what msal wants of one."""

import os
import ssl
import threading
from pathlib import Path
from typing import Any

import httpx

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
    """Return a client that verifies certificates and follows no redirect. Whoever makes it closes it."""
    return httpx.Client(
        verify=tls_context(),
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        headers={"User-Agent": USER_AGENT},
    )


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
