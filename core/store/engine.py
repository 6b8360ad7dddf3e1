"""One engine per process: SQLite in WAL mode, or PostgreSQL, behind the same statements."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, DataError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import InputError, LimitError, SettingsError, StoreFull, StoreOutage
from core.store.tables import DatabaseNow
from core.system.disk import MEGABYTE, MIN_FREE_BYTES, is_full
from core.system.private_files import FOLDER_MODE, close_to_others, make_private_file
from core.text.catalogues import N_

BUSY_TIMEOUT_SECONDS = 10.0
ASK_AGAIN_SECONDS = 0.002
PING_AFTER_SECONDS = 1.0
CONNECTIONS = 20
# What `pg_stat_activity` calls the connections of a process, and how many it may open.
_NAME = "inlaid {host}:{process}/{connections}"
_ROOM = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS room,
       count(*) AS processes, coalesce(sum(split_part(name, '/', 2)::int), 0) AS wanted
FROM (SELECT DISTINCT application_name AS name FROM pg_stat_activity
      WHERE application_name ~ '^inlaid .+/[0-9]+$'
        AND application_name <> current_setting('application_name')) AS others
"""
# What PostgreSQL and its driver say of a text that holds the character 0.
_NO_CHARACTER = ("NUL", "Unicode escape", "invalid byte sequence")
# What SQLite says of a file that is damaged (SQLITE_CORRUPT, SQLITE_NOTADB).
_DAMAGED = ("is malformed", "is not a database")
# SQLite's driver begins no transaction by itself; a connection with this option has none. What SQLAlchemy knows for it,
# AUTOCOMMIT, is set and taken back by statements of its own for each look.
_READS = "inlaid_reads"


@dataclass(frozen=True)
class ConnectionRoom:
    """How many connections a server has room for, and how many the processes that use it now may open together."""

    room: int
    processes: int
    wanted: int


class Database:
    """Gives out write transactions and autocommitting reads; turns driver errors into ours.

    Args:
        url: `sqlite:///FILE` or `postgresql://...` (psycopg 3 is used for the latter).
        ping_after_seconds: a connection to a server that was idle for so long is asked whether it is alive.
        busy_seconds: how long a write to SQLite waits for the writes of others.
        connections: to a server, at most; half of them are kept.
    """

    def __init__(
        self,
        url: str,
        *,
        ping_after_seconds: float = PING_AFTER_SECONDS,
        busy_seconds: float = BUSY_TIMEOUT_SECONDS,
        connections: int = CONNECTIONS,
    ) -> None:
        self.url, self._busy_seconds = _driver_url(url), busy_seconds
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing, self._kept = threading.Lock(), threading.local()
        self.engine = (
            _sqlite_engine(self.url, busy_seconds)
            if self.is_sqlite
            else _postgresql_engine(self.url, ping_after_seconds, connections)
        )
        # What is set for each look costs as much as the look, so it is what connections to a server have anyway.
        self._reader = self.engine.execution_options(**{_READS: True}) if self.is_sqlite else self.engine
        in_transaction = {"isolation_level": "READ COMMITTED"}
        self.transactions = self.engine if self.is_sqlite else self.engine.execution_options(**in_transaction)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction; SQLite takes its write lock at once, so nothing fails half-way for being late.

        Raises:
            StoreOutage: unreachable, locked for too long, or out of space. Nothing was stored.
            LimitError: something is larger than its column takes. Nothing was stored.
        """
        with _translated(self.url), self._turn(), self.transactions.begin() as connection:
            yield connection

    @contextmanager
    def write_at_once(self) -> Iterator[sa.Connection]:
        """Open a connection for a write that is one statement: to a server it needs no messages around it.

        Raises:
            StoreOutage: as `write`.
        """
        if self.is_sqlite:
            with self.write() as connection:
                yield connection
        else:
            with self.read() as connection:
                yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process write to SQLite one after the other, in the order in which they come."""
        if not self.is_sqlite:
            yield
            return
        if not self._writing.acquire(timeout=self._busy_seconds):
            raise StoreOutage("The database cannot be used: it is busy.", fix="Try again in a moment.")
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading: no transaction, no lock.

        Raises:
            StoreOutage: unreachable.
        """
        with _translated(self.url):
            if kept := getattr(self._kept, "reader", None):
                yield kept
                return
            with self._reader.connect() as connection:
                yield connection

    @contextmanager
    def kept_reader(self) -> Iterator[None]:
        """Let all that this thread reads within this block come by one connection; taking one is a third of a read.

        Only SQLite's is kept: one to a server would be missed by others meanwhile.

        Raises:
            StoreOutage: as `read`.
        """
        if not self.is_sqlite or hasattr(self._kept, "reader"):
            yield
            return
        with self.read() as self._kept.reader:
            try:
                yield
            finally:
                del self._kept.reader

    def now_seconds(self) -> float:
        """Return the database's clock in Unix seconds."""
        with self.read() as connection:
            return float(connection.execute(sa.select(DatabaseNow())).scalar_one())

    def connection_room(self) -> ConnectionRoom | None:
        """Return how many connections there may be, and may be wanted by other processes; None for SQLite."""
        if self.is_sqlite:
            return None
        with self.read() as connection:
            return ConnectionRoom(*connection.execute(sa.text(_ROOM)).one())

    def overwrite_deleted(self) -> None:
        """Let what was deleted be nowhere in SQLite's files: its pages were overwritten, and the log holds them still.

        A server has its own ways; see deploy/runbook.md.
        """
        if not self.is_sqlite:
            return
        deadline = time.monotonic() + self._busy_seconds
        with self._turn(), self.read() as connection:
            # The first column says whether readers kept it from coming to an end.
            while connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]:
                if time.monotonic() > deadline:
                    raise StoreOutage("The database is being read by somebody else.", fix="Purge the person again.")
                time.sleep(ASK_AGAIN_SECONDS)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _translated(url: sa.URL) -> Iterator[None]:
    try:
        yield
    except DataError as error:
        if any(sign in _cause(error) for sign in _NO_CHARACTER):
            fix = N_("Leave out the character NUL, which no text needs.")
            raise InputError(N_("A text holds a character that cannot be stored."), fix=fix) from error
        raise LimitError("That is more than can be stored.", fix="Ask for less at a time.") from error
    except (OperationalError, PoolTimeoutError) as error:
        raise _outage(error, url) from error
    except DatabaseError as error:
        if "disk" not in str(error.orig).lower() and not _is_damaged(error):
            raise
        raise _outage(error, url) from error


def _outage(error: DatabaseError | PoolTimeoutError, url: sa.URL) -> StoreOutage:
    cause = _cause(error)
    if _is_damaged(error) and url.database:
        fix = N_("Stop Inlaid, then bring back a backup: inlaid restore --replace FILE")
        return StoreOutage(N_(f"The database {url.database} is damaged: {cause}."), fix=fix)
    # SQLite says "disk I/O error" too where a file that it needs beside the database finds no room.
    if "disk i/o" in cause.lower() and url.database and is_full(folder := Path(url.database).parent):
        fix = N_(f"Free at least {MIN_FREE_BYTES // MEGABYTE} MB there; accepted work is kept and will continue.")
        return StoreFull(N_(f"The disk of the database ({folder}) is full."), fix=fix)
    # SQLite: "database or disk is full"; PostgreSQL: "could not extend file ...: No space left on device".
    if "is full" in cause.lower() or "no space left" in cause.lower():
        fix = "Free space on its disk; accepted work is kept and will continue."
        return StoreFull(f"The database has no space left: {cause}.", fix=fix)
    return StoreOutage(f"The database cannot be used: {cause}.", fix=_fix(error))


def _is_damaged(error: DatabaseError | PoolTimeoutError) -> bool:
    return any(sign in _cause(error) for sign in _DAMAGED)


def _cause(error: DatabaseError | PoolTimeoutError) -> str:
    cause = error.orig if isinstance(error, DatabaseError) else error
    return (str(cause).strip().splitlines() or ["no answer"])[0].rstrip(".")


def _fix(error: Exception) -> str:
    if isinstance(error, PoolTimeoutError):
        return N_("Raise INLAID_DATABASE_CONNECTIONS: a worker needs its threads and four more.")
    text = str(error).lower()
    if "lock timeout" in text:
        return N_("Somebody such as a backup is using the table. Try again when that has ended.")
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return "Make INLAID_HOME writable, or set INLAID_DATABASE_URL."
    return "Check INLAID_DATABASE_URL and that the server is up."


def _driver_url(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise SettingsError("INLAID_DATABASE_URL is not a database URL.", fix="See .env.example.") from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(
            f"INLAID_DATABASE_URL names {parsed.get_backend_name()}, which is not supported.",
            fix="Use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
        )
    return parsed.set(drivername="postgresql+psycopg") if parsed.get_backend_name() == "postgresql" else parsed


def _sqlite_engine(url: sa.URL, busy_seconds: float) -> sa.Engine:
    if url.database:
        _make_private(Path(url.database))
    # No limit: there are as many as threads that read or write, and a visit to a mailbox that hangs keeps its own.
    engine = sa.create_engine(url, max_overflow=-1, connect_args={"timeout": busy_seconds, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # Without secure_delete what was deleted stays in the file until its place is needed.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get(_READS):
            _begin_write(connection.connection.dbapi_connection, busy_seconds)

    return engine


def _make_private(file: Path) -> None:
    """Make folder and file before SQLite does, for their owner alone; what SQLite puts beside takes the file's mode."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    except OSError as error:
        raise SettingsError(
            f"The data folder cannot be made: {error.strerror}.", fix="Set INLAID_HOME to a writable folder."
        ) from error
    with suppress(OSError):  # what is wrong, SQLite says when it is used
        make_private_file(file)
    for name in ("-wal", "-shm"):
        close_to_others(file.with_name(file.name + name))


def _begin_write(connection: Any, busy_seconds: float) -> None:
    """Take SQLite's write lock from other processes, asking often.

    Its own waiting (`busy_timeout`) sleeps up to 100 ms at a time and is overtaken by those who come meanwhile: with
    busy processors every hundredth write took over two seconds.
    """
    deadline = time.monotonic() + busy_seconds
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while not _has_begun(connection, deadline):
            time.sleep(ASK_AGAIN_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout={busy_seconds * 1000:.0f}")


def _has_begun(connection: Any, deadline: float) -> bool:
    import sqlite3  # not where the database is a server: 2 MB

    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        # The low byte is the kind of error, what is above it a shade of that (https://sqlite.org/rescode.html).
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY and time.monotonic() < deadline:
            return False
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error
    return True


# A line that was cut without a word ends after so long: the system's own patience is a quarter of an hour for what was
# sent, and two hours for an answer (https://www.postgresql.org/docs/current/libpq-connect.html).
_PATIENCE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}


def _postgresql_engine(url: sa.URL, ping_after_seconds: float, connections: int) -> sa.Engine:
    # Without synchronous_commit a crash takes back what was confirmed, up to three wal_writer_delay
    # (https://www.postgresql.org/docs/current/wal-async-commit.html): a server set so must not count for us.
    options = "-c statement_timeout=30000 -c lock_timeout=10000 -c synchronous_commit=on"
    # Pods of one Deployment differ by the end of their names alone.
    host = socket.gethostname().partition(".")[0][-30:]
    name = _NAME.format(host=host, process=os.getpid(), connections=connections)
    engine = sa.create_engine(
        url,
        pool_size=connections // 2,
        max_overflow=connections - connections // 2,
        pool_timeout=5,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={"connect_timeout": 5, "options": options, "application_name": name, **_PATIENCE},
    )

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info["returned_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ping(connection: Any, record: Any, _proxy: Any) -> None:
        """Ask a connection that was idle whether it is alive; asking each time would double a job's round trips."""
        if time.monotonic() - record.info.get("returned_at", time.monotonic()) < ping_after_seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    return engine
