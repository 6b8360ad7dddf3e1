"""Rows for the tables of the index in PostgreSQL, by COPY: several times sooner than by inserts."""

from collections.abc import Mapping, Sequence

import psycopg
import sqlalchemy as sa

_COLUMNS = {
    "knowledge_passage": ("id", "source", "access", "modified", "size", "digest", "terms"),
    "knowledge_vector": ("id", "source", "access", "modified", "v"),
    "knowledge_waiting": ("id", "digest"),
}
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
