"""The least that a job of the spine can cost with Celery, SQLAlchemy, PostgreSQL and httpx2: the same steps, bare.

A task claims its row in a transaction, asks the instant model over a kept connection and stores the answer with one
event in a second transaction. It has no shares, leases, limits, retries, encryption, checks, audit trail or delivery.
Raw Celery with no-op tasks runs before it on the same broker, as in `benchmarks.spine`: the ratio printed is what the
libraries leave of raw Celery before any code of ours runs.

`.venv/bin/python -m benchmarks.spine_bare [--jobs 2000] [--json]`
"""

import argparse
import json
import os
import tempfile
import time
from functools import cache
from pathlib import Path

import httpx2
import psutil
import sqlalchemy as sa
from celery import Celery

from benchmarks.figure import Figure
from benchmarks.instant_model import ModelProcess
from benchmarks.spine import BROKER_VARIABLE, MAX_DRAIN_SECONDS, TEXT, THREADS, processes, raw_celery
from core.system.subprocesses import module_command
from tests.servers.postgres import running_postgres
from tests.servers.valkey import ValkeyProcess

STORE_VARIABLE, MODEL_VARIABLE = "BARE_STORE", "BARE_MODEL"
WARM_UP_JOBS = 100

tables = sa.MetaData()
jobs = sa.Table(
    "bare_job",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("result", sa.String),
    sa.Column("ended_at", sa.Float),
)
events = sa.Table(
    "bare_event",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job", sa.Integer, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
)
bare = Celery("bare", broker=os.environ.get(BROKER_VARIABLE))
bare.conf.update(
    task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True
)


@cache
def store() -> sa.Engine:
    """Return the database, with a connection for each thread."""
    return sa.create_engine(os.environ[STORE_VARIABLE], pool_size=THREADS)


@cache
def model() -> httpx2.Client:
    """Return a client that keeps its connections."""
    return httpx2.Client(base_url=os.environ[MODEL_VARIABLE])


@bare.task(name="spine.bare")
def run(number: int) -> None:
    """Claim a job, ask the model, store what it says."""
    claim = sa.update(jobs).where(jobs.c.id == number, jobs.c.state == "queued").values(state="running")
    with store().begin() as connection:
        text = connection.execute(claim.returning(jobs.c.text)).scalar_one()
    body = {"model": "instant-70b", "stream": True, "messages": [{"role": "user", "content": text}]}
    with model().stream("POST", "chat/completions", json=body) as response:
        said = response.read().decode()
    ended = sa.update(jobs).where(jobs.c.id == number).values(state="done", result=said, ended_at=time.time())
    with store().begin() as connection:
        connection.execute(ended)
        connection.execute(sa.insert(events).values(job=number, kind="finished"))


def measure(count: int) -> dict[str, float]:
    """Drain no-op tasks, then bare jobs, and return the rates and the processor time of a bare job."""
    with (
        tempfile.TemporaryDirectory() as name,
        ValkeyProcess(Path(name) / "valkey") as valkey,
        ModelProcess() as server,
        running_postgres() as postgres,
    ):
        raw = raw_celery(valkey, 4 * count)
        valkey.flush()
        url = sa.make_url(postgres.create_database()).set(drivername="postgresql+psycopg")
        address = url.render_as_string(hide_password=False)
        engine = sa.create_engine(address)
        tables.create_all(engine)
        with engine.begin() as connection:
            rows = [{"id": number, "state": "queued", "text": f"{number}. {TEXT}"} for number in range(count)]
            connection.execute(sa.insert(jobs), rows)
        with bare.connection_for_write(valkey.url) as broker, bare.amqp.Producer(broker) as producer:
            for number in range(count):
                run.apply_async((number,), queue="bare", producer=producer)
        said = {BROKER_VARIABLE: valkey.url, STORE_VARIABLE: address, MODEL_VARIABLE: server.url}
        command = module_command("celery", "-A", "benchmarks.spine_bare:bare", "worker", "-P", "threads")
        command += ["-c", str(THREADS), "-Q", "bare", "--without-gossip", "--without-mingle", "-l", "WARNING"]
        with processes([command], {**os.environ, **said, "PYTHONPATH": os.getcwd()}) as running:
            first = _when_done(engine, WARM_UP_JOBS, running)
            last = _when_done(engine, count, running)
        with engine.connect() as connection:
            times = list(connection.execute(sa.select(jobs.c.ended_at).order_by(jobs.c.ended_at)).scalars())
        engine.dispose()
    measured = count - WARM_UP_JOBS
    return {
        "raw_celery_per_second": raw,
        "bare_per_second": measured / (times[-1] - times[WARM_UP_JOBS - 1]),
        "bare_cpu_ms": (last - first) / measured * 1000,
    }


def _when_done(engine: sa.Engine, count: int, running: list[psutil.Process]) -> float:
    """Wait until so many jobs are done, and return the processor seconds of the workers at that moment."""
    asked = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.state == "done")
    deadline = time.monotonic() + MAX_DRAIN_SECONDS
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.execute(asked).scalar_one() >= count:
                return sum(sum(process.cpu_times()[:2]) for process in running)
        time.sleep(0.05)
    raise SystemExit("The bare jobs did not come to an end.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.jobs <= WARM_UP_JOBS:
        parser.error(f"--jobs: more than {WARM_UP_JOBS}, which are not measured")
    found = measure(options.jobs)
    if options.json:
        print(json.dumps(found))
        return
    raw, rate = found["raw_celery_per_second"], found["bare_per_second"]
    figures = [
        Figure("raw Celery, no-op, jobs/s", round(raw, 1)),
        Figure("bare jobs on PostgreSQL, jobs/s", round(rate, 1)),
        Figure("bare jobs, times raw Celery", round(rate / raw, 3)),
        Figure("bare jobs, CPU ms a job", round(found["bare_cpu_ms"], 1)),
    ]
    print(*(figure.line() for figure in figures), sep="\n")


if __name__ == "__main__":
    main()
