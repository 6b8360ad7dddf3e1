"""Tasks: a worker after a large job, and the scheduler's work that piles up."""

import ctypes
import sys
import threading

import psutil
import pytest

from worker.app import app
from worker.tasks import MemoryReturn, Paced

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


def test_a_pile_is_done_once_and_the_next_time_again() -> None:
    now, done = [0.0], []
    paced = Paced(lambda: done.append(now[0]), every_seconds=1.0, clock=lambda: now[0])
    assert [paced() for _ in range(360)] == [True, *[False] * 359]
    now[0] = 1.0
    assert paced()
    assert done == [0.0, 1.0]


def test_it_is_not_begun_while_it_goes_on() -> None:
    begun, end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        end.wait(10)

    paced = Paced(work, every_seconds=0.0)
    thread = threading.Thread(target=paced)
    thread.start()
    assert begun.wait(10)
    assert not paced()
    end.set()
    thread.join()
    assert paced()


def test_work_that_failed_is_begun_again_the_next_time() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    paced = Paced(fail, every_seconds=0.0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            paced()


def test_no_message_of_the_scheduler_expires_by_another_machines_clock() -> None:
    assert not [entry for entry in app.conf.beat_schedule.values() if "expires" in entry["options"]]
