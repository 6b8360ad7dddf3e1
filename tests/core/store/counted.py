"""What is asked of a database, counted."""

from collections.abc import Callable

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
