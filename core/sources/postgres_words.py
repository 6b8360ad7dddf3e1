"""Search by words in PostgreSQL: full-text search finds, BM25 ranks.

PostgreSQL's own `ts_rank` knows no frequencies of terms, so it takes a common word for as good as a rare one. Here the
passages that hold the rarer terms of a question, or two of the frequent ones, are found through the GIN index, at most
`MAX_MATCHED` of those that the reader may see; their terms are counted in the same statement, and the best are ranked
by BM25 with their real counts.
"""

import functools
import itertools
from collections.abc import Sequence

import sqlalchemy as sa

from core.sources.model import IndexQuery
from core.sources.postgres_listed import LISTED_PASSAGES
from core.sources.postgres_statistics import KnownStatistics, Statistics
from core.sources.question_share import whole_score

# Each is a page of the table to look at. With a third of them a search takes 15 ms less, and of the five passages that
# rank first by words among a million 58 % are found instead of 87 %.
MAX_MATCHED = 6_000
# Who may read a smaller share has it looked up with the words; of others it is sorted out among what holds them.
MAX_LOOKED_UP_SHARE = 0.6
# Only so many terms are counted in each of them. A question in everyday words has a hundred, with all that say the same
# in the languages of the sources: where there are few passages, and so few are ranked, all of them are.
MAX_TERMS, MAX_TERMS_OF_FEW, FEW_PASSAGES = 24, 120, 20_000
_K1, _B = 1.2, 0.75
# What a tsvector can hold.
_MAX_PLACE, _MAX_PLACES = 16_383, 255
Row = tuple[int, str, float]
"""A passage's number, digest and time."""


class WordSearch:
    """Ranks passages by words.

    Args:
        statistics: what PostgreSQL estimates.
    """

    def __init__(self, statistics: KnownStatistics) -> None:
        self._statistics = statistics

    def best(
        self, connection: sa.Connection, query: IndexQuery, *, is_listed: bool = False
    ) -> tuple[list[Row], list[float]]:
        """Return the best passages, and the share of the question that each holds.

        With `is_listed` the sources that are asked for hold so few passages that all of them are looked at.
        """
        statistics = self._statistics.current(connection)
        most = MAX_TERMS_OF_FEW if statistics.passages <= FEW_PASSAGES else MAX_TERMS
        every = sorted(_by_turns(query)[:most], key=statistics.holding)
        if not every or not query.access_ids:
            return [], []
        share = statistics.readable_share(query.access_ids)
        values = {
            "every": every,
            "looked_for": " | ".join(map(_quoted, every)) if is_listed else _looked_for(every, statistics, share),
            "share": share,
            "passages": statistics.passages,
            "access": list(query.access_ids),
            "is_all": not query.source_ids,
            "sources": list(query.source_ids),
            "candidates": 4 * query.limit,
            "most": query.limit,
            **{f"term{number}": _quoted(term) for number, term in enumerate(every)},
            **{f"estimate{number}": statistics.holding(term) for number, term in enumerate(every)},
        }
        is_looked_up = share <= MAX_LOOKED_UP_SHARE and not is_listed
        is_filtered = bool(query.source_ids)
        statement = _statement(len(every), looks_up_access=is_looked_up, is_listed=is_listed, is_filtered=is_filtered)
        found = connection.execute(statement, values).all()
        rows: list[Row] = [(row.id, row.digest, row.modified) for row in found]
        whole = whole_score(query, dict(zip(every, found[0].rarities, strict=True))) if found else 1.0
        return rows, [min(row.score / whole, 1.0) for row in found]


def _by_turns(query: IndexQuery) -> list[str]:
    """Return the terms of a question, the first of each of its words before any second one."""
    turns = itertools.zip_longest(*(query.words or [query.terms]))
    return list(dict.fromkeys(term for turn in turns for term in turn if term is not None))


def _looked_for(terms: Sequence[str], statistics: Statistics, share: float) -> str:
    """Return what finds passages worth ranking, from terms that are sorted by how many hold them, as a `tsquery`.

    Any of the rarer terms, and of the others each two together, as long as not too many of the passages that may be
    read, a share of all, hold what is looked for; where every term alone is too frequent and nothing else is asked,
    some of those that hold the rarest.
    """
    held = {term: share * statistics.holding(term) for term in terms}
    rare = [term for term in terms if held[term] <= MAX_MATCHED / 2]
    pairs = itertools.combinations([term for term in terms if term not in rare], 2)
    candidates = [(_quoted(term), held[term]) for term in rare] + [
        (f"({_quoted(word)} & {_quoted(other)})", held[word] * held[other] / max(share * statistics.passages, 1.0))
        for word, other in pairs
    ]
    chosen: list[str] = []
    matched = 0.0
    for query, count in candidates:
        if matched + count <= MAX_MATCHED:
            chosen.append(query)
            matched += count
    return " | ".join(chosen) or _quoted(terms[0])


@functools.cache
def _statement(terms: int, *, looks_up_access: bool, is_listed: bool, is_filtered: bool) -> sa.TextClause:
    """Return the search for so many terms: what holds one of the rarer ones, counted, then the best of it by BM25.

    A filter goes before the limit of what is ranked, and then only PostgreSQL's estimates tell how rare terms are.
    """
    numbers = range(terms)
    holds = ", ".join(f"CAST(terms @@ CAST(:term{n} AS tsquery) AS int) AS h{n}" for n in numbers)
    # What is looked for is counted where everything readable that holds it is; of frequent terms there is an estimate.
    real = "0 * :share" if is_filtered else "sum(h{n}) / :share"
    counts = ", ".join(f"greatest({real.format(n=n)}, :estimate{n}, 1) AS n{n}" for n in numbers)
    rarity = ", ".join(f"ln(1 + (total - n{n} + 0.5) / (n{n} + 0.5)) AS w{n}" for n in numbers)
    total = ", ".join(f"n{n}" for n in numbers)
    once = " + ".join(f"h{n} * w{n}" for n in numbers)
    weights = ", ".join(f"w{n}" for n in numbers)
    looked_up = "AND ARRAY[access] && CAST(:access AS bigint[])" if looks_up_access else ""
    passages = f"({LISTED_PASSAGES}) AS listed" if is_listed else "knowledge_passage"
    statement = f"""
WITH matched AS MATERIALIZED (
    SELECT id, source, modified, size, digest, {holds} FROM {passages}
    WHERE terms @@ CAST(:looked_for AS tsquery) AND access = ANY(:access) {looked_up}
    AND (:is_all OR source = ANY(:sources)) LIMIT {MAX_MATCHED}
), counted AS (SELECT CAST(avg(size) AS float8) AS size, {counts} FROM matched),
totals AS (SELECT greatest(:passages, {total}) AS total, * FROM counted),
rarity AS (SELECT size AS average, {rarity} FROM totals),
coarse AS (
    SELECT id, source, digest, modified, {_K1} * ({1 - _B} + {_B} * size / average) AS norm,
        ARRAY[{weights}] AS rarities, {once} AS held
    FROM matched, rarity
    ORDER BY ({once}) / (1 + {_K1} * ({1 - _B} + {_B} * size / average)) DESC LIMIT :candidates
)
SELECT id, coarse.digest, coarse.modified, rarities, (
    SELECT sum(weight * cardinality(positions) * {_K1 + 1} / (cardinality(positions) + norm))
    FROM unnest(terms) JOIN unnest(CAST(:every AS text[]), rarities) AS asked(term, weight) ON lexeme = term
) AS score FROM coarse JOIN knowledge_passage USING (id, source) ORDER BY score DESC, id LIMIT :most
"""  # noqa: S608 # numbers of ours alone; what was asked is bound
    return sa.text(statement)


@functools.cache
def _places() -> tuple[str, ...]:
    """Return all places as text; they take a megabyte, so only where something is indexed."""
    return tuple(map(str, range(1, _MAX_PLACE + 1)))


@functools.lru_cache(100_000)
def _quoted(term: str) -> str:
    """Return a term as text that PostgreSQL reads as this very lexeme."""
    return "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))


def terms_value(terms: Sequence[str]) -> str:
    """Return the text form of a `tsvector` of these terms at their places."""
    places: dict[str, list[str]] = {}
    for term, place in zip(terms, _places(), strict=False):
        places.setdefault(term, []).append(place)
    for term in terms[_MAX_PLACE:]:
        places.setdefault(term, [str(_MAX_PLACE)])
    return " ".join([f"{_quoted(term)}:{','.join(found[:_MAX_PLACES])}" for term, found in places.items()])
