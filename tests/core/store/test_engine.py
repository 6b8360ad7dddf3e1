"""The database under the store: migrations, outages, wrong settings."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.errors import InputError, LimitError, SettingsError, StoreOutage
from core.job import JobRequest
from core.settings import Settings
from core.store import Database, JobStore, Store, open_database, open_store
from core.store.engine import ConnectionRoom
from core.store.migrate import HEAD, current_schema, ensure_migrated
from core.store.tables import metadata
from tests.servers.postgres import with_server

PARTS = re.compile(r"(audit_entry|model_call)_(before|rest|\d{4}_\d\d)|audit_entry_once")


def test_the_migrations_lead_to_the_tables_of_the_code(store: Store) -> None:
    with store.database.read() as connection:
        # Parts of a table are nobody's to name; a key of a divided table holds its time, too.
        opts = {"include_object": lambda _thing, name, *_further: not PARTS.fullmatch(name or "")}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []
    assert current_schema(store.database).revision == HEAD
    assert not ensure_migrated(store.database)


def test_sqlite_is_in_wal_mode_and_survives_a_second_process(settings: Settings) -> None:
    first, second = open_store(settings), open_store(settings)
    job, _ = first.jobs.add(JobRequest("reply", {}, "api", "ann"))
    assert second.jobs.get(job.id).id == job.id
    with first.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    first.close()
    second.close()


def test_a_full_database_stores_nothing_and_says_so(settings: Settings) -> None:
    store = open_store(settings)
    with store.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.close()
    limited = Database(settings.store_url)
    from sqlalchemy import event

    @event.listens_for(limited.engine, "connect")
    def limit(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages + 2}")  # type: ignore[attr-defined] # a DB-API connection

    full = type(store.jobs)(limited, store.jobs.cipher)
    with pytest.raises(StoreOutage, match="Free space"):
        full.add(JobRequest("reply", {"message": "x" * 100_000}, "api", "ann"))
    limited.close()
    reopened = open_store(settings)
    assert reopened.jobs.list() == []
    reopened.close()


def test_an_unreachable_server_is_an_outage(settings: Settings) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(StoreOutage):
        open_store(with_server(settings, url))


@pytest.mark.parametrize("url", ["mysql://host/db", "not a url"])
def test_a_database_that_is_not_supported_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="INLAID_DATABASE_URL"):
        Database(url)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="INLAID_HOME"):
        open_store(Settings(home=tmp_path / "file" / "home"))


def holder(settings: Settings) -> sqlite3.Connection:
    """Return a connection of another program that has begun to write."""
    other = sqlite3.connect(
        settings.store_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    return other


@pytest.mark.parametrize("place", [0, 100], ids=["header", "first page"])
def test_a_damaged_database_is_named_with_what_to_do(settings: Settings, place: int) -> None:
    open_store(settings).close()
    file = settings.home / "inlaid.db"
    with file.open("r+b") as written:
        written.seek(place)
        written.write(b"\xff" * 16)
    with pytest.raises(StoreOutage, match="is damaged") as refused:
        open_store(settings)
    assert str(file) in refused.value.message
    assert "inlaid restore --replace" in refused.value.fix


def test_reading_waits_for_nobody(settings: Settings) -> None:
    store = open_store(settings)
    with closing(holder(settings)):
        assert store.jobs.list() == []
    store.close()


def test_a_write_goes_on_as_soon_as_another_process_is_done(settings: Settings) -> None:
    store = open_store(settings)
    with ThreadPoolExecutor(4) as pool, closing(holder(settings)) as other:
        writes = [pool.submit(store.jobs.add, JobRequest("reply", {}, "api", "ann")) for _ in range(8)]
        other.execute("COMMIT")
        assert all(write.result(timeout=5)[1] for write in writes)
    store.close()


def test_a_database_that_stays_locked_is_an_outage(settings: Settings) -> None:
    store = open_store(settings)
    with closing(Database(settings.store_url, busy_seconds=0.05)) as hasty:
        jobs = JobStore(hasty, store.jobs.cipher)
        with closing(holder(settings)), pytest.raises(StoreOutage, match="locked"):
            jobs.add(JobRequest("reply", {}, "api", "ann"))
        assert jobs.add(JobRequest("reply", {}, "api", "ann"))[1]
    store.close()


def test_what_is_confirmed_survives_a_crash_whatever_the_server_is_set_to(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as other:
        assert other.execute("SHOW synchronous_commit").fetchone() == ("off",)
    database = Database(postgres_url)
    with database.read() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    database.close()


def test_a_connection_that_the_server_ended_while_it_was_idle_is_replaced(postgres_url: str) -> None:
    database = Database(postgres_url, ping_after_seconds=0.0)
    with database.read() as connection:
        backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
    with database.read() as connection:
        assert connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != backend
    database.close()


def test_after_a_connection_was_lost_in_use_all_older_ones_are_replaced(postgres_url: str) -> None:
    database = Database(postgres_url, ping_after_seconds=3600.0)
    with database.read() as first, database.read() as second:
        backends = [one.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() for one in (first, second)]
    with psycopg.connect(postgres_url, autocommit=True) as other:
        for backend in backends:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
    with pytest.raises(StoreOutage), database.read() as connection:
        connection.execute(sa.text("SELECT 1"))
    for _ in range(2):
        with database.read() as connection:
            assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1
    database.close()


def test_what_the_processes_of_a_server_may_open_together_is_known(postgres_url: str, settings: Settings) -> None:
    database = Database(postgres_url, connections=7)
    assert database.connection_room() == ConnectionRoom(97, 0, 0)
    with (
        psycopg.connect(postgres_url, application_name="inlaid web-1:12/30"),
        psycopg.connect(postgres_url, application_name="inlaid web-1:12/30"),
        psycopg.connect(postgres_url, application_name="inlaid worker-1:7/20"),
        psycopg.connect(postgres_url, application_name="psql"),
    ):
        assert database.connection_room() == ConnectionRoom(97, 2, 50)
    database.close()
    alone = Database(settings.store_url)
    assert alone.connection_room() is None
    alone.close()


def test_two_pods_of_one_deployment_are_two_processes(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pods = []
    for end in ("x7k2p", "b9q4z"):
        monkeypatch.setattr(
            "socket.gethostname", lambda end=end: f"inlaid-worker-of-the-whole-company-6d4cf56db6-{end}"
        )
        pods.append(Database(postgres_url, connections=5))
    with pods[0].read(), pods[1].read():
        looks = Database(postgres_url, connections=6)
        monkeypatch.undo()
        room = looks.connection_room()
    assert room == ConnectionRoom(97, 2, 10)
    for database in (*pods, looks):
        database.close()


def test_a_process_opens_no_more_connections_than_it_may(postgres_url: str) -> None:
    database = Database(postgres_url, connections=2)
    with database.read(), database.read(), pytest.raises(StoreOutage, match="QueuePool limit") as out, database.read():
        pass
    assert "Raise INLAID_DATABASE_CONNECTIONS" in out.value.fix
    database.close()


def test_the_database_of_the_settings_opens_as_many_as_they_say(settings: Settings, postgres_url: str) -> None:
    opened = open_database(with_server(settings, postgres_url).model_copy(update={"database_connections": 3}))
    with closing(opened), opened.read() as connection:
        name = connection.exec_driver_sql("SELECT current_setting('application_name')").scalar_one()
    assert name.endswith("/3")


def test_what_no_column_takes_is_refused_and_stores_nothing(store: Store) -> None:
    is_sqlite = store.database.is_sqlite
    if is_sqlite:

        @sa.event.listens_for(store.database.engine, "checkout")
        def limit(connection: sqlite3.Connection, *_further: object) -> None:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 10_000)

        too_much = JobRequest("reply", {"message": "x" * 100_000}, "api", "ann")
    else:
        too_much = JobRequest("reply", {"message": "x"}, "api", "ann", model="a\0b")
    with pytest.raises(LimitError if is_sqlite else InputError) as refused:
        store.jobs.add(too_much)
    said = "more than can be stored" if is_sqlite else "a character that cannot be stored"
    assert said in refused.value.message
    assert store.jobs.list() == []


def test_a_line_to_the_server_that_falls_silent_is_given_up_within_seconds(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database, database.read() as connection:
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        used = raw.info.get_parameters()
    idle, interval, count = (int(used[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + interval * count <= 30
    assert int(used["tcp_user_timeout"]) <= 30_000
