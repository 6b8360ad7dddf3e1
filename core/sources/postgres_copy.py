"""Rows for the tables of the index in PostgreSQL, by COPY: several times sooner than by inserts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    import psycopg

_COLUMNS = {
    "knowledge_passage": ("id", "source", "access", "modified", "size", "digest", "terms"),
    "knowledge_vector": ("id", "source", "access", "modified", "v"),
    "knowledge_waiting": ("id", "digest"),
}
# It locks the rows of the items, so that two writers of one item come one after the other, and returns which were held:
# a row that was just inserted was deleted by nobody. Most are new, and nothing has to be looked for then.
_ADD_ITEMS = """
WITH added AS (
    INSERT INTO knowledge_item SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:sources AS text[])) AS new(id, source)
    ON CONFLICT (id) DO UPDATE SET source = excluded.source RETURNING id, xmax
) SELECT id FROM added WHERE xmax <> 0
"""
_Rows = Sequence[Mapping[str, object]]


def copy_rows(connection: sa.Connection, passages: _Rows, vectors: _Rows, waiting: _Rows) -> None:
    """Add rows, by the names of their columns; none of them may be there.

    Args:
        connection: in the transaction that deleted what they replace.
        passages: `terms` in the text form of a `tsvector`.
        vectors: `v` in the text form of a vector.
        waiting: passages that wait for a vector.

    Raises:
        psycopg.Error: they cannot be added; the transaction is over.
    """
    for (table, columns), rows in zip(_COLUMNS.items(), (passages, vectors, waiting), strict=True):
        if not rows:
            continue
        cursor: psycopg.Cursor[object] = connection.connection.cursor()  # type: ignore[assignment] # the driver's own
        with cursor, cursor.copy(f"COPY {table}({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row([row[column] for column in columns])


def add_items(connection: sa.Connection, items: Sequence[tuple[int, str]]) -> frozenset[int]:
    """Add items, each with its source, and return those that were held already; all of them are locked.

    Args:
        connection: in the transaction that puts their passages.
        items: in the order of their numbers, so that two writers never wait for each other in a circle.
    """
    ids, sources = [[*column] for column in zip(*items, strict=True)]
    found = connection.execute(sa.text(_ADD_ITEMS), {"ids": ids, "sources": sources})
    return frozenset(found.scalars())
