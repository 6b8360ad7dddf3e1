"""What this process holds of the machine's memory, and how it gives back what is free."""

import ctypes
import gc
import mmap
import sys
from contextlib import suppress

import psutil


def held_bytes() -> int:
    """Return how much this process holds; psutil takes five times as long for it, and it is asked after each job."""
    with suppress(OSError, ValueError), open("/proc/self/statm", "rb", buffering=0) as pages:
        return int(pages.read(256).split()[1]) * mmap.PAGESIZE
    held: int = psutil.Process().memory_info().rss
    return held


def give_back() -> None:
    """Collect what nobody uses, and give the system what lies free between what is used."""
    gc.collect()
    if sys.platform == "linux":
        # malloc_trim(3) is glibc's; other C libraries give memory back by themselves.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
