"""People and sign-ins as they were a moment ago: the steps of one job ask several times for the same person."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, cast

from cachetools import TTLCache

from core.store.people.rows import Identity, Person, SignInRow, SignInRows, SignIns, T, Way

# Other processes change sign-ins too; their changes count within this time.
KEEP_SECONDS = 1.0
MAX_KEPT = 10_000
_UNKNOWN = object()


class RecentSignIns:
    """See `core.store.people.rows.SignIns`. What is changed through it counts at once. Safe for several threads.

    Args:
        stored: where people and sign-ins are.
        keep_seconds: how long what was read counts.
        clock: a clock in seconds that never goes back.
    """

    def __init__(
        self, stored: SignIns, keep_seconds: float = KEEP_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stored = stored
        self._kept: TTLCache[tuple[str, Hashable], Any] = TTLCache(MAX_KEPT, keep_seconds, timer=clock)
        self._lock = threading.Lock()
        self._changes = 0

    def find(self, name: Identity) -> SignInRow | None:
        """Return the sign-in of that name."""
        return self._recent(("find", name), lambda: self._stored.find(name))

    def of(self, person_id: str) -> Sequence[SignInRow]:
        """Return the sign-ins of a person, the oldest first."""
        return self._recent(("of", person_id), lambda: self._stored.of(person_id))

    def at_home(self, home: Identity) -> Person | None:
        """Return the person whose home it is."""
        return self._recent(("at_home", home), lambda: self._stored.at_home(home))

    def everybody(self) -> Sequence[SignInRow]:
        """Return all sign-ins, by person and age."""
        return self._stored.everybody()

    def places(self, way: Way) -> set[tuple[str, str]]:
        """Return each workspace with the organisation that has sign-ins of that kind."""
        return self._stored.places(way)

    def forget(self, names: Iterable[tuple[str, str]]) -> None:
        """Delete sign-ins, and the people of whom none is left."""
        try:
            self._stored.forget(names)
        finally:
            self._changed()

    def change(self, act: Callable[[SignInRows], T]) -> T:
        """Have something changed as a whole, one process after the other, and return what the act returns."""
        try:
            return self._stored.change(act)
        finally:
            self._changed()

    def _recent(self, key: tuple[str, Hashable], read: Callable[[], T]) -> T:
        with self._lock:
            known = self._kept.get(key, _UNKNOWN)
            if known is not _UNKNOWN:
                return cast("T", known)
            before = self._changes
        found = read()
        with self._lock:
            if before == self._changes:  # else it may be of before the change
                self._kept[key] = found
        return found

    def _changed(self) -> None:
        with self._lock:
            self._changes += 1
            self._kept.clear()
