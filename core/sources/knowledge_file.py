"""The file of the embedded index: opened by several processes at once, made anew when it is damaged or gone."""

import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import StoreFull, StoreOutage
from core.logs import logger
from core.system.private_files import close_to_others, make_private_file, make_private_folder

if TYPE_CHECKING:
    import apsw

log = logger(__name__)

BUSY_TIMEOUT_SECONDS = 30.0
# Of each connection; a search reads the codes of all passages, and they are in the system's cache anyway.
CACHE_BYTES = 16 * 2**20
# A file of another version is made anew: it is derived.
SCHEMA_VERSION = 1
_PRINTED_ASCII = "".join(chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum())
# `ascii` leaves every letter beyond ASCII as it is, so that a term is a token, whatever it consists of.
_TOKENIZER = "ascii tokenchars '{}'".format(_PRINTED_ASCII.replace("'", "''"))
_SCHEMA = f"""
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE language(code TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE source(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE item(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, access INTEGER NOT NULL, modified REAL NOT NULL);
CREATE INDEX item_source ON item(source);
CREATE TABLE passage(id INTEGER PRIMARY KEY, digest TEXT NOT NULL, block INTEGER, vector BLOB);
CREATE INDEX passage_waiting ON passage(id) WHERE vector IS NULL;
CREATE TABLE block(id INTEGER PRIMARY KEY, used INTEGER NOT NULL, rows BLOB NOT NULL);
CREATE TABLE block_codes(id INTEGER PRIMARY KEY, codes BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    terms, content='', contentless_delete=1, tokenize="{_TOKENIZER.replace('"', '""')}");
CREATE VIRTUAL TABLE word_counts USING fts5vocab(words, row);
PRAGMA user_version = {SCHEMA_VERSION};
"""
_TABLES = ("word_counts", "words", "block_codes", "block", "passage", "item", "source", "language", "meta")


class Transaction:
    """Runs statements in one transaction.

    Args:
        connection: in which one has begun.
    """

    def __init__(self, connection: "apsw.Connection") -> None:
        self._connection = connection

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement and return its rows."""
        return self._connection.execute(statement, values).fetchall()

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement with each of these values."""
        self._connection.executemany(statement, rows)

    def meta(self, name: str, default: Any) -> Any:
        """Return what is noted under a name."""
        found = self.run("SELECT value FROM meta WHERE name = ?", (name,))
        return found[0][0] if found else default

    def set_meta(self, name: str, value: object) -> None:
        """Note something under a name."""
        self.run("INSERT OR REPLACE INTO meta VALUES(?, ?)", (name, value))


class KnowledgeFile:
    """Gives out connections, each to one thread at a time, and turns SQLite's errors into ours.

    Args:
        path: of the file; its folder is made too.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._idle: list[apsw.Connection] = []
        self._opened: tuple[int, int] | None = None

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Begin to read one state of the file.

        Raises:
            StoreOutage: it cannot be used.
        """
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield Transaction(connection)
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begin what is kept whole or not at all.

        Raises:
            StoreOutage: it cannot be used, or is full. Nothing was stored.
        """
        with self._writing, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(connection)
                connection.execute("COMMIT")
            except BaseException:  # whatever ends the work, a cancel too, nothing half is stored
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def empty_log(self) -> None:
        """Move what SQLite's log holds into the file, so that older pages lie nowhere.

        Raises:
            StoreOutage: somebody reads or writes for long.
        """
        with self._writing, self._connection() as connection:
            # The first column says whether readers kept it from coming to an end.
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]:
                raise StoreOutage("The index of knowledge is busy.", fix="Try again in a moment.")

    def size_bytes(self) -> int:
        """Return what the file takes on disk, with what SQLite keeps beside it."""
        found = (self.path.with_name(self.path.name + ending) for ending in ("", "-wal", "-shm"))
        return sum(path.stat().st_size for path in found if path.exists())

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._drop()

    @contextmanager
    def _connection(self) -> Iterator["apsw.Connection"]:
        import apsw

        connection = None
        try:
            connection = self._taken()
            yield connection
            self._give_back(connection)
        except (apsw.CorruptError, apsw.NotADBError) as error:
            self._replace(connection)
            raise StoreOutage("The index of knowledge was damaged; it is made again.", fix="Ask again.") from error
        except apsw.FullError as error:
            self._give_back(connection)
            raise StoreFull("The index of knowledge has no space left.", fix="Free space on its disk.") from error
        except (apsw.BusyError, apsw.LockedError) as error:
            self._give_back(connection)
            raise StoreOutage("The index of knowledge is busy.", fix="Try again in a moment.") from error
        except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, OSError) as error:
            if connection:
                connection.close(True)
            raise StoreOutage(
                f"The index of knowledge cannot be used: {error}.", fix="Make INLAID_HOME readable and writable."
            ) from error
        except BaseException:  # whatever went wrong, the connection is another's again
            self._give_back(connection)
            raise

    def _taken(self) -> "apsw.Connection":
        with self._lock:
            state = self._state()
            if state != self._opened:  # gone, or made again by another process; or this one is a fork
                self._drop()
            if self._idle:
                return self._idle.pop()
            opened = self._open()
            self._opened = self._state()
            return opened

    def _give_back(self, connection: "apsw.Connection | None") -> None:
        if connection:
            with self._lock:
                self._idle.append(connection)

    def _state(self) -> tuple[int, int]:
        try:
            return os.getpid(), self.path.stat().st_ino
        except FileNotFoundError:
            return os.getpid(), 0

    def _drop(self) -> None:
        is_fork = self._opened is not None and self._opened[0] != os.getpid()
        for connection in self._idle:
            if not is_fork:  # closing a parent's connection would take away its locks
                connection.close(True)
        self._idle = []

    def _open(self) -> "apsw.Connection":
        import apsw

        make_private_folder(self.path.parent)
        make_private_file(self.path)
        for ending in ("-wal", "-shm"):
            close_to_others(self.path.with_name(self.path.name + ending))
        connection = apsw.Connection(str(self.path))
        try:
            connection.set_busy_timeout(int(BUSY_TIMEOUT_SECONDS * 1000))
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
                connection.pragma(*pragma.split("="))
            connection.pragma("cache_size", -CACHE_BYTES // 1024)
            _prepare(connection)
        except BaseException:  # whatever went wrong, no file stays open
            connection.close(True)
            raise
        return connection

    def _replace(self, connection: "apsw.Connection | None") -> None:
        """Take a damaged file away, unless another process has done so; the next use makes a new one."""
        with self._lock:
            state, opened = self._state(), self._opened
            if connection:
                connection.close(True)
            self._drop()
            if opened is None or state == opened or connection is None:
                log.warning("the index of knowledge was damaged and is made again", source=self.path.name)
                for ending in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        self.path.with_name(self.path.name + ending).unlink()
            self._opened = None


def _prepare(connection: "apsw.Connection") -> None:
    """Make the tables, and make them again where they are those of another version."""
    if connection.pragma("user_version") == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.pragma("user_version") != SCHEMA_VERSION:
            for table in (
                "word_counts",
                "words",
                "block_codes",
                "block",
                "passage",
                "item",
                "source",
                "language",
                "meta",
            ):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(_SCHEMA)
            connection.execute("INSERT INTO meta VALUES('identity', ?)", (secrets.token_hex(8),))
        connection.execute("COMMIT")
    except BaseException:  # whatever ends it, a cancel too, no half of a schema is left
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
