"""The way back to any minute, as deploy/runbook.md tells it, on a real PostgreSQL."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import NotFoundError
from core.job import JobRequest
from core.settings import Settings
from core.store import Database, Store, open_store
from core.store.migrate import ensure_migrated
from tests.processes.commands import wait_until
from tests.servers.postgres import PostgresServer, running_postgres, with_server


def add(store: Store, text: str) -> str:
    return store.jobs.add(JobRequest("reply", {"message": text}, "api", "ann"))[0].id


def ask(database: Database, question: str) -> str:
    with database.read() as connection:
        return str(connection.execute(sa.text(question)).scalar_one())


def owned_folder(server: PostgresServer, name: str) -> Path:
    """Return a new folder of the server's user."""
    folder = server.data_folder.parent / name
    folder.mkdir(mode=0o700)
    shutil.chown(folder, server.data_folder.owner(), server.data_folder.group())
    return folder


def archive_all(database: Database) -> None:
    """Have everything that was written until now archived."""
    last = ask(database, "SELECT pg_walfile_name(pg_switch_wal())")
    archived = "SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver"
    wait_until(lambda: ask(database, archived) >= last, why="the log was not archived")


def have_recovered(base: Path, archive: Path, minute: str) -> None:
    """Have a copy go on from its archive up to that minute when it is started."""
    with (base / "postgresql.auto.conf").open("a") as file:
        file.write(f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_time = '{minute}'\n")
        file.write("recovery_target_action = promote\narchive_mode = off\n")
    (base / "recovery.signal").touch()


def test_a_server_goes_back_to_a_minute_with_all_that_was_there_and_nothing_of_later(settings: Settings) -> None:
    with running_postgres() as server:
        archive, base, sockets = (owned_folder(server, name) for name in ("archive", "base", "sockets"))
        server.set_options({"archive_mode": "on", "archive_command": f"cp %p {archive}/%f"})
        server.restart()
        usual = with_server(settings, server.create_database())
        database = Database(usual.store_url)
        ensure_migrated(database)
        database.close()
        store = open_store(usual)
        before = add(store, "before the copy")
        host = sa.make_url(server.admin_url).query["host"]
        server.program("pg_basebackup", "-h", str(host), "-U", "postgres", "-D", str(base), "-X", "none", "-c", "fast")
        kept = add(store, "before that minute")
        minute = ask(store.database, "SELECT clock_timestamp()")
        lost = add(store, "after it")
        archive_all(store.database)
        store.close()
        have_recovered(base, archive, minute)
        options = f"-k {sockets} -h ''"
        server.program("pg_ctl", "-w", "-D", str(base), "-l", str(base / "log"), "-o", options, "start")
        try:
            there = usual.store_url.replace(str(host), str(sockets))
            database = Database(there)
            wait_until(lambda: ask(database, "SELECT pg_is_in_recovery()") == "False", why=(base / "log").read_text())
            database.close()
            restored = open_store(usual.model_copy(update={"database_url": there}))
            assert [restored.jobs.get(job_id).inputs["message"] for job_id in (before, kept)] == [
                "before the copy",
                "before that minute",
            ]
            with pytest.raises(NotFoundError):
                restored.jobs.get(lost)
            assert add(restored, "after the way back")
            checked = restored.audit.verify()
            assert (checked.problems, checked.count) == ([], 3)
            restored.close()
        finally:
            server.program("pg_ctl", "-m", "immediate", "-D", str(base), "stop")
