"""The index beyond one machine: full-text search and pgvector in the main database.

Its tables are its own (`postgres_tables`); they are derived, so they may be left out of a backup. Vectors are held in
16 bits a number in an HNSW graph for each partition; a reader's rights are part of the search (`iterative_scan` goes on
until enough of what they may see is found). In a partition of which they may see little all of that is compared: it is
sooner done and misses nothing. Without pgvector there are words alone.
"""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from core.errors import StoreOutage
from core.logs import logger
from core.sources import postgres_tables as tables
from core.sources.model import IndexedItem, IndexHit, IndexQuery, IndexRankings, WaitingPassage
from core.sources.ports import IndexStats
from core.sources.postgres_listed import NEAREST_LISTED, are_listed
from core.sources.postgres_statistics import KnownStatistics
from core.sources.postgres_words import Row, WordSearch, terms_value
from core.store.engine import Database

log = logger(__name__)
ORDINAL_BITS = 20
# How many of the nearest HNSW keeps in mind while it searches; twice of what is asked for, at least the first.
MIN_EF_SEARCH, MAX_EF_SEARCH = 100, 1_000
# So many vectors are compared in 20 ms; through the graph it takes as long to find the few that may be seen.
MAX_COMPARED = 30_000
_REMOVED_AT_ONCE = 200
# After so many new passages the planner's estimates are made anew at once; else autovacuum does it in its time.
ANALYSE_AFTER = 20_000
# In the order of their numbers, so that two who embed never wait for each other in a circle.
_PUT_VECTORS = """
WITH made AS (
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:digests AS text[]), CAST(:vectors AS text[]))
    AS made(id, digest, vector)
), held AS (
    SELECT w.id, vector FROM knowledge_waiting w JOIN made USING (id, digest) ORDER BY w.id FOR UPDATE OF w
), gone AS (DELETE FROM knowledge_waiting w USING held WHERE w.id = held.id)
INSERT INTO knowledge_vector SELECT p.id, source, access, modified, CAST(vector AS halfvec)
FROM held JOIN knowledge_passage p ON p.id = held.id ON CONFLICT DO NOTHING
"""
# For this transaction. A plan that fits any reader is a bad one for most: so each search has its own. Also says whose
# vectors are held, and which partitions hold the sources.
_PREPARE = """
SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('hnsw.ef_search', :breadth, true),
    set_config('hnsw.iterative_scan', 'strict_order', true),
    (SELECT value FROM knowledge_meta WHERE name = 'embedder') AS embedder,
    (SELECT CAST(value AS int) FROM knowledge_meta WHERE name = 'dimensions') AS dimensions,
    ARRAY(SELECT number FROM generate_series(0, :partitions - 1) AS number WHERE :is_all OR EXISTS(
        SELECT FROM unnest(CAST(:sources AS text[])) AS source
        WHERE satisfies_hash_partition('knowledge_passage'::regclass, :partitions, number, source))) AS numbers
"""
_NEAREST = """
SELECT id, digest, modified FROM (
    SELECT * FROM ({partitions}) AS partition ORDER BY distance LIMIT :most
) AS near JOIN knowledge_passage USING (id, source) ORDER BY distance
"""
# With something added to it the distance is not what HNSW is an index of.
_NEAREST_IN = """
(SELECT id, source, (v <#> CAST(:vector AS halfvec)) {added} AS distance FROM knowledge_vector_{number}
WHERE access = ANY(:access) AND (:is_all OR source = ANY(:sources))
ORDER BY distance LIMIT :most)
"""
# The states of PostgreSQL for a table and a column that it does not know.
_UNDEFINED = {"42P01", "42703"}
_ADD_LANGUAGE = "INSERT INTO knowledge_language VALUES(:code) ON CONFLICT DO NOTHING"
_VECTORS_OF = """
SELECT digest, CAST(v AS text) AS v FROM knowledge_passage p JOIN knowledge_vector USING (id, source)
WHERE p.id BETWEEN :first AND :last AND digest <> ''
"""


class PostgresPassageIndex:
    """A `PassageIndex` in the tables of a PostgreSQL database.

    Args:
        database: the main database.
        max_compared: so many vectors at most are compared one by one.
    """

    def __init__(self, database: Database, *, max_compared: int = MAX_COMPARED) -> None:
        self.database = database
        self._max_compared = max_compared
        self._statistics = KnownStatistics()
        self._words = WordSearch(self._statistics)
        self._embedder: tuple[str, int] | None = None
        self._preparing = threading.Lock()
        self._is_prepared = False
        self._unanalysed = 0

    def identity(self) -> str:
        """Return what names these tables; see `core.sources.ports.PassageIndex`."""
        with self._reading() as connection:
            return _meta(connection)["identity"]

    def languages(self) -> frozenset[str]:
        """Return the languages of what is held; see `core.sources.ports.PassageIndex`."""
        with self._reading() as connection:
            return frozenset(connection.execute(sa.select(tables.language.c.code)).scalars())

    def embedder(self) -> str:
        """Return whose vectors are held; see `core.sources.ports.PassageIndex`."""
        with self._reading() as connection:
            return _embedder(connection)[0]

    def use_embedder(self, name: str, dimensions: int) -> bool:
        """Hold vectors of this embedder; see `core.sources.ports.PassageIndex`. Without pgvector there are none."""
        self._embedder = (name, dimensions)
        with self._reading() as connection:
            if _embedder(connection) == self._embedder:
                return False
        with self._transaction() as connection:
            missing = tables.missing_extension(connection) if name else ""
            if missing:
                log.warning("knowledge is searched by words alone", reason=missing)
                name, dimensions = "", 0
            held = _locked_embedder(connection)
            if held == (name, dimensions):
                return False
            had_vectors = _has_vectors(connection)
            tables.prepare_vectors(connection, dimensions)
            for key, value in (("embedder", name), ("dimensions", str(dimensions))):
                connection.execute(sa.update(tables.meta).where(tables.meta.c.name == key).values(value=value))
            connection.execute(sa.text("DELETE FROM knowledge_waiting"))
            if name:
                connection.execute(sa.text("INSERT INTO knowledge_waiting SELECT id, digest FROM knowledge_passage"))
            return had_vectors

    def put(self, items: Sequence[IndexedItem]) -> None:
        """Hold these items; see `core.sources.ports.PassageIndex`."""
        # In the order of their numbers, so that two writers of the same items never wait for each other in a circle.
        ordered = sorted({item.item_id: item for item in items}.values(), key=lambda item: item.item_id)
        if not ordered:
            return
        with self._transaction() as connection:
            embedder = _locked_embedder(connection, is_shared=True)
            languages = [{"code": code} for code in sorted({item.language for item in ordered})]
            connection.execute(sa.text(_ADD_LANGUAGE), languages)
            held = tables.add_items(connection, [(item.item_id, item.source_id) for item in ordered])
            kept = [
                _forget_passages(connection, entry.item_id, embedder) if entry.item_id in held else {}
                for entry in ordered
            ]
            self._insert(connection, ordered, kept, embedder)
        self._analyse(sum(len(item.passages) for item in ordered))

    def put_vectors(self, vectors: Iterable[tuple[WaitingPassage, Sequence[float]]]) -> None:
        """Add vectors; see `core.sources.ports.PassageIndex`."""
        with self._transaction() as connection:
            dimensions = self._dimensions(_locked_embedder(connection, is_shared=True))
            rows = [
                (_row(place.item_id, place.ordinal), place.digest, _vector_value(vector))
                for place, vector in vectors
                if len(vector) == dimensions
            ]
            if rows:
                ids, digests, values = map(list, zip(*rows, strict=True))
                connection.execute(sa.text(_PUT_VECTORS), {"ids": ids, "digests": digests, "vectors": values})

    def waiting(self, limit: int, held: frozenset[str] = frozenset()) -> Sequence[WaitingPassage]:
        """Return passages without a vector; see `core.sources.ports.PassageIndex`."""
        with self._reading() as connection:
            waiting = sa.select(tables.waiting).order_by(tables.waiting.c.id).limit(limit)
            if held:
                items = sa.select(tables.item.c.id).where(tables.item.c.source.in_(sorted(held)))
                waiting = waiting.where(
                    tables.waiting.c.id.bitwise_rshift(sa.literal(ORDINAL_BITS, sa.Integer)).not_in(items)
                )
            found = connection.execute(waiting)
            return [WaitingPassage(*_place(row.id), row.digest) for row in found]

    def move(self, item_id: int, access_id: int) -> None:
        """Change who may read an item; see `core.sources.ports.PassageIndex`."""
        with self._transaction() as connection:
            values = {**_span(item_id), "access": access_id}
            is_embedded = bool(_locked_embedder(connection, is_shared=True)[0])
            for table in ("knowledge_passage", "knowledge_vector") if is_embedded else ("knowledge_passage",):
                statement = f"UPDATE {table} SET access = :access WHERE id BETWEEN :first AND :last"  # noqa: S608
                connection.execute(sa.text(statement), values)

    def remove(self, item_ids: Sequence[int]) -> None:
        """Forget items; see `core.sources.ports.PassageIndex`."""
        with self._transaction() as connection:
            embedder = _locked_embedder(connection, is_shared=True)
            for item_id in sorted(set(item_ids)):
                connection.execute(sa.text("DELETE FROM knowledge_item WHERE id = :id"), {"id": item_id})
                _forget_passages(connection, item_id, embedder)

    def remove_source(self, source_id: str) -> None:
        """Forget a source, some items at a time; see `core.sources.ports.PassageIndex`."""
        some = sa.select(tables.item.c.id).where(tables.item.c.source == source_id).limit(_REMOVED_AT_ONCE)
        while True:
            with self._reading() as connection:
                found = connection.execute(some).scalars().all()
            if not found:
                return
            self.remove(found)

    def overwrite_deleted(self, source_id: str) -> None:
        """Write the source's part of the passages anew; see `core.sources.ports.PassageIndex`."""
        with self._reading() as connection:
            tables.rewrite_passages(connection, source_id)

    def search(self, query: IndexQuery) -> IndexRankings:
        """Return the best places; see `core.sources.ports.PassageIndex`."""
        values = {
            "breadth": str(min(max(MIN_EF_SEARCH, 2 * query.limit), MAX_EF_SEARCH)),
            "partitions": tables.PARTITIONS,
            "is_all": not query.source_ids,
            "sources": list(query.source_ids),
        }
        with self._transaction() as connection:
            prepared = connection.execute(sa.text(_PREPARE), values).one()
            is_listed = are_listed(connection, query.source_ids)
            by_words, shares = self._words.best(connection, query, is_listed=is_listed)
            by_meaning: list[Row] = []
            dimensions = self._dimensions((prepared.embedder, prepared.dimensions))
            if query.vector is not None and query.access_ids and len(query.vector) == dimensions:
                compared = self._compared(connection, query.access_ids)
                partitions = {} if is_listed else {number: number in compared for number in prepared.numbers}
                by_meaning = _nearest(connection, query, query.vector, partitions)
        return IndexRankings(_hits(by_words), _hits(by_meaning), shares)

    def stats(self) -> IndexStats:
        """Return what is held; see `core.sources.ports.PassageIndex`."""
        with self._reading() as connection:
            passages = connection.execute(sa.text("SELECT count(*) FROM knowledge_passage")).scalar_one()
            without = connection.execute(sa.text("SELECT count(*) FROM knowledge_waiting")).scalar_one()
            size = connection.execute(
                sa.text(
                    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
                    " WHERE relname LIKE 'knowledge\\_%' AND relkind = 'r'"
                    " AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'knowledge_meta'::regclass)"
                )
            ).scalar_one()
            embedder = _embedder(connection)[0]
        return IndexStats(passages, without if embedder else passages, int(size), embedder)

    def missing_vectors(self) -> str:
        """Return why there is no search by meaning here, "" when there is; for `inlaid doctor`."""
        with self._transaction() as connection:
            return tables.missing_extension(connection)

    def close(self) -> None:
        """Leave the database open: it is not this object's."""

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._prepared(), self.database.write() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """Give a connection for single statements, each its own transaction: one way to the server and back."""
        with self._prepared(), self.database.read() as connection:
            yield connection

    @contextmanager
    def _prepared(self) -> Iterator[None]:
        with self._preparing:
            if not self._is_prepared:
                with self.database.write() as connection:
                    tables.prepare_tables(connection)
                self._is_prepared = True
        try:
            yield
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") not in _UNDEFINED:
                raise
            # Somebody dropped the tables, or another version of Inlaid made others; the next use makes them.
            self._is_prepared = False
            self._statistics.forget()
            raise StoreOutage("The tables of the index of knowledge have changed.", fix="Ask again.") from error

    def _insert(
        self,
        connection: sa.Connection,
        items: Sequence[IndexedItem],
        kept: Sequence[Mapping[str, str]],
        embedder: tuple[str, int],
    ) -> None:
        dimensions = self._dimensions(embedder)
        rows, vectors, waits = [], [], []
        for item, known in zip(items, kept, strict=True):
            shared = {"source": item.source_id, "access": item.access_id, "modified": item.modified_at}
            for passage in {other.ordinal: other for other in item.passages}.values():
                row = {"id": _row(item.item_id, passage.ordinal), "digest": passage.digest, **shared}
                rows.append({**row, "size": len(passage.terms), "terms": terms_value(passage.terms)})
                vector = known.get(passage.digest)
                if passage.vector is not None and len(passage.vector) == dimensions:
                    vector = _vector_value(passage.vector)
                if vector:
                    vectors.append({**row, "v": vector})
                elif embedder[0]:
                    waits.append(row)
        tables.copy_rows(connection, rows, vectors, waits)

    def _compared(self, connection: sa.Connection, access_ids: frozenset[int]) -> frozenset[int]:
        """Return the partitions of which all that may be read is compared: those that hold least of it."""
        partitions = self._statistics.current(connection).partitions
        readable = {number: partition.readable(access_ids) for number, partition in enumerate(partitions)}
        by_size = sorted(readable, key=lambda number: readable[number])
        sums = itertools.accumulate(readable[number] for number in by_size)
        return frozenset(number for number, total in zip(by_size, sums, strict=True) if total <= self._max_compared)

    def _dimensions(self, held: tuple[str, int]) -> int:
        """Return how many numbers a vector has; 0, which none has, when the vectors held are not this object's."""
        return held[1] if held[0] and self._embedder in {None, held} else 0

    def _analyse(self, passages: int) -> None:
        self._unanalysed += passages
        if self._unanalysed < ANALYSE_AFTER:
            return
        self._unanalysed = 0
        with self._transaction() as connection:
            connection.execute(sa.text("ANALYZE knowledge_passage"))
        self._statistics.forget()


def _forget_passages(connection: sa.Connection, item_id: int, embedder: tuple[str, int]) -> dict[str, str]:
    """Delete the passages of an item and return their vectors by digest."""
    values = _span(item_id)
    kept: dict[str, str] = {}
    held = ["knowledge_passage", "knowledge_waiting"]
    if embedder[0]:
        kept = {row.digest: row.v for row in connection.execute(sa.text(_VECTORS_OF), values)}
        held.append("knowledge_vector")
    for table in held:
        connection.execute(sa.text(f"DELETE FROM {table} WHERE id BETWEEN :first AND :last"), values)  # noqa: S608
    return kept


def _nearest(
    connection: sa.Connection, query: IndexQuery, vector: Sequence[float], partitions: Mapping[int, bool]
) -> list[Row]:
    """Return the nearest in partitions, in each by comparing all that may be read, or else through the graph.

    Without partitions all passages of the sources that are asked for are compared.
    """
    values = {
        "vector": _vector_value(vector),
        "access": list(query.access_ids),
        "is_all": not query.source_ids,
        "sources": list(query.source_ids),
        "most": query.limit,
    }
    parts = [
        _NEAREST_IN.format(number=number, added="+ 0" if compares_all else "")
        for number, compares_all in partitions.items()
    ]
    statement = _NEAREST.format(partitions="UNION ALL".join(parts or [NEAREST_LISTED]))
    return [tuple(row) for row in connection.execute(sa.text(statement), values)]


def _hits(rows: Sequence[Row]) -> list[IndexHit]:
    return [IndexHit(*_place(row), digest, modified) for row, digest, modified in rows]


def _meta(connection: sa.Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(sa.select(tables.meta))}


def _embedder(connection: sa.Connection) -> tuple[str, int]:
    found = _meta(connection)
    return found["embedder"], int(found["dimensions"])


def _locked_embedder(connection: sa.Connection, *, is_shared: bool = False) -> tuple[str, int]:
    """Return whose vectors are held, and keep it so to the end of the transaction."""
    named = sa.select(tables.meta.c.value).where(tables.meta.c.name == "embedder")
    connection.execute(named.with_for_update(read=is_shared)).scalar_one()
    return _embedder(connection)


def _has_vectors(connection: sa.Connection) -> bool:
    if connection.execute(sa.text("SELECT to_regclass('knowledge_vector')")).scalar_one() is None:
        return False
    return bool(connection.execute(sa.text("SELECT EXISTS(SELECT FROM knowledge_vector)")).scalar_one())


def _vector_value(vector: Sequence[float]) -> str:
    return "[{}]".format(",".join(map("{:.5g}".format, vector)))


def _row(item_id: int, ordinal: int) -> int:
    return item_id << ORDINAL_BITS | ordinal


def _span(item_id: int) -> dict[str, int]:
    return {"first": _row(item_id, 0), "last": _row(item_id + 1, 0) - 1}


def _place(row: int) -> tuple[int, int]:
    return row >> ORDINAL_BITS, row & ((1 << ORDINAL_BITS) - 1)
