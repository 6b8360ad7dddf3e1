"""What is trained becomes a file, and takes its place in the weights."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.tuning.layers import MAGIC, Head, Layers, decode_layers, encode_layers, tensors_of, with_layers
from benchmarks.tuning.weights import MATRICES, VECTORS, WIDTH, Floats
from core.embeddings.e5 import E5Embedder, load_network, load_weights
from core.embeddings.library import LibraryNetwork, load_library
from tests.benchmarks.tuning.weights import installed

HEAD = Head(np.arange(2 * WIDTH, dtype=np.float32).reshape(2, WIDTH), [0.5, -1.0], 4.0)
SMALL = Layers("mail", "abc", {"l11.q.b": b"1234", "l11.q.w": b"123"}, HEAD, "from a test")


def saved(*layers: int) -> dict[str, Floats]:
    """Return layers of the weights under the names by which training saves them."""
    return {
        f"{place}.p.{name.replace('.', '_')}": installed().tensor(f"l{layer}.{name}")
        for place, layer in enumerate(layers)
        for name in (*MATRICES, *VECTORS)
    }


def test_a_layers_file_is_read_as_it_was_written() -> None:
    read = decode_layers(encode_layers(SMALL))
    assert (read.head.weights == HEAD.weights).all()
    assert replace(read, head=HEAD) == SMALL
    assert (read.head.bias, read.head.scale) == (HEAD.bias, HEAD.scale)


def test_the_header_tells_of_what_follows_it() -> None:
    data = encode_layers(SMALL)
    (length,) = struct.unpack_from("<I", data, len(MAGIC))
    header = json.loads(data[12 : 12 + length])
    assert header["tensors"] == [["l11.q.b", 4], ["l11.q.w", 3]]
    assert data[12 + length :] == b"1234123"
    assert header.keys() == {"base_sha256", "name", "tensors", "head", "note"}


def test_what_is_no_whole_layers_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not a layers file"):
        decode_layers(b"E5S1" + bytes(20))
    with pytest.raises(ValueError, match="bytes"):
        decode_layers(encode_layers(SMALL)[:-1])


def test_layers_as_they_were_leave_the_weights_as_they_are() -> None:
    base = installed()
    tensors = tensors_of(saved(10, 11), base)
    assert list(tensors) == [name for name in base.places if name.startswith(("l10.", "l11."))]
    assert with_layers(base, Layers("same", base.sha256, tensors, HEAD)) == base.data


def test_layers_that_do_not_fit_are_refused() -> None:
    base, values = installed(), saved(11)
    with pytest.raises(ValueError, match="other weights"):
        with_layers(base, SMALL)
    with pytest.raises(ValueError, match=r"l11\.q\.b has 4 bytes"):
        with_layers(base, replace(SMALL, base_sha256=base.sha256))
    with pytest.raises(ValueError, match=r"has no fo\.b"):
        tensors_of({name: value for name, value in values.items() if name != "0.p.fo_b"}, base)
    with pytest.raises(ValueError, match=r"l11\.fo\.b"):
        tensors_of(values | {"0.p.fo_b": np.zeros(3, np.float32)}, base)


def test_the_model_runs_with_the_layers_that_were_put_in() -> None:
    """A last layer norm that gives nothing but its bias makes one vector of every text."""
    base, values = installed(), saved(11)
    only = np.zeros(WIDTH, np.float32)
    only[7] = 2
    values |= {"0.p.oln_w": np.zeros(WIDTH, np.float32), "0.p.oln_b": only}
    weights = load_weights(dict(tensors_of(values, base)))
    for network in (load_network(weights), LibraryNetwork(load_library()[0], weights)):
        for vector in E5Embedder(network).embed(["a red bus", "Guten Tag"]):
            assert list(vector) == pytest.approx(list(only / 2), abs=1e-4)
