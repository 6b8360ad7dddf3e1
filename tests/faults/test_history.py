"""Workers, broker and database fail in an order of chance while jobs come in; then every job has one result.

Real processes: two workers, Valkey, PostgreSQL. The order comes from a seed, which a failure tells: FAULT_SEED=it.
"""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import OutageError
from core.job import QUEUES, JobRequest
from core.settings import Settings
from core.store import Store, open_store
from core.store.migrate import ensure_migrated
from core.store.tables import DatabaseNow, audit_entries, audit_pending, jobs
from core.submit import Intake, load_intake, submit
from tests.fakes.openai_replies import Answer
from tests.fakes.openai_server import OpenAIServer
from tests.faults import seeds
from tests.processes.commands import wait_until
from tests.servers.postgres import PostgresServer, running_postgres, with_server
from tests.servers.valkey import ValkeyProcess
from tests.servers.worker import WorkerProcess
from worker.enqueue import CeleryQueue

pytestmark = pytest.mark.processes

LEASE_SECONDS = 1.5
JOBS = 36
EVERY_SECONDS = 0.25
END_SECONDS = 90.0
TEXT = "The meeting is on Tuesday at 3 pm in room 4."
ANSWER = Answer("We meet on Tuesday at 3 pm in room 4.", seconds_per_piece=0.03)
GARBAGE = (b"garbage", b"\x80\x04N.", json.dumps({"body": "W10=", "headers": {}, "properties": {}}).encode())


@dataclass
class Site:
    """An installation of two workers, and what can go wrong with it."""

    settings: Settings
    store: Store
    intake: Intake
    queue: CeleryQueue
    broker: ValkeyProcess
    postgres: PostgresServer
    workers: list[WorkerProcess]
    chance: random.Random  # of the thread in which things fail
    client_chance: random.Random  # of the other, so that a seed brings the same again
    done: list[str] = field(default_factory=list)

    def submit(self, number: int) -> str:
        """Submit a job as a client does: again until it was accepted, and sometimes once more."""
        queue = self.client_chance.choice(QUEUES)
        person = f"person-{number % 3}"
        asked = JobRequest(
            "rewrite", {"text": f"{number}. {TEXT}"}, "api", person, dedupe_key=f"key-{number}", queue=queue
        )
        for _ in range(self.client_chance.randint(1, 3)):
            job_id = ""
            while not job_id:
                try:
                    job_id = submit(self.intake, self.queue, asked)[0].id
                except OutageError:
                    time.sleep(0.1)
        return job_id

    def kill_worker(self) -> None:
        """Kill -9 a worker, which its supervisor starts again."""
        worker = self.chance.choice(self.workers)
        worker.kill()
        worker.start()

    def stop_worker(self) -> None:
        """Stop a worker for longer than its leases, and let it go on."""
        worker = self.chance.choice(self.workers)
        os.kill(worker.pid, signal.SIGSTOP)
        time.sleep(2 * LEASE_SECONDS)
        os.kill(worker.pid, signal.SIGCONT)

    def empty_broker(self) -> None:
        """Lose all messages."""
        with self.broker.client() as client:
            client.flushall()

    def restart_broker(self) -> None:
        """Kill -9 the broker."""
        self.broker.restart()

    def restart_database(self) -> None:
        """Let the database break off, and recover from its log."""
        self.postgres.restart()

    def poison_queue(self) -> None:
        """Put into the queues what nobody of ours sends."""
        with self.broker.client() as client:
            for item in GARBAGE:
                client.lpush(self.chance.choice(("interactive", "bulk")), item)

    def double_messages(self) -> None:
        """Send messages of jobs that are done, run and wait."""
        with self.store.database.read() as connection:
            for row in connection.execute(sa.select(jobs.c.id, jobs.c.queue).limit(10)).all():
                self.queue.enqueue(row.id, row.queue)

    @property
    def faults(self) -> list[Callable[[], None]]:
        """All of them."""
        return [
            self.kill_worker,
            self.stop_worker,
            self.empty_broker,
            self.restart_broker,
            self.restart_database,
            self.poison_queue,
            self.double_messages,
        ]

    def fail(self) -> None:
        """Let everything fail once, in an order of chance."""
        order = self.faults
        self.chance.shuffle(order)
        for fault in order:
            self.done.append(fault.__name__)
            try:
                fault()
            except OutageError:
                continue  # what another fault took away cannot fail
            time.sleep(self.chance.uniform(0.0, 0.5))


@pytest.fixture
def site(request: pytest.FixtureRequest, settings: Settings, valkey_own: ValkeyProcess) -> Iterator[Site]:
    """Start one with short leases."""
    with OpenAIServer() as model, running_postgres() as postgres:
        model.respond = lambda _body: ANSWER
        changes = {
            "broker_url": valkey_own.url,
            "model_url": model.url,
            "lease_seconds": LEASE_SECONDS,
            "sweep_seconds": 0.5,
            "resend_seconds": 1.0,
            "cache_seconds": 0.0,
            "worker_threads": 2,
            "max_attempts": 20,  # a job that meets several faults fails for none of them
        }
        chosen = with_server(settings, postgres.create_database()).model_copy(update=changes)
        store = opened(chosen)
        workers = [WorkerProcess(chosen.model_copy(update={"home": Path(chosen.home) / str(n)})) for n in range(2)]
        for worker in workers:
            worker.start()
        intake = load_intake(chosen, store)
        queue = CeleryQueue(chosen.broker_url)
        chances = (random.Random(request.param), random.Random(request.param))
        yield Site(chosen, store, intake, queue, valkey_own, postgres, workers, *chances)
        for worker in workers:
            worker.stop()
        store.close()


def opened(settings: Settings) -> Store:
    from core.store import Database

    database = Database(settings.store_url)
    ensure_migrated(database)
    database.close()
    return open_store(settings)


def finished(store: Store) -> Counter[str]:
    """Return how often a result of each job was taken."""
    found: Counter[str] = Counter()
    with store.database.read() as connection:
        for table in (audit_entries, audit_pending):
            found.update(connection.execute(sa.select(table.c.thing).where(table.c.action == "job.finished")).scalars())
    return found


def held(store: Store) -> int:
    """Return how many leases run."""
    running = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.lease_until > DatabaseNow())
    with store.database.read() as connection:
        return int(connection.execute(running).scalar_one())


@pytest.mark.parametrize("site", seeds(), indirect=True, ids=lambda seed: f"seed-{seed}")
def test_whatever_fails_each_job_has_one_result(site: Site) -> None:
    failing = threading.Thread(target=site.fail)
    failing.start()
    made = []
    for number in range(JOBS):
        made.append(site.submit(number))
        time.sleep(EVERY_SECONDS)  # jobs come in while things fail
    failing.join()

    def all_ended() -> bool:
        with site.store.database.read() as connection:
            open_jobs = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.delivered_at.is_(None))
            return not connection.execute(open_jobs).scalar_one()

    wait_until(all_ended, seconds=END_SECONDS, why=f"jobs are stuck after {site.done}")
    # A heartbeat may have come just after the end; then nobody renews it.
    wait_until(lambda: not held(site.store), seconds=10 * LEASE_SECONDS, why=f"leases are held after {site.done}")
    found = {job_id: site.store.jobs.get(job_id) for job_id in made}
    assert len(found) == JOBS, f"doubled after {site.done}"
    assert {job.state for job in found.values()} == {"delivered"}, f"lost after {site.done}"
    assert finished(site.store) == Counter(made), f"results were taken twice after {site.done}"
    with site.store.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one() == JOBS
    ended = [worker.log for worker in site.workers if worker.exit_code is not None]
    assert not ended, f"a worker ended by itself after {site.done}: {ended[0][-4000:]}"
