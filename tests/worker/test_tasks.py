"""Tasks: a worker after a large job, the scheduler's work that piles up, and scans, a part at a time.

A scan is killed with -9 as somebody looks through a part of it: only that part is looked through again.
"""

import ctypes
import multiprocessing
import sys
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import psutil
import pytest

from core.job import Job
from core.signals.board import load_board
from core.signals.model import Scan
from core.sources.model import AccessList, person_principal
from core.submit import load_intake, submit
from tests.core.sources.making import add_source, fill, written
from tests.fakes.openai_replies import Answer, Exchange
from tests.processes.commands import wait_until
from tests.worker.conftest import Bench
from worker.app import app
from worker.tasks import MemoryReturn, OneByOne, Paced

MEGABYTE = 2**20
PARTS, PASSED, THREADS = 8, 3, 3
WAIT_SECONDS = 90.0


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc keeps what was freed",
)
def test_what_a_large_job_took_is_given_back() -> None:
    # In a process of its own: one that has run other tests takes what they freed.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        taken, is_returned, kept = fresh.submit(memory_of_a_large_job).result()
    assert taken > 100 * MEGABYTE
    assert is_returned
    assert kept < 32 * MEGABYTE


def memory_of_a_large_job() -> tuple[int, bool, int]:
    """Return by how many bytes this process grew, whether it then gave memory back, and by how many it still is."""
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
    grown = process.memory_info().rss - before
    return grown, memory.after_job(), process.memory_info().rss - before


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


def test_what_comes_while_one_is_done_is_done_after_it_by_whoever_has_the_turn() -> None:
    waiting, done = deque(["one", "two", "three"]), list[tuple[str, int]]()
    begun, end = threading.Event(), threading.Event()

    def run(job_id: str) -> None:
        waiting.remove(job_id)
        begun.set()
        end.wait(WAIT_SECONDS)
        done.append((job_id, threading.get_ident()))

    one_by_one = OneByOne(run, lambda: waiting[0] if waiting else "")
    thread = threading.Thread(target=one_by_one, args=("one",))
    thread.start()
    assert begun.wait(WAIT_SECONDS)
    one_by_one("two")
    assert done == []
    end.set()
    thread.join()
    assert done == [(name, thread.ident) for name in ("one", "two", "three")]


def test_one_that_fails_keeps_nobody_from_the_turn() -> None:
    def fail(_job_id: str) -> None:
        raise ZeroDivisionError

    one_by_one = OneByOne(fail, str)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            one_by_one("one")


@dataclass
class Counted:
    """A model that counts how many ask it at once, and after some answers nobody until it is told to."""

    passed: int
    most: int = 0
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    _asking: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, exchange: Exchange) -> None:
        """Answer in a moment, in which others can ask; or later."""
        with self._lock:
            self._asking += 1
            self.most = max(self.most, self._asking)
            self.passed -= 1
            is_held = self.passed < 0
        if is_held:
            self.held.set()
            self.released.wait(WAIT_SECONDS)
        exchange.wait(0.3)
        with self._lock:
            self._asking -= 1
        Answer('{"items": []}').serve(exchange)


def begin_scan(bench: Bench) -> list[Job]:
    """Begin a scan of as many parts as jobs."""
    board = load_board(bench.settings, bench.store.records, bench.store.jobs)
    source = add_source(bench.store)
    own = AccessList("own", frozenset({person_principal("local", "ann")}))
    texts = [f"The pump of hall {number} may fail before the winter. " * 100 for number in range(PARTS)]
    fill(bench.store, source, [written(f"n{at}", text, access="own") for at, text in enumerate(texts)], [own])
    scan = board.add(Scan("", "local", "ann", "Scan", (source.id,)))
    intake = load_intake(bench.settings, bench.store)
    return list(board.begin(scan, "text", lambda request: submit(intake, bench.queue, request)[0]).jobs)


@pytest.mark.processes
def test_a_scan_whose_worker_is_killed_repeats_one_part_at_most(bench: Bench) -> None:
    model = Counted(PASSED)
    bench.model.respond = lambda _body: model
    jobs = begin_scan(bench)
    assert len(jobs) == PARTS
    with bench.worker(worker_threads=THREADS) as worker:
        assert model.held.wait(WAIT_SECONDS), worker.log
        worker.kill()
        model.released.set()
        bench.model.respond = lambda _body: Answer('{"items": []}')
        worker.start()
        wait_until(lambda: all(bench.state(job) == "delivered" for job in jobs), seconds=WAIT_SECONDS)
    assert model.most == 1
    assert sorted(bench.store.jobs.get(job.id).attempts for job in jobs) == [*[1] * (PARTS - 1), 2]


@pytest.mark.processes
def test_what_somebody_waits_for_comes_before_the_rest_of_a_scan(bench: Bench) -> None:
    model = Counted(1)
    bench.model.respond = lambda _body: model
    parts = begin_scan(bench)
    with bench.worker(worker_threads=1) as worker:
        assert model.held.wait(WAIT_SECONDS), worker.log
        asked = bench.submit()
        model.released.set()
        jobs = [asked, *parts]
        wait_until(lambda: all(bench.store.jobs.get(job.id).has_ended for job in jobs), seconds=WAIT_SECONDS)
    ended = sorted(jobs, key=lambda job: bench.store.jobs.get(job.id).finished_at or 0.0)
    assert [job.id for job in ended].index(asked.id) == 2
