"""A scan of many messages by real worker processes, the worker killed in the middle: see `benchmarks.signals`."""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psutil
import sqlalchemy as sa

from benchmarks.instant_model import ModelProcess
from benchmarks.spine import environment_of, processes
from benchmarks.train_signals import read_labelled
from core.settings import Settings
from core.signals.board import SignalBoard, load_board
from core.signals.model import Scan, SignalFilter
from core.sources.items import ItemWrite
from core.sources.model import AccessList, ItemChange, Passage, Source, person_principal
from core.store import Database, Store, open_store
from core.store.migrate import ensure_migrated
from core.store.tables import jobs as jobs_table
from core.store.tables.signals import signal_parts, signal_quotes, signals
from core.submit import load_intake, submit
from core.system.subprocesses import module_command
from tests.servers.valkey import ValkeyProcess
from worker.enqueue import CeleryQueue

DATA = Path(__file__).parent / "data" / "signals"
LIMIT_SECONDS, OWNER, PAGE = 3_600.0, "ann", 500
# One message in so many says something.
SAYS_SOMETHING = 8


def messages(count: int) -> Iterator[str]:
    """Yield messages of a channel, most of them plain; a number tells those of one wording apart."""
    dice = random.Random(3)
    rows = [*read_labelled(DATA / "held_out.tsv"), *read_labelled(DATA / "taught.tsv")]
    telling = [text for _, kind, text in rows if kind != "-"]
    plain = [text for _, kind, text in rows if kind == "-"]
    for number in range(count):
        is_telling = number % SAYS_SOMETHING == 0
        text = dice.choice(telling if is_telling else plain)
        yield f"{text} It is about order {100_000 + number}." if is_telling else text


def fill(store: Store, board: SignalBoard, count: int) -> Scan:
    """Store a source of so many messages and a scan of it."""
    sources, items = board.scanner.sources, board.scanner.items
    source = sources.add(Source("", "local", OWNER, "folder", "Support"))
    readers = [AccessList("own", frozenset({person_principal("local", OWNER)}))]
    lease = sources.claim(source.id, lease_seconds=600)
    assert lease
    page: list[ItemWrite] = []
    for number, text in enumerate(messages(count), 1):
        change = ItemChange(f"m{number}", "1", "own", f"Message {number}", "", time.time())
        page.append(ItemWrite(change, [Passage(text)], sha256(text.encode()).hexdigest()))
        if len(page) == PAGE or number == count:
            items.write(lease, page, readers)
            page = []
    sources.release(lease, wait_seconds=None)
    return board.add(Scan("", "local", OWNER, "Scan", (source.id,)))


def scan_by_processes(count: int) -> dict[str, object]:
    """Return time, memory, and what a kill in the middle cost."""
    with tempfile.TemporaryDirectory() as name, ValkeyProcess(Path(name) / "valkey") as valkey, ModelProcess() as model:
        home = Path(name) / "home"
        # A small model, so that nothing is written: the product finds and quotes.
        environment = {
            **environment_of(home, f"sqlite:///{home}/jobs.db", valkey.url, model.url, Path(name)),
            "INLAID_MODEL_NAME": "instant-0.1b",
        }
        settings = Settings(
            home=home, database_url=environment["INLAID_DATABASE_URL"], broker_url=valkey.url,
            secret_keys=environment["INLAID_SECRET_KEYS"],
        )  # fmt: skip
        database = Database(settings.store_url)
        ensure_migrated(database)
        database.close()
        store = open_store(settings)
        board = load_board(settings, store.records, store.jobs)
        scan = fill(store, board, count)
        intake, queue = load_intake(settings, store), CeleryQueue(settings.broker_url)
        began = time.monotonic()
        jobs = board.begin(scan, "text", lambda request: submit(intake, queue, request)[0]).jobs
        planned_seconds = time.monotonic() - began
        command = module_command("integrations.cli.processes.run", "worker")
        began, peak_bytes = time.monotonic(), 0
        with processes([command], environment) as (worker,):
            peak_bytes = _wait(store, len(jobs) // 2, worker)
            in_flight = _count(store, jobs_table.c.state.in_(("running", "ready")))
            worker.kill()
        killed = time.monotonic()
        with processes([command], environment) as (worker,):
            peak_bytes = max(peak_bytes, _wait(store, len(jobs), worker))
        again = board.begin(scan, "text", lambda request: submit(intake, queue, request)[0]).jobs
        figures = _outcome(store, board, scan)
        store.close()
    return {
        "messages": count, "jobs": len(jobs), "planned_seconds": round(planned_seconds, 1),
        "seconds": round(time.monotonic() - began, 1), "seconds_after_kill": round(time.monotonic() - killed, 1),
        "peak_mib": round(peak_bytes / 2**20), "in_flight_at_kill": in_flight, "jobs_left": len(again), **figures,
    }  # fmt: skip


def _outcome(store: Store, board: SignalBoard, scan: Scan) -> dict[str, object]:
    """Return what was done twice, and what was found."""
    with store.database.read() as connection:
        attempts = connection.execute(sa.select(jobs_table.c.attempts)).scalars().all()
        parts = connection.execute(sa.select(sa.func.count()).select_from(signal_parts)).scalar_one()
        quotes = connection.execute(sa.select(sa.func.count()).select_from(signal_quotes)).scalar_one()
        # A sentence may be of two kinds: a deadline, and what somebody takes on.
        pairs = (
            sa.select(signal_quotes.c.item_id, signal_quotes.c.quote_hash, signals.c.kind)
            .join(signals, signals.c.id == signal_quotes.c.signal_id)
            .distinct()
        )
        distinct = connection.execute(sa.select(sa.func.count()).select_from(pairs.subquery())).scalar_one()
    found = board.find("local", OWNER, SignalFilter(scan_ids=(scan.id,)), limit=5_000)
    return {
        "chunks_repeated": sum(attempt - 1 for attempt in attempts if attempt > 1), "parts_seen": parts,
        "quotes": quotes, "quotes_twice": quotes - distinct, "signals": len(found),
    }  # fmt: skip


def _count(store: Store, is_so: sa.ColumnElement[bool]) -> int:
    with store.database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(jobs_table).where(is_so)).scalar_one())


def _wait(store: Store, count: int, worker: psutil.Process) -> int:
    """Wait until so many jobs are delivered, and return the most memory that the worker held meanwhile."""
    deadline, peak_bytes = time.monotonic() + LIMIT_SECONDS, 0
    while _count(store, jobs_table.c.delivered_at.is_not(None)) < count:
        if time.monotonic() > deadline:
            sys.exit("The scan did not come to an end.")
        peak_bytes = max(peak_bytes, worker.memory_info().rss)
        time.sleep(0.2)
    return peak_bytes
