"""Who is signed in: a secret names a record that ends after some hours and can be ended at once.

A session says who somebody is and how they came in, never what they may do: that is asked again at each request.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from typing import Literal

from core.store.records import RecordStore

KIND = "console_session"
WORKSPACE = "console"
LIFE_SECONDS = 12 * 3600

Way = Literal["token", "here", "microsoft"]


@dataclass(frozen=True)
class SignedIn:
    """Who came in. `proof` is the digest of the token that they came in with, "" when it was no token of ours."""

    workspace: str
    person: str
    way: Way
    name: str = ""
    address: str = ""
    proof: str = field(default="", repr=False)


class Sessions:
    """Sessions in the record store.

    Args:
        records: where they are kept, sealed.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records

    def open(self, who: SignedIn) -> str:
        """Begin a session and return its secret."""
        secret = secrets.token_urlsafe(32)
        self._records.put(
            KIND, WORKSPACE, _key(secret), asdict(who), person=who.person, expires_in_seconds=LIFE_SECONDS
        )
        return secret

    def find(self, secret: str) -> SignedIn | None:
        """Return whose session the secret names, None when there is none or it has ended."""
        record = self._records.get(KIND, WORKSPACE, _key(secret)) if secret else None
        # What an earlier version wrote did not say how the person came in.
        return SignedIn(**record.data) if record and "way" in record.data else None

    def close(self, secret: str) -> None:
        """End a session."""
        self._records.delete(KIND, WORKSPACE, _key(secret))


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
