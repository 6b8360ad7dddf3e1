"""Search by words in PostgreSQL: full-text search finds, BM25 ranks.

PostgreSQL's own `ts_rank` knows no frequencies of terms, so it takes a common word for as good as a rare one. Here the
passages that hold the rarer terms of a question, or two of the frequent ones, are found through the GIN index, at most
`MAX_MATCHED` of them; their terms are counted in the same statement, and the best are ranked by BM25 with their real
counts.
"""

import itertools
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.sources.model import IndexQuery
from core.sources.question_share import whole_score

# More rows than this make a search slow, and a term that so many hold says little.
MAX_MATCHED = 6_000
# Only so many terms are counted in each of them.
MAX_TERMS = 24
_KNOWN_SECONDS = 300.0
_K1, _B = 1.2, 0.75
# What a tsvector can hold.
_MAX_PLACE, _MAX_PLACES = 16_383, 255
_TOTAL = """
SELECT CASE WHEN min(reltuples) >= 0 THEN sum(reltuples) END FROM pg_class
WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'knowledge_passage'::regclass)
"""
_FREQUENT = """
SELECT term, frequency * reltuples FROM pg_inherits
JOIN pg_class ON pg_class.oid = inhrelid
JOIN pg_stats ON pg_stats.tablename = relname AND pg_stats.schemaname = relnamespace::regnamespace::text,
    unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common(term, frequency)
WHERE inhparent = 'knowledge_passage'::regclass AND attname = 'terms' AND term IS NOT NULL
    AND frequency * reltuples > :fewest
"""
Row = tuple[int, str, float]
"""A passage's number, digest and time."""


@dataclass(frozen=True)
class _Statistics:
    """How many passages there are about, and how many of them hold each frequent term, as PostgreSQL estimates."""

    passages: float
    frequent: dict[str, float]
    until: float


class WordSearch:
    """Ranks passages by words; keeps PostgreSQL's estimates in mind for some minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statistics = _Statistics(0, {}, 0.0)

    def forget(self) -> None:
        """Ask for the estimates anew."""
        with self._lock:
            self._statistics = _Statistics(0, {}, 0.0)

    def best(self, connection: sa.Connection, query: IndexQuery) -> tuple[list[Row], list[float]]:
        """Return the best passages, and the share of the question that each holds."""
        statistics = self._current(connection)
        every = sorted(dict.fromkeys(query.terms), key=lambda term: statistics.frequent.get(term, 0.0))[:MAX_TERMS]
        if not every or not query.access_ids:
            return [], []
        values = {
            "every": every,
            "looked_for": _looked_for(every, statistics),
            "passages": statistics.passages,
            "access": list(query.access_ids),
            "since": query.since or -math.inf,
            "is_all": not query.source_ids,
            "sources": list(query.source_ids),
            "candidates": 4 * query.limit,
            "most": query.limit,
            **{f"term{number}": _quoted(term) for number, term in enumerate(every)},
            **{f"estimate{number}": statistics.frequent.get(term, 0.0) for number, term in enumerate(every)},
        }
        found = connection.execute(_statement(len(every)), values).all()
        rows: list[Row] = [(row.id, row.digest, row.modified) for row in found]
        whole = whole_score(query, dict(zip(every, found[0].rarities, strict=True))) if found else 1.0
        return rows, [min(row.score / whole, 1.0) for row in found]

    def _current(self, connection: sa.Connection) -> _Statistics:
        with self._lock:
            known = self._statistics
        if time.monotonic() < known.until:
            return known
        made = _read_statistics(connection)
        with self._lock:
            self._statistics = made
        return made


def _looked_for(terms: Sequence[str], statistics: _Statistics) -> str:
    """Return what finds passages worth ranking, from terms that are sorted by how many hold them, as a `tsquery`.

    Any of the rarer terms, and of the others each two together, as long as not too many passages hold what is looked
    for; where every term alone is too frequent and nothing else is asked, some of those that hold the rarest.
    """
    held = {term: statistics.frequent.get(term, 0.0) for term in terms}
    rare = [term for term in terms if held[term] <= MAX_MATCHED / 2]
    pairs = itertools.combinations([term for term in terms if term not in rare], 2)
    candidates = [(_quoted(term), held[term]) for term in rare] + [
        (f"({_quoted(one)} & {_quoted(other)})", held[one] * held[other] / max(statistics.passages, 1.0))
        for one, other in pairs
    ]
    chosen: list[str] = []
    matched = 0.0
    for query, count in candidates:
        if matched + count <= MAX_MATCHED:
            chosen.append(query)
            matched += count
    return " | ".join(chosen) or _quoted(terms[0])


def _statement(terms: int) -> sa.TextClause:
    """Return the search for so many terms: what holds one of the rarer ones, counted, then the best of it by BM25."""
    numbers = range(terms)
    holds = ", ".join(f"CAST(terms @@ CAST(:term{n} AS tsquery) AS int) AS h{n}" for n in numbers)
    # What is looked for is counted where everything that holds it is; of frequent terms there is an estimate.
    counts = ", ".join(f"greatest(sum(h{n}), :estimate{n}, 1) AS n{n}" for n in numbers)
    rarity = ", ".join(f"ln(1 + (total - n{n} + 0.5) / (n{n} + 0.5)) AS w{n}" for n in numbers)
    total = ", ".join(f"n{n}" for n in numbers)
    once = " + ".join(f"h{n} * w{n}" for n in numbers)
    weights = ", ".join(f"w{n}" for n in numbers)
    statement = f"""
WITH matched AS MATERIALIZED (
    SELECT id, source, access, modified, size, digest, {holds}
    FROM knowledge_passage WHERE terms @@ CAST(:looked_for AS tsquery) LIMIT {MAX_MATCHED}
), counted AS (SELECT CAST(avg(size) AS float8) AS size, {counts} FROM matched),
totals AS (SELECT greatest(:passages, {total}) AS total, * FROM counted),
rarity AS (SELECT size AS average, {rarity} FROM totals),
coarse AS (
    SELECT id, source, digest, modified, {_K1} * ({1 - _B} + {_B} * size / average) AS norm,
        ARRAY[{weights}] AS rarities, {once} AS held
    FROM matched, rarity
    WHERE access = ANY(:access) AND modified > :since AND (:is_all OR source = ANY(:sources))
    ORDER BY ({once}) / (1 + {_K1} * ({1 - _B} + {_B} * size / average)) DESC LIMIT :candidates
)
SELECT id, coarse.digest, coarse.modified, rarities, (
    SELECT sum(weight * cardinality(positions) * {_K1 + 1} / (cardinality(positions) + norm))
    FROM unnest(terms) JOIN unnest(CAST(:every AS text[]), rarities) AS asked(term, weight) ON lexeme = term
) AS score FROM coarse JOIN knowledge_passage USING (id, source) ORDER BY score DESC, id LIMIT :most
"""  # noqa: S608 # numbers of ours alone; what was asked is bound
    return sa.text(statement)


def _quoted(term: str) -> str:
    """Return a term as text that PostgreSQL reads as this very lexeme."""
    return "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))


def terms_value(terms: Sequence[str]) -> str:
    """Return the text form of a `tsvector` of these terms at their places."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate(terms, 1):
        places.setdefault(term, []).append(min(place, _MAX_PLACE))
    return " ".join(f"{_quoted(term)}:{','.join(map(str, found[:_MAX_PLACES]))}" for term, found in places.items())


def _read_statistics(connection: sa.Connection) -> _Statistics:
    total = connection.execute(sa.text(_TOTAL)).scalar_one()
    if total is None:  # not all of it was ever analysed: little, or new
        total = connection.execute(sa.text("SELECT count(*) FROM knowledge_passage")).scalar_one()
    frequent: dict[str, float] = {}
    for term, count in connection.execute(sa.text(_FREQUENT), {"fewest": MAX_MATCHED / 20}):
        frequent[term] = frequent.get(term, 0.0) + count
    return _Statistics(float(total), frequent, time.monotonic() + _KNOWN_SECONDS)
