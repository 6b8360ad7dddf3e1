"""What is asked of a database, counted."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from core.store import Store


def statements_of(store: Store, work: Callable[[], object]) -> list[str]:
    """Return the statements that some work sends, and COMMIT for each transaction that writes."""
    found: list[str] = []

    def sent(_connection: object, _cursor: object, statement: str, *_further: object) -> None:
        found.append(statement)

    def committed(_connection: object) -> None:
        found.append("COMMIT")

    engine = store.database.engine
    sa.event.listen(engine, "before_cursor_execute", sent)
    sa.event.listen(engine, "commit", committed)
    try:
        work()
    finally:
        sa.event.remove(engine, "before_cursor_execute", sent)
        sa.event.remove(engine, "commit", committed)
    return found


def _last_asked(store: Store, work: Callable[[], object]) -> tuple[str, Any]:
    asked: list[tuple[str, Any]] = []

    def sent(_connection: object, _cursor: object, statement: str, parameters: object, *_further: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(store.database.engine, "before_cursor_execute", sent)
    try:
        work()
    finally:
        sa.event.remove(store.database.engine, "before_cursor_execute", sent)
    return asked[-1]


def pages_of(store: Store, work: Callable[[], object]) -> int:
    """Return how many pages PostgreSQL looks at for the last statement of some work, done once more and undone."""
    statement, parameters = _last_asked(store, work)
    with store.database.write() as connection:
        told = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        plan = told.scalar_one()[0]["Plan"]
        connection.rollback()
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def pages_of_all(store: Store, work: Callable[[], object]) -> int:
    """Return how many pages PostgreSQL looks at for some work in one thread, done thrice, by its prepared plans."""

    def pages() -> int:
        with store.database.read() as connection:
            connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
            connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
            asked = "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
            return int(connection.exec_driver_sql(asked).scalar_one())

    for _ in range(6):  # psycopg prepares what comes for the sixth time
        work()
    before = pages()
    for _ in range(3):
        work()
    return pages() - before


def plan_of(store: Store, work: Callable[[], object]) -> list[str]:
    """Return how the database goes about the last statement of some work, by its indexes as far as it may."""
    statement, parameters = _last_asked(store, work)
    explain = "EXPLAIN QUERY PLAN" if store.database.is_sqlite else "EXPLAIN"
    with store.database.write() as connection:
        if not store.database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return [" ".join(str(part) for part in row) for row in rows]
