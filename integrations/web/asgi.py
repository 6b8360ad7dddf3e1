"""What surrounds every request of the web process.

An id, the browser's language, limits of size and of requests per address, safe headers, a log line, a count, and one
answer for a fault in our own code. How often an address may ask, and how often it may fail to say who it is, is looked
at before anything is read; what Slack, Microsoft and senders of webhooks sign is not counted: all of it comes from few
addresses. For the audit trail it says through which door and from which address somebody acts, and writes an entry for
what was refused.
"""

import asyncio
import hashlib
import ipaddress
import math
import string
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.audit.acting import acting, current_actor
from core.audit.entries import AuditEvent
from core.errors import StoreOutage
from core.job import LOCAL_WORKSPACE
from core.logs import logger
from core.observability.metrics import Metrics
from core.rate_limits import Buckets, Failures
from core.store.audit import AuditTrail
from core.text.catalogues import accepted, speaking

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
_REQUEST_ID_CHARS = frozenset(string.ascii_letters + string.digits + "_-")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FAULT = {"error": {"code": "internal", "message": "Something went wrong on our side.", "fix": "Try again later."}}
SIGNED = ("/slack/events", "/graph/notifications", "/graph/lifecycle", "/api/v1/webhooks/")
SIGN_IN = "/console/sign-in"
MAX_KNOWN = 10_000
FORBIDDEN = 403
REFUSED = frozenset({401, FORBIDDEN})
# The first part of a path, and what the door behind it is called; the sender of the last three is a server of theirs.
DOORS = {
    "console": "console",
    "report": "console",
    "api": "api",
    "mcp": "api",
    "slack": "slack",
    "graph": "mail",
    "gmail": "mail",
}
SERVERS = frozenset({"slack", "mail"})
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
        is_id = 8 <= len(given) <= 64 and set(given) <= _REQUEST_ID_CHARS
        request_id = given if is_id else uuid.uuid4().hex
        language = accepted(Headers(scope=scope).get("accept-language", ""))
        with structlog.contextvars.bound_contextvars(request_id=request_id), speaking(language):
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


class RequestLimits:
    """Answers 429 with Retry-After to an address that asks too often, or that guesses.

    A token that was good from an address stays good there while somebody else at that address guesses.

    Args:
        app: what answers.
        addresses: how often each may ask.
        failures: how often each may show a wrong token.
    """

    def __init__(self, app: ASGIApp, *, addresses: Buckets, failures: Failures) -> None:
        self._app = app
        self._addresses = addresses
        self._failures = failures
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(SIGNED) or scope["path"] in QUIET_ROUTES:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        self._look_for_proxy(scope, headers)
        address = _address(scope)
        shown = _shown(scope, headers)
        pair = hashlib.sha256(f"{address}\0{shown}".encode("utf-8", "replace")).digest()
        wait_seconds = self._addresses.take(address)
        if shown and pair not in self._known:
            wait_seconds = max(wait_seconds, self._failures.wait_seconds(address))
        if wait_seconds:
            await _too_often(wait_seconds, headers)(scope, receive, send)
            return

        async def send_and_note(message: Message) -> None:
            if shown and message["type"] == "http.response.start":
                self._note(address, pair, shown, message["status"])
            await send(message)

        await self._app(scope, receive, send_and_note)

    def _note(self, address: str, pair: bytes, shown: str, status: int) -> None:
        if status == 401:
            self._known.pop(pair, None)
            # Nobody guesses a signature; one that has expired is shown by somebody who had it.
            if not _is_signed_token(shown):
                self._failures.note(address)
        elif status < 400 and shown != SIGN_IN:
            self._known[pair] = None
            self._known.move_to_end(pair)
            while len(self._known) > MAX_KNOWN:
                self._known.popitem(last=False)

    def _look_for_proxy(self, scope: Scope, headers: Headers) -> None:
        """Say once that a proxy is not trusted: everybody behind it counts as one address."""
        client = scope.get("client")
        # A trusted proxy's word has been taken by now, and its client has no port.
        if not self._has_warned and client and client[1] and "x-forwarded-for" in headers:
            self._has_warned = True
            _log.warning("a proxy is not in INLAID_TRUSTED_PROXIES; all behind it count as one", host=client[0])


def _address(scope: Scope) -> str:
    """Return whom to count: an address of IPv4, or the network of 64 bits that one household or server has of IPv6."""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address((client[0] if client else "").partition("%")[0])
    except ValueError:
        return client[0] if client else ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _shown(scope: Scope, headers: Headers) -> str:
    """Return what the request shows to prove who asks, "" for nothing that could be guessed."""
    if scope["path"] == SIGN_IN and scope["method"] == "POST":
        return SIGN_IN
    return headers.get("authorization", "")


def _is_signed_token(shown: str) -> bool:
    token = shown.partition(" ")[2]
    return token.startswith("ey") and token.count(".") == 2


def _too_often(wait_seconds: float, headers: Headers) -> Response:
    seconds = math.ceil(wait_seconds)
    words, fix = "Too many requests.", f"Wait {seconds} s."
    retry = {"Retry-After": str(seconds)}
    if "text/html" in headers.get("accept", ""):
        return HTMLResponse(f"<!doctype html><title>Inlaid</title><p>{words} {fix}</p>", 429, retry)
    return JSONResponse({"error": {"code": "rate", "message": words, "fix": fix}}, 429, retry)


class AuditedRequests:
    """Surrounds the routes.

    Args:
        app: what answers.
        trail: where refusals are written.
    """

    def __init__(self, app: ASGIApp, *, trail: AuditTrail) -> None:
        self._app = app
        self._trail = trail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        door = DOORS.get(scope["path"].strip("/").partition("/")[0], "web")
        client = scope.get("client")

        async def send_after_note(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in REFUSED:
                await run_in_threadpool(self._note_refusal, scope, message["status"])
            await send(message)

        with acting(door, address=client[0] if client and door not in SERVERS else ""):
            await self._app(scope, receive, send_after_note)

    def _note_refusal(self, scope: Scope, status: int) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        told = {"status": status, "method": scope["method"], "route": route}
        actor = current_actor(LOCAL_WORKSPACE)
        # Who is known did come in: that is no failed sign-in.
        action = "access.forbidden" if actor.person and status == FORBIDDEN else "access.refused"
        event = AuditEvent(action, actor, outcome="failure", details=told)
        try:
            self._trail.write(event)
        except StoreOutage:
            _log.warning("refusal not written", status=status)
