"""What this process holds of the machine's memory, and how it gives back what is free."""

import ctypes
import gc
import mmap
import sys
from contextlib import suppress
from importlib import import_module

from core.absent_packages import without

# Of glibc's malloc.h: for how many threads there is memory apart. Python's threads seldom run at the same time.
_M_ARENA_MAX, ARENAS = -8, 2


def held_bytes() -> int:
    """Return how much this process holds; psutil takes five times as long for it, and it is asked after each job."""
    with suppress(OSError, ValueError), open("/proc/self/statm", "rb", buffering=0) as pages:
        return int(pages.read(256).split()[1]) * mmap.PAGESIZE
    import psutil

    held: int = psutil.Process().memory_info().rss
    return held


def keep_small() -> None:
    """Have a process that only begins hold less; called before it has threads.

    Packages are imported here without what they bring along where it is installed: what measures each command to
    the broker, which nobody reads, a form of messages that we refuse, and a kind of threads that we do not use.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_ARENA_MAX, ARENAS)
    with without("opentelemetry", "yaml", "greenlet"):
        for name in ("redis", "kombu.serialization", "celery.utils.threads", "celery.bootsteps"):
            import_module(name)


def give_back() -> None:
    """Collect what nobody uses, and give the system what lies free between what is used."""
    gc.collect()
    if sys.platform == "linux":
        # malloc_trim(3) is glibc's; other C libraries give memory back by themselves.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
