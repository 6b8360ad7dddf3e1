"""How many jobs a second go through the spine: claim, pipeline, one call of an instant model, result, delivery.

The queue is filled first, then workers start; a drain counts from a hundredth delivery, when caches are filled, to the
last one, by the database's clock. In the same run, on the same broker, a Celery worker with as many threads drains a
no-op task: the peer. What a worker's processor time was is divided by its jobs.

Bars, of one worker: at least .5 of raw Celery on PostgreSQL and .35 on SQLite, and at most 6 ms of a processor a job.
Several workers have none, nor have jobs a second by themselves: those are the machine's.

`.venv/bin/python -m benchmarks.spine [--stores postgresql,sqlite] [--workers 1,2] [--jobs 600] [--json]`; exit code 1
when a bar is missed. The load of the machine is printed beside, since two busy cores halve the figures.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from celery import Celery

from benchmarks.figure import Figure
from benchmarks.instant_model import ModelProcess
from core.job import JobRequest
from core.settings import Settings
from core.store import Database, open_store
from core.store.migrate import ensure_migrated
from core.store.tables import jobs as job_table
from core.submit import load_intake, submit
from core.system.subprocesses import module_command
from tests.servers.postgres import running_postgres
from tests.servers.valkey import ValkeyProcess
from worker.enqueue import CeleryQueue

MIN_TIMES_RAW_CELERY = {"postgresql": 0.5, "sqlite": 0.35}
MAX_CPU_MS = 6.0
THREADS = 4
PEOPLE = 50
MAX_DRAIN_SECONDS = 120.0
START_SECONDS = 30.0
WARM_UP_JOBS = 100
MIN_JOBS = 3 * WARM_UP_JOBS
TEXT = "The garden is not free on the 5th, so we are moving the summer party to 12 June. Please tell your teams.\n" * 5
RECIPE = '''
name = "light"
title = "Light"
description = "One call of the model, with the usual checks."
version = 1
queue = "interactive"
plan = "direct"
languages = ["en"]
main_input = "text"
cache = false
checks = ["placeholders", "residue", "links", "loops"]
skeleton = """
[[What is the text about?]]"""

[[inputs]]
name = "text"
title = "Text"
type = "text"
required = true

[output]
max_chars = 2000

[decoding]
temperature = 0.2
max_tokens = 60

[prompt]
system = """
You say in one sentence what a text is about."""
user = """
Text:
{{ text | fenced }}
Sentence:"""
repair = """
This sentence cannot be used:
{{ problems }}
Write another one:"""
'''

BROKER_VARIABLE = "SPINE_BROKER"

noop = Celery("noop", broker=os.environ.get(BROKER_VARIABLE))
noop.conf.update(
    task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True
)


@noop.task(name="spine.noop")
def nothing(_number: int) -> None:
    """Do nothing, as raw Celery does it."""


@contextmanager
def processes(commands: list[list[str]], environment: dict[str, str]) -> Iterator[list[psutil.Process]]:
    """Run workers for as long as the block lasts."""
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield [psutil.Process(one.pid) for one in started]
    finally:
        for one in started:
            one.terminate()
        for one in started:
            with suppress(subprocess.TimeoutExpired):
                one.wait(20)
            one.kill()
            one.wait()


def fill_noops(valkey: ValkeyProcess, count: int) -> None:
    """Let so many no-op tasks wait."""
    valkey.flush()
    with noop.connection_for_write(valkey.url) as connection, noop.amqp.Producer(connection) as producer:
        for number in range(count):
            nothing.apply_async((number,), queue="noop", producer=producer)


def noop_worker(valkey: ValkeyProcess) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of the Celery worker that runs them."""
    environment = {**os.environ, BROKER_VARIABLE: valkey.url, "PYTHONPATH": os.getcwd()}
    command = module_command("celery", "-A", "benchmarks.spine:noop", "worker", "-P", "threads", "-c", str(THREADS))
    return [*command, "-Q", "noop", "--without-gossip", "--without-mingle", "-l", "WARNING"], environment


def raw_celery(valkey: ValkeyProcess, count: int) -> float:
    """Return how many no-op tasks a second one Celery worker runs."""
    fill_noops(valkey, count)
    command, environment = noop_worker(valkey)
    with processes([command], environment), valkey.client() as client:
        left = _wait_below(client, count - 1)
        started = time.monotonic()
        _wait_below(client, 0)
        return left / (time.monotonic() - started)


def _wait_below(client: Any, most: int) -> int:
    """Wait until at most so many tasks are left in the queue, and return how many are."""
    deadline = time.monotonic() + MAX_DRAIN_SECONDS
    while time.monotonic() < deadline:
        left = int(client.llen("noop"))
        if left <= most:
            return left
        time.sleep(0.005)
    sys.exit("The Celery worker did not come to an end.")


def drain(settings: Settings, environment: dict[str, str], *, count: int, workers: int) -> dict[str, float]:
    """Fill the queue, start the workers, and return rate and cost of the jobs."""
    database = Database(settings.store_url)
    ensure_migrated(database)
    database.close()
    store, queue = open_store(settings), CeleryQueue(settings.broker_url)
    intake = load_intake(settings, store)
    for number in range(count):
        inputs = {"text": f"{number}. {TEXT}"}
        submit(intake, queue, JobRequest("light", inputs, surface="api", person=f"person-{number % PEOPLE}"))
    commands = [module_command("integrations.cli.processes.run", "worker") for _ in range(workers)]
    with processes(commands, environment) as running:
        cpu_at_first = _when_delivered(store.database, WARM_UP_JOBS, running)
        cpu_at_last = _when_delivered(store.database, count, running)
    delivered = sa.select(job_table.c.delivered_at).order_by(job_table.c.delivered_at)
    with store.database.read() as connection:
        times = list(connection.execute(delivered).scalars())
    store.close()
    measured = count - WARM_UP_JOBS
    rate, spent = measured / (times[-1] - times[WARM_UP_JOBS - 1]), (cpu_at_last - cpu_at_first) / measured
    return {"jobs_per_second": round(rate, 1), "cpu_ms_per_job": round(spent * 1000, 1)}


def _when_delivered(database: Any, count: int, running: list[psutil.Process]) -> float:
    """Wait until so many jobs are delivered, and return the processor seconds of the workers at that moment."""
    is_delivered = job_table.c.delivered_at.is_not(None)
    statement = sa.select(sa.func.count()).select_from(job_table).where(is_delivered)
    deadline = time.monotonic() + MAX_DRAIN_SECONDS
    while time.monotonic() < deadline:
        with database.read() as connection:
            found = connection.execute(statement).scalar_one()
        if found >= count:
            return sum(sum(process.cpu_times()[:2]) for process in running)
        time.sleep(0.05)
    sys.exit(f"Only {found} of {count} jobs came so far.")


def measure(stores: list[str], workers: list[int], count: int) -> dict[str, Any]:
    """Run each combination, with raw Celery beside."""
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        recipes = folder / "recipes"
        recipes.mkdir()
        (recipes / "light.toml").write_text(RECIPE)
        valkey = stack.enter_context(ValkeyProcess(folder / "valkey"))
        model = stack.enter_context(ModelProcess())
        postgres = stack.enter_context(running_postgres()) if "postgresql" in stores else None
        load = os.getloadavg()[0]
        raw = raw_celery(valkey, 4 * count)
        for store in stores:
            for number in workers:
                valkey.flush()
                home = folder / f"{store}-{number}"
                url = postgres.create_database() if store == "postgresql" and postgres else f"sqlite:///{home}/jobs.db"
                environment = environment_of(home, url, valkey.url, model.url, recipes)
                settings = Settings(
                    home=home,
                    database_url=url,
                    broker_url=valkey.url,
                    recipes_dir=recipes,
                    secret_keys=environment["INLAID_SECRET_KEYS"],
                )
                one = drain(settings, environment, count=count, workers=number)
                ratio = round(one["jobs_per_second"] / raw, 3)
                found.append({"store": store, "workers": number, **one, "times_raw_celery": ratio})
    return {"raw_celery_per_second": round(raw, 1), "load_at_start": round(load, 2), "runs": found}


def environment_of(home: Path, database: str, broker: str, model: str, recipes: Path) -> dict[str, str]:
    """Return the settings of a worker as environment variables."""
    return {
        **os.environ,
        "PYTHONPATH": os.getcwd(),  # the workers are of this tree, not of the one that is installed
        "INLAID_HOME": str(home),
        "INLAID_DATABASE_URL": database,
        "INLAID_BROKER_URL": broker,
        "INLAID_MODEL_URL": model,
        "INLAID_MODEL_NAME": "instant-70b",
        "INLAID_RECIPES_DIR": str(recipes),
        "INLAID_SECRET_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "INLAID_LOG_LEVEL": "WARNING",
    }


def figures_of(found: Mapping[str, Any]) -> list[Figure]:
    """Return what `measure` found, with the bars of one worker beside."""
    figures = [Figure("raw Celery, no-op, jobs/s", found["raw_celery_per_second"])]
    for run in found["runs"]:
        store, workers = run["store"], run["workers"]
        name = f"{store}, {'one worker' if workers == 1 else f'{workers} workers'}"
        least, most = (MIN_TIMES_RAW_CELERY[store], MAX_CPU_MS) if workers == 1 else (None, None)
        figures += [
            Figure(f"{name}, jobs/s", run["jobs_per_second"]),
            Figure(f"{name}, times raw Celery", run["times_raw_celery"], least, is_least=True),
            Figure(f"{name}, CPU ms a job", run["cpu_ms_per_job"], most),
        ]
    return figures


def report(found: dict[str, Any], *, as_json: bool) -> int:
    """Print what was found beside its bars, and return the exit code: 1 where one is missed."""
    figures = figures_of(found)
    missed = [figure.name for figure in figures if not figure.is_met]
    if as_json:
        print(json.dumps({**found, "missed": missed, "ok": not missed}))
    else:
        print(f"load {found['load_at_start']} at the start", *(figure.line() for figure in figures), sep="\n")
    return int(bool(missed))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", default="postgresql,sqlite")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--jobs", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.jobs < MIN_JOBS:
        parser.error(f"--jobs: at least {MIN_JOBS}, of which the first {WARM_UP_JOBS} are not measured")
    stores = options.stores.split(",")
    if unknown := set(stores) - set(MIN_TIMES_RAW_CELERY):
        parser.error(f"--stores: {', '.join(sorted(unknown))}, instead of {' or '.join(MIN_TIMES_RAW_CELERY)}")
    found = measure(stores, [int(worker) for worker in options.workers.split(",")], options.jobs)
    sys.exit(report(found, as_json=options.json))


if __name__ == "__main__":
    main()
