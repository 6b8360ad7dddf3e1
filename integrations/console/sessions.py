"""Who is signed in to the console: a cookie names a record that ends after some hours and can be ended at once.

Against forged requests of other sites the cookie is SameSite=Lax, and whatever changes something has to come from a
page of this server (`Origin`, Fetch Metadata: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Origin).
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.errors import ForbiddenError
from core.store.records import RecordStore

KIND = "console_session"
WORKSPACE = "console"
COOKIE = "inlaid_console"
# The report stands beside the console, and takes the same session.
COOKIE_PATH = "/"
LIFE_SECONDS = 12 * 3600
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Visitor:
    """Who looks at the console. `name` is what to call them; `is_admin` opens what concerns everybody."""

    workspace: str
    person: str
    name: str = ""
    address: str = ""
    is_admin: bool = False


class Sessions:
    """Sessions in the record store.

    Args:
        records: where they are kept, sealed.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def open(self, visitor: Visitor) -> str:
        """Begin a session and return the value of its cookie."""
        secret = secrets.token_urlsafe(32)
        self._records.put(
            KIND, WORKSPACE, _key(secret), asdict(visitor), person=visitor.person, expires_in_seconds=LIFE_SECONDS
        )
        return secret

    def find(self, secret: str) -> Visitor | None:
        """Return whose session the cookie names, None when there is none or it has ended."""
        record = self._records.get(KIND, WORKSPACE, _key(secret)) if secret else None
        return Visitor(**record.data) if record else None

    def close(self, secret: str) -> None:
        """End a session."""
        self._records.delete(KIND, WORKSPACE, _key(secret))


def require_own_page(method: str, headers: Mapping[str, str]) -> None:
    """Return when a request that changes something comes from a page of this server.

    Raises:
        ForbiddenError: it does not, or does not say.
    """
    if method not in _CHANGING:
        return
    site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
    is_own = origin.partition("://")[2] == headers.get("host", "-") if origin else site == "same-origin"
    if not is_own or site not in {"", "same-origin"}:
        raise ForbiddenError(
            "This request does not come from the console.", fix="Open the console and repeat it there."
        )


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
