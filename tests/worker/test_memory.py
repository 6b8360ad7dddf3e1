"""A worker after a large job."""

import ctypes
import sys
import threading

import psutil
import pytest

from worker.memory import MemoryReturn

MEGABYTE = 2**20


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc keeps what was freed",
)
def test_what_a_large_job_took_is_given_back() -> None:
    process = psutil.Process()
    memory = MemoryReturn(16 * MEGABYTE)
    before = process.memory_info().rss

    left: list[bytearray] = []

    def job() -> None:
        taken = [bytearray(4_000) for _ in range(50_000)]
        left.extend(taken[::100])  # what a job leaves behind lies between what it frees

    worker = threading.Thread(target=job)
    worker.start()
    worker.join()
    assert process.memory_info().rss > before + 100 * MEGABYTE
    assert memory.after_job()
    assert process.memory_info().rss < before + 32 * MEGABYTE


def test_after_a_small_job_nothing_is_done() -> None:
    assert not MemoryReturn().after_job()
