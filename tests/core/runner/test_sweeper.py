"""What is due is sent once, each class has its share, and a clock set back stops nothing. On both databases."""

import threading
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from core.errors import BrokerOutage
from core.job import QUEUES, Job, QueueName
from core.runner.sweeper import Sweeper, sweep
from core.settings import Settings
from core.store import Store, open_store
from core.store.rows import MAX_SECONDS
from core.store.tables import jobs
from tests.core.store.conftest import store
from tests.core.store.counted import statements_of
from tests.core.store.test_jobs import LONG_SECONDS, request
from tests.in_memory import MemoryQueue
from tests.processes.commands import wait_until

__all__ = ["store"]
HOUR_SECONDS = 3600.0


def add_many(store: Store, number: int, queue: QueueName = "interactive") -> list[str]:
    """Store jobs whose wake-up calls were lost."""
    ids = [store.jobs.add(request(queue=queue))[0].id for _ in range(number)]
    store.jobs.mark_unsent(*ids)
    return ids


def change(store: Store, job: Job, **values: Any) -> None:
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(**values))


def test_interactive_jobs_come_first_and_every_class_has_its_share(store: Store) -> None:
    bulk, background = add_many(store, 30, "bulk"), add_many(store, 30, "background")
    (late,) = add_many(store, 1)
    broker = MemoryQueue()
    assert sweep(store.jobs, broker, resend_seconds=LONG_SECONDS, limit=10) == 21
    assert [job_id for job_id, _ in broker.sent] == [late, *background[:10], *bulk[:10]]
    sweep(store.jobs, broker, resend_seconds=LONG_SECONDS, limit=10)
    assert [job_id for job_id, _ in broker.sent[21:]] == [*background[10:20], *bulk[10:20]]


def test_what_waits_at_the_broker_is_not_sent_again_and_what_was_lost_of_it_is(store: Store) -> None:
    (lost,) = add_many(store, 1)
    backlog = [store.jobs.add(request())[0] for _ in range(9)]
    for job in backlog:
        change(store, job, sent_at=0.0)  # long ago: each of them is due to be sent again
    broker = MemoryQueue()
    for job in backlog:
        broker.enqueue(job.id, "interactive")
    broker.enqueue("of another installation", "interactive")
    assert sweep(store.jobs, broker, resend_seconds=1.0) == 0
    broker.sent.pop()
    assert sweep(store.jobs, broker, resend_seconds=1.0) == 1
    assert broker.sent[9:] == [(lost, "interactive")]
    broker.sent.clear()
    assert sweep(store.jobs, broker, resend_seconds=1.0) == 9


def test_many_sweepers_send_each_job_once(store: Store) -> None:
    ids = [job_id for queue in QUEUES for job_id in add_many(store, 40, queue)]
    broker, barrier = MemoryQueue(), threading.Barrier(6)

    def run() -> None:
        barrier.wait()
        for _ in range(4):
            sweep(store.jobs, broker, resend_seconds=LONG_SECONDS, limit=15)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(job_id for job_id, _ in broker.sent) == dict.fromkeys(ids, 1)


def test_what_a_broker_does_not_take_stays_due(store: Store) -> None:
    ids = add_many(store, 5)
    with pytest.raises(BrokerOutage):
        sweep(store.jobs, MemoryQueue(most=2), resend_seconds=LONG_SECONDS)
    assert [job_id for job_id, _ in store.jobs.due(resend_seconds=LONG_SECONDS, limit=9)] == ids[2:]


def test_a_sweep_in_which_nothing_is_due_writes_nothing(store: Store) -> None:
    store.jobs.add(request())
    statements: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert sweep(store.jobs, MemoryQueue(), resend_seconds=LONG_SECONDS) == 0
    assert statements
    assert not [statement for statement in statements if "UPDATE" in statement.upper()]


def test_the_thread_sweeps_until_it_is_stopped(store: Store, settings: Settings) -> None:
    ids, broker, stopping = add_many(store, 3), MemoryQueue(), threading.Event()
    sweeper = Sweeper(settings.model_copy(update={"sweep_seconds": 0.05}), store.jobs, broker, stopping)
    sweeper.start()
    wait_until(lambda: len(broker.sent) == 3)
    ids += add_many(store, 1)
    wait_until(lambda: len(broker.sent) == 4)
    stopping.set()
    sweeper.join()
    assert [job_id for job_id, _ in broker.sent] == ids


def test_a_clock_that_was_set_back_holds_up_no_job(store: Store) -> None:
    """Everything was written an hour ahead of what the clock says now."""
    waiting, postponed, held, told = (store.jobs.add(request())[0] for _ in range(4))
    for job in (held, told):
        assert store.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    with store.database.write() as connection:
        ahead = {name: jobs.c[name] + HOUR_SECONDS for name in ("created_at", "not_before", "sent_at", "lease_until")}
        connection.execute(sa.update(jobs).values(**ahead))
    change(store, postponed, not_before=jobs.c.created_at + 2.0)
    change(store, told, state="ready")
    due = {job_id for job_id, _ in store.jobs.due(resend_seconds=LONG_SECONDS, limit=9)}
    assert due == {waiting.id, postponed.id, held.id, told.id}
    for job in (waiting, postponed, held, told):
        assert store.leases.claim(job.id, lease_seconds=LONG_SECONDS)


def test_the_longest_wait_and_lease_are_believed(store: Store) -> None:
    postponed, held = (store.jobs.add(request())[0] for _ in range(2))
    claimed = store.leases.claim(postponed.id, lease_seconds=LONG_SECONDS)
    assert claimed
    store.leases.postpone(claimed, wait_seconds=MAX_SECONDS / 2)
    assert store.leases.claim(held.id, lease_seconds=MAX_SECONDS / 2)
    assert store.jobs.due(resend_seconds=LONG_SECONDS, limit=9) == []


def test_a_process_whose_clock_is_behind_runs_what_another_stored(settings: Settings) -> None:
    """SQLite has no clock but each process's own: here the second one's goes an hour slow."""
    ahead, behind = open_store(settings), open_store(settings)

    @event.listens_for(behind.database.engine, "connect")
    def _slow(connection: Any, _record: Any) -> None:
        connection.create_function("julianday", 1, lambda _now: real(connection) - HOUR_SECONDS / 86_400)

    behind.database.engine.dispose()
    job = ahead.jobs.add(request())[0]
    ahead.jobs.mark_unsent(job.id)
    assert behind.jobs.due(resend_seconds=LONG_SECONDS, limit=9) == [(job.id, "interactive")]
    claimed = behind.leases.claim(job.id, lease_seconds=LONG_SECONDS)
    assert claimed
    assert claimed.started_at is not None
    assert claimed.started_at < job.created_at - HOUR_SECONDS / 2
    ahead.close()
    behind.close()


def real(connection: Any) -> float:
    """Return the Julian day by another function of SQLite's, which is not replaced."""
    seconds: int = connection.execute("SELECT CAST(strftime('%s', 'now') AS INTEGER)").fetchone()[0]
    return seconds / 86_400 + 2_440_587.5


def test_with_a_message_for_each_job_none_that_waits_is_read(store: Store) -> None:
    add_many(store, 5)
    asked = statements_of(store, lambda: store.jobs.take_due(resend_seconds=0.0, limit=9, waiting={"interactive": 5}))
    assert not [one for one in asked if "count(" in one]


@pytest.mark.parametrize("queue", QUEUES)
def test_with_nothing_to_do_one_statement_is_asked_and_the_broker_nothing(store: Store, queue: QueueName) -> None:
    for end in ("cancelled", "delivered"):
        job = store.jobs.add(request(queue=queue))[0]
        change(store, job, state=end, sent_at=0.0, delivered_at=1.0 if end == "delivered" else None)
    broker = MemoryQueue(error=BrokerOutage("It is asked."))
    assert len(statements_of(store, lambda: sweep(store.jobs, broker, resend_seconds=0.0))) == 1
    for state in ("queued", "running", "ready", "failed"):
        change(store, job, state=state, delivered_at=None)
        with pytest.raises(BrokerOutage):
            sweep(store.jobs, broker, resend_seconds=0.0)
