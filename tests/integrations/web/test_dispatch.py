"""What follows an answer happens on one thread, in order, and no fault ends it."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import BrokerOutage, StoreOutage
from core.job import JobRequest
from core.settings import Settings
from core.store import Store, open_store
from core.submit import load_intake
from integrations.web.dispatch import MAX_WAITING, Dispatcher
from tests.in_memory import MemoryQueue
from tests.memory_events import MemoryEvents
from tests.waiting import until

REQUEST = JobRequest("reply", {"message": "x"}, surface="api", person="ann", dedupe_key="k")


def gated_queue() -> MemoryQueue:
    """Return a broker that takes nothing until its gate is opened."""
    queue = MemoryQueue()
    queue.gate.clear()
    return queue


def ids(queue: MemoryQueue) -> list[str]:
    return [job_id for job_id, _ in queue.sent]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(home=tmp_path))
    yield opened
    opened.close()


def due(store: Store, *, resend_seconds: float = 1000) -> set[str]:
    return {job_id for job_id, _ in store.jobs.due(resend_seconds=resend_seconds, limit=10)}


def test_a_job_is_answered_before_it_is_sent_and_sent_once(store: Store) -> None:
    queue, times = gated_queue(), list[float]()
    dispatcher = Dispatcher(load_intake(Settings(), store), queue, MemoryEvents(), observe_seconds=times.append)
    job = dispatcher.submit(REQUEST)
    assert dispatcher.submit(REQUEST).id == job.id
    assert not queue.sent
    queue.gate.set()
    dispatcher.close(wait_seconds=5)
    assert ids(queue) == [job.id]
    assert not due(store)
    assert len(times) == 2


def test_a_job_that_could_not_be_stored_took_for_ever(store: Store) -> None:
    queue, times = gated_queue(), list[float]()
    dispatcher = Dispatcher(load_intake(Settings(), store), queue, MemoryEvents(), observe_seconds=times.append)
    with store.database.write() as connection:
        connection.execute(sa.text("ALTER TABLE job RENAME TO elsewhere"))
    with pytest.raises(StoreOutage):
        dispatcher.submit(REQUEST)
    dispatcher.close(wait_seconds=5)
    assert times == [math.inf]


@pytest.mark.parametrize(
    ("broken", "resend_seconds"),
    [(BrokerOutage("Down."), 1000.0), (RuntimeError("A fault."), -1.0)],
    ids=["at once after an outage", "after the usual wait after a fault"],
)
def test_what_cannot_be_sent_is_left_to_the_sweeper_and_the_next_is_sent(
    store: Store, broken: Exception, resend_seconds: float
) -> None:
    queue, events = gated_queue(), MemoryEvents()
    queue.gate.set()
    queue.error = broken
    dispatcher = Dispatcher(load_intake(Settings(), store), queue, events, observe_seconds=lambda _seconds: None)
    job = dispatcher.submit(REQUEST)
    dispatcher.tell(job)
    until(lambda: events.read(job.id))
    assert due(store, resend_seconds=resend_seconds) == {job.id}
    queue.error = None
    dispatcher.wake(job)
    dispatcher.close(wait_seconds=5)
    assert ids(queue) == [job.id]


def test_a_broker_that_hangs_fills_a_bounded_queue_and_stops_nobody(store: Store) -> None:
    queue = gated_queue()
    dispatcher = Dispatcher(
        load_intake(Settings(), store), queue, MemoryEvents(), observe_seconds=lambda _seconds: None
    )
    job = dispatcher.submit(REQUEST)
    for _ in range(MAX_WAITING + 50):
        dispatcher.wake(job)
    dispatcher.close(wait_seconds=0.01)
    queue.gate.set()
    until(lambda: len(queue.sent) >= MAX_WAITING)
    assert len(queue.sent) <= MAX_WAITING + 1


def test_the_same_thing_is_done_once_for_many_who_ask_and_again_for_who_asks_later(store: Store) -> None:
    queue, done = gated_queue(), list[str]()
    dispatcher = Dispatcher(
        load_intake(Settings(), store), queue, MemoryEvents(), observe_seconds=lambda _seconds: None
    )
    dispatcher.submit(REQUEST)  # the thread waits at the gate

    def note() -> None:
        done.append("looked")

    for _ in range(20):
        dispatcher.soon(note)
    queue.gate.set()
    until(lambda: bool(done))
    dispatcher.soon(note)
    dispatcher.close(wait_seconds=5)
    assert done == ["looked", "looked"]


def test_what_finds_no_place_can_be_asked_for_again(store: Store) -> None:
    queue, done = gated_queue(), list[str]()
    dispatcher = Dispatcher(
        load_intake(Settings(), store), queue, MemoryEvents(), observe_seconds=lambda _seconds: None
    )
    job = dispatcher.submit(REQUEST)
    for _ in range(MAX_WAITING + 50):
        dispatcher.wake(job)

    def note() -> None:
        done.append("looked")

    dispatcher.soon(note)
    queue.gate.set()
    until(lambda: len(queue.sent) >= MAX_WAITING)
    dispatcher.soon(note)
    until(lambda: done == ["looked"])
    dispatcher.close(wait_seconds=5)
