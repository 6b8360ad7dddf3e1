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


def plan_of(store: Store, work: Callable[[], object]) -> list[str]:
    """Return how the database goes about the last statement of some work, by its indexes as far as it may."""
    asked: list[tuple[str, Any]] = []

    def sent(_connection: object, _cursor: object, statement: str, parameters: object, *_further: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(store.database.engine, "before_cursor_execute", sent)
    try:
        work()
    finally:
        sa.event.remove(store.database.engine, "before_cursor_execute", sent)
    statement, parameters = asked[-1]
    explain = "EXPLAIN QUERY PLAN" if store.database.is_sqlite else "EXPLAIN"
    with store.database.write() as connection:
        if not store.database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return [" ".join(str(part) for part in row) for row in rows]
