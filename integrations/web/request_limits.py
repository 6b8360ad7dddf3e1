"""How often an address may ask, and how often it may fail to say who it is: looked at before anything is read.

What Slack, Microsoft and senders of webhooks sign is not counted: all of it comes from few addresses.
"""

import hashlib
import ipaddress
import math
from collections import OrderedDict

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.logs import logger
from core.rate_limits import Buckets, Failures

SIGNED = ("/slack/events", "/graph/", "/api/v1/webhooks/")
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
SIGN_IN = "/console/sign-in"
MAX_KNOWN = 10_000
_log = logger(__name__)


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
        if scope["type"] != "http" or scope["path"].startswith(SIGNED) or scope["path"] in PROBES:
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
            # Nobody guesses a signature; one that has run out is shown by whoever had it.
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
    words, fix = "These are too many requests.", f"Wait {seconds} s."
    retry = {"Retry-After": str(seconds)}
    if "text/html" in headers.get("accept", ""):
        return HTMLResponse(f"<!doctype html><title>Inlaid</title><p>{words} {fix}</p>", 429, retry)
    return JSONResponse({"error": {"code": "rate", "message": words, "fix": fix}}, 429, retry)
