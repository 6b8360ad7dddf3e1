"""What a GGUF file says of itself, and what any other bytes come to."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.llm.ladder.gguf import read_gguf
from core.llm.weights import find_weights
from core.settings import Settings
from tests.fakes.hub import small_gguf


def test_the_head_of_the_embedded_model_is_read_as_it_is(settings: Settings) -> None:
    facts = read_gguf(find_weights(settings))
    assert 130_000_000 < facts.parameters < 140_000_000
    assert facts.context == 8192
    assert facts.cache_bytes == 30 * 2 * 3 * 64 * 2  # 30 layers, keys and values, 3 heads of 64, 16 bits


def test_what_serving_takes_is_reckoned_from_the_head(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(small_gguf())
    facts = read_gguf(path)
    assert facts.parameters == 1_540_000_000
    assert facts.window_tokens == 8192
    assert facts.memory_bytes(10**9) == 10**9 + 2 * 8192 * (28 * 2 * 2 * 128 * 2) + 350_000_000


@given(st.binary(max_size=400), st.integers(0, 60))
def test_any_bytes_are_refused_in_one_way(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    path = tmp_path_factory.mktemp("gguf") / "a.gguf"
    for data in (junk, b"GGUF" + junk, small_gguf(size_bytes=700)[:at] + junk):
        path.write_bytes(data)
        with pytest.raises(InputError):
            read_gguf(path)


def test_an_array_that_is_longer_than_any_file_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    entry = struct.pack("<Q", 1) + b"a" + struct.pack("<IIQ", 9, 9, 2**62)
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + entry + bytes(2000))
    with pytest.raises(InputError, match="not a whole GGUF file"):
        read_gguf(path)
