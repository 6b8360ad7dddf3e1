"""What somebody waits for has a thread of its own, however much else is waiting. Real worker, real Valkey."""

import itertools
import statistics
import threading
from dataclasses import dataclass, field

import pytest
from kombu import Connection

from core.job import QUEUES, JobRequest, QueueName
from core.settings import Settings
from core.submit import load_intake, submit
from tests.fakes.openai_replies import Answer, Exchange
from tests.fakes.openai_server import OpenAIServer
from tests.processes.commands import wait_until
from tests.servers.postgres import with_server
from tests.servers.valkey import ValkeyProcess
from tests.worker.conftest import TEXT, Bench, opened_bench
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


def test_a_connection_that_was_closed_meanwhile_ends_no_worker(valkey_own: ValkeyProcess) -> None:
    with Connection(valkey_own.url) as connection:
        channel = connection.channel()
    end_waiting(channel)
    with valkey_own.client() as client:
        assert client.llen(canary_queue.name) == 0


def taken_by(threads: int, waiting: dict[str, int], *, turns: int) -> list[str]:
    """Return the classes of the messages that a worker takes, whose oldest job ends whenever its threads are full."""
    at_work: list[str] = []
    order: list[str] = []
    reserve = Reserve(threads, QUEUES, taken=lambda: at_work)
    left = dict(waiting)
    for _ in range(turns):
        if len(at_work) == reserve.most:
            at_work.pop(0)
        found = next(name for name in reserve.open_of(QUEUES) if left.get(name))
        left[found] -= 1
        at_work.append(found)
        order.append(found)
        reserve.took(found)
    return order


@pytest.mark.parametrize("threads", [1, 2, 6], ids=["one", "one_and_the_reserve", "five_and_the_reserve"])
def test_background_and_bulk_jobs_share_threads_three_to_one(threads: int) -> None:
    order = taken_by(threads, {"background": 100, "bulk": 100}, turns=80)
    assert order.count("bulk") == 20
    assert all("bulk" in order[first : first + 5] for first in range(75))


def test_a_class_gets_all_threads_while_nothing_of_the_other_waits() -> None:
    assert taken_by(4, {"bulk": 9}, turns=9) == ["bulk"] * 9
    assert taken_by(4, {"background": 9}, turns=9) == ["background"] * 9
    # Nor does it owe the other anything for that, or the other it.
    assert taken_by(1, {"background": 9, "bulk": 1}, turns=10).index("bulk") == 3


def test_what_somebody_waits_for_comes_before_both() -> None:
    assert taken_by(4, {"interactive": 5, "background": 5, "bulk": 5}, turns=6)[:5] == ["interactive"] * 5


def test_long_bulk_jobs_get_no_more_threads_than_their_share_while_background_jobs_wait() -> None:
    at_work = ["bulk"]
    reserve = Reserve(4, QUEUES, taken=lambda: at_work)
    for _ in range(20):  # short ones come and go beside it
        assert reserve.open_of(QUEUES)[1:] == ["background", "bulk"]
        reserve.took("background")


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


@pytest.mark.processes
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_bulk_jobs_are_begun_while_background_jobs_wait(
    database: str,
    settings: Settings,
    valkey_own: ValkeyProcess,
    openai_server: OpenAIServer,
    request: pytest.FixtureRequest,
) -> None:
    openai_server.respond = lambda body: Answer(WRITTEN)
    if database == "postgresql":
        settings = with_server(settings, request.getfixturevalue("postgres_url"))
    # Nothing is sent again: the bench's second would fill the queues with messages for the same jobs.
    with opened_bench(settings, valkey_own, openai_server, resend_seconds=60.0) as bench:
        intake = load_intake(bench.settings, bench.store)
        queues: dict[str, QueueName] = {}
        waiting: dict[QueueName, int] = {"background": 12, "bulk": 4}
        for queue, count in waiting.items():
            asked = JobRequest("rewrite", {"text": TEXT}, "api", "ann", queue=queue)
            queues |= {submit(intake, bench.queue, asked)[0].id: queue for _ in range(count)}
        with bench.worker(worker_threads=2):
            wait_until(lambda: all(bench.store.jobs.get(job_id).finished_at for job_id in queues), seconds=WAIT_SECONDS)
        order = sorted(queues, key=lambda job_id: bench.store.jobs.get(job_id).started_at or 0.0)
        assert [queues[job_id] for job_id in order] == [*["background"] * 3, "bulk"] * 4
