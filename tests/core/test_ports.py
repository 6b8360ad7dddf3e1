"""Each port of jobs holds one contract, really and in memory. Events and embedders have tests of their own."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.errors import BrokerOutage, JobCancelled, LeaseLost, NotFoundError
from core.job import Job, JobRequest
from core.ports import Effects, Progress, Queue
from core.runner.heartbeat import Heartbeat, Terms
from core.store import Store
from tests.in_memory import MemoryEffects, MemoryProgress, MemoryQueue
from tests.memory_events import MemoryEvents
from tests.servers.valkey import ValkeyProcess, free_port
from worker.enqueue import CeleryQueue

SECONDS = 60.0


def claimed(store: Store) -> Job:
    job = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann"))[0]
    found = store.leases.claim(job.id, lease_seconds=SECONDS)
    assert found
    return found


@pytest.fixture(params=["real", "in memory"])
def queue(request: pytest.FixtureRequest) -> Queue:
    if request.param == "in memory":
        return MemoryQueue()
    valkey: ValkeyProcess = request.getfixturevalue("valkey")
    return CeleryQueue(valkey.url)


def test_a_queue_counts_what_waits_in_each_class(queue: Queue) -> None:
    assert queue.waiting("interactive") == 0
    for number in range(3):
        queue.enqueue(f"job-{number}", "interactive")
    queue.enqueue("job-3", "bulk")
    assert (queue.waiting("interactive"), queue.waiting("background"), queue.waiting("bulk")) == (3, 0, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: CeleryQueue(f"redis://127.0.0.1:{free_port()}/0"),
        lambda: MemoryQueue(error=BrokerOutage("It is down.")),
    ],
    ids=["real", "in memory"],
)
def test_a_queue_without_its_broker_says_so(make: Callable[[], Queue]) -> None:
    queue = make()
    for send in (lambda: queue.enqueue("job", "bulk"), lambda: queue.waiting("bulk"), queue.take_notices):
        with pytest.raises(BrokerOutage):
            send()
    started = time.monotonic()
    with pytest.raises(BrokerOutage):
        queue.enqueue("job", "bulk")
    assert time.monotonic() - started < 2  # whoever hands in a job waits for it


@pytest.fixture(params=["real", "in memory"])
def effects(request: pytest.FixtureRequest, sqlite_store: Store) -> Effects:
    return MemoryEffects() if request.param == "in memory" else sqlite_store.effects


def test_an_intention_is_kept_from_the_first_try(effects: Effects, sqlite_store: Store) -> None:
    job = claimed(sqlite_store)
    assert effects.intend(job, "post", {"key": 1}) == ("intended", {"key": 1})
    assert effects.intend(job, "post", {"key": 2}) == ("intended", {"key": 1})


def test_a_confirmed_effect_is_found_again(effects: Effects, sqlite_store: Store) -> None:
    job = claimed(sqlite_store)
    effects.intend(job, "post", {})
    effects.confirm(job, "post", {"ts": "1.2"})
    assert effects.intend(job, "post", {}) == ("confirmed", {"ts": "1.2"})
    assert effects.get_detail(job, "post") == {"ts": "1.2"}
    assert effects.get_detail(job, "other") == {}


def test_a_confirmation_without_an_intention_is_none(effects: Effects, sqlite_store: Store) -> None:
    job = claimed(sqlite_store)
    effects.confirm(job, "post", {"ts": "1.2"})
    assert effects.get_detail(job, "post") == {}


def test_a_file_is_replaced_by_its_second_version(effects: Effects, sqlite_store: Store) -> None:
    job = claimed(sqlite_store)
    effects.put_file(job, "result.docx", b"one")
    effects.put_file(job, "result.docx", b"two")
    assert effects.get_file(job, "result.docx") == b"two"
    with pytest.raises(NotFoundError):
        effects.get_file(job, "other")


def test_who_lost_the_job_writes_nothing_down(effects: Effects, sqlite_store: Store) -> None:
    job = claimed(sqlite_store)
    effects.intend(job, "post", {"key": 1})
    overtaken = replace(job, fence=job.fence - 1)
    with pytest.raises(LeaseLost):
        effects.intend(overtaken, "post", {})
    with pytest.raises(LeaseLost):
        effects.confirm(overtaken, "post", {"key": 2})
    with pytest.raises(LeaseLost):
        effects.put_file(overtaken, "result.docx", b"late")
    assert effects.get_detail(job, "post") == {"key": 1}


Told = tuple[Progress, Callable[[], str], Callable[[], None]]


@pytest.fixture(params=["real", "in memory"])
def told(request: pytest.FixtureRequest, sqlite_store: Store) -> Iterator[Told]:
    """A progress, what it was told of the answer, and what has it stop the work."""
    if request.param == "in memory":
        memory = MemoryProgress()

        def stop() -> None:
            memory.stop_after = 0

        yield memory, lambda: "".join(memory.pieces), stop
        return
    job, events = claimed(sqlite_store), MemoryEvents()
    with Heartbeat(sqlite_store.leases, job, events=events, terms=Terms(0.2)) as beat:

        def pieces() -> str:
            beat.flush()
            return "".join(event.data["text"] for event in events.read(job.id) if event.kind == "token")

        def cancel() -> None:
            sqlite_store.jobs.request_cancel(job.id)

        yield beat, pieces, cancel


def test_a_progress_passes_the_answer_on_and_stops_the_work_when_told(told: Told) -> None:
    progress, pieces, stop = told
    progress.say("Writing", done=1, total=2)
    for piece in ("one ", "two ", "three"):
        progress.token(piece)
    assert pieces() == "one two three"
    stop()
    with pytest.raises(JobCancelled):
        go_on(progress)


def go_on(progress: Progress) -> None:
    """Write until somebody stops it."""
    while True:
        progress.token("more ")
