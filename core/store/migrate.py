"""Holds code and tables together: who migrates, who only looks, and what old code makes of newer tables.

Revisions are numbers. Each migration says with `oldest_code` which code still works on its tables, and the database
keeps the highest of these. So old processes go on while a new version is rolled out, and stop where they would do harm.
A database that is current costs one query and no import of Alembic.
"""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.errors import SettingsError, StoreOutage
from core.store.engine import Database
from core.store.index_ahead import build_ahead, undo_ahead
from core.store.tables import compatibility

HEAD = "0018"
LOCK_NUMBER = 0x1A1D
LOCK_TIMEOUT = "10s"
MIGRATIONS = Path(__file__).parent / "migrations"
# What the migrations make of an empty SQLite database, without going through all of them; migrations that are newer
# than it follow. `python -m tests.core.store.schema_script` writes it again.
EMPTY_SQLITE = MIGRATIONS / "empty_sqlite.sql"


@dataclass(frozen=True)
class Schema:
    """What the tables are. `revision` is "" for an empty database; `oldest_code` the oldest code that can use them."""

    revision: str
    oldest_code: str

    @property
    def is_older(self) -> bool:
        """This code needs a migration first."""
        return self.revision < HEAD

    def require_known(self) -> None:
        """Pass when this code can use the tables, or could after a migration.

        Raises:
            SettingsError: they are newer, and do not say that this code still works on them.
        """
        if self.revision > HEAD and not (self.oldest_code and self.oldest_code <= HEAD):
            raise SettingsError(
                f"The database is at schema {self.revision}, which this older version ({HEAD}) cannot use.",
                fix="Install the version of Inlaid that the database was migrated with, or restore its backup.",
            )


def prepare_schema(database: Database) -> None:
    """Make sure that this code can use the tables. SQLite serves one machine and is migrated here; a server is not.

    Raises:
        SettingsError: the tables are too new; or they are too old, and other processes may be using them.
        StoreOutage: the database cannot be reached or written.
    """
    if database.is_sqlite:
        ensure_migrated(database)
    else:
        require_schema(database)


def require_schema(database: Database) -> None:
    """Pass when the tables are current, or newer and say that this code still works on them.

    Raises:
        SettingsError: they are too old or too new.
        StoreOutage: the database cannot be reached.
    """
    schema = current_schema(database)
    schema.require_known()
    if schema.is_older:
        state = f"is at schema {schema.revision}, this version needs {HEAD}" if schema.revision else "has no tables yet"
        raise SettingsError(f"The database {state}.", fix="Run `inlaid migrate` once, then start this again.")


def ensure_migrated(database: Database) -> bool:
    """Apply the missing migrations, one process at a time. Returns whether any were applied.

    Raises:
        SettingsError: the tables are newer, and this code cannot use them.
        StoreOutage: the database cannot be reached or written.
    """
    schema = current_schema(database)
    schema.require_known()
    if not schema.is_older:
        return False
    if database.is_sqlite or not schema.revision:
        return _migrate(database)
    try:
        build_ahead(database, lock_number=LOCK_NUMBER)
        return _migrate(database)
    except BaseException as error:
        undo_ahead(database, lock_number=LOCK_NUMBER)
        if isinstance(error, StoreOutage):
            raise type(error)(error.message, fix=f"{error.fix} Run `inlaid migrate` again.") from error
        raise


def _migrate(database: Database) -> bool:
    with database.write() as connection:
        if not database.is_sqlite:
            _wait_for_turn(connection)
        schema = _schema(connection)
        schema.require_known()
        if not schema.is_older:
            return False
        if database.is_sqlite and not schema.revision:
            schema = _make_tables(connection)
        if schema.is_older:
            run_migrations(connection)
    return True


def current_schema(database: Database) -> Schema:
    """Return what the tables are at."""
    with database.read() as connection:
        return _schema(connection)


def _schema(connection: sa.Connection) -> Schema:
    tables = sa.inspect(connection)
    if not tables.has_table("alembic_version"):
        return Schema("", "")
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or ""
    if revision <= HEAD or not tables.has_table(compatibility.name):
        return Schema(revision, "")
    return Schema(revision, connection.execute(sa.select(compatibility.c.oldest_code)).scalar_one_or_none() or "")


def _wait_for_turn(connection: sa.Connection) -> None:
    """Wait as long as another migration takes.

    A table that is in use is waited for briefly instead: everybody else would have to wait behind this.
    """
    connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
    connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))


def _make_tables(connection: sa.Connection) -> Schema:
    for statement in EMPTY_SQLITE.read_text(encoding="utf-8").split(";\n"):
        connection.exec_driver_sql(statement)
    return _schema(connection)


def run_migrations(connection: sa.Connection) -> None:
    """Apply the missing migrations, one after the other, within a transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    oldest = max(getattr(script.module, "oldest_code", script.revision) for script in scripts)
    connection.execute(sa.delete(compatibility))
    connection.execute(sa.insert(compatibility).values(oldest_code=oldest))
