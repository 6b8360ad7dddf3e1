"""Vectors for passages that wait for one."""

from collections.abc import Sequence

import pytest

from core.embeddings import WordEmbedder
from core.errors import ModelOutage
from core.sources.embedding import BATCH, EmbeddedText, embed_waiting
from core.sources.model import IndexedItem, IndexedPassage, IndexQuery, WaitingPassage
from tests.memory_index import MemoryPassageIndex


class CountingEmbedder:
    """Gives each text the vector of its number, and fails after `fails_after` texts."""

    name = "counting"

    def __init__(self, dimensions: int = 3, fails_after: int = 10_000) -> None:
        self.dimensions = dimensions
        self.fails_after = fails_after
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        asked = [text for text in texts if text != "word"]
        if len(self.embedded) + len(asked) > self.fails_after:
            raise ModelOutage("It is down.")
        self.embedded += asked
        return [[1.0, len(text), *[0.0] * (self.dimensions - 2)] for text in texts]


@pytest.fixture
def index() -> MemoryPassageIndex:
    made = MemoryPassageIndex()
    passages = [IndexedPassage(n, ["x"], None, str(n)) for n in range(100)]
    made.put([IndexedItem(item_id, "s", 1, 0.0, passages) for item_id in (1, 2)])
    return made


def texts_of(places: Sequence[WaitingPassage]) -> dict[WaitingPassage, EmbeddedText]:
    return {place: EmbeddedText(f"text {place}") for place in places}


def run(index: MemoryPassageIndex, embedder: CountingEmbedder | WordEmbedder, seconds: float = 60.0) -> int:
    return embed_waiting(index, embedder, texts_of, within_seconds=seconds)


def test_all_that_wait_are_embedded_once(index: MemoryPassageIndex) -> None:
    embedder = CountingEmbedder()
    assert (run(index, embedder), run(index, embedder)) == (200, 0)
    assert len(embedder.embedded) == len(set(embedder.embedded)) == 200
    assert index.stats().without_vector == 0


def test_another_embedder_embeds_all_anew(index: MemoryPassageIndex) -> None:
    run(index, CountingEmbedder())
    assert run(index, CountingEmbedder(dimensions=5)) == 200
    assert index.search(IndexQuery([], [1.0, 1.0, 0, 0, 0], frozenset({1}))).by_meaning


def test_an_endpoint_that_changes_its_dimension_meanwhile_is_followed(index: MemoryPassageIndex) -> None:
    class Changing(CountingEmbedder):
        def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
            self.dimensions = 3 if len(self.embedded) < BATCH else 4
            return super().embed(texts, is_query=is_query)

    run(index, Changing())
    assert index.stats().without_vector == 0
    assert index.search(IndexQuery([], [1.0, 1.0, 0, 0], frozenset({1}))).by_meaning


def test_an_outage_keeps_what_was_embedded_before(index: MemoryPassageIndex) -> None:
    with pytest.raises(ModelOutage):
        run(index, CountingEmbedder(fails_after=BATCH))
    assert index.stats().without_vector == 200 - BATCH
    assert run(index, CountingEmbedder()) == 200 - BATCH


def test_passages_whose_text_is_gone_do_not_stand_in_the_way(index: MemoryPassageIndex) -> None:
    def texts(places: Sequence[WaitingPassage]) -> dict[WaitingPassage, EmbeddedText]:
        return {place: EmbeddedText("x") for place in places if place.item_id == 2}

    assert embed_waiting(index, CountingEmbedder(), texts, within_seconds=60.0) == 100
    assert index.stats().without_vector == 100


def test_it_stops_in_time(index: MemoryPassageIndex) -> None:
    assert run(index, CountingEmbedder(), seconds=0.0) == 0


def test_an_embedder_of_words_makes_no_vectors(index: MemoryPassageIndex) -> None:
    run(index, CountingEmbedder())
    assert run(index, WordEmbedder()) == 0
    assert (index.stats().embedder, index.stats().without_vector) == ("", 200)
