"""What an installation for many costs and keeps to: one worker, its queues, a million waiting jobs, its memory.

    python -m benchmarks.scale spine        jobs a second beside raw Celery on the same broker, CPU a job
    python -m benchmarks.scale interactive  how long interactive jobs wait while 10,000 bulk jobs do
    python -m benchmarks.scale backlog      claims, sweeps, forecasts and /metrics over 1,000,000 waiting jobs
    python -m benchmarks.scale memory       a worker, and a whole `inlaid up` without a model, that have nothing to do
    python -m benchmarks.scale forecast     what was said about the wait beside how long it was
    python -m benchmarks.scale soak         `inlaid up` at 70 % of what it can do, with a fault a minute

Each prints its figures with their bars, and ends with exit code 1 when one is missed. PostgreSQL is a real one, of the
tests' wheel. The load of the machine is printed beside, since two busy cores halve the figures.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from benchmarks import spine
from benchmarks.figure import Figure, percentile
from benchmarks.instant_model import ModelProcess
from benchmarks.soak import measure_soak
from core.job import QUEUES, Job, JobRequest, QueueName
from core.observability.metrics import Metrics
from core.settings import Settings
from core.store import Database, Store, open_store
from core.store.migrate import ensure_migrated
from core.store.tables import jobs as job_table
from core.store.turns import Turns
from core.store.waits import Waits
from core.submit import Intake, load_intake, submit
from core.system.subprocesses import module_command
from tests.processes.commands import running_up
from tests.servers.postgres import running_postgres
from tests.servers.valkey import ValkeyProcess
from worker.enqueue import CeleryQueue

MEGABYTE = 2**20
WAIT_SECONDS = 180.0
WORKSPACES, PEOPLE = 20, 5_000
# Rows as a submit makes them, with the sealed request of a real one of their workspace: who claims a job opens it.
MANY_ROWS = """
INSERT INTO job (id, workspace, person, surface, recipe, queue, dedupe_key, content_hash, state, request, not_before,
                 created_at, sent_at)
SELECT gen_random_uuid()::text, workspace, 'person-' || n % :people, 'api', recipe, 'bulk',
       'many-' || n, content_hash, 'queued', request, created_at, created_at, created_at
FROM job, generate_series(1, :rows) AS n WHERE id = :id
"""


@dataclass(frozen=True)
class Installation:
    """Store, broker and model of one measurement."""

    settings: Settings
    environment: dict[str, str]
    store: Store
    queue: CeleryQueue
    intake: Intake

    def submit(self, number: int, queue: QueueName = "interactive", person: str = "") -> Job:
        """Submit a job that asks the model once."""
        inputs = {"text": f"{number}. {spine.TEXT}"}
        who = person or f"person-{number % spine.PEOPLE}"
        return submit(self.intake, self.queue, JobRequest("light", inputs, surface="api", person=who, queue=queue))[0]

    @contextmanager
    def worker(self, *, is_apart: bool = False) -> Iterator[Any]:
        """Run one worker in the shipped configuration, or one for interactive jobs and one for bulk jobs alone."""
        commands = [module_command("integrations.cli.processes.run", "worker")]
        if is_apart:
            command = module_command("integrations.cli.app", "worker")
            commands = [[*command, "--queue", name] for name in ("interactive", "bulk")]
        with spine.processes(commands, self.environment) as running:
            yield running[0]


@contextmanager
def installation(database: str = "postgresql") -> Iterator[Installation]:
    """Make one on a server of the given kind, empty."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "recipes").mkdir()
        (folder / "recipes" / "light.toml").write_text(spine.RECIPE)
        valkey = stack.enter_context(ValkeyProcess(folder / "valkey"))
        model = stack.enter_context(ModelProcess())
        url = f"sqlite:///{folder}/data/jobs.db"
        if database == "postgresql":
            url = stack.enter_context(running_postgres()).create_database()
        environment = spine.environment_of(folder / "home", url, valkey.url, model.url, folder / "recipes")
        key = environment["INLAID_SECRET_KEYS"]
        settings = Settings(home=folder / "home", database_url=url, broker_url=valkey.url, secret_keys=key)
        migrated = Database(settings.store_url)
        ensure_migrated(migrated)
        migrated.close()
        store = open_store(settings)
        stack.callback(store.close)
        intake = load_intake(settings, store)
        yield Installation(settings, environment, store, CeleryQueue(valkey.url), intake)


def timed(work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Return how many milliseconds each of some runs took, by default by the clock on the wall."""
    found = []
    for _ in range(times):
        began = clock()
        work()
        found.append((clock() - began) * 1000)
    return found


def measure_spine(options: argparse.Namespace) -> list[Figure]:
    """Fill the queue, then let one worker drain it; raw Celery beside."""
    return spine.figures_of(spine.measure(["postgresql", "sqlite"], [1], options.jobs))


def interactive_waits(made: Installation, count: int, every_seconds: float) -> list[float]:
    """Submit interactive jobs in a steady pace, and return the milliseconds that each waited."""
    asked = []
    for number in range(count):
        asked.append(made.submit(number, person="somebody").id)
        time.sleep(every_seconds)
    columns = job_table.c
    mine = sa.select(columns.started_at - columns.created_at).where(
        columns.id.in_(asked), columns.started_at.is_not(None)
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with made.store.database.read() as connection:
            waits = list(connection.execute(mine).scalars())
        if len(waits) == count:
            return [1000 * wait for wait in waits]
        time.sleep(0.2)
    sys.exit("Interactive jobs were not begun.")


def measure_interactive(options: argparse.Namespace) -> list[Figure]:
    """Compare the wait of interactive jobs in an empty queue with that beside a backlog of bulk jobs.

    The backlog is there before a worker is: one that runs takes bulk jobs about as fast as they can be submitted.
    """
    with installation() as made:
        with made.worker(is_apart=options.apart):
            warm_up(made)
            alone = interactive_waits(made, options.jobs, options.every_seconds)
        for number in range(options.bulk):
            made.submit(number, "bulk")
        with made.worker(is_apart=options.apart):
            warm_up(made)
            before, began = made.queue.waiting("bulk"), time.monotonic()
            beside = interactive_waits(made, options.jobs, options.every_seconds)
            left = made.queue.waiting("bulk")
            rate = (before - left) / (time.monotonic() - began)
    if not left:
        sys.exit("The bulk jobs came to their end first: let more of them wait (--bulk).")
    p99 = percentile(beside, 0.99)
    return [
        Figure("bulk messages waiting at the start", before),
        Figure("bulk messages waiting at the end", left),
        Figure("bulk jobs done a second meanwhile", rate),
        Figure("wait in an empty queue, p50 ms", percentile(alone, 0.5)),
        Figure("wait in an empty queue, p99 ms", percentile(alone, 0.99)),
        Figure("wait beside bulk, p50 ms", percentile(beside, 0.5)),
        Figure("wait beside bulk, p99 ms", p99, 150.0),
        Figure("p50 beside bulk / p50 alone", percentile(beside, 0.5) / percentile(alone, 0.5)),
        Figure("p99 beside bulk / p99 alone", p99 / percentile(alone, 0.99), 1.5),
        *[
            Figure(f"the same, {share:.1%} of 1,000 samples of these waits are below", value)
            for share, value in zip((0.025, 0.975), ratio_interval(beside, alone), strict=True)
        ],
    ]


def ratio_interval(beside: Sequence[float], alone: Sequence[float]) -> tuple[float, float]:
    """Return between what the ratio of two p99 lies in 95 of 100 samples, drawn from the waits with replacement."""
    chance = random.Random(0)

    def p99(values: Sequence[float]) -> float:
        return percentile(chance.choices(values, k=len(values)), 0.99)

    ratios = [p99(beside) / p99(alone) for _ in range(1000)]
    return percentile(ratios, 0.025), percentile(ratios, 0.975)


def warm_up(made: Installation) -> None:
    """Let a worker that was just started do a few jobs, so that its start is over."""
    await_all(made, [made.submit(number).id for number in range(8)])


def await_all(made: Installation, ids: list[str]) -> None:
    """Wait until these jobs are delivered."""
    columns = job_table.c
    left = sa.select(sa.func.count()).where(columns.id.in_(ids), columns.delivered_at.is_(None))
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with made.store.database.read() as connection:
            if not connection.execute(left).scalar_one():
                return
        time.sleep(0.05)
    sys.exit("Jobs did not come to their end.")


def fill(made: Installation, rows: int) -> None:
    """Let as many jobs as rows wait, of several workspaces."""
    began = time.monotonic()
    for number in range(WORKSPACES):
        asked = JobRequest("light", {"text": "x"}, "api", "first", workspace=f"workspace-{number}", queue="bulk")
        first, _ = made.intake.add(asked)
        values = {"id": first.id, "rows": rows // WORKSPACES, "people": PEOPLE}
        with made.store.database.write() as connection:
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.text(MANY_ROWS), values)
    with made.store.database.read() as connection:
        connection.execute(sa.text("SET statement_timeout = 0"))
        connection.execute(sa.text("VACUUM ANALYZE job"))
        connection.invalidate()
    print(f"{rows:,} rows in {time.monotonic() - began:.0f} s", file=sys.stderr)


def measure_backlog(options: argparse.Namespace) -> list[Figure]:
    """Fill the table, and time what looks through it."""
    with installation() as made:
        first = made.submit(0, "bulk")
        fill(made, options.rows)
        turns, leases = Turns(), made.store.leases
        for number in range(options.claims):
            made.intake.add(JobRequest("light", {"text": "x"}, "api", f"person-{number % 50}", queue="background"))

        def claim(queue: QueueName) -> object:
            return leases.claim_next(queue, first.id, turns, lease_seconds=60.0)

        few = timed(lambda: claim("background"), options.claims)
        metrics = Metrics(made.store.jobs, dict, dict)
        waits = Waits(made.store.database, clock=iter(range(10_000_000)).__next__)  # as if seconds went by each time
        claims = timed(lambda: claim("bulk"), options.claims)
        own = timed(lambda: claim("bulk"), options.claims, clock=time.thread_time)
        submits = timed(lambda: made.intake.add(JobRequest("light", {"text": "x"}, "api", "new", queue="bulk")), 100)
        last, _ = made.intake.add(JobRequest("light", {"text": "x"}, "api", "new", queue="bulk"))
        return [
            Figure("rows that wait", options.rows),
            Figure("claim where 500 wait, p50 ms", percentile(few, 0.5)),
            Figure("claim where 500 wait, p99 ms", percentile(few, 0.99)),
            Figure("claim, p50 ms", percentile(claims, 0.5)),
            Figure("claim, p99 ms", percentile(claims, 0.99), 20.0),
            Figure("claim, of it processor time of the worker, p50 ms", percentile(own, 0.5)),
            Figure("submit, p99 ms", percentile(submits, 0.99), 100.0),
            Figure("/metrics, the first, ms", timed(metrics.render, 1)[0]),
            Figure("/metrics, p99 ms", percentile(timed(metrics.render, 20), 0.99), 100.0),
            Figure("forecast, p99 ms", percentile(timed(lambda: waits.expected_seconds(last), 20), 0.99), 50.0),
            Figure(
                "a sweep that finds nothing lost, p99 ms",
                percentile(timed(lambda: sweep(options.rows, made.store), 10), 0.99),
                500.0,
            ),
        ]


def sweep(rows: int, store: Store) -> None:
    """Look for what was lost while there is a message for each job."""
    store.jobs.take_due(resend_seconds=1e9, limit=200, waiting=dict.fromkeys(QUEUES, 2 * rows))


def measure_memory(_options: argparse.Namespace) -> list[Figure]:
    """Start a worker, let it do some jobs, and see what it holds."""
    figures = []
    for database in ("sqlite", "postgresql"):
        with installation(database) as made, made.worker() as process:
            await_all(made, [made.submit(0).id])
            await_all(made, [made.submit(number).id for number in range(1, 100)])
            time.sleep(3)  # what it frees by itself meanwhile is free
            info = process.memory_full_info()
            figures += [
                Figure(f"{database}, idle worker after 100 jobs, RSS MB", info.rss / MEGABYTE, 120.0),
                Figure(f"{database}, with its share of what is shared (PSS), MB", info.pss / MEGABYTE),
                Figure(f"{database}, of it its own (USS), MB", info.uss / MEGABYTE),
            ]
    return [*figures, *tree_memory()]


def tree_memory() -> list[Figure]:
    """Start `inlaid up` with a model server that is there already, and see what each of its processes holds.

    What processes share counts once in the sum of their shares (PSS), and as often as there are some in that of RSS.
    """
    with tempfile.TemporaryDirectory() as name, ModelProcess() as model:
        home, asked = Path(name) / "home", {"model_url": model.url, "model_name": "instant-70b"}
        with running_up(home, Path(name) / "output", **asked) as up:
            up.wait_for("Stop with Ctrl-C.")
            time.sleep(3)  # as above
            info = {part: process.memory_full_info() for part, process in up.parts().items()}
            info["inlaid up"] = psutil.Process(up.process.pid).memory_full_info()
            up.interrupt()
            up.wait_until_gone()
    parts = [Figure(f"inlaid up, of it {part}, PSS MB", one.pss / MEGABYTE) for part, one in info.items()]
    return [
        *parts,
        Figure(
            "inlaid up without a model, all processes, PSS MB", sum(one.pss for one in info.values()) / MEGABYTE, 350.0
        ),
        Figure("inlaid up without a model, all processes, RSS MB", sum(one.rss for one in info.values()) / MEGABYTE),
    ]


def measure_forecast(options: argparse.Namespace) -> list[Figure]:
    """Let several people have jobs waiting, and compare what is said to a further one with what comes."""
    ratios = []
    with installation() as made, made.worker():
        await_all(made, [made.submit(number, "bulk").id for number in range(40)])
        for number in range(options.bulk):
            made.submit(number, "bulk", person=f"person-{number % 5}")
        waits = Waits(made.store.database)
        for number in range(10):
            jobs = [made.submit(number, "bulk", person=f"new-{number}") for _ in range(10)]
            said = waits.expected_seconds(jobs[-1])
            await_all(made, [jobs[-1].id])
            done = made.store.jobs.get(jobs[-1].id)
            waited = (done.started_at or 0.0) - done.created_at
            print(f"said {said or -1:.2f} s, waited {waited:.2f} s", file=sys.stderr)
            ratios.append(max((said or 0.001) / waited, waited / (said or 0.001)))
    return [
        Figure("said / waited or the reverse, p50", percentile(ratios, 0.5), 2.0),
        Figure("said / waited or the reverse, worst of 10", max(ratios)),
    ]


MEASURES: dict[str, Callable[[argparse.Namespace], list[Figure]]] = {
    "spine": measure_spine,
    "interactive": measure_interactive,
    "backlog": measure_backlog,
    "memory": measure_memory,
    "forecast": measure_forecast,
    "soak": lambda options: measure_soak(options.minutes, options.rate, on_postgres=options.postgres),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MEASURES)
    parser.add_argument("--jobs", type=int, default=200, help="jobs of spine and interactive")
    parser.add_argument("--every-seconds", type=float, default=0.1, help="pace of interactive")
    parser.add_argument("--apart", action="store_true", help="interactive: bulk jobs have a worker of their own")
    parser.add_argument("--bulk", type=int, default=10_000, help="bulk jobs of interactive and forecast")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of backlog")
    parser.add_argument("--claims", type=int, default=500, help="claims of backlog")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long soak lasts")
    parser.add_argument("--rate", type=float, default=0.0, help="jobs a second of soak; 0: 70 %% of what is measured")
    parser.add_argument("--postgres", action="store_true", help="soak on PostgreSQL, not on SQLite")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    figures = MEASURES[options.what](options)
    is_met = all(figure.is_met for figure in figures)
    if options.json:
        values = {figure.name: round(figure.value, 3) for figure in figures}
        print(json.dumps({"what": options.what, "load_at_start": load, "figures": values, "ok": is_met}))
    else:
        print("\n".join([f"{options.what} (load {load:.1f} at the start)", *(figure.line() for figure in figures)]))
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
