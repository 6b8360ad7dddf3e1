"""Old and new code on one database: who migrates, who goes on, and who says in one line why not."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from core.drafts import Draft
from core.errors import SettingsError
from core.job import JobRequest
from core.settings import Settings
from core.store import Database, Store, migrate, open_store
from core.store.migrate import EMPTY_SQLITE, HEAD, LOCK_NUMBER, current_schema, ensure_migrated, require_schema
from tests.core.store.schema_script import migrated_script, script_of
from tests.processes.commands import INLAID, environment
from tests.servers.postgres import PostgresServer, with_server
from tests.servers.valkey import ValkeyProcess
from tests.waiting import until

KEY = "Q3JlYXRlZCBmb3IgYSB0ZXN0LCBub3RoaW5nIG1vcmU="
NEXT = f"{int(HEAD) + 1:04}"


def migrate_further(database: Database, *, oldest_code: str) -> None:
    """Do what a later version's migration does: new columns, a new table, and its promise about older code."""
    with database.write() as connection:
        for statement in (
            "ALTER TABLE job ADD COLUMN later TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE record ADD COLUMN later TEXT",
            "CREATE TABLE later (id TEXT PRIMARY KEY)",
        ):
            connection.execute(sa.text(statement))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :next"), {"next": NEXT})
        connection.execute(sa.text("UPDATE schema_compatibility SET oldest_code = :code"), {"code": oldest_code})


def run_job(store: Store) -> str:
    """Bring a job from its request to its end, and read and write what else stands in the changed tables."""
    job, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", "ann"))
    claimed = store.leases.claim(job.id, lease_seconds=30)
    assert claimed
    store.leases.finish(claimed, Draft(job_id=job.id, recipe="reply", text="Hello"))
    store.records.put("wish", "local", "ann", {"tone": "warm"})
    assert store.records.get("wish", "local", "ann")
    return store.leases.delivered(claimed).state


def test_running_code_goes_on_when_the_tables_under_it_become_newer(store: Store) -> None:
    for _ in range(6):  # often enough for the driver to keep its statements prepared
        assert run_job(store) == "delivered"
    migrate_further(store.database, oldest_code=HEAD)
    for _ in range(6):
        assert run_job(store) == "delivered"


def test_old_code_starts_on_newer_tables_that_say_it_may(store: Store) -> None:
    migrate_further(store.database, oldest_code=HEAD)
    assert not ensure_migrated(store.database)
    require_schema(store.database)
    assert current_schema(store.database).revision == NEXT


@pytest.mark.parametrize(
    "statement",
    ["UPDATE schema_compatibility SET oldest_code = '{}'", "DROP TABLE schema_compatibility"],
)
def test_old_code_refuses_newer_tables_that_do_not_say_it_may(store: Store, statement: str) -> None:
    migrate_further(store.database, oldest_code=HEAD)
    with store.database.write() as connection:
        connection.execute(sa.text(statement.format(NEXT)))
    for open_it in (ensure_migrated, require_schema):
        with pytest.raises(SettingsError, match=f"at schema {NEXT}") as refused:
            open_it(store.database)
        assert refused.value.fix


def test_an_empty_file_gets_the_tables_that_all_migrations_make(tmp_path: Path) -> None:
    made = migrated_script()
    assert made == EMPTY_SQLITE.read_text(encoding="utf-8"), "python -m tests.core.store.schema_script writes it anew"
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    assert ensure_migrated(database)
    assert not ensure_migrated(database)
    database.close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as found:
        assert script_of(found) == made


def test_each_migration_says_which_code_still_works_on_its_tables(store: Store) -> None:
    scripts = list(ScriptDirectory(str(Path(migrate.__file__).parent / "migrations")).walk_revisions())
    assert {script.revision for script in scripts if not hasattr(script.module, "oldest_code")} == {
        "0001",
        "0002",
        "0003",
    }
    oldest = max(script.module.oldest_code for script in scripts if hasattr(script.module, "oldest_code"))
    assert oldest <= HEAD
    with store.database.read() as connection:
        assert connection.execute(sa.text("SELECT oldest_code FROM schema_compatibility")).scalar_one() == oldest


def test_a_servers_tables_are_made_and_changed_by_the_migration_alone(
    settings: Settings, postgres_server: PostgresServer
) -> None:
    url = postgres_server.create_database()
    settings = with_server(settings, url)
    with pytest.raises(SettingsError, match="has no tables") as refused:
        open_store(settings)
    assert "inlaid migrate" in refused.value.fix
    database = Database(url)
    assert ensure_migrated(database)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0003'"))
    with pytest.raises(SettingsError, match="is at schema 0003"):
        open_store(settings)
    database.close()
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.mark.processes
def test_of_migrations_at_once_one_works_and_the_others_find_it_done(empty_url: str, home: Path) -> None:
    command: list[str | Path] = [INLAID, "migrate", "--json"]
    started = [
        subprocess.Popen(command, env=environment(home, database_url=empty_url), stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in started]
    assert sorted(answer["changed"] for answer in answers) == [False, False, False, True]
    assert {answer["revision"] for answer in answers} == {HEAD}


def test_a_migration_waits_for_another_however_long_it_takes(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    database = Database(url)
    with psycopg.connect(url, autocommit=True) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        waiting = pool.submit(ensure_migrated, database)
        limits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = ANY(%s)"
        oid = "SELECT oid FROM pg_database WHERE datname = current_database()"
        oids = [row[0] for row in other.execute(oid)]
        while other.execute(limits, [oids]).fetchone() == (0,):
            assert not waiting.done()
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])
        assert waiting.result(timeout=30)
    database.close()
    postgres_server.drop_database(url)


@contextmanager
def without_job_pages(server: PostgresServer, template_url: str) -> Iterator[Database]:
    """A server as the version before the indexes for pages of jobs left it."""
    url = server.create_database(template_url)
    database = Database(url)
    with database.write() as connection:
        for statement in ("DROP INDEX job_page", "DROP INDEX insight_tally_page"):
            connection.execute(sa.text(statement))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0014'"))
    yield database
    database.close()
    server.drop_database(url)


VALID = (
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indisvalid AND relname LIKE :name"
)


def test_jobs_are_written_while_their_indexes_are_built(
    postgres_server: PostgresServer, postgres_template_url: str
) -> None:
    with without_job_pages(postgres_server, postgres_template_url) as database, ThreadPoolExecutor(2) as pool:
        with database.transactions.connect() as writer:  # an old process in the middle of a transaction
            writer.execute(sa.text("UPDATE job SET state = state"))
            migrating = [pool.submit(ensure_migrated, database) for _ in range(2)]
            until(lambda: _is_building(database))
            with database.write() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
                connection.execute(sa.text("UPDATE job SET state = state"))
                connection.execute(sa.text("UPDATE insight_tally SET outcome = outcome"))
            assert not any(one.done() for one in migrating)
            writer.commit()
        assert sorted(one.result(timeout=60) for one in migrating) == [False, True]
        with database.read() as connection:
            found = connection.execute(sa.text(VALID), {"name": "%\\_page"}).scalars().all()
        assert {"job_page", "insight_tally_page"} <= set(found)


def _is_building(database: Database) -> bool:
    with database.read() as connection:
        asked = sa.text("SELECT 1 FROM pg_stat_progress_create_index WHERE datname = current_database()")
        return connection.execute(asked).first() is not None


def test_an_index_that_was_left_half_built_is_built_anew(
    postgres_server: PostgresServer, postgres_template_url: str
) -> None:
    with without_job_pages(postgres_server, postgres_template_url) as database:
        with database.write() as connection:
            connection.execute(sa.text("CREATE INDEX job_page ON job (workspace)"))
            connection.execute(
                sa.text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('job_page')")
            )
        assert ensure_migrated(database)
        with database.read() as connection:
            assert connection.execute(sa.text(VALID), {"name": "job_page"}).scalars().all() == ["job_page"]
            columns = sa.inspect(connection).get_indexes("job")
        assert [len(column["column_names"]) for column in columns if column["name"] == "job_page"] == [6]


TOO_NEW = ("jobs list", "doctor", "migrate", "report", "mailbox list", "worker", "beat", "web", "export -o all.jsonl")
TOO_OLD = ("jobs list", "doctor", "worker", "beat", "web", "up")


def run_all(commands: Sequence[str], home: Path, **changes: str) -> dict[str, tuple[int, str, str]]:
    """Run the commands side by side; return for each its exit code and what it wrote to stdout and stderr."""
    pipe = subprocess.PIPE
    started = {
        command: subprocess.Popen(
            [INLAID, *command.split()],
            env=environment(home / command.replace(" ", "-"), secret_keys=KEY, **changes),
            stdout=pipe,
            stderr=pipe,
            text=True,
        )
        for command in commands
    }
    written = {command: process.communicate(timeout=90) for command, process in started.items()}
    return {command: (started[command].returncode, out, err) for command, (out, err) in written.items()}


@pytest.mark.processes
def test_every_command_of_old_code_says_in_one_line_that_the_tables_are_too_new(
    settings: Settings, home: Path, valkey: ValkeyProcess
) -> None:
    store = open_store(settings)
    migrate_further(store.database, oldest_code=NEXT)
    store.close()
    for command, (code, out, err) in run_all(
        TOO_NEW, home, database_url=settings.store_url, broker_url=valkey.url
    ).items():
        assert code == 1, command
        line = next(line for line in (out + err).splitlines() if f"schema {NEXT}" in line)
        assert "Install the version" in line
        assert "Traceback" not in out + err
        if command != "doctor":
            assert len(err.splitlines()) == 1, err


@pytest.mark.processes
def test_every_command_asks_for_the_migration_that_it_does_not_make(
    postgres_server: PostgresServer, home: Path, valkey: ValkeyProcess
) -> None:
    url = postgres_server.create_database()
    for command, (code, out, err) in run_all(TOO_OLD, home, database_url=url, broker_url=valkey.url).items():
        assert code == 1, command
        assert "Run `inlaid migrate` once" in out + err
        assert "Traceback" not in out + err
    assert run_all(["migrate"], home, database_url=url)["migrate"][0] == 0
    assert run_all(["jobs list"], home, database_url=url)["jobs list"][0] == 0
    postgres_server.drop_database(url)


def test_one_person_needs_no_migration_command(settings: Settings) -> None:
    open_store(settings).close()
    with sqlite3.connect(settings.home / "inlaid.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
