"""What surrounds every request of the web process.

An id, a limit of size, safe headers, a log line, a count, and one answer for a fault in our own code.
"""

import asyncio
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.logs import logger
from core.observability.metrics import Metrics

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}
NO_FRAME = HEADERS["Content-Security-Policy"]
QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FAULT = {"error": {"code": "internal", "message": "Something went wrong on our side.", "fix": "Try again later."}}
_log = logger(__name__)


class Envelope:
    """The outermost layer.

    Args:
        app: what answers.
        metrics: counts requests.
        is_https: whether browsers should never use plain HTTP again (INLAID_PUBLIC_URL is https).
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, is_https: bool) -> None:
        self._app = app
        self._metrics = metrics
        strict = {"Strict-Transport-Security": "max-age=31536000"} if is_https else {}
        self._headers = {**HEADERS, **strict}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._answer(scope, receive, send, request_id)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                # A page that may be framed says by whom; this older header could only forbid it.
                may_be_framed = "frame-ancestors 'none'" not in headers.get("Content-Security-Policy", NO_FRAME)
                for name, value in self._headers.items():
                    if not (may_be_framed and name == "X-Frame-Options"):
                        headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:  # the outermost frame of a request: whatever failed, the caller gets our form of error
            _log.exception("request failed")
            if status:
                raise
            await JSONResponse(_FAULT, 500)(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log by route template: a path can hold what somebody wrote."""
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.count_request(method, route, status, seconds)
        if route not in QUIET_ROUTES:
            _log.info("request", method=method, route=route, status=status, seconds=round(seconds, 4))


@dataclass(frozen=True)
class BodyPace:
    """How slowly a body may come: `idle_seconds` for any part of it, and for all of it `grace_seconds` and a rate."""

    idle_seconds: float = 15.0
    grace_seconds: float = 30.0
    least_bytes_per_second: float = 16 * 1024


class BodyLimit:
    """Refuses bodies that are too large (413), by their announced length or as they arrive, or too slow (408).

    Args:
        app: what answers.
        most_bytes: the usual limit.
        by_path: other limits.
        pace: how slowly they may come.
    """

    def __init__(
        self, app: ASGIApp, *, most_bytes: int, by_path: Mapping[str, int], pace: BodyPace = BodyPace()
    ) -> None:
        self._app = app
        self._pace = pace
        self._most_bytes = most_bytes
        self._by_path = dict(by_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a watched body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit_bytes = self._by_path.get(scope["path"], self._most_bytes)
        announced = Headers(scope=scope).get("content-length", "")
        is_announced_too_large = announced.isdecimal() and int(announced[:20]) > limit_bytes
        received_bytes = 0
        is_whole = False
        now = asyncio.get_running_loop().time
        started = now()

        async def receive_within_limit() -> Message:
            nonlocal received_bytes
            nonlocal is_whole
            if is_announced_too_large:
                raise _too_large(limit_bytes)
            if is_whole:
                return await receive()  # it tells when the client has gone
            left = started + self._pace.grace_seconds + received_bytes / self._pace.least_bytes_per_second - now()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, min(self._pace.idle_seconds, left)))
            except TimeoutError:
                raise _too_slow() from None
            received_bytes += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if received_bytes > limit_bytes:
                raise _too_large(limit_bytes)
            return message

        await self._app(scope, receive_within_limit, send)


def _too_slow() -> HTTPException:
    return HTTPException(408, "The request comes too slowly", {"Connection": "close"})


def _too_large(limit_bytes: int) -> HTTPException:
    return HTTPException(413, f"The request is larger than {limit_bytes // 2**20} MB", {"Connection": "close"})
