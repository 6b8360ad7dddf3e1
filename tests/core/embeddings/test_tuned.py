"""Tuned layers take the place of those of the base weights, in memory alone; a file that does not fit is refused."""

import json
import struct
from array import array
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from core.embeddings.e5 import load_e5
from core.embeddings.library import WEIGHTS_SHA256, load_library
from core.embeddings.tuned import MAGIC, load_tuned, read_layers, tuned
from core.embeddings.weights import DIMENSIONS, tensor_places
from core.errors import SettingsError

TEXTS = ("When will the goods come?", "Wann kommt die Ware? 😀")
TENSOR = "l11.oln.w"


def content_of(name: str) -> bytes:
    """Return a tensor of the base weights."""
    data = load_library()[1].read_bytes()
    start, size = tensor_places(data)[name]
    return data[start : start + size]


def layers_file(folder: Path, tensors: dict[str, bytes], **changed: Any) -> Path:
    """Write a layers file whose two answers are the first number of a vector, twice over, and minus the second."""
    weights = array("f", bytes(8 * DIMENSIONS))
    weights[0], weights[DIMENSIONS + 1] = 2.0, -1.0
    header = {
        "base_sha256": WEIGHTS_SHA256,
        "name": "trial",
        "tensors": [[name, len(content)] for name, content in tensors.items()],
        "head": {"bias": [0.5, 0.0], "weights": b64encode(weights.tobytes()).decode(), "scale": 4.0},
    } | changed
    told = json.dumps(header).encode()
    path = folder / "trial.layers"
    path.write_bytes(MAGIC + struct.pack("<I", len(told)) + told + b"".join(tensors.values()))
    return path


def test_the_same_layers_read_as_the_base_does(tmp_path: Path) -> None:
    model = load_tuned(layers_file(tmp_path, {TENSOR: content_of(TENSOR)}))
    vectors = load_e5().embed(TEXTS, is_query=True)
    expected = [(0.5 + 8 * vector[0], -4 * vector[1]) for vector in vectors]
    assert [pytest.approx(one) for one in expected] == model.read(TEXTS)
    assert model.name == "multilingual-e5-small-q4+trial"


def test_other_layers_read_otherwise_and_leave_the_base_as_it_was(tmp_path: Path) -> None:
    before = load_e5().embed(TEXTS, is_query=True)
    scaled = array("f", content_of(TENSOR))
    scaled[0] *= -3
    model = load_tuned(layers_file(tmp_path, {TENSOR: scaled.tobytes()}))
    assert model.read(TEXTS)[0][0] != pytest.approx(0.5 + 8 * before[0][0])
    assert [[*sequence] for sequence in load_e5().embed(TEXTS, is_query=True)] == [[*sequence] for sequence in before]
    assert content_of(TENSOR) != scaled.tobytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:20],
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"E5LAYER2" + data[8:],
    ],
    ids=["empty", "header cut", "tensor cut", "more than told", "another form"],
)
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Any) -> None:
    path = layers_file(tmp_path, {TENSOR: content_of(TENSOR)})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SettingsError, match=r"trial\.layers"):
        read_layers(path)


def test_layers_of_other_weights_and_of_another_size_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not hold layers"):
        load_tuned(layers_file(tmp_path, {}, base_sha256="0" * 64))
    with pytest.raises(SettingsError, match="does not fit"):
        load_tuned(layers_file(tmp_path, {TENSOR: content_of(TENSOR)[:-4]}))
    with pytest.raises(SettingsError, match="does not fit"):
        load_tuned(layers_file(tmp_path, {"l99.q.w": b"1234"}))


def test_what_cannot_be_loaded_is_none(tmp_path: Path) -> None:
    assert tuned(layers_file(tmp_path, {"l99.q.w": b"1234"})) is None


def test_a_file_that_is_not_there_is_none_and_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none.layers"
    assert (tuned(missing), tuned(missing)) == (None, None)
    assert capsys.readouterr().err.count("without the embedded model") <= 1
