"""A way in for the browser of the person who runs Inlaid on this machine, who never sees a token.

It begins with a code that is good once and for an hour: `inlaid up` prints a link with one, and `inlaid console` makes
another. Only who can read the token's file in INLAID_HOME can make one, so a program that merely forwards connections
(`ssh -R`, socat, a dev tunnel), though it runs as the same user, brings nobody in. The browser that shows a code gets a
session of the console; with that, the page of this server gets a bearer by `POST /api/v1/session`. A bearer is no
cookie, so no other page can make a browser use it. Both are given only when:

- the installation has no tokens but its own (`inlaid up`), and no public address;
- the connection comes over loopback, through no proxy, from a program of the same user of this machine;
- the address in the browser is a name of this machine (against DNS rebinding), and the asking page is from here.
"""

import hashlib
import hmac
import ipaddress
import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import ForbiddenError
from core.store.records import RecordStore
from core.store.sessions import WORKSPACE

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def is_loopback(address: str) -> bool:
    """Say whether an address is this machine's own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def is_own_user(client: tuple[str, int], server: tuple[str, int]) -> bool:
    """Say whether the client's socket is of the user who runs this process.

    True where the system does not tell (other than Linux): there a loopback address has to do.
    """
    if sys.platform != "linux":
        return True
    rows: list[list[str]] = []
    try:
        for table in TABLES:
            if table.exists():
                rows += [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return True
    wanted = {(_hex(client, six), _hex(server, six)) for six in (False, True)}
    return any(
        len(row) > 7 and (row[1].upper(), row[2].upper()) in wanted and row[7] == str(os.getuid()) for row in rows
    )


def _hex(end: tuple[str, int], is_six: bool) -> str:
    """Return an end as the tables write it: each 32-bit word of the address in the machine's byte order."""
    address = ipaddress.ip_address(end[0])
    packed = address.packed
    if is_six and len(packed) == 4:
        packed = ipaddress.ip_address(f"::ffff:{address}").packed
    if not is_six and len(packed) == 16:
        return ""
    words = (packed[at : at + 4] for at in range(0, len(packed), 4))
    turned = (word[::-1] if sys.byteorder == "little" else word for word in words)
    return f"{b''.join(turned).hex().upper()}:{end[1]:04X}"


CODE_SECONDS = 3600
_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
# What proxies, tunnels and content networks add; a browser on this machine sends none of them.
_FORWARDED = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cdn-loop"}
)
_FORWARDED_PREFIXES = (
    *("x-forwarded-", "x-original-", "cf-", "fastly-", "x-azure-", "x-arr-", "x-envoy-", "x-amzn-", "ngrok-"),
    *("tailscale-", "x-tunnel-", "x-ms-proxy", "proxy-"),
)


class OneTimeCodes:
    """Makes codes and knows them again, also in another process.

    Args:
        secret: the installation's token; codes end when it changes.
        clock: Unix seconds.
    """

    def __init__(self, secret: str, *, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(f"code\0{secret}".encode()).digest()
        self._clock = clock

    def make(self) -> str:
        """Return a new code."""
        text = f"{int(self._clock()) + CODE_SECONDS}.{secrets.token_hex(16)}"
        return f"{text}.{self._sign(text)}"

    def use(self, code: str, records: RecordStore) -> bool:
        """Return whether the code is good; it is good only once."""
        text, _, signature = code.rpartition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(text).encode()):
            return False
        until, _, number = text.partition(".")  # what bears our signature has the form that `make` gave it
        return int(until) > self._clock() and records.first_time(
            WORKSPACE, f"code:{number}", within_seconds=CODE_SECONDS
        )

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def require_own_browser(
    headers: Mapping[str, str], client: tuple[str, int] | None, server: tuple[str, int] | None
) -> None:
    """Return when the request comes from a page of this server in a browser of the same user of this machine.

    Raises:
        ForbiddenError: it does not.
    """
    host = headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    is_here = name in _NAMES and not any(map(_is_forwarded, headers))
    is_own_page = headers.get("origin") == f"http://{host}"
    if not (is_here and is_own_page and client and server and is_loopback(client[0]) and is_own_user(client, server)):
        raise ForbiddenError(
            "A session is given only to a browser on this machine.", fix="Enter a token of INLAID_API_TOKENS."
        )


def _is_forwarded(header: str) -> bool:
    name = header.lower()
    return name in _FORWARDED or name.startswith(_FORWARDED_PREFIXES)
