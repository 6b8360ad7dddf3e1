"""`inlaid up`, with one worker more, at 70 % of what it can do for as long as one likes, with a fault a minute.

In its first minute it finds out what the machine can do, asking included. Then jobs come in by HTTP at a steady rate,
whatever the answers take, one in ten twice under one key. Each minute one thing fails, in turn: a worker is killed, the
broker forgets everything, the broker is killed, a worker is stopped for longer than its lease. Each minute a line on
stderr says how it goes. In the end each job that was acknowledged has to have one result. `benchmarks.scale soak` runs
it.
"""

import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import psutil
import redis
import sqlalchemy as sa
from cryptography.fernet import Fernet

from benchmarks import spine
from benchmarks.figure import Figure, percentile
from benchmarks.instant_model import ModelProcess
from benchmarks.soak_memory import held_bytes, memory_figures
from core.job import Job
from core.settings import Settings
from core.store import Store, open_store
from core.store.engine import Database
from core.store.migrate import ensure_migrated
from core.store.tables import jobs
from core.system.subprocesses import module_command
from integrations.cli.processes.process_spec import WORKER_NICENESS
from tests.faults.test_history import finished
from tests.processes.commands import Up, kill_part, part_name, processes_of, running_up, settings_of
from tests.servers.postgres import running_postgres

SHARE = 0.7
MEASURE_SECONDS = 45.0
MAX_BACKLOG = 60
CALLERS = 8
FAULT_SECONDS = 60.0
SAMPLE_SECONDS = 5.0
TELL_SECONDS = 60.0
STOPPED_SECONDS = 5.0  # beyond the lease
END_SECONDS = 180.0
DOUBLED_OF = 10
MEGABYTE = 2**20
# One person stands for all, also for what they may use in a day.
MODELS = """endpoints = [{{name = "instant", url = "{url}", model = "instant-70b", local = true}}]
budgets = {{person_tokens_per_day = 0}}
"""
UNLIMITED = dict.fromkeys(("requests_per_minute", "submits_per_minute", "address_requests_per_minute"), "0")


@dataclass
class Tree:
    """The running tree and a worker beside it, as a second machine would have one."""

    up: Up
    settings: Settings
    store: Store
    headers: dict[str, str]
    second: psutil.Process
    logs: Sequence[Path]
    told: set[str] = field(default_factory=set)
    lines: threading.local = field(default_factory=threading.local)
    acknowledged: dict[str, str] = field(default_factory=dict)
    waits_ms: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    memory: list[dict[str, float]] = field(default_factory=list)
    sampled_at: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def submit(self, number: int, moment: float) -> None:
        """Hand in a job until it is acknowledged, and note how long after its moment that was."""
        key = f"soak-{number}"
        body = {"recipe": "light", "inputs": {"text": f"{number}. {spine.TEXT}"}}
        for _ in range(2 if number % DOUBLED_OF == 0 else 1):
            answer = None
            while answer is None:
                answer = self._posted(body, key)
            if key in self.acknowledged and self.acknowledged[key] != answer:
                self.refusals["another job under the same key"] += 1
            if key not in self.acknowledged:
                self.waits_ms.append((time.perf_counter() - moment) * 1000)
            self.acknowledged[key] = answer

    def _posted(self, body: object, key: str) -> str | None:
        line = self._line()
        try:
            line.request("POST", "/api/v1/jobs", json.dumps(body), {**self.headers, "Idempotency-Key": key})
            answer = line.getresponse()
            said = answer.read()
            if answer.status == http.HTTPStatus.ACCEPTED:
                return str(json.loads(said)["id"])
            self.refusals[f"HTTP {answer.status}"] += 1
        except (OSError, http.client.HTTPException) as error:
            line.close()
            self.refusals[type(error).__name__] += 1
        time.sleep(0.1)
        return None

    def _line(self) -> http.client.HTTPConnection:
        """Return the connection of this thread: the plainest client, since it takes its time from what is measured."""
        if not hasattr(self.lines, "own"):
            self.lines.own = http.client.HTTPConnection(self.up.web_url.removeprefix("http://"), timeout=30)
        return cast("http.client.HTTPConnection", self.lines.own)

    def open_jobs(self) -> int:
        """Return how many jobs are not delivered."""
        with self.store.database.read() as connection:
            waiting = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.delivered_at.is_(None))
            return int(connection.execute(waiting).scalar_one())

    def failed_jobs(self) -> list[Job]:
        """Return the jobs that failed."""
        with self.store.database.read() as connection:
            ids = connection.execute(sa.select(jobs.c.id).where(jobs.c.state == "failed")).scalars().all()
        return [self.store.jobs.get(job_id) for job_id in ids]

    def worker_of_tree(self) -> psutil.Process:
        """Return the tree's own worker, waiting for its supervisor to have started it."""
        while "worker" not in (parts := self.up.parts()):
            time.sleep(0.1)
        return parts["worker"]

    def kill_worker(self) -> None:
        """Kill -9 the tree's worker."""
        self.worker_of_tree().kill()

    def empty_broker(self) -> None:
        """Lose all messages and event streams."""
        client = redis.Redis.from_url(self.settings.broker_url, socket_timeout=5)
        with client, suppress(redis.exceptions.ConnectionError):  # it is just being started
            client.flushall()

    def restart_broker(self) -> None:
        """Kill -9 the broker, which the tree starts again."""
        kill_part(self.up.home, "valkey-server")

    def stop_worker(self) -> None:
        """Stop the tree's worker for longer than its leases last, then let it go on."""
        stopped = self.worker_of_tree()
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(self.settings.lease_seconds + STOPPED_SECONDS)
        stopped.send_signal(signal.SIGCONT)

    def fail(self, ended: threading.Event) -> None:
        """Let one thing fail each minute, until the end."""
        order: list[Callable[[], None]] = [self.kill_worker, self.empty_broker, self.restart_broker, self.stop_worker]
        next_at = time.monotonic() + FAULT_SECONDS
        while not ended.wait(max(0.0, next_at - time.monotonic())):
            next_at += FAULT_SECONDS
            fault = order[self.faults.total() % len(order)]
            self.faults[fault.__name__] += 1
            fault()

    def sample(self, ended: threading.Event) -> None:
        """Note the memory of each part now and then, in MB."""
        while not ended.wait(SAMPLE_SECONDS):
            self.sampled_at.append(time.monotonic())
            found = {"second worker": held_bytes(self.second)}
            found |= {name: held_bytes(process) for name, process in self.up.parts().items()}
            self.memory.append({name: value / MEGABYTE for name, value in found.items()})

    def tell_failed(self) -> None:
        """Say of each job that failed why, with what the logs say of it, once."""
        for job in self.failed_jobs():
            if job.id not in self.told:
                self.told.add(job.id)
                lines = [line for log in self.logs for line in log.read_text(errors="replace").splitlines()]
                said = "\n  ".join([f"{job.error}", *(line for line in lines if job.id in line)])
                print(f"failed after {job.attempts} tries: {job.id}: {said}", file=sys.stderr, flush=True)

    def tell(self, ended: threading.Event) -> None:
        """Say each minute how it goes."""
        asked = minute = 0
        while not ended.wait(TELL_SECONDS):
            minute, waits = minute + 1, self.waits_ms[asked:]
            asked += len(waits)
            held = sum(self.memory[-1].values()) if self.memory else 0.0
            print(
                f"minute {minute}: {len(waits)} jobs acknowledged, p99 {percentile(waits or [0.0], 0.99):.0f} ms, "
                f"{self.open_jobs()} open, {held:.0f} MB, load {os.getloadavg()[0]:.1f}, faults {dict(self.faults)}",
                file=sys.stderr,
                flush=True,
            )
            self.tell_failed()


@contextmanager
def second_worker(environment: dict[str, str], folder: Path) -> Iterator[psutil.Process]:
    """Run a worker beside the tree, with the settings of the tree's own."""
    ready = folder / "second.ready"
    command = ["nice", "-n", str(WORKER_NICENESS), *module_command("integrations.cli.processes.run", "worker")]
    with (folder / "second.log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**environment, "INLAID_READY_FILE": str(ready)}, stdout=log, stderr=log, cwd=folder
        )
    try:
        while not ready.exists():
            if process.poll() is not None:
                sys.exit("The second worker did not start.")
            time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def running_tree(*, on_postgres: bool) -> Iterator[Tree]:
    """Run `inlaid up`, as it is shipped but for an instant model, and one worker more, on SQLite or PostgreSQL."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="inlaid-soak-"))
        model = stack.enter_context(ModelProcess())
        folder = Path(name)
        (folder / "recipes").mkdir()
        (folder / "recipes" / "light.toml").write_text(spine.RECIPE)
        (folder / "models.toml").write_text(MODELS.format(url=model.url))
        token = secrets.token_hex(16)
        given = {"models_file": str(folder / "models.toml"), "recipes_dir": str(folder / "recipes")}
        given |= {"api_tokens": token, "log_level": "WARNING", **UNLIMITED}
        if on_postgres:
            given["database_url"] = stack.enter_context(running_postgres()).create_database()
            given["secret_keys"] = Fernet.generate_key().decode()
            with closing(Database(given["database_url"])) as database:
                ensure_migrated(database)
        with running_up(folder / "home", folder / "up.log", **given) as up:
            up.wait_for("Stop with Ctrl-C.")
            up.asked_to_stop = {"worker", "valkey"}
            settings = settings_of(up.home)
            [worker] = [process for process in processes_of(up.home) if part_name(process) == "worker"]
            store = open_store(settings)
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            with second_worker(dict(worker.environ()), folder) as second:
                yield Tree(up, settings, store, headers, second, [folder / "up.log", folder / "second.log"])
            store.close()


def most_per_second(tree: Tree) -> float:
    """Return how many jobs a second are done while callers keep some waiting, asking and working on one machine."""
    ended, has_room = threading.Event(), threading.Event()
    numbers = iter(range(-1, -(10**9), -1))
    lock = threading.Lock()

    def call() -> None:
        while not ended.is_set():
            if has_room.wait(0.1):
                with lock:
                    number = next(numbers)
                tree.submit(number, time.perf_counter())

    def keep_full(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if tree.open_jobs() < MAX_BACKLOG:
                has_room.set()
            else:
                has_room.clear()
            time.sleep(0.05)

    callers = [threading.Thread(target=call) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    keep_full(MEASURE_SECONDS / 3)
    before, began = _delivered(tree), time.monotonic()
    keep_full(MEASURE_SECONDS)
    found = (_delivered(tree) - before) / (time.monotonic() - began)
    ended.set()
    for caller in callers:
        caller.join()
    return found


def _delivered(tree: Tree) -> int:
    with tree.store.database.read() as connection:
        done = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.delivered_at.is_not(None))
        return int(connection.execute(done).scalar_one())


def put_under_load(tree: Tree, rate: float, seconds: float) -> None:
    """Hand in jobs at a steady rate while things fail."""
    ended = threading.Event()
    beside = [threading.Thread(target=work, args=(ended,)) for work in (tree.fail, tree.sample, tree.tell)]
    for thread in beside:
        thread.start()
    begin = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        for number in range(int(rate * seconds)):
            moment = begin + number / rate
            time.sleep(max(0.0, moment - time.perf_counter()))
            pool.submit(tree.submit, number, moment)
    ended.set()
    for thread in beside:
        thread.join()


def measure_soak(minutes: float, rate: float, *, on_postgres: bool) -> list[Figure]:
    """Run it, and count what came of each job."""
    with running_tree(on_postgres=on_postgres) as tree:
        most = 0.0 if rate else most_per_second(tree)
        rate = rate or SHARE * most
        measured = set(tree.acknowledged)
        tree.waits_ms.clear()
        load = os.getloadavg()[0]
        print(f"{rate:.1f} jobs a second, load {load:.1f}", file=sys.stderr)
        put_under_load(tree, rate, 60 * minutes)
        deadline = time.monotonic() + END_SECONDS
        while tree.open_jobs() and time.monotonic() < deadline:
            time.sleep(0.2)
        figures = [
            Figure("jobs a second at most, two workers and those who ask on one machine (0: not measured)", most),
            Figure("jobs a second under load", rate),
            Figure("load of the machine when that was measured", load),
            *[Figure(f"faults: {name.replace('_', ' ')}", count) for name, count in tree.faults.items()],
            *outcome_figures(tree, measured),
            *memory_figures(tree.memory, tree.sampled_at),
            Figure("load of the machine at the end", os.getloadavg()[0]),
        ]
        print(f"answers that had to be asked for again: {dict(tree.refusals)}", file=sys.stderr)
        tree.tell_failed()
    return figures


def outcome_figures(tree: Tree, measured: set[str]) -> list[Figure]:
    """Return how long answers and results took, and what was lost, doubled or stuck."""
    columns = jobs.c
    with tree.store.database.read() as connection:
        rows = connection.execute(
            sa.select(columns.id, columns.state, columns.created_at, columns.delivered_at, columns.attempts)
        ).all()
    results = finished(tree.store)
    asked = set(tree.acknowledged.values())
    before = {tree.acknowledged[key] for key in measured}
    took = [row.delivered_at - row.created_at for row in rows if row.delivered_at and row.id not in before]
    known = {row.id: row.state for row in rows}
    doubled = sum(count > 1 for count in results.values()) + len(known) - len(asked & set(known))
    return [
        Figure("jobs acknowledged", len(asked) - len(before)),
        Figure("acknowledged, p50 ms", percentile(tree.waits_ms, 0.5)),
        Figure("acknowledged, p99 ms", percentile(tree.waits_ms, 0.99), 250.0),
        Figure("acknowledged, slowest ms", max(tree.waits_ms)),
        Figure("answers that had to be asked for again", tree.refusals.total()),
        Figure("result after, p50 s", percentile(took, 0.5)),
        Figure("result after, p99 s", percentile(took, 0.99)),
        Figure("result after, slowest s", max(took), tree.settings.lease_seconds + 5),
        Figure("jobs that a second worker had to take over", sum(row.attempts > 1 for row in rows)),
        Figure("lost", sum(known.get(job_id) is None for job_id in asked), 0),
        Figure("failed", sum(state == "failed" for state in known.values()), 0),
        Figure("doubled", doubled, 0),
        Figure("stuck", sum(row.delivered_at is None for row in rows), 0),
    ]
