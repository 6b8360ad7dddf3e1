"""What the jobs of a day cost: processor time of each part, rows and bytes."""

import time
from contextlib import suppress
from pathlib import Path

import psutil
import sqlalchemy as sa

from benchmarks.sizing import Cost
from core.store import Database
from tests.servers.valkey import ValkeyProcess

MEASURED_STREAMS = 200
REST_SECONDS = 15.0
PROCESSES = ("web", "workers", "database", "broker")


def _seconds(process: psutil.Process) -> float:
    """Return the processor seconds of a process and all that it has started."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        own = times.user + times.system + times.children_user + times.children_system
        return float(own) + sum(_seconds(child) for child in process.children())
    return 0.0


class Meter:
    """Reads the counters of an installation, whose processes may end meanwhile."""

    def __init__(self, database: Database, valkey: ValkeyProcess, worker_ids: list[int], web: psutil.Process) -> None:
        self._database = database
        self._valkey = valkey
        self._workers = {one: psutil.Process(one) for one in worker_ids}
        self._web = web
        self._ended_seconds = self._broker_seconds = 0.0
        with database.read() as connection:
            folder = Path(str(connection.execute(sa.text("SHOW data_directory")).scalar_one()))
        self._postgres = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        self._before: dict[str, float] = {}
        self._resting: dict[str, float] = {}
        self._began = 0.0

    def note_end(self, process_id: int) -> None:
        """Add what a worker has used that is about to be killed."""
        self._ended_seconds += _seconds(self._workers.pop(process_id))

    def note_start(self, process_id: int) -> None:
        """Count a new worker too, without what its start took: that is no job's."""
        self._workers[process_id] = psutil.Process(process_id)
        self._ended_seconds -= _seconds(self._workers[process_id])

    def note_broker_end(self) -> None:
        """Add what a broker has used that is about to be killed."""
        self._broker_seconds += self._used_by_broker()

    def begin(self) -> None:
        """Look for a while what is used while nothing is asked, then count from now on."""
        before, began = self._read(), time.monotonic()
        time.sleep(REST_SECONDS)
        self._before, self._began = self._read(), time.monotonic()
        rest_seconds = self._began - began
        self._resting = {name: (self._before[name] - before[name]) / rest_seconds for name in PROCESSES}

    def cost(self, jobs: int) -> Cost:
        """Return what each of so many jobs has cost since, without what the processes use at rest."""
        now, seconds = self._read(), time.monotonic() - self._began
        resting = {name: self._resting.get(name, 0.0) * seconds for name in now}
        used = {name: (value - self._before[name] - resting[name]) / jobs for name, value in now.items()}
        return Cost(
            1000 * used["web"],
            1000 * used["workers"],
            1000 * used["database"],
            1000 * used["broker"],
            used["rows"],
            used["stored"],
            used["log"],
            self._bytes_of_stream(),
        )

    def _read(self) -> dict[str, float]:
        with self._database.read() as connection:
            names = sa.inspect(connection).get_table_names()
            counted = [sa.select(sa.func.count()).select_from(sa.table(name)) for name in names]
            rows = sum(int(connection.execute(count).scalar_one()) for count in counted)
            stored = connection.execute(
                sa.text("SELECT sum(pg_total_relation_size(quote_ident(tablename)::regclass)) FROM pg_tables "
                        "WHERE schemaname = 'public'")
            ).scalar_one()  # fmt: skip
            log = connection.execute(sa.text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")).scalar_one()
        return {
            "web": _seconds(self._web),
            "workers": self._ended_seconds + sum(_seconds(worker) for worker in self._workers.values()),
            "database": _seconds(self._postgres),
            "broker": self._broker_seconds + self._used_by_broker(),
            "rows": float(rows),
            "stored": float(stored),
            "log": float(log),
        }

    def _used_by_broker(self) -> float:
        with self._valkey.client() as client:
            used = client.info("cpu")
        return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])

    def _bytes_of_stream(self) -> float:
        """Return what one job's event stream takes in memory, in the mean of some."""
        with self._valkey.client() as client:
            keys = [key for _, key in zip(range(MEASURED_STREAMS), client.scan_iter("inlaid:events:*"), strict=False)]
            sizes = [int(client.memory_usage(key) or 0) for key in keys]
        return sum(sizes) / max(1, len(sizes))
