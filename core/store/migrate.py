"""Brings the tables up to date. A database that is current costs one query and no import of Alembic."""

from pathlib import Path

import sqlalchemy as sa

from core.store.engine import Database

HEAD = "0003"
LOCK_NUMBER = 0x1A1D


def ensure_migrated(database: Database) -> bool:
    """Apply the missing migrations, one process at a time. Returns whether any were applied.

    Raises:
        StoreOutage: the database cannot be reached or written.
    """
    if current_revision(database) == HEAD:
        return False
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
        _upgrade(connection)
    return True


def current_revision(database: Database) -> str | None:
    """Return the revision that the tables are at, or None for an empty database."""
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
