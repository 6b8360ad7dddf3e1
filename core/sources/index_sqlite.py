"""The index of one machine: words in FTS5, vectors beside them, in a file of its own.

Its own file, so that much indexing never keeps the job database waiting. It is made anew when it is damaged or gone;
`identity` tells.
"""

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.sources.knowledge_file import KnowledgeFile, Transaction
from core.sources.model import IndexedItem, IndexHit, IndexQuery, IndexRankings, WaitingPassage
from core.sources.ports import IndexStats
from core.sources.question_share import rarity, whole_score
from core.sources.vector_blocks import Condition, VectorBlocks, packed

FILE_NAME = "knowledge.db"
# A passage's row is its item's number and its own.
ORDINAL_BITS = 20
# Terms that more passages hold say little and cost most: left out where so many rarer ones remain.
FREQUENT_SHARE = 0.05
MIN_FREQUENT = 2_000
MIN_RARE_TERMS = 2
# So many passages are ranked by words within 15 ms. Where a question has frequent terms alone, the rarest of them are
# taken up to that; where the rarest itself is in more, with the next beside it.
MAX_RANKED = 20_000
# Where FTS5 keeps a short row for each passage: those of `passage` hold the vectors, and counting reads them all.
_COUNT = "SELECT count(*) FROM words_docsize"
_WAITING = """
SELECT id, digest FROM passage WHERE vector IS NULL AND id >> ? NOT IN (
  SELECT i.id FROM item i JOIN source s ON s.number = i.source WHERE s.name IN (SELECT value FROM json_each(?)))
LIMIT ?"""


class SqlitePassageIndex:
    """A `PassageIndex` in a file.

    Args:
        home: the data folder.
    """

    def __init__(self, home: Path) -> None:
        self._file = KnowledgeFile(home / FILE_NAME)
        self._embedder: tuple[str, int] | None = None

    def identity(self) -> str:
        """Return what names this file; see `core.sources.ports.PassageIndex`."""
        with self._file.read() as file:
            return str(file.meta("identity", ""))

    def languages(self) -> frozenset[str]:
        """Return the languages of what is held; see `core.sources.ports.PassageIndex`."""
        with self._file.read() as file:
            return frozenset(language for (language,) in file.run("SELECT code FROM language"))

    def embedder(self) -> str:
        """Return whose vectors are held; see `core.sources.ports.PassageIndex`."""
        with self._file.read() as file:
            return _embedder(file)[0]

    def use_embedder(self, name: str, dimensions: int) -> bool:
        """Hold vectors of this embedder; see `core.sources.ports.PassageIndex`."""
        self._embedder = (name, dimensions)
        with self._file.read() as file:
            if _embedder(file) == self._embedder:
                return False
        with self._file.write() as file:
            had_vectors = bool(file.meta("vectors", ""))
            VectorBlocks(file).clear()
            rows = [("embedder", name), ("dimensions", dimensions)]
            file.run_many("INSERT OR REPLACE INTO meta VALUES(?, ?)", rows)
            return had_vectors

    def put(self, items: Sequence[IndexedItem]) -> None:
        """Hold these items; see `core.sources.ports.PassageIndex`."""
        with self._file.write() as file:
            file.run_many("INSERT OR IGNORE INTO language VALUES(?)", {(item.language,) for item in items})
            vectors: dict[int, bytes] = {}
            for item in {item.item_id: item for item in items}.values():
                vectors |= self._put(file, item)
            VectorBlocks(file).add(list(vectors.items()))

    def put_vectors(self, vectors: Iterable[tuple[WaitingPassage, Sequence[float]]]) -> None:
        """Add vectors; see `core.sources.ports.PassageIndex`."""
        made = {(_row(place.item_id, place.ordinal), place.digest): vector for place, vector in vectors}
        with self._file.write() as file:
            dimensions = self._dimensions(file)
            waiting = file.run(
                "SELECT id, digest FROM passage WHERE vector IS NULL AND id IN (SELECT value FROM json_each(?))",
                (json.dumps([row for row, _ in made]),),
            )
            vectors_by_row = {row: made[row, digest] for row, digest in waiting if (row, digest) in made}
            fitting = [(row, packed(vector)) for row, vector in vectors_by_row.items() if len(vector) == dimensions]
            VectorBlocks(file).add(fitting)

    def waiting(self, limit: int, held: frozenset[str] = frozenset()) -> Sequence[WaitingPassage]:
        """Return passages without a vector; see `core.sources.ports.PassageIndex`."""
        with self._file.read() as file:
            if not _embedder(file)[0]:
                return []
            rows = file.run(_WAITING, (ORDINAL_BITS, json.dumps(sorted(held)), limit))
            return [WaitingPassage(*_place(row), digest) for row, digest in rows]

    def move(self, item_id: int, access_id: int) -> None:
        """Change who may read an item; see `core.sources.ports.PassageIndex`."""
        with self._file.write() as file:
            file.run("UPDATE item SET access = ? WHERE id = ?", (access_id, item_id))
            VectorBlocks(file).move(*_rows(item_id), access_id)

    def remove(self, item_ids: Sequence[int]) -> None:
        """Forget items; see `core.sources.ports.PassageIndex`."""
        with self._file.write() as file:
            for item_id in item_ids:
                _remove(file, item_id)

    def remove_source(self, source_id: str) -> None:
        """Forget a source; see `core.sources.ports.PassageIndex`. What it said is overwritten in the file."""
        with self._file.write() as file:
            statement = "SELECT i.id FROM item i JOIN source s ON s.number = i.source WHERE s.name = ?"
            for (item_id,) in file.run(statement, (source_id,)):
                _remove(file, item_id)
            file.run("DELETE FROM source WHERE name = ?", (source_id,))
            file.run("INSERT INTO words(words) VALUES('optimize')")

    def overwrite_deleted(self, source_id: str) -> None:
        """Merge the words anew, and empty SQLite's log; see `core.sources.ports.PassageIndex`."""
        with self._file.write() as file:
            file.run("INSERT INTO words(words) VALUES('optimize')")
        self._file.empty_log()

    def search(self, query: IndexQuery) -> IndexRankings:
        """Return the best places; see `core.sources.ports.PassageIndex`."""
        with self._file.read() as file:
            condition = _condition(file, query)
            by_words, shares = _by_words(file, query, condition)
            by_meaning: list[int] = []
            if query.vector is not None and len(query.vector) == self._dimensions(file):
                by_meaning = VectorBlocks(file).nearest(query.vector, condition, query.limit)
            hits = _hits(file, {*by_words, *by_meaning})
        return IndexRankings([hits[row] for row in by_words], [hits[row] for row in by_meaning], shares)

    def missing_vectors(self) -> str:
        """Return why nothing can be found by meaning; nothing is ever missing here."""
        return ""

    def stats(self) -> IndexStats:
        """Return what is held; see `core.sources.ports.PassageIndex`."""
        with self._file.read() as file:
            passages = int(file.run(_COUNT)[0][0])
            embedder = _embedder(file)[0]
            without = passages - int(file.meta("vectors", 0))
        return IndexStats(passages, without, self._file.size_bytes(), embedder)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _put(self, file: Transaction, item: IndexedItem) -> dict[int, bytes]:
        """Store an item and return the vectors of its passages, which are not stored yet."""
        first, last = _rows(item.item_id)
        statement = "SELECT digest, vector FROM passage WHERE id BETWEEN ? AND ? AND vector IS NOT NULL"
        kept: dict[str, bytes] = dict(file.run(statement, (first, last)))
        _remove(file, item.item_id)
        file.run("INSERT OR IGNORE INTO source(name) VALUES(?)", (item.source_id,))
        file.run(
            "INSERT INTO item SELECT ?, number, ?, ? FROM source WHERE name = ?",
            (item.item_id, item.access_id, item.modified_at, item.source_id),
        )
        passages = {first + passage.ordinal: passage for passage in item.passages}
        file.run_many(
            "INSERT INTO passage(id, digest) VALUES(?, ?)", ((row, passage.digest) for row, passage in passages.items())
        )
        file.run_many(
            "INSERT INTO words(rowid, terms) VALUES(?, ?)",
            ((row, " ".join(passage.terms)) for row, passage in passages.items()),
        )
        dimensions = self._dimensions(file)
        vectors = {
            row: kept[passage.digest] for row, passage in passages.items() if passage.digest and passage.digest in kept
        }
        for row, passage in passages.items():
            if passage.vector is not None and len(passage.vector) == dimensions:
                vectors[row] = packed(passage.vector)
        return vectors

    def _dimensions(self, file: Transaction) -> int:
        """Return how many numbers a vector has; 0, which none has, when the vectors held are not this object's."""
        held = _embedder(file)
        return held[1] if held[0] and self._embedder in {None, held} else 0


def _remove(file: Transaction, item_id: int) -> None:
    span = _rows(item_id)
    if not file.run("DELETE FROM item WHERE id = ? RETURNING id", (item_id,)):
        return
    VectorBlocks(file).remove(*span)
    file.run("DELETE FROM words WHERE rowid IN (SELECT id FROM passage WHERE id BETWEEN ? AND ?)", span)
    file.run("DELETE FROM passage WHERE id BETWEEN ? AND ?", span)


def _by_words(file: Transaction, query: IndexQuery, condition: Condition) -> tuple[list[int], list[float]]:
    """Return the passages that hold terms of the question, the best first, and the share of it that each holds."""
    statement = "SELECT doc FROM word_counts WHERE term = ?"
    counts = {term: row[0] for term in dict.fromkeys(query.terms) for row in file.run(statement, (term,))}
    total = int(file.run(_COUNT)[0][0])
    if not counts:
        return [], []
    found = file.run(
        "SELECT words.rowid, -words.rank FROM words JOIN item i ON i.id = words.rowid >> 20 WHERE words MATCH ?"
        " AND i.access IN (SELECT value FROM json_each(?))"
        " AND (? OR i.source IN (SELECT value FROM json_each(?))) ORDER BY words.rank LIMIT ?",
        (_matching(counts, total), *condition.values, query.limit),
    )
    whole = whole_score(query, {term: rarity(counts.get(term, 0), total) for term in query.terms})
    return [row for row, _ in found], [min(score / whole, 1.0) for _, score in found]


def _matching(counts: Mapping[str, int], total: int) -> str:
    """Return what finds passages worth ranking: without terms that nearly everything holds, where rarer ones remain."""
    by_count = sorted(counts, key=lambda term: counts[term])
    rare = [term for term in by_count if counts[term] <= max(MIN_FREQUENT, FREQUENT_SHARE * total)]
    if len(rare) >= MIN_RARE_TERMS:
        return " OR ".join(map(_quoted, rare))
    sums = itertools.accumulate(counts[term] for term in by_count)
    few = [term for term, ranked in zip(by_count, sums, strict=True) if ranked <= MAX_RANKED]
    return " OR ".join(map(_quoted, few)) or " AND ".join(map(_quoted, by_count[:2]))


def _quoted(term: str) -> str:
    return '"{}"'.format(term.replace('"', '""'))


def _condition(file: Transaction, query: IndexQuery) -> Condition:
    sources = None
    if query.source_ids:
        statement = "SELECT number FROM source WHERE name IN (SELECT value FROM json_each(?))"
        rows = file.run(statement, (json.dumps(list(query.source_ids)),))
        sources = frozenset(number for (number,) in rows)
    return Condition(query.access_ids, sources)


def _hits(file: Transaction, rows: set[int]) -> dict[int, IndexHit]:
    found = file.run(
        "SELECT p.id, p.digest, i.modified FROM passage p JOIN item i ON i.id = p.id >> 20"
        " WHERE p.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(rows)),),
    )
    return {row: IndexHit(*_place(row), digest, modified) for row, digest, modified in found}


def _embedder(file: Transaction) -> tuple[str, int]:
    return str(file.meta("embedder", "")), int(file.meta("dimensions", 0))


def _row(item_id: int, ordinal: int) -> int:
    return item_id << ORDINAL_BITS | ordinal


def _rows(item_id: int) -> tuple[int, int]:
    """Return the first and the last row that passages of an item may have."""
    return _row(item_id, 0), _row(item_id + 1, 0) - 1


def _place(row: int) -> tuple[int, int]:
    return row >> ORDINAL_BITS, row & ((1 << ORDINAL_BITS) - 1)
