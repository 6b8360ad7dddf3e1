"""What somebody waits for has a thread of its own, however much else is waiting. Real worker, real Valkey."""

import itertools
import statistics
import threading
from dataclasses import dataclass, field

import pytest
from kombu import Connection

from core.job import QUEUES, JobRequest
from core.submit import load_intake, submit
from tests.fakes.openai_replies import Answer, Exchange
from tests.servers.valkey import ValkeyProcess
from tests.worker.conftest import TEXT, Bench
from worker.consumer import end_waiting
from worker.reserve import Reserve
from worker.watchdog import canary_queue

WRITTEN = "We meet on Tuesday at 3 pm in room 4."
WAIT_SECONDS = 60.0
# How long a worker listens to its queues before it looks anew which they are.
READ_SECONDS = 1.0
CANARY = "inlaid.canary.host.1"


def test_other_classes_get_all_threads_but_the_reserve() -> None:
    taken: list[str] = []
    reserve = Reserve(4, QUEUES, taken=lambda: taken)
    for queue in ("bulk", "background", "interactive"):
        assert reserve.open_of([*QUEUES, CANARY]) == [*QUEUES, CANARY]
        taken.append(queue)
    taken.append("bulk")
    assert reserve.open_of([*QUEUES, CANARY]) == ["interactive", CANARY]


@pytest.mark.parametrize(("threads", "served"), [(1, QUEUES), (4, ("bulk",)), (4, ("interactive",))])
def test_without_a_choice_there_is_no_reserve(threads: int, served: tuple[str, ...]) -> None:
    reserve = Reserve(threads, served, taken=lambda: ["bulk"] * threads)
    assert reserve.open_of(served) == list(served)


def test_a_thread_that_comes_free_ends_the_waiting_once() -> None:
    taken, woken = ["bulk"], list[bool]()
    reserve = Reserve(2, QUEUES, taken=lambda: taken, wake=lambda: woken.append(True))
    reserve.freed()
    assert reserve.open_of(QUEUES) == ["interactive"]
    reserve.freed()
    reserve.freed()
    assert woken == [True]


def test_a_thread_that_comes_free_while_threads_are_counted_is_heard() -> None:
    woken: list[bool] = []

    def taken() -> list[str]:
        reserve.freed()
        return ["bulk"]

    reserve = Reserve(2, QUEUES, taken=taken, wake=lambda: woken.append(True))
    assert reserve.open_of(QUEUES) == ["interactive"]
    assert woken == [True]


def test_a_broker_without_room_for_a_message_ends_no_worker(valkey_own: ValkeyProcess) -> None:
    with Connection(valkey_own.url) as connection, connection.channel() as channel, valkey_own.client() as client:
        client.config_set("maxmemory", 1)
        end_waiting(channel)
        assert client.llen(canary_queue.name) == 0


@dataclass
class Held:
    """A model that answers nobody until it is told to."""

    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    released: threading.Event = field(default_factory=threading.Event)

    def serve(self, exchange: Exchange) -> None:
        """Answer when it is time."""
        self.begun.release()
        self.released.wait(WAIT_SECONDS)
        Answer(WRITTEN).serve(exchange)


@pytest.mark.processes
def test_an_interactive_job_is_done_while_bulk_jobs_hold_all_other_threads(bench: Bench) -> None:
    held = Held()
    bench.model.respond = lambda body: held if "Held" in str(body) else Answer(WRITTEN)
    intake = load_intake(bench.settings, bench.store)
    asked = JobRequest("rewrite", {"text": f"Held. {TEXT}"}, "api", "ben", queue="bulk")
    bulk = [submit(intake, bench.queue, asked)[0] for _ in range(6)]
    with bench.worker(worker_threads=3):
        assert all(held.begun.acquire(timeout=WAIT_SECONDS) for _ in range(2))
        bench.wait_for(bench.submit(), "delivered")
        assert [bench.state(job) for job in bulk].count("running") == 2
        held.released.set()
        for job in bulk:
            bench.wait_for(job, "delivered")


@pytest.mark.processes
def test_bulk_jobs_alone_follow_one_another_without_a_pause(bench: Bench) -> None:
    bench.model.respond = lambda body: Answer(WRITTEN)
    intake = load_intake(bench.settings, bench.store)
    asked = JobRequest("rewrite", {"text": TEXT}, "api", "ben", queue="bulk")
    bulk = [submit(intake, bench.queue, asked)[0] for _ in range(12)]
    with bench.worker(worker_threads=2):
        begun = sorted(bench.wait_for(job, "delivered").started_at or 0.0 for job in bulk)
    pauses = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert statistics.median(pauses) < READ_SECONDS / 2
