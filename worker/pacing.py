"""What the scheduler asks for is done once, however often it was asked meanwhile.

Messages of the scheduler do not expire: an expiry is a time by its clock, and a worker whose clock is ahead would do
nothing at all. So they pile up while no worker runs, and whoever takes the pile does the work once.
"""

import threading
import time
from collections.abc import Callable


class Paced:
    """Work that is begun at most so often in this process, and never while it goes on.

    Args:
        work: what is done.
        every_seconds: the least time between two beginnings, by the clock that only goes forward.
        clock: that clock.
    """

    def __init__(
        self, work: Callable[[], None], *, every_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._work = work
        self._every_seconds = every_seconds
        self._clock = clock
        self._began = float("-inf")
        self._going_on = threading.Lock()

    def __call__(self) -> bool:
        """Do the work unless it was just done; returns whether it was."""
        if not self._going_on.acquire(blocking=False):
            return False
        try:
            if self._clock() - self._began < self._every_seconds:
                return False
            self._began = self._clock()
            self._work()
            return True
        finally:
            self._going_on.release()
