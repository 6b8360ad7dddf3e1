"""The weights file is read as the library reads it, and written as it expects it."""

import struct

import numpy as np
import pytest

from benchmarks.tuning.weights import MATRICES, VECTORS, WeightsFile, dequantise, quantise
from core.embeddings.e5 import load_weights
from core.embeddings.library import LibraryNetwork, load_library
from tests.benchmarks.tuning.weights import installed

TEXTS = [
    "",
    "How much is a ticket to Hull?",
    "Sehr geehrte Frau Müller, könnten Sie mir bis Freitag Bescheid geben? Straßenübergänge",
    "L'été, c'est   fini !\u00a0😀👩‍👩‍👧 Réponse « œuvre »",
    " ¿Cuándo  llega\tel camión?\n\nMañana… ",
    "x" * 70 + " ümläut 12.345,67 € \u200b\u3000\u2009|",
    "\u2581 ﬁne ½ ① Ⅷ 漢字かな 한국어",
]


@pytest.fixture(scope="module")
def network() -> LibraryNetwork:
    return LibraryNetwork(load_library()[0], load_weights())


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
@pytest.mark.parametrize("is_query", [True, False], ids=["query", "passage"])
def test_a_text_has_as_many_tokens_as_in_the_library(network: LibraryNetwork, text: str, is_query: bool) -> None:
    ids = installed().ids(text, is_query=is_query, most=512)
    assert len(ids) == network._library.e5_token_count(network._model, text.encode(), int(is_query))


def test_of_a_long_text_the_beginning_stays_between_its_marks() -> None:
    ids, short = (installed().ids("one two three four five six", is_query=True, most=most) for most in (512, 6))
    assert short == [*ids[:5], ids[-1]]


def test_known_words_are_no_unknown_pieces() -> None:
    base = installed()
    assert base.unknown not in base.ids("The lorry comes on Thursday.", is_query=True, most=512)
    assert base.unknown in base.ids("\U000e0041", is_query=True, most=512)


def test_each_layer_has_the_tensors_that_are_trained() -> None:
    base = installed()
    for layer in range(base.layers):
        for name, (outputs, inputs) in MATRICES.items():
            assert base.places[f"l{layer}.{name}"].size_bytes == outputs * inputs // 32 * 18
        assert all(base.places[f"l{layer}.{name}"].size_bytes % 4 == 0 for name in VECTORS)


def test_a_matrix_of_the_file_is_written_as_it_was_read() -> None:
    base = installed()
    place = base.places["l11.q.w"]
    assert quantise(base.tensor("l11.q.w")) == base.data[place.start : place.start + place.size_bytes]


def test_each_weight_is_within_half_a_step_after_four_bits() -> None:
    weights = np.random.default_rng(3).normal(size=32 * 100).astype(np.float32)
    weights[:32] = 0
    found = dequantise(quantise(weights)).reshape(-1, 32)
    blocks = weights.reshape(-1, 32)
    step = np.abs(blocks).max(1, keepdims=True) / 8
    # What is as large as the greatest, with the other sign, has no step of its own.
    assert (np.abs(found - blocks) <= step * 1.001).all()
    assert (np.abs(found - blocks) <= step * 0.51).mean() > 0.98
    assert not found[0].any()


def test_a_block_is_the_scale_and_the_steps_of_two_halves() -> None:
    weights = np.zeros(32, np.float32)
    weights[0], weights[16], weights[31] = -8, 3, 7
    raw = quantise(weights)
    assert struct.unpack("<e", raw[:2]) == (1.0,)
    assert (raw[2], raw[3], raw[17]) == (0 | 11 << 4, 8 | 8 << 4, 8 | 15 << 4)


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not the weights"):
        WeightsFile(b"GGUF" + bytes(200))
