"""A disk that fills while tables are changed: all stays as it was, and the next try with more room goes through."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from core.errors import StoreFull
from core.job import JobRequest
from core.settings import Settings
from core.store import Database, open_store
from core.store.migrate import HEAD, current_schema, ensure_migrated
from tests.core.store.migrating import migrate_to
from tests.servers.postgres import PostgresServer

MEGABYTE = 2**20
ROWS = (
    "INSERT INTO audit_entry (sequence, id, at_microseconds, workspace, actor, door, address, action, thing_kind,"
    " thing, outcome, details, previous, hash)"
    " SELECT n, {id}, 1, 'w', 'a' || n, 'd', 'address-of-somebody-' || n, 'x', 'k', 't' || n, 'success', '{{}}',"
    " 'p', 'h'"
    " FROM {numbers}"
)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Mount a file system of its own, where the user of a server comes to it."""
    with tempfile.TemporaryDirectory(prefix="inlaid-disk-") as place:
        Path(place).chmod(0o711)
        folder = Path(place) / "disk"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTE * 64}", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(disk: Path, bytes_: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={bytes_}", str(disk)], check=True)


def used_bytes(disk: Path) -> int:
    return int(
        subprocess.run(["df", "-B1", "--output=used", str(disk)], capture_output=True, check=True).stdout.split()[1]
    )


def test_sqlite_is_as_it_was_when_its_disk_fills(small_disk: Path) -> None:
    settings = Settings(home=small_disk)
    with closing(open_store(settings)) as store:
        kept = store.jobs.add(JobRequest("reply", {"message": "Hello?"}, "api", "ann"))[0].id
        migrate_to(store.database, "0016")
        numbers = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT n FROM c)"
        with store.database.write() as connection:
            connection.exec_driver_sql(ROWS.format(id="n", numbers=numbers))
        store.database.overwrite_deleted()
    resize(small_disk, used_bytes(small_disk) + MEGABYTE // 4)
    with closing(Database(settings.store_url)) as database:
        with pytest.raises(StoreFull, match="no space"):
            ensure_migrated(database)
        assert current_schema(database).revision == "0016"
        with database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    resize(small_disk, 64 * MEGABYTE)
    with closing(open_store(settings)) as store:
        assert current_schema(store.database).revision == HEAD
        assert store.jobs.get(kept).inputs == {"message": "Hello?"}


@pytest.fixture
def on_small_disk(postgres_server: PostgresServer, postgres_template_url: str, small_disk: Path) -> Iterator[str]:
    """Return the URL of a database that has all its tables on the small disk."""
    owner = postgres_server.data_folder.stat()
    os.chown(small_disk, owner.st_uid, owner.st_gid)
    small_disk.chmod(0o700)
    url = postgres_server.create_database(postgres_template_url)
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres_server.admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'".encode())
        admin.execute(f"ALTER DATABASE {name} SET TABLESPACE small".encode())
    yield url
    postgres_server.drop_database(url)
    with psycopg.connect(postgres_server.admin_url, autocommit=True) as admin:
        admin.execute(b"DROP TABLESPACE small")


def keep_connections(database: Database) -> None:
    """Have more connections open than a migration takes: PostgreSQL writes a file for a new one, or refuses it."""
    with ExitStack() as opened:
        for _ in range(6):
            opened.enter_context(database.read())


def test_a_server_is_as_it_was_when_its_disk_fills(on_small_disk: str, small_disk: Path) -> None:
    with closing(Database(on_small_disk)) as database:
        migrate_to(database, "0016")
        with database.write() as connection:
            connection.exec_driver_sql(ROWS.format(id="'i' || n", numbers="generate_series(1, 20000) AS n"))
        with database.read() as connection:
            connection.exec_driver_sql("CHECKPOINT")
        keep_connections(database)
        resize(small_disk, used_bytes(small_disk) + MEGABYTE // 4)
        with pytest.raises(StoreFull, match="No space left"):
            ensure_migrated(database)
        assert current_schema(database).revision == "0016"
        resize(small_disk, 128 * MEGABYTE)
        assert ensure_migrated(database)
        with database.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM audit_entry").scalar_one() == 20_000
