"""Made-up passages in PostgreSQL straight by COPY, the indexes built behind: a million in minutes, the same each time.

What the product does for each passage (its locks, its statements, the text form of a vector) is left out, so that the
time says nothing of how fast it indexes; what is held and searched afterwards is the same.
"""

import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from core.sources.index_postgres import ORDINAL_BITS
from core.sources.postgres_words import terms_value
from core.sources.terms import passage_terms
from core.store.engine import Database

if TYPE_CHECKING:
    from benchmarks.knowledge_speed import Floats, World

BATCH = 10_000
# From each batch so many vectors are kept, to ask for what is near to them.
_KEPT = 20
_BINARY_HEAD, _BINARY_END = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0), struct.pack(">h", -1)
_TERMS_INDEX = "knowledge_passage_terms"
_VECTOR_INDEXES = ("knowledge_vector_v", "knowledge_vector_access")

Place = tuple[int, int, str, int, float]


def load(database: Database, world: "World", places: Callable[[int], Place], count: int) -> "Floats":
    """Fill the tables of an empty index, build its indexes and return some of the vectors.

    Args:
        database: whose index has tables for vectors, and nothing in them.
        world: makes texts and vectors.
        places: gives the item, the place in it, the source, who may read it and its age, by a passage's number.
        count: of passages; a multiple of `BATCH`.
    """
    import numpy as np

    assert count % BATCH == 0, f"{count} is no multiple of {BATCH:,}"
    began = time.perf_counter()
    definitions = _drop_indexes(database)
    terms = [passage_terms(word, "en")[0] for word in world.words]
    kept = []
    for first in range(0, count, BATCH):
        held = [places(number) for number in range(first, first + BATCH)]
        vectors = world.vectors(BATCH)
        kept.append(vectors[:_KEPT])
        with database.write() as connection:
            _copy(connection, "knowledge_passage", _passage_rows(world, terms, held), is_binary=False)
            _copy(connection, "knowledge_vector", _vector_rows(held, vectors), is_binary=True)
            if first == 0:
                connection.execute(sa.text("INSERT INTO knowledge_language VALUES ('en')"))
    with database.write() as connection:
        items = dict.fromkeys(places(number)[::2][:2] for number in range(count))
        lines = (f"{item_id}\t{source}\n".encode() for item_id, source in items)
        _copy(connection, "knowledge_item", lines, is_binary=False)
        connection.execute(sa.text("DELETE FROM knowledge_waiting"))
    print(f"copied {count:,} passages with vectors in {time.perf_counter() - began:.0f} s", flush=True)
    _build(database, definitions)
    print(f"with indexes after {time.perf_counter() - began:.0f} s", flush=True)
    return np.concatenate(kept)


def row_id(item_id: int, ordinal: int) -> int:
    """Return the number of a passage's row."""
    return item_id << ORDINAL_BITS | ordinal


def _passage_rows(world: "World", terms: list[str], held: list[Place]) -> Iterator[bytes]:
    for (item_id, ordinal, source, access, modified), numbers in zip(held, world.numbers(len(held)), strict=True):
        said = [terms[number] for number in numbers]
        digest = f"{item_id}/{ordinal}"
        row = (row_id(item_id, ordinal), source, access, modified, len(said), digest, terms_value(said))
        yield ("\t".join(map(str, row)) + "\n").encode()


def _vector_rows(held: list[Place], vectors: "Floats") -> Iterator[bytes]:
    dimensions = vectors.shape[1]
    halves = vectors.astype(">f2")
    yield _BINARY_HEAD
    for (item_id, ordinal, source, access, modified), half in zip(held, halves, strict=True):
        name = source.encode()
        yield struct.pack(">hiqi", 5, 8, row_id(item_id, ordinal), len(name)) + name
        yield struct.pack(">iqidihH", 8, access, 8, modified, 4 + 2 * dimensions, dimensions, 0) + half.tobytes()
    yield _BINARY_END


def _copy(connection: sa.Connection, table: str, rows: Iterator[bytes], *, is_binary: bool) -> None:
    cursor: psycopg.Cursor[object] = connection.connection.cursor()  # type: ignore[assignment] # the driver's own
    form = " WITH (FORMAT binary)" if is_binary else ""
    with cursor, cursor.copy(f"COPY {table} FROM STDIN{form}".encode()) as copy:
        for row in rows:
            copy.write(row)


def _drop_indexes(database: Database) -> dict[str, str]:
    """Drop what is sooner built than kept up, and return how to build it."""
    names = (_TERMS_INDEX, *_VECTOR_INDEXES)
    statement = "SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(:names)"
    with database.write() as connection:
        rows = connection.execute(sa.text(statement), {"names": list(names)})
        found = {str(row.indexname): str(row.indexdef) for row in rows}
        for name in found:
            connection.execute(sa.text(f"DROP INDEX {name}"))
    return found


def _build(database: Database, definitions: dict[str, str]) -> None:
    """Build the index of terms, which one processor does, beside those of the vectors."""
    vectors = [definitions[name] for name in _VECTOR_INDEXES if name in definitions]
    jobs = (
        [definitions[_TERMS_INDEX], "VACUUM ANALYZE knowledge_passage"],
        [*vectors, "VACUUM ANALYZE knowledge_vector", "VACUUM ANALYZE knowledge_item"],
    )
    with ThreadPoolExecutor(len(jobs)) as threads:
        for done in [threads.submit(_run, database, statements) for statements in jobs]:
            done.result()
    _run(database, ["CHECKPOINT"])


def _run(database: Database, statements: list[str]) -> None:
    settings = ("SET statement_timeout = 0", "SET maintenance_work_mem = '1GB'")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (*settings, *statements):
            connection.execute(sa.text(statement.replace(" ON ONLY ", " ON ")))
