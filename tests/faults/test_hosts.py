"""Whatever becomes of the line to a host, its disk or its clock, each job has one result, and soon.

Real processes: a worker here, one on a host of its own (a network namespace), two schedulers, Valkey, PostgreSQL.
`make faults` lets each fault last longer than any patience with a connection.
"""

import glob
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import OutageError
from core.job import JobRequest
from core.settings import Settings
from core.store import Store
from core.store.tables import jobs, tallies
from core.submit import Intake, load_intake, submit
from tests.fakes.openai_server import OpenAIServer
from tests.faults import ROUNDS
from tests.faults.test_history import ANSWER, END_SECONDS, LEASE_SECONDS, TEXT, finished, held, opened
from tests.processes.commands import wait_until
from tests.servers.far_host import FarHost, SmallDisk
from tests.servers.postgres import running_postgres, with_server
from tests.servers.valkey import ValkeyProcess
from tests.servers.worker import WorkerProcess
from worker.enqueue import CeleryQueue

pytestmark = pytest.mark.processes

AT_ONCE = 4
# Beyond the end of a lease, and beyond a socket's five seconds and the end of a silent connection.
LASTS_SECONDS = 25.0 if ROUNDS else 2 * LEASE_SECONDS
# Beside the half second that a job takes. Where other tests take the processors, it is enough that all jobs end.
RECOVERY_SECONDS = LEASE_SECONDS + 5.0 + 2 * AT_ONCE * 0.5 if ROUNDS else END_SECONDS
FAKETIME = os.environ.get("FAKETIME_LIBRARY") or next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), "")


class Beat(WorkerProcess):
    """One scheduler."""

    part = "beat"


@dataclass
class Work:
    """Jobs of an installation, and what is true of them in the end."""

    store: Store
    intake: Intake
    queue: CeleryQueue
    made: list[str] = field(default_factory=list)

    def submit(self, count: int = 1) -> None:
        """Submit some jobs, each twice as a client does that got no answer."""
        for _ in range(count):
            number = len(self.made)
            asked = JobRequest("rewrite", {"text": f"{number}. {TEXT}"}, "api", "ann", dedupe_key=f"key-{number}")
            first, again = (submit(self.intake, self.queue, asked)[0].id for _ in range(2))
            assert first == again
            self.made.append(first)

    def have_ended(self) -> bool:
        """Whether every job has."""
        with self.store.database.read() as connection:
            still = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.delivered_at.is_(None))
            return not connection.execute(still).scalar_one()

    def has_begun(self) -> bool:
        """Whether a worker has one of them."""
        return held(self.store) > 0

    def end_after(self, what: str, *, least_seconds: float = 0.0) -> None:
        """Wait until every job has ended, and for that long, and tell how long it took (`pytest -s`)."""
        began = time.monotonic()
        wait_until(self.have_ended, seconds=RECOVERY_SECONDS, why=f"jobs are stuck: {what}")
        took = time.monotonic() - began
        sys.stdout.write(f"{what}: all jobs have ended after {took:.1f} s\n")
        time.sleep(max(0.0, least_seconds - took))

    def submit_until_refused(self) -> None:
        """Submit job after job."""
        for _ in range(1000):
            self.submit()

    def check(self) -> None:
        """Nothing is lost, doubled, stuck or held."""
        wait_until(lambda: not held(self.store), seconds=10 * LEASE_SECONDS, why="leases are held")
        assert {self.store.jobs.get(job_id).state for job_id in self.made} == {"delivered"}
        assert len(set(self.made)) == len(self.made) == self.store.jobs.count()
        assert finished(self.store) == Counter(self.made)


@contextmanager
def working(settings: Settings) -> Iterator[Work]:
    """Open what submits jobs of an installation."""
    store = opened(settings)
    try:
        yield Work(store, load_intake(settings, store), CeleryQueue(settings.broker_url))
    finally:
        store.close()


def chosen(settings: Settings, broker: ValkeyProcess, model: OpenAIServer) -> Settings:
    """Return settings with short leases."""
    model.respond = lambda _body: ANSWER
    changes = {
        "broker_url": broker.url,
        "model_url": model.url,
        "lease_seconds": LEASE_SECONDS,
        "sweep_seconds": 0.5,
        "resend_seconds": 1.0,
        "cache_seconds": 0.0,
        "worker_threads": 2,
        "max_attempts": 20,
    }
    return settings.model_copy(update=changes)


def at_home(settings: Settings, name: str, **changes: object) -> Settings:
    """Return the settings of one process."""
    return settings.model_copy(update={"home": Path(settings.home) / name, **changes})


def far_settings(settings: Settings, host: FarHost, broker: ValkeyProcess, model: OpenAIServer) -> Settings:
    """Return the settings of a worker on another host, which reaches all servers by its line alone."""
    place = sa.make_url(settings.database_url)
    server = host.serve(f"{place.query['host']}/.s.PGSQL.5432")
    database = place.set(host=host.near, port=server, query={}).render_as_string(hide_password=False)
    broker_url = f"redis://{host.near}:{host.serve(('127.0.0.1', broker.port))}/0"
    url = sa.make_url(model.url)
    assert url.port
    model_url = f"http://{host.near}:{host.serve(('127.0.0.1', url.port))}/{url.database}"
    return at_home(settings, "far", database_url=database, broker_url=broker_url, model_url=model_url)


def test_whatever_becomes_of_the_line_to_a_host_each_job_has_one_result(
    settings: Settings, valkey_own: ValkeyProcess
) -> None:
    with ExitStack() as stack:
        host, model = stack.enter_context(FarHost()), stack.enter_context(OpenAIServer())
        postgres = stack.enter_context(running_postgres())
        usual = with_server(chosen(settings, valkey_own, model), postgres.create_database())
        work = stack.enter_context(working(usual))
        near, *beats = WorkerProcess(at_home(usual, "near")), Beat(at_home(usual, "beat-1")), Beat(at_home(usual, "2"))
        far = WorkerProcess(far_settings(usual, host, valkey_own, model), via=host.via)
        for process in (near, far, *beats):
            stack.enter_context(process)
        every = (host.cut, host.mute, host.deafen, host.slow)
        for fault in every if ROUNDS else every[:2]:
            work.submit(AT_ONCE)
            wait_until(work.has_begun)
            fault()
            work.submit(AT_ONCE)
            work.end_after(fault.__name__, least_seconds=LASTS_SECONDS)
            host.mend()
            os.kill(near.pid, signal.SIGSTOP)  # what is done now, the far host does
            work.submit()
            work.end_after(f"the far host alone after {fault.__name__}")
            os.kill(near.pid, signal.SIGCONT)
        work.check()
        count = sa.select(sa.func.count()).select_from(tallies)

        def counted() -> int:
            with work.store.database.read() as connection:
                return int(connection.execute(count).scalar_one())

        wait_until(lambda: counted() == len(work.made), why="two schedulers do not have each job counted once")


def test_a_disk_that_fills_loses_and_doubles_nothing(
    settings: Settings, valkey_own: ValkeyProcess, tmp_path: Path
) -> None:
    with SmallDisk(tmp_path / "disk") as disk, OpenAIServer() as model:
        usual = chosen(settings.model_copy(update={"home": disk.folder / "home"}), valkey_own, model)
        with working(usual) as work, WorkerProcess(usual):
            work.submit(AT_ONCE)
            wait_until(work.has_begun)
            give_room = disk.fill()
            with pytest.raises(OutageError):
                work.submit_until_refused()
            time.sleep(LASTS_SECONDS)  # what is written meanwhile finds no room
            give_room()
            work.submit()  # who was refused asks again, as does who got no answer
            work.end_after("after there is room again")
            work.check()
            with work.store.database.read() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


@pytest.mark.skipif(not FAKETIME, reason="libfaketime, which sets clocks wrong, is not installed")
@pytest.mark.parametrize("wrong_by_seconds", [-3600, 86400], ids=["behind", "ahead"])
def test_a_worker_whose_clock_is_wrong_loses_and_doubles_nothing(
    wrong_by_seconds: int, settings: Settings, valkey_own: ValkeyProcess
) -> None:
    """Set once: where a clock is set anew under several threads, libfaketime itself fails now and then."""
    wrong = {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{wrong_by_seconds:+d}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with OpenAIServer() as model, running_postgres() as postgres:
        usual = with_server(chosen(settings, valkey_own, model), postgres.create_database())
        with (
            working(usual) as work,
            WorkerProcess(at_home(usual, "right")) as right,
            WorkerProcess(at_home(usual, "wrong"), **wrong, DONT_FAKE_MONOTONIC="1") as other,
        ):
            work.submit(AT_ONCE)
            work.end_after("one of two clocks is wrong")
            os.kill(right.pid, signal.SIGSTOP)
            work.submit()
            work.end_after("a wrong clock alone")
            os.kill(right.pid, signal.SIGCONT)
            assert time.strftime("%Y-%m-%dT%H", time.gmtime(time.time() + wrong_by_seconds)) in other.log
            work.check()
