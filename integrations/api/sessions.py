"""A way in for the page in the browser of the person who runs Inlaid on this machine, who never sees a token.

The page of this server asks by `POST /api/v1/session` and bears what it gets like any other token. It is no cookie, so
no other page can make a browser use it, and none of another port gets it. It is given only when:

- the installation has no tokens but its own (`inlaid up`), and no public address;
- the connection comes over loopback, through no proxy, from a program of the same user of this machine;
- the address in the browser is a name of this machine (against DNS rebinding), and the asking page is from here.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from core.errors import ForbiddenError
from integrations.api.peers import is_loopback, is_own_user

LIFE_SECONDS = 12 * 3600
PREFIX = "local."
_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_TOKEN = re.compile(r"local\.(\d{1,12})\.([0-9a-f]{64})")


class LocalSessions:
    """Gives sessions and knows them again, also after a restart and in another process.

    Args:
        secret: the installation's token; sessions end when it changes.
        person: whom a session stands for.
        clock: Unix seconds.
    """

    def __init__(self, secret: str, person: str, *, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(f"session\0{secret}".encode()).digest()
        self._person = person
        self._clock = clock

    def open(self) -> str:
        """Return a new session's token."""
        ends_at = str(int(self._clock()) + LIFE_SECONDS)
        return f"{PREFIX}{ends_at}.{self._sign(ends_at)}"

    def person(self, token: str) -> str | None:
        """Return whom the token stands for, None when it is no session of here or has ended."""
        found = _TOKEN.fullmatch(token)
        if found is None or not hmac.compare_digest(found[2], self._sign(found[1])):
            return None
        return self._person if int(found[1]) > self._clock() else None

    def _sign(self, ends_at: str) -> str:
        return hmac.new(self._key, ends_at.encode(), hashlib.sha256).hexdigest()


def require_own_browser(
    headers: Mapping[str, str], client: tuple[str, int] | None, server: tuple[str, int] | None
) -> None:
    """Return when the request comes from a page of this server in a browser of the same user of this machine.

    Raises:
        ForbiddenError: it does not.
    """
    host = headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    is_here = name in _NAMES and not any(header in headers for header in _PROXY_HEADERS)
    is_own_page = headers.get("origin") == f"http://{host}"
    if not (is_here and is_own_page and client and server and is_loopback(client[0]) and is_own_user(client, server)):
        raise ForbiddenError(
            "A session is given only to a browser on this machine.", fix="Enter a token of INLAID_API_TOKENS."
        )
