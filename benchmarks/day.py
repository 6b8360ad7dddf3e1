"""One working day of 20,000 people in some minutes: the real store, queue, web process and workers, an instant model.

    python -m benchmarks.day [--people 20000] [--sample 40] [--minutes 8] [--seed 1] [--json]

One person in `--sample` is simulated, and the day takes `--minutes`; the first line says how many times the rate of the
whole day that is. Jobs come in by HTTP at the hours of their surface. Workers are killed three times, the broker
forgets everything once and is killed once, and the model's provider is away from 14 to 15 o'clock; five minutes after,
an operator has what failed meanwhile tried again. Pauses of the breaker and the time for retries are shortened like the
day; what cannot be set (2, 4, 8 seconds between tries) is not. Results stay in the store, as those of the API do: what
Slack, Word and a mail server take to receive them is measured by `benchmarks.surfaces` and `benchmarks.mail_scale`.

PostgreSQL is a real one that does not wait for its disk. Exit code 1 when a job was lost, doubled or stuck.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import sqlalchemy as sa
from pydantic import SecretStr

from benchmarks.day_cost import Meter
from benchmarks.day_plan import DAY_SECONDS, HOUR_SECONDS, JOBS_PER_PERSON, KINDS, Arrival, arrivals, busiest_share
from benchmarks.figure import percentile
from benchmarks.instant_model import ModelProcess
from benchmarks.sizing import size
from benchmarks.spine import RECIPE, TEXT
from core.settings import Settings
from core.store import Store, open_store
from core.store.engine import Database
from core.store.migrate import ensure_migrated
from core.store.tables import jobs
from tests.faults.test_history import finished
from tests.servers.postgres import PostgresServer, running_postgres, with_server
from tests.servers.valkey import ValkeyProcess, free_port
from tests.servers.worker import WebProcess, WorkerProcess
from worker.enqueue import CeleryQueue

CALLERS = 8
WORKERS = 2
END_SECONDS = 180.0
OUTAGE = (14 * HOUR_SECONDS, 15 * HOUR_SECONDS)
RETRY_AT = OUTAGE[1] + 300
SIZES = (20_000, 200_000, 1_000_000)
BY_NAME = {kind.name: kind for kind in KINDS}
MODELS = """
[circuit]
pause_seconds = {pause}
longest_pause_seconds = {longest}

[[endpoints]]
name = "provider"
url = "{url}"
model = "instant-70b"
local = true
"""


class BeatProcess(WorkerProcess):
    """One scheduler."""

    part = "beat"


@dataclass
class Day:
    """An installation, and what happens to it on its day."""

    settings: Settings
    store: Store
    queue: CeleryQueue
    client: httpx.Client
    valkey: ValkeyProcess
    model: ModelProcess
    workers: list[WorkerProcess]
    meter: Meter
    faster: float
    acknowledged: dict[int, str] = field(default_factory=dict)
    waits_ms: list[float] = field(default_factory=list)
    asked_again: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    began_at: float = 0.0

    def submit(self, number: int, arrival: Arrival, moment: float) -> None:
        """Hand in a job until it is acknowledged."""
        kind = BY_NAME[arrival.kind]
        text = f"{number}. {TEXT * (kind.chars // len(TEXT) + 1)}"[: kind.chars]
        headers = {"Authorization": f"Bearer token-{arrival.person}", "Idempotency-Key": f"day-{number}"}
        while number not in self.acknowledged:
            try:
                body = {"recipe": f"of-{kind.name}", "inputs": {"text": text}}
                answer = self.client.post("/api/v1/jobs", json=body, headers=headers)
                answer.raise_for_status()
                self.acknowledged[number] = answer.json()["id"]
            except httpx.HTTPError as error:
                self.asked_again[type(error).__name__] += 1
                time.sleep(0.1)
        self.waits_ms.append((time.perf_counter() - moment) * 1000)

    def kill_worker(self, number: int) -> None:
        """Kill -9 a worker, which its supervisor starts again."""
        worker = self.workers[number]
        self.meter.note_end(worker.pid)
        worker.kill()
        worker.start()
        self.meter.note_start(worker.pid)

    def restart_broker(self) -> None:
        """Kill -9 the broker."""
        self.meter.note_broker_end()
        self.valkey.restart()

    def retry_failed(self) -> None:
        """Have tried again what failed while the provider was away, as `inlaid jobs retry` does."""
        with self.store.database.read() as connection:
            asked = sa.select(jobs.c.id, jobs.c.queue, jobs.c.recipe).where(jobs.c.state == "failed")
            rows = connection.execute(asked).all()
        for row in rows:
            self.failed[row.id] = row.recipe.removeprefix("of-")
            self.queue.enqueue(self.store.jobs.request_retry(row.id).id, row.queue)

    @property
    def events(self) -> list[tuple[float, str, Callable[[], object]]]:
        """What goes wrong, and at which second of the day."""
        return [
            (8.5 * HOUR_SECONDS, "a worker is killed", lambda: self.kill_worker(0)),
            (10.25 * HOUR_SECONDS, "the broker is killed", self.restart_broker),
            (11 * HOUR_SECONDS, "the other worker is killed", lambda: self.kill_worker(1)),
            (12 * HOUR_SECONDS, "the broker forgets everything", self.valkey.flush),
            (OUTAGE[0], "the provider is away", self.model.stop),
            (OUTAGE[1], "the provider is back", self.model.start),
            (RETRY_AT, "what failed is tried again", self.retry_failed),
            (16.2 * HOUR_SECONDS, "a worker is killed", lambda: self.kill_worker(0)),
        ]

    def moment(self, second: float) -> float:
        """Return when a second of the day comes, by the clock of `perf_counter`."""
        return self.began_at + second / self.faster

    def go_wrong(self) -> None:
        """Let everything go wrong at its time."""
        for second, what, do in self.events:
            time.sleep(max(0.0, self.moment(second) - time.perf_counter()))
            self.said.append(f"{int(second // 3600):02}:{int(second % 3600 // 60):02} {what}")
            print(self.said[-1], file=sys.stderr)
            do()

    def pass_by(self, asked: list[Arrival]) -> None:
        """Let the day pass, and wait until all that came in has come to its end."""
        self.began_at = time.perf_counter()
        wrong = threading.Thread(target=self.go_wrong)
        wrong.start()
        with ThreadPoolExecutor(CALLERS) as pool:
            for number, arrival in enumerate(asked):
                moment = self.moment(arrival.second)
                time.sleep(max(0.0, moment - time.perf_counter()))
                pool.submit(self.submit, number, arrival, moment)
        wrong.join()
        deadline = time.monotonic() + END_SECONDS
        while self.open_jobs() and time.monotonic() < deadline:
            time.sleep(0.2)

    def open_jobs(self) -> int:
        """Return how many jobs are not delivered."""
        with self.store.database.read() as connection:
            waiting = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.delivered_at.is_(None))
            return int(connection.execute(waiting).scalar_one())


@contextmanager
def begun(people: int, faster: float) -> Iterator[Day]:
    """Start an installation for so many people."""
    with tempfile.TemporaryDirectory(prefix="inlaid-day-") as name, ExitStack() as stack:
        folder = Path(name)
        valkey = stack.enter_context(ValkeyProcess(folder / "valkey"))
        model = stack.enter_context(ModelProcess())
        postgres = stack.enter_context(running_postgres(shared_buffers="512MB"))
        settings = prepared(folder, people, faster, valkey, model, postgres)
        store = open_store(settings)
        stack.callback(store.close)

        def of(part: str) -> Settings:
            return settings.model_copy(update={"home": folder / part})

        workers = [WorkerProcess(of(f"worker-{number}")) for number in range(WORKERS)]
        web = WebProcess(of("web"))
        for process in (web, BeatProcess(of("beat")), *workers):
            process.start()
            stack.callback(process.stop)
        client = stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False, timeout=30)
        )
        meter = Meter(store.database, valkey, [worker.pid for worker in workers], psutil.Process(web.pid))
        yield Day(settings, store, CeleryQueue(settings.broker_url), client, valkey, model, workers, meter, faster)


def prepared(
    folder: Path, people: int, faster: float, valkey: ValkeyProcess, model: ModelProcess, postgres: PostgresServer
) -> Settings:
    """Write recipes and models file, make the tables, and return the settings of the installation."""
    recipes = folder / "recipes"
    recipes.mkdir()
    for kind in KINDS:
        text = RECIPE.replace('name = "light"', f'name = "of-{kind.name}"')
        text = text.replace('queue = "interactive"', f'queue = "{kind.queue}"')
        (recipes / f"of-{kind.name}.toml").write_text(text)
    (folder / "models.toml").write_text(MODELS.format(pause=30 / faster, longest=300 / faster, url=model.url))
    tokens = tuple(SecretStr(f"token-{number}=person-{number}@example.com") for number in range(people))
    settings = Settings(
        home=folder / "here",
        broker_url=valkey.url,
        models_file=folder / "models.toml",
        recipes_dir=recipes,
        api_tokens=tokens,
        port=free_port(),
        log_level="WARNING",
        retry_seconds=7200 / faster,
        worker_mailboxes=False,
        requests_per_minute=0,
        submits_per_minute=0,
        address_requests_per_minute=0,
    )
    settings = with_server(settings, postgres.create_database())
    database = Database(settings.store_url)
    ensure_migrated(database)
    database.close()
    return settings


def of_kind(rows: list[Any], name: str, day: Day) -> dict[str, Any]:
    """Return what became of one kind's jobs; waits are those of jobs that nobody had tried again."""
    mine = [row for row in rows if row.recipe == f"of-{name}"]
    usual = [row for row in mine if row.id not in day.failed and row.started_at and row.delivered_at]
    waits = [row.started_at - row.created_at for row in usual]
    took = [row.delivered_at - row.created_at for row in usual]
    return {
        "class": BY_NAME[name].queue,
        "jobs": len(mine),
        "wait_p50_ms": round(1000 * percentile(waits, 0.5), 1),
        "wait_p99_ms": round(1000 * percentile(waits, 0.99), 1),
        "result_p50_s": round(percentile(took, 0.5), 2),
        "result_p99_s": round(percentile(took, 0.99), 2),
        "failed_in_outage": sum(kind == name for kind in day.failed.values()),
        "failed_at_the_end": sum(row.state == "failed" for row in mine),
    }


def outcome(day: Day, asked: list[Arrival]) -> dict[str, Any]:
    """Return what became of all jobs."""
    columns = jobs.c
    with day.store.database.read() as connection:
        rows = list(
            connection.execute(
                sa.select(columns.id, columns.recipe, columns.state, columns.created_at, columns.started_at,
                          columns.delivered_at)
            ).all()
        )  # fmt: skip
    began = time.time() - (time.perf_counter() - day.began_at)
    away, back = (began + second / day.faster for second in OUTAGE)
    touched = [row for row in rows if row.id in day.failed or (away <= row.created_at < back)]
    ids = set(day.acknowledged.values())
    known = {row.id for row in rows}
    return {
        "kinds": {kind.name: of_kind(rows, kind.name, day) for kind in KINDS},
        "acknowledged_p50_ms": round(percentile(day.waits_ms, 0.5), 1),
        "acknowledged_p99_ms": round(percentile(day.waits_ms, 0.99), 1),
        "asked_again": dict(day.asked_again),
        "outage": {
            "jobs_that_came_in": sum(away <= row.created_at < back for row in rows),
            "failed_then": len(day.failed),
            "caught_up_seconds_after": round(max((row.delivered_at or 0.0) for row in touched) - back, 1),
        },
        "lost": len(ids - known) + len(asked) - len(day.acknowledged),
        "doubled": sum(count > 1 for count in finished(day.store).values()) + len(known - ids),
        "stuck": sum(row.delivered_at is None for row in rows),
    }


def told(found: dict[str, Any]) -> list[str]:
    """Return it for people."""
    lines = [
        f"{found['people']:,} people, one in {found['sample']} of them, a day in {found['minutes']:g} minutes: "
        f"{found['times_the_real_rate']:.1f} times the rate of the whole day (load {found['load_at_start']:.1f}, "
        f"then {found['load_at_end']:.1f}, seed {found['seed']})",
        "        class        jobs   wait p50, p99 ms  result p50, p99 s  failed in the outage, at the end",
    ]
    for name, one in found["kinds"].items():
        waits = f"{one['wait_p50_ms']:8.0f} {one['wait_p99_ms']:8.0f}"
        took = f"{one['result_p50_s']:9.2f} {one['result_p99_s']:9.2f}"
        failures = f"{one['failed_in_outage']:6} {one['failed_at_the_end']:6}"
        lines.append(f"{name:7} {one['class']:11} {one['jobs']:5}  {waits} {took} {failures}")
    outage, cost = found["outage"], found["cost"]
    lines += [
        f"acknowledged p50 {found['acknowledged_p50_ms']} ms, p99 {found['acknowledged_p99_ms']} ms; asked again: "
        f"{found['asked_again'] or 'none'}",
        f"the hour without the provider: {outage['jobs_that_came_in']} jobs came in, {outage['failed_then']} failed "
        f"and were tried again, all caught up {outage['caught_up_seconds_after']} s (real ones) after it",
        f"lost {found['lost']}, doubled {found['doubled']}, stuck {found['stuck']}",
        f"a job costs: web {cost['web_cpu_ms']:.1f}, worker {cost['worker_cpu_ms']:.1f}, PostgreSQL "
        f"{cost['database_cpu_ms']:.1f}, Valkey {cost['broker_cpu_ms']:.2f} ms of processor; {cost['rows']:.1f} rows, "
        f"{cost['stored_bytes']:,.0f} bytes kept, {cost['log_bytes']:,.0f} bytes of log; {cost['stream_bytes']:,.0f} "
        "bytes at the broker for ten minutes",
    ]
    return lines


def measure(people: int, sample: int, minutes: float, seed: int) -> dict[str, Any]:
    """Let the day pass."""
    simulated = people // sample
    faster = DAY_SECONDS / (60 * minutes)
    load = os.getloadavg()[0]
    asked = arrivals(simulated, seed)
    with begun(simulated, faster) as day:
        day.meter.begin()
        day.pass_by(asked)
        cost = day.meter.cost(len(asked))
        found = outcome(day, asked)
    rate = people * JOBS_PER_PERSON * busiest_share() / HOUR_SECONDS
    return {
        "people": people,
        "sample": sample,
        "minutes": minutes,
        "seed": seed,
        "times_the_real_rate": faster / sample,
        "busiest_jobs_per_second": round(rate, 2),
        "load_at_start": load,
        "load_at_end": os.getloadavg()[0],
        **found,
        "cost": asdict(cost),
        "sizes": [asdict(size(many, cost)) for many in SIZES],
        "said": [line for many in SIZES for line in size(many, cost).lines()],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=40, help="one person in so many is simulated")
    parser.add_argument("--minutes", type=float, default=8.0, help="how long the day takes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.people, options.sample, options.minutes, options.seed)
    print(json.dumps(found) if options.json else "\n".join([*told(found), *found["said"]]))
    sys.exit(1 if found["lost"] or found["doubled"] or found["stuck"] else 0)


if __name__ == "__main__":
    main()
