"""Gives memory back to the system after a large job: the C library keeps what was freed, for each thread."""

import ctypes
import gc
import sys
import threading

import psutil

# Less than this is not worth the milliseconds that a collection takes.
LARGE_BYTES = 64 * 2**20


class MemoryReturn:
    """Watches how much memory this process holds. Threads may share it.

    Args:
        large_bytes: growth since the last time from which on memory is given back.
    """

    def __init__(self, large_bytes: int = LARGE_BYTES) -> None:
        self._large_bytes = large_bytes
        self._process = psutil.Process()
        self._usual_bytes = self._held_bytes()
        self._lock = threading.Lock()

    def after_job(self) -> bool:
        """Give back what is free when the process has grown much; returns whether it did."""
        if self._held_bytes() < self._usual_bytes + self._large_bytes or not self._lock.acquire(blocking=False):
            return False
        try:
            gc.collect()
            if sys.platform == "linux":
                # malloc_trim(3) is glibc's; other C libraries give memory back by themselves.
                trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
                if trim:
                    trim(0)
            self._usual_bytes = self._held_bytes()
            return True
        finally:
            self._lock.release()

    def _held_bytes(self) -> int:
        held: int = self._process.memory_info().rss
        return held
