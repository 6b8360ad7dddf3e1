"""What the database costs as it fills: a job beside many, the end of a month, and jobs by month as they are not.

    python -m benchmarks.stores growth      a job's statements beside 1,000, 10,000, 100,000, 1,000,000 that are done
    python -m benchmarks.stores retention   the end of a month of the audit trail, of model calls and of jobs
    python -m benchmarks.stores parts       a job's statements if jobs had a part for each month

PostgreSQL is a real one, of the tests' wheel, which does not wait for its disk. Figures and bars are printed as by
`benchmarks.scale`.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

import psutil
import sqlalchemy as sa

from benchmarks.figure import Figure, percentile
from benchmarks.scale import timed
from benchmarks.store_rows import CALLS, DONE_JOBS, ENTRIES, NAMES, OUTCOMES
from core.audit.entries import Actor, AuditEvent
from core.drafts import Draft
from core.job import Job, JobRequest
from core.observability.metrics import Metrics
from core.settings import Settings
from core.settings.storage import DAY_SECONDS, parse_retention
from core.store import Database, Store, open_store
from core.store.audit_expiry import delete_oldest, forget_unused_names
from core.store.migrate import ensure_migrated
from core.store.partitions import MONTHLY_TABLES, make_parts, month_start
from core.store.retention import Retention
from core.store.rows import first_id
from core.store.turns import Turns
from tests.servers.postgres import PostgresServer, running_postgres, with_server

PEOPLE = 5_000
AT_ONCE = 100_000
TEXT = "A text of a usual length. " * 20
OLD_DAYS = 200
# Of a server that is filled: without these it writes everything out again and again.
LARGE = {"max_wal_size": "16GB", "maintenance_work_mem": "1GB", "checkpoint_timeout": "1h"}


@dataclass(frozen=True)
class Options:
    """What is asked for, and the server and migrated database that each measurement gets a copy of."""

    given: argparse.Namespace
    server: PostgresServer
    template_url: str

    @contextmanager
    def empty_store(self) -> Iterator[Store]:
        """Open a store without jobs."""
        url = self.server.create_database(self.template_url)
        with tempfile.TemporaryDirectory() as home:
            store = open_store(with_server(Settings(home=Path(home)), url))
            try:
                yield store
            finally:
                store.close()
                self.server.drop_database(url)


def run(store: Store, statement: str, **values: object) -> None:
    """Run a statement for as long as it takes."""
    with store.database.write() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.text(statement), values)


def analyze(store: Store, *tables: str) -> None:
    """Let the server know how much there is in some tables, by default in all."""
    with store.database.read() as connection:
        connection.execute(sa.text("SET statement_timeout = 0"))
        connection.execute(sa.text(f"VACUUM ANALYZE {', '.join(tables)}"))
        connection.invalidate()


def prefix_of(seconds: float) -> str:
    """Return how ids of a moment begin."""
    return first_id(seconds)[:13]


def fill_jobs(store: Store, rows: int, seconds: float, *, text: str = TEXT, most_load: float = inf) -> None:
    """Add jobs that were done at a moment, some at a time, the triggers that count for the report left out.

    Between them it waits while the load of the machine is above the most. Indexes are built when all are there.
    """
    first, _ = store.jobs.add(JobRequest("light", {"text": text}, "api", "first"))
    values = {"id": first.id, "people": PEOPLE, "at": seconds, "prefix": prefix_of(seconds)}
    indexes = indexes_of_jobs(store)
    run(store, "ALTER TABLE job DISABLE TRIGGER USER")
    for name in indexes:
        run(store, f"DROP INDEX {name}")
    for number in range(1, rows + 1, AT_ONCE):
        while os.getloadavg()[0] > most_load:
            time.sleep(1.0)
        run(store, DONE_JOBS, **values, first=number, last=min(number + AT_ONCE - 1, rows))
    for definition in indexes.values():
        run(store, definition)
    run(store, "ALTER TABLE job ENABLE TRIGGER USER")


def indexes_of_jobs(store: Store) -> dict[str, str]:
    """Return the statements that make the indexes of jobs, by name, but of the keys that are there once."""
    asked = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'job' AND schemaname = current_schema()"
        " AND indexdef NOT LIKE '%UNIQUE%'"
    )
    with store.database.read() as connection:
        return {str(name): str(definition) for name, definition in connection.execute(sa.text(asked))}


def one_job(store: Store, turns: Turns, name: str, number: int) -> dict[str, float]:
    """Let a job go its way through the store, and return the milliseconds of each step."""
    found: dict[str, float] = {}
    kept: list[Job | None] = []

    def step(name: str, work: Callable[[], Job | None]) -> Job:
        found[name] = timed(lambda: kept.append(work()), 1)[0]
        job = kept[-1]
        if job is None:
            sys.exit(f"There was no job to {name}.")
        return job

    request = JobRequest("light", {"text": f"{number}"}, "api", f"person-{number % 50}", dedupe_key=f"{name}-{number}")
    job = step("submit", lambda: store.jobs.add(request)[0])
    mine = step("claim", lambda: store.leases.claim_next("interactive", job.id, turns, lease_seconds=60.0))
    draft = Draft(recipe="light", model="mini", text="done")
    step("finish", lambda: store.leases.finish(mine, draft, is_delivered=True))
    step("read", lambda: store.jobs.get(job.id))
    found["all"] = sum(found.values())
    return found


def server_seconds(store: Store) -> float:
    """Return the processor time of the server's processes for us: other work of the machine does not lengthen it."""
    with store.database.read() as connection:
        asked = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        pids = list(connection.execute(sa.text(asked)).scalars())
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(time.user + time.system for time in times)


def pages_read(store: Store) -> float:
    """Return how many pages the server has looked at for our database, in its memory or not."""
    with store.database.read() as connection:
        connection.execute(sa.text("SELECT pg_stat_force_next_flush()"))
        connection.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
        asked = "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
        return float(connection.execute(sa.text(asked)).scalar_one())


def job_figures(store: Store, name: str, jobs: int) -> dict[str, float]:
    """Return the p50 and p99 of each step."""
    turns = Turns()
    for number in range(30):
        one_job(store, turns, name, number)
    pages, before, own = pages_read(store), server_seconds(store), time.thread_time()
    runs = [one_job(store, turns, name, 1000 + number) for number in range(jobs)]
    server, own = server_seconds(store) - before, time.thread_time() - own
    processor = {
        f"{name}, processor of the server, ms a job": server / jobs * 1000,
        f"{name}, processor of the worker, ms a job": own / jobs * 1000,
        f"{name}, pages that the server looked at, a job": (pages_read(store) - pages) / jobs,
    }
    return processor | {
        f"{name}, {step}, p{round(share * 100)} ms": percentile([run[step] for run in runs], share)
        for step in runs[0]
        for share in (0.5, 0.99)
    }


def measure_growth(options: Options) -> list[Figure]:
    """Time a job beside more and more that are done."""
    figures: list[Figure] = []
    middles: list[float] = []
    with options.empty_store() as store:
        stood = 0
        for rows in sorted({1_000, *(options.given.rows // part for part in (100, 10, 1))}):
            done_at = time.time() - DAY_SECONDS * (1 + len(middles))
            text = "x" * options.given.text_chars
            began = time.monotonic()
            fill_jobs(store, rows - stood, done_at, text=text, most_load=options.given.most_load)
            stood = rows
            analyze(store, "job")
            print(f"{rows:,} rows after {time.monotonic() - began:.0f} s more", file=sys.stderr)
            name = f"{rows:,} done"
            found = job_figures(store, name, options.given.jobs)
            figures += [Figure(key, value) for key, value in found.items()]
            middles.append(sum(value for key, value in found.items() if "processor" in key))
            pages = timed(lambda: store.jobs.list(workspace="local", person="person-7", limit=50), 20)
            counts = timed(store.jobs.oldest_wait_seconds, 20)
            figures += [Figure(f"{name}, a person's newest 50, p50 ms", percentile(pages, 0.5))]
            figures += [Figure(f"{name}, the oldest that waits, p50 ms", percentile(counts, 0.5))]
            metrics = timed(Metrics(store.jobs, dict, dict).render, 20)
            figures += [Figure(f"{name}, /metrics, p99 ms", percentile(metrics, 0.99), 100.0)]
    return [
        *figures,
        Figure(f"processor time beside {options.given.rows:,} / beside 1,000", middles[-1] / middles[0], 1.25),
    ]


def fill_month(store: Store, seconds: float, rows: int, first: int) -> None:
    """Add a month of entries and model calls."""
    run(store, ENTRIES, at=int(seconds), people=PEOPLE, first=first, last=first + rows - 1)
    run(store, "UPDATE audit_head SET sequence = :last", last=first + rows - 1)
    run(store, CALLS, at=seconds, people=PEOPLE, first=1, last=rows, prefix=prefix_of(seconds))


def measure_retention(options: Options) -> list[Figure]:
    """End a month that has a part, the same month without one, and one of jobs."""
    figures: list[Figure] = []
    for has_parts in (True, False):
        with options.empty_store() as store:
            old = store.database.now_seconds() - OLD_DAYS * DAY_SECONDS
            old = month_start(old).timestamp() + DAY_SECONDS
            if has_parts:
                with store.database.write() as connection:
                    for table in MONTHLY_TABLES:
                        connection.execute(sa.text(f"DROP TABLE {table.before}"))
                        make_parts(connection, table, old)
            fill_month(store, old, options.given.rows, 1)
            run(store, NAMES, people=PEOPLE)
            store.audit.write(AuditEvent("job.finished", Actor("local", "ann", "api", "192.0.2.1")))
            analyze(store)
            figures += _ends(store, f"{options.given.rows:,} rows, {'a part' if has_parts else 'no part'}", has_parts)
    return [*figures, *_job_ends(options)]


def _ends(store: Store, name: str, has_parts: bool) -> list[Figure]:
    store.audit.chain()
    until = month_start(store.database.now_seconds() - 100 * DAY_SECONDS)
    held: list[float] = []

    def end() -> None:
        while True:
            began = time.perf_counter()
            with store.database.write() as connection:
                count, _ = delete_oldest(connection, until)
            held.append((time.perf_counter() - began) * 1000)
            if not count:
                return

    before = server_seconds(store)
    whole = timed(end, 1)[0]
    of_trail = (server_seconds(store) - before) * 1000
    names = timed(lambda: forget_unused_names(store.database), 1)[0]
    before = server_seconds(store)
    calls = timed(lambda: Retention(store.database, parse_retention(["usage=90"])).run(), 1)[0]
    of_calls = (server_seconds(store) - before) * 1000
    bar = 1000.0 if has_parts else None
    return [
        Figure(f"audit trail, {name}, ms", whole, bar),
        Figure(f"audit trail, {name}, longest transaction ms", max(held), bar),
        Figure(f"names that nothing bears, {PEOPLE:,} looked at, ms", names),
        Figure(f"audit trail, {name}, processor of the server, ms", of_trail),
        Figure(f"model calls, {name}, ms", calls, bar),
        Figure(f"model calls, {name}, processor of the server, ms", of_calls),
    ]


def _job_ends(options: Options) -> list[Figure]:
    with options.empty_store() as store:
        old = time.time() - OLD_DAYS * DAY_SECONDS
        fill_jobs(store, options.given.old_jobs, old)
        run(store, "ALTER TABLE outcome DISABLE TRIGGER USER")
        run(store, OUTCOMES, prefix=prefix_of(old))
        run(store, "ALTER TABLE outcome ENABLE TRIGGER USER")
        analyze(store)
        done: list[int] = []
        whole = timed(
            lambda: done.append(len(Retention(store.database, parse_retention(["all=100"])).run().job_ids)), 1
        )[0]
    return [
        Figure("jobs with an outcome each that a round deleted", done[0]),
        Figure("jobs deleted a second", done[0] / whole * 1000, 1000.0, is_least=True),
    ]


# The job table as it would have to be with a part for each month: keys that are there once need a table of their own,
# since a unique constraint of a divided table holds the time; what hangs on jobs cannot refer to them here.
DIVIDED = """
ALTER TABLE effect DROP CONSTRAINT effect_job_id_fkey;
ALTER TABLE blob DROP CONSTRAINT blob_job_id_fkey;
ALTER TABLE outcome DROP CONSTRAINT outcome_job_id_fkey;
ALTER TABLE insight_tally DROP CONSTRAINT insight_tally_job_id_fkey;
ALTER TABLE job RENAME TO job_whole;
CREATE TABLE job (LIKE job_whole INCLUDING DEFAULTS) PARTITION BY RANGE (id);
ALTER TABLE job ADD CONSTRAINT job_id PRIMARY KEY (id);
CREATE TABLE job_key (workspace text, surface text, dedupe_key text, job_id text NOT NULL,
                      PRIMARY KEY (workspace, surface, dedupe_key));
CREATE FUNCTION job_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO job_key VALUES (NEW.workspace, NEW.surface, NEW.dedupe_key, NEW.id); RETURN NEW; END $$;
CREATE INDEX job_by_key ON job (workspace, surface, dedupe_key);
"""


def measure_parts(options: Options) -> list[Figure]:
    """Time a job while jobs are one table, and while they have 1, 13 and 37 months."""
    figures: list[Figure] = []
    for months in (0, 1, 13, 37):
        with options.empty_store() as store:
            now_seconds = time.time()
            if months:
                _divide_jobs(store, months, now_seconds)
            for number in range(max(1, months)):
                moment = month_start(now_seconds, -number).timestamp() + 1
                fill_jobs(store, options.given.part_rows // max(1, months), moment)
            analyze(store)
            name = f"{months} months" if months else "one table"
            figures += [Figure(key, value) for key, value in job_figures(store, name, options.given.jobs).items()]
    return figures


def _divide_jobs(store: Store, months: int, now_seconds: float) -> None:
    with store.database.write() as connection:
        asked = sa.text("SELECT indexdef FROM pg_indexes WHERE tablename = 'job' AND indexdef NOT LIKE '%UNIQUE%'")
        indexes = [str(one) for one in connection.execute(asked).scalars()]
        made = sa.text(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'job'::regclass AND NOT tgisinternal"
        )
        triggers = [str(one) for one in connection.execute(made).scalars()]
        connection.exec_driver_sql(DIVIDED)
        for number, index in enumerate(indexes):
            words = index.split()
            connection.exec_driver_sql(index.replace(f"INDEX {words[2]} ", f"INDEX job_part_{number} ", 1))
        for trigger in triggers:
            connection.exec_driver_sql(trigger)
        connection.exec_driver_sql(
            "CREATE TRIGGER job_once BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION job_once()"
        )
        for number in range(months):
            ends = [first_id(month_start(now_seconds, one - number).timestamp()) for one in (0, 1)]
            values = f"FROM ('{ends[0]}') TO ('{ends[1]}')"
            connection.exec_driver_sql(f"CREATE TABLE job_{number} PARTITION OF job FOR VALUES {values}")


MEASURES: dict[str, Callable[[Options], list[Figure]]] = {
    "growth": measure_growth,
    "retention": measure_retention,
    "parts": measure_parts,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MEASURES)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of growth and retention")
    parser.add_argument("--text-chars", type=int, default=520, help="length of the text of each job of growth")
    parser.add_argument("--most-load", type=float, default=inf, help="above this load of the machine growth waits")
    parser.add_argument("--old-jobs", type=int, default=50_000, help="jobs that retention deletes")
    parser.add_argument("--part-rows", type=int, default=100_000, help="jobs of parts, over all months")
    parser.add_argument("--jobs", type=int, default=300, help="jobs that are timed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with running_postgres(**LARGE) as server:
        template = Database(server.create_database())
        ensure_migrated(template)
        template.close()
        url = template.url.render_as_string(hide_password=False)
        figures = MEASURES[options.what](Options(options, server, url))
    is_met = all(figure.is_met for figure in figures)
    if options.json:
        values = {figure.name: round(figure.value, 3) for figure in figures}
        print(json.dumps({"what": options.what, "load_at_start": load, "figures": values, "ok": is_met}))
    else:
        print("\n".join([f"{options.what} (load {load:.1f} at the start)", *(figure.line() for figure in figures)]))
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
