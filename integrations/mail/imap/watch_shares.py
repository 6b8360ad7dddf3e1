"""Which mailboxes are whose to watch: they are shared out among the processes whose lease holds, by shards.

A shard belongs to the process that ranks first for it (rendezvous hashing), so when one comes or dies only the shards
that are its own move. A process writes one lease, however many mailboxes it watches.
"""

import hashlib
import secrets

from core.store.records import RecordStore
from integrations.mail.imap.accounts import WATCH_KIND
from integrations.mail.imap.idle_talk import Name

WATCHERS = "mail watchers"
SHARDS = 1024


class Share:
    """The part of all mailboxes that is this process's to watch, for as long as its lease holds.

    Args:
        records: where leases are written.
        seconds: how long a lease holds without being renewed.
    """

    def __init__(self, records: RecordStore, *, seconds: float) -> None:
        self._records, self._seconds = records, seconds
        self._name = secrets.token_hex(8)
        self._alive: tuple[str, ...] = ()
        self._own: frozenset[int] = frozenset()

    def renew(self) -> bool:
        """Renew the lease, share out again when another process has come or gone, and return whether that was so.

        Raises:
            StoreOutage: the database is down.
        """
        self._records.put(WATCH_KIND, WATCHERS, self._name, {}, expires_in_seconds=self._seconds)
        alive = tuple(record.key for record in self._records.list(WATCH_KIND, workspace=WATCHERS))
        has_moved = alive != self._alive
        if has_moved:
            self._alive = alive
            self._own = frozenset(shard for shard in range(SHARDS) if self._first(shard) == self._name)
        return has_moved

    def has(self, name: Name) -> bool:
        """Whether a mailbox is in it."""
        return _rank(*name) % SHARDS in self._own

    def give_back(self) -> None:
        """End the lease.

        Raises:
            StoreOutage: the database is down; it ends by itself.
        """
        self._records.delete(WATCH_KIND, WATCHERS, self._name)

    def _first(self, shard: int) -> str:
        return max(self._alive, key=lambda name: _rank(name, str(shard)))


def _rank(*words: str) -> int:
    return int.from_bytes(hashlib.blake2b("\n".join(words).encode(), digest_size=8).digest())
