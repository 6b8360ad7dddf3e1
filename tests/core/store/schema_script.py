"""The script that makes the tables of an empty SQLite database, written anew: python -m tests.core.store.schema_script.

It is what a database looks like that all migrations went through.
"""

import sqlite3

import sqlalchemy as sa

from core.store.migrate import EMPTY_SQLITE, run_migrations


def migrated_script() -> str:
    """Return the statements that make what all migrations make."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        run_migrations(connection)
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        return script_of(raw)


def script_of(database: sqlite3.Connection) -> str:
    """Return the statements that make a database as it is, in a form that does not depend on how it was made."""
    left_out = ("BEGIN TRANSACTION;", "COMMIT;", 'DELETE FROM "sqlite_sequence";')
    statements = [statement for statement in database.iterdump() if statement not in left_out]
    lines = "\n".join(statements).splitlines()
    return "\n".join(line.strip() for line in lines) + "\n"


if __name__ == "__main__":
    EMPTY_SQLITE.write_text(migrated_script(), encoding="utf-8")
