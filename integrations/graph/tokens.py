"""The tokens of those who signed in at Microsoft: msal's caches, sealed, each in one hand at a time."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.errors import LimitError, OutageError
from core.store.records import RecordStore

if TYPE_CHECKING:
    from msal import SerializableTokenCache

KIND = "graph_tokens"
WORKSPACE = "microsoft"
LOCK_SECONDS = 60.0
MAX_WAIT_SECONDS = 30.0
POLL_SECONDS = 0.05
# msal too takes a token for expired five minutes before its end.
MIN_SECONDS = 300


class TokenCaches:
    """The caches by account (msal's `home_account_id`, or a key of one's own choice).

    Args:
        records: where they are kept, sealed.
        wait: called with the seconds to wait for a lock.
    """

    def __init__(self, records: RecordStore, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._records = records
        self._wait = wait

    def read(self, account: str) -> "SerializableTokenCache":
        """Return the tokens of an account; empty when there are none."""
        from msal import SerializableTokenCache

        cache = SerializableTokenCache()
        record = self._records.get(KIND, WORKSPACE, _key(account))
        if record:
            cache.deserialize(record.data)
        return cache

    def save(
        self, account: str, cache: "SerializableTokenCache", *, seconds: float | None = None, owner: str = ""
    ) -> None:
        """Keep the tokens of an account, for that long or until they are forgotten.

        `owner` is `tenant/oid` where the account does not tell, so that a purge of the person finds them.
        """
        self.put(account, cache.serialize(), seconds=seconds, owner=owner)

    def put(self, account: str, tokens: str, *, seconds: float | None = None, owner: str = "") -> None:
        """Keep the tokens of an account as msal writes its cache; see `save`."""
        self._records.put(KIND, WORKSPACE, _key(account), tokens, person=owner, expires_in_seconds=seconds)

    @contextmanager
    def changing(self, account: str) -> Iterator["SerializableTokenCache"]:
        """Give the tokens to one user at a time, and keep what became of them, so that no new token is lost.

        Raises:
            OutageError: somebody holds them for too long.
        """
        with self._held(account):
            cache = self.read(account)
            yield cache
            if cache.has_state_changed:
                self.save(account, cache)

    def forget(self, account: str) -> None:
        """Forget the tokens of an account."""
        self._records.delete(KIND, WORKSPACE, _key(account))

    @contextmanager
    def _held(self, account: str) -> Iterator[None]:
        deadline = time.monotonic() + MAX_WAIT_SECONDS
        while True:
            try:
                lock = self._records.lock(WORKSPACE, f"{KIND}:{_key(account)}", seconds=LOCK_SECONDS)
                lock.__enter__()
                break
            except LimitError as error:
                if time.monotonic() > deadline:
                    raise OutageError(
                        "Microsoft's sign-in service takes too long.", fix="It is tried again."
                    ) from error
                self._wait(POLL_SECONDS)
        try:
            yield
        finally:
            lock.__exit__(None, None, None)


def _key(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()


def cached_token(cache: "SerializableTokenCache", scopes: Sequence[str]) -> str:
    """Return an access token of a cache that stays valid for a while, "" when there is none. Sends no request."""
    wanted = {_bare(scope) for scope in scopes}
    for token in cache.search(cache.CredentialType.ACCESS_TOKEN, query={}):
        is_enough = wanted <= {_bare(scope) for scope in str(token["target"]).split()}
        if is_enough and int(token["expires_on"]) - time.time() > MIN_SECONDS:
            return str(token["secret"])
    return ""


def _bare(scope: str) -> str:
    """Return a scope without its resource: Entra answers `https://graph.microsoft.com/Mail.Read` or `Mail.Read`."""
    return scope.rpartition("/")[2].casefold()
