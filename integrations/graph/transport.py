"""The HTTP client for everything at Microsoft: certificates, time limits, and what msal wants of one."""

import os
import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpcore
import httpx

from core.deadline import wait_seconds

CONNECT_SECONDS = 10.0
# For one wait; a whole call has a deadline of its own.
ANSWER_SECONDS = 30.0
_PIECE_BYTES = 256 * 1024
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
    """Return a client that verifies certificates, follows no redirect, keeps deadlines. Whoever makes it closes it."""
    return keeping_deadlines(
        httpx.Client(
            verify=tls_context(),
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            headers={"User-Agent": USER_AGENT},
        )
    )


def keeping_deadlines(client: httpx.Client) -> httpx.Client:
    """Return the client, whose waits now end with the deadline of whoever calls (`core.deadline`).

    httpx hands no such thing through, and a transport of one's own would lose the proxies of the environment: so the
    network below its pools is replaced.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            pool._network_backend = _Network(pool._network_backend)
    return client


class _Network(httpcore.NetworkBackend):
    def __init__(self, real: httpcore.NetworkBackend) -> None:
        self._real = real

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        limit = _limit(timeout, httpcore.ConnectTimeout)
        return _Line(self._real.connect_tcp(host, port, limit, local_address, socket_options))


class _Line(httpcore.NetworkStream):
    def __init__(self, real: httpcore.NetworkStream) -> None:
        self._real = real

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(max_bytes, _limit(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            self._real.write(buffer[start : start + _PIECE_BYTES], _limit(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _limit(timeout, httpcore.ConnectTimeout)
        return _Line(self._real.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)


def _limit(timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
    try:
        return wait_seconds(ANSWER_SECONDS if timeout is None else timeout)
    except TimeoutError as passed:
        raise error("the deadline has passed") from passed


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
