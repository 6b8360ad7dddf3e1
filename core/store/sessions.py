"""Who is signed in: a secret names a record that ends after some hours and can be ended at once.

A session says who somebody is and how they came in, never what they may do: that is asked again at each request.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from core.store.records import RecordStore

KIND = "console_session"
WORKSPACE = "console"
LIFE_SECONDS = 12 * 3600
COOKIE = "inlaid_console"
MAX_DEVICE_CHARS = 120

# By a token, in the browser on this machine, at Microsoft 365; `pane` is the pane in that browser.
Way = Literal["token", "here", "microsoft", "pane"]


@dataclass(frozen=True)
class SignedIn:
    """Who came in. `proof` is the digest of the token that they came in with, "" when it was no token of ours."""

    workspace: str
    person: str
    way: Way
    name: str = ""
    address: str = ""
    proof: str = field(default="", repr=False)


@dataclass(frozen=True)
class Session:
    """One session as it is listed. Times are Unix seconds; `device` is what the browser calls itself."""

    id: str
    way: Way
    device: str
    started_at: float


class Sessions:
    """Sessions in the record store.

    Args:
        records: where they are kept, sealed.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def open(self, who: SignedIn, *, device: str = "") -> str:
        """Begin a session and return its secret, which no other session has."""
        secret = secrets.token_urlsafe(32)
        data = {"who": asdict(who), "device": device[:MAX_DEVICE_CHARS], "started_at": time.time()}
        self._records.put(KIND, WORKSPACE, _key(secret), data, person=who.person, expires_in_seconds=LIFE_SECONDS)
        return secret

    def find(self, secret: str) -> SignedIn | None:
        """Return whose session the secret names, None when there is none or it has ended."""
        record = self._records.get(KIND, WORKSPACE, _key(secret)) if secret else None
        # What an earlier version wrote did not say how the person came in.
        return SignedIn(**record.data["who"]) if record and "who" in record.data else None

    def close(self, secret: str) -> None:
        """End a session."""
        self._records.delete(KIND, WORKSPACE, _key(secret))

    def of(self, workspace: str, person: str) -> Sequence[Session]:
        """Return the living sessions of a person, the newest first."""
        found = [
            Session(record.key, record.data["who"]["way"], record.data["device"], record.data["started_at"])
            for record in self._records.list(KIND, workspace=WORKSPACE, person=person)
            if record.data.get("who", {}).get("workspace") == workspace
        ]
        return sorted(found, key=lambda one: one.started_at, reverse=True)

    def revoke(self, workspace: str, person: str, session_id: str) -> bool:
        """End one session of a person, and say whether there was one."""
        is_theirs = any(one.id == session_id for one in self.of(workspace, person))
        return is_theirs and self._records.delete(KIND, WORKSPACE, session_id) > 0


def session_id(secret: str) -> str:
    """Return by which id a session is listed."""
    return _key(secret)


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
