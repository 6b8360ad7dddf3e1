"""The index of knowledge in memory, by comparing everything with everything.

It holds the contract of the real ones (tests/core/sources/test_ports.py).
"""

import math
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import mul

from core.errors import StoreOutage
from core.sources.model import IndexedItem, IndexedPassage, IndexHit, IndexQuery, IndexRankings, WaitingPassage
from core.sources.ports import IndexStats
from core.sources.question_share import rarity, whole_score

K1, B = 1.2, 0.75


class MemoryPassageIndex:
    """A `core.sources.ports.PassageIndex`. While `is_out`, everything fails."""

    def __init__(self) -> None:
        self.is_out = False
        self._identity = secrets.token_hex(8)
        self._embedder = ("", 0)
        self._items: dict[int, IndexedItem] = {}

    def identity(self) -> str:
        self._reach()
        return self._identity

    def languages(self) -> frozenset[str]:
        self._reach()
        return frozenset(item.language for item in self._items.values())

    def embedder(self) -> str:
        self._reach()
        return self._embedder[0]

    def use_embedder(self, name: str, dimensions: int) -> bool:
        self._reach()
        if self._embedder == (name, dimensions):
            return False
        had_vectors = any(passage.vector for item in self._items.values() for passage in item.passages)
        self._embedder = (name, dimensions)
        for item in self._items.values():
            self._store(item, [replace(passage, vector=None) for passage in item.passages])
        return had_vectors

    def put(self, items: Sequence[IndexedItem]) -> None:
        self._reach()
        for item in items:
            former = self._items.get(item.item_id)
            kept = {p.digest: p.vector for p in (former.passages if former else ()) if p.digest}
            made = [replace(p, vector=self._fitting(p.vector) or kept.get(p.digest)) for p in item.passages]
            self._store(item, made)

    def put_vectors(self, vectors: Iterable[tuple[WaitingPassage, Sequence[float]]]) -> None:
        self._reach()
        made = {place: self._fitting(vector) for place, vector in vectors}
        for item in list(self._items.values()):
            passages = [replace(p, vector=p.vector or made.get(_waiting(item, p))) for p in item.passages]
            self._store(item, passages)

    def waiting(self, limit: int, held: frozenset[str] = frozenset()) -> Sequence[WaitingPassage]:
        self._reach()
        if not self._embedder[0]:
            return []
        free = ((item, p) for item, p in self._passages() if item.source_id not in held)
        return [_waiting(item, p) for item, p in free if p.vector is None][:limit]

    def move(self, item_id: int, access_id: int) -> None:
        self._reach()
        if item_id in self._items:
            self._items[item_id] = replace(self._items[item_id], access_id=access_id)

    def remove(self, item_ids: Sequence[int]) -> None:
        self._reach()
        for item_id in item_ids:
            self._items.pop(item_id, None)

    def remove_source(self, source_id: str) -> None:
        self._reach()
        self._items = {key: item for key, item in self._items.items() if item.source_id != source_id}

    def overwrite_deleted(self, source_id: str) -> None:
        """Do nothing: nothing is held but what is there."""

    def search(self, query: IndexQuery) -> IndexRankings:
        self._reach()
        every = list(self._passages())
        allowed = [pair for pair in every if _is_allowed(pair[0], query)]
        scores = _word_scores(allowed, every, set(query.terms))
        words = _ranked(allowed, scores, query.limit)
        holding = Counter(term for _, passage in every for term in set(passage.terms))
        whole = whole_score(query, {term: rarity(holding[term], len(every)) for term in query.terms})
        shares = [min(score / whole, 1.0) for score in sorted(scores, reverse=True)[: len(words)]]
        if query.vector is None or len(query.vector) != self._embedder[1]:
            return IndexRankings(words, (), shares)
        asked = query.vector
        embedded = [pair for pair in allowed if pair[1].vector]
        cosines = [sum(map(mul, asked, p.vector or ())) / math.hypot(*(p.vector or ())) for _, p in embedded]
        return IndexRankings(words, _ranked(embedded, cosines, query.limit), shares)

    def missing_vectors(self) -> str:
        return ""

    def stats(self) -> IndexStats:
        passages = [passage for _, passage in self._passages()]
        return IndexStats(len(passages), sum(p.vector is None for p in passages), 0, self._embedder[0])

    def close(self) -> None:
        pass

    def _reach(self) -> None:
        if self.is_out:
            raise StoreOutage("The index of knowledge cannot be used.")

    def _fitting(self, vector: Sequence[float] | None) -> Sequence[float] | None:
        return vector if vector is not None and len(vector) == self._embedder[1] else None

    def _store(self, item: IndexedItem, passages: Sequence[IndexedPassage]) -> None:
        self._items[item.item_id] = replace(item, passages=list(passages))

    def _passages(self) -> Iterable[tuple[IndexedItem, IndexedPassage]]:
        return ((item, passage) for item in self._items.values() for passage in item.passages)


def _waiting(item: IndexedItem, passage: IndexedPassage) -> WaitingPassage:
    return WaitingPassage(item.item_id, passage.ordinal, passage.digest)


def _is_allowed(item: IndexedItem, query: IndexQuery) -> bool:
    is_chosen = not query.source_ids or item.source_id in query.source_ids
    return item.access_id in query.access_ids and is_chosen


def _word_scores(
    allowed: Sequence[tuple[IndexedItem, IndexedPassage]],
    every: Sequence[tuple[IndexedItem, IndexedPassage]],
    asked: set[str],
) -> list[float]:
    """Return each passage's BM25, with the frequencies of all passages."""
    holding = Counter(term for _, passage in every for term in set(passage.terms) & asked)
    average = sum(len(passage.terms) for _, passage in every) / max(len(every), 1) or 1.0
    rarity = {term: math.log(1 + (len(every) - n + 0.5) / (n + 0.5)) for term, n in holding.items()}

    def score(passage: IndexedPassage) -> float:
        counts = Counter(term for term in passage.terms if term in asked)
        norm = K1 * (1 - B + B * len(passage.terms) / average)
        return sum(rarity[term] * count * (K1 + 1) / (count + norm) for term, count in counts.items())

    return [score(passage) for _, passage in allowed]


def _ranked(pairs: Sequence[tuple[IndexedItem, IndexedPassage]], scores: Sequence[float], limit: int) -> list[IndexHit]:
    order = sorted(range(len(pairs)), key=lambda at: -scores[at])
    best = [pairs[at] for at in order if scores[at] > 0][:limit]
    return [IndexHit(item.item_id, p.ordinal, p.digest, item.modified_at) for item, p in best]
