"""A time limit on everything that a block does over the network.

A time limit of a socket counts anew with each byte that comes, so a server that drips holds a caller for as long as it
likes. Whoever reads or writes a line asks here how long the next wait may be.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_end: ContextVar[float] = ContextVar("deadline", default=math.inf)
# Less than this is no time to begin something new in.
SHORT_SECONDS = 10.0


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Allow a block so many seconds, or what an outer block has left when that is less. It counts in this thread."""
    before = _end.set(min(_end.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _end.reset(before)


def left_seconds() -> float:
    """Return how much time is left: infinite without a deadline, negative when it has passed."""
    return _end.get() - time.monotonic()


def is_short() -> bool:
    """Whether so little time is left that nothing new should be begun."""
    return left_seconds() < SHORT_SECONDS


def wait_seconds(most: float) -> float:
    """Return how long the next wait may be.

    Args:
        most: how long it may be without a deadline, in seconds.

    Raises:
        TimeoutError: the deadline has passed.
    """
    left = left_seconds()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return min(most, left)
