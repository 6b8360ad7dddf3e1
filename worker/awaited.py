"""What a worker makes when there is something for it to do: its code may be tens of megabytes that nobody needs."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
# How often a thread that waits looks whether there is something to do.
LOOK_SECONDS = 1.0


class Awaited(Generic[T]):
    """Something that is made once it is needed, and then kept. Safe for several threads.

    Args:
        is_needed: says whether there is something to do.
        make: makes it; called once.
        stopping: set when this process shuts down.

    Attributes:
        made: it, None while it was not needed.
    """

    def __init__(self, is_needed: Callable[[], bool], make: Callable[[], T], stopping: threading.Event) -> None:
        self._is_needed = is_needed
        self._make = make
        self._stopping = stopping
        self._making = threading.Lock()
        self.made: T | None = None

    def get(self) -> T | None:
        """Return it, None while it is not needed.

        Raises:
            StoreOutage: it cannot be said whether it is.
        """
        if self.made is None and self._is_needed():
            with self._making:
                if self.made is None:
                    self.made = self._make()
        return self.made

    def wait(self) -> T | None:
        """Return it once it is needed, None when this process stops before.

        Raises:
            StoreOutage: as `get`.
        """
        while not self._stopping.is_set():
            if (found := self.get()) is not None:
                return found
            self._stopping.wait(LOOK_SECONDS)
        return None
