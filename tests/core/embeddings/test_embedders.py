"""The embedders, embedded, behind an endpoint and of words alone, hold one contract."""

import math
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.embeddings import WordEmbedder, similarities
from core.embeddings.e5 import load_e5
from core.embeddings.endpoint import EndpointEmbedder
from core.llm.ports import Embedder
from core.settings import Settings
from tests.fakes.openai_server import OpenAIServer

SENTENCES = [
    "The delivery arrives on Thursday before nine.",
    "Priya takes over the supplier audit from Tom.",
    "Der Betriebsrat hat der Gleitzeitregelung noch nicht zugestimmt.",
    "La climatisation de la salle serveur est en panne.",
]


@pytest.fixture(params=["embedded", "endpoint", "words"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "embedded":
        yield load_e5()
    elif request.param == "words":
        yield WordEmbedder()
    else:
        with OpenAIServer() as server:
            yield EndpointEmbedder(Settings(embeddings_url=server.url))


def test_each_text_has_a_vector_of_length_1_in_its_place(embedder: Embedder) -> None:
    vectors = embedder.embed(SENTENCES)
    assert [len(vector) for vector in vectors] == [embedder.dimensions] * len(SENTENCES)
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1.0] * len(SENTENCES), abs=1e-5)
    for sentence, vector in zip(SENTENCES, vectors, strict=True):
        assert list(embedder.embed([sentence])[0]) == pytest.approx(list(vector), abs=1e-5)


def test_what_is_asked_for_is_nearest_to_itself(embedder: Embedder) -> None:
    for at, sentence in enumerate(SENTENCES):
        scores = similarities(embedder, sentence, SENTENCES)
        assert max(range(len(scores)), key=scores.__getitem__) == at


def test_no_text_is_no_vector(embedder: Embedder) -> None:
    assert list(embedder.embed([])) == []
    assert similarities(embedder, "anything", []) == []


def test_texts_of_any_form_have_vectors(embedder: Embedder) -> None:
    hostile = [
        "",
        " ",
        "\0",
        "a\0b",
        "\ud800x",
        "\ufdfa" * 40_000,
        "word " * 100_000,
        "語" * 9000,
        "\u200b\ufeff",
        "🙂",
    ]
    assert [len(sequence) for sequence in embedder.embed(hostile)] == [embedder.dimensions] * len(hostile)


def test_a_name_says_what_made_the_vectors(embedder: Embedder) -> None:
    assert embedder.name in {"multilingual-e5-small-q4", "words", "fake-model"}


def test_threads_share_one_embedder(embedder: Embedder) -> None:
    chosen = random.Random(7)
    texts = [" ".join(chosen.choices(" ".join(SENTENCES).split(), k=12)) for _ in range(120)]
    expected = [list(sequence) for sequence in embedder.embed(texts)]
    with ThreadPoolExecutor(6) as pool:
        parts = list(pool.map(lambda at: embedder.embed(texts[at : at + 20]), range(0, 120, 20)))
    assert [list(one) for part in parts for one in part] == [pytest.approx(one, abs=1e-5) for one in expected]
