"""The embedded model, its last layers tuned for one question about a text: what the answer is, as log-odds.

A layers file holds the tensors that take the place of those of the base weights, in the form that the library reads
(matrices in Q4_0, vectors as float32), and the linear head over the vector of a text. `benchmarks/tuning` learns them
and says how well. What they do not replace is shared with the base model.
"""

import json
import struct
import threading
import time
from array import array
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path

from core.embeddings.e5 import NAME, E5Embedder, load_network, load_weights
from core.embeddings.library import WEIGHTS_SHA256
from core.embeddings.weights import DIMENSIONS
from core.errors import InlaidError, SettingsError
from core.logs import logger

log = logger(__name__)

MAGIC = b"E5LAYER1"
AGAIN_SECONDS = 300.0
_loading = threading.Lock()
_loaded: dict[Path, "TunedModel"] = {}
_again_at: dict[Path, float] = {}
_REINSTALL = "Reinstall Inlaid: `pip install --force-reinstall --no-deps inlaid`."
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Layers:
    """A layers file: the tensors by name; of each answer its bias and what each number of a vector adds."""

    name: str
    tensors: dict[str, bytes]
    bias: Sequence[float]
    weights: Sequence[Sequence[float]]


class TunedModel:
    """Answers the question that its layers were tuned for. Thread-safe.

    Args:
        embedder: gives the vectors of the tuned model.
        bias: of each answer.
        weights: what each number of a vector adds to each answer.
    """

    def __init__(self, embedder: E5Embedder, bias: Sequence[float], weights: Sequence[Sequence[float]]) -> None:
        self._embedder, self._bias, self._weights = embedder, bias, weights

    @property
    def name(self) -> str:
        """The name of the model, with that of its layers."""
        return self._embedder.name

    def read(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the log-odds of each answer, for each text."""
        return [self._answers(vector) for vector in self._embedder.embed(texts, is_query=True)]

    def _answers(self, vector: Sequence[float]) -> tuple[float, ...]:
        heads = zip(self._bias, self._weights, strict=True)
        return tuple(bias + sum(map(mul, weights, vector)) for bias, weights in heads)


def read_layers(path: Path) -> Layers:
    """Return what a layers file holds.

    Raises:
        SettingsError: it is not one, or made for other weights.
    """
    try:
        data = path.read_bytes()
        if not data.startswith(MAGIC):
            raise ValueError("magic")
        (length,) = _LENGTH.unpack_from(data, len(MAGIC))
        at = len(MAGIC) + _LENGTH.size + length
        header = json.loads(data[at - length : at])
        tensors = {}
        for name, size in header["tensors"]:
            tensors[name] = data[at : at + size]
            at += size
        if header["base_sha256"] != WEIGHTS_SHA256 or at != len(data):
            raise ValueError("made for other weights, or cut")
        head = header["head"]
        numbers = array("f", b64decode(head["weights"]))
        scaled = [float(head["scale"]) * number for number in numbers]
        rows = [scaled[start : start + DIMENSIONS] for start in range(0, len(scaled), DIMENSIONS)]
        return Layers(str(header["name"]), tensors, [float(number) for number in head["bias"]], rows)
    except (OSError, KeyError, ValueError, TypeError, struct.error) as error:
        raise SettingsError(f"{path.name} does not hold layers for the built-in embeddings.", fix=_REINSTALL) from error


def load_tuned(path: Path) -> TunedModel:
    """Load the base weights with the layers of a file in their place.

    Raises:
        SettingsError: the embedded model cannot be had here, or the file is not one for it.
    """
    layers = read_layers(path)
    weights = load_weights(layers.tensors)
    if not weights.fits():
        raise SettingsError(f"{path.name} does not fit the built-in embeddings.", fix=_REINSTALL)
    embedder = E5Embedder(load_network(weights), f"{NAME}+{layers.name}")
    return TunedModel(embedder, layers.bias, layers.weights)


def tuned(path: Path) -> TunedModel | None:
    """Return the model of a layers file, one for the process; None where it cannot be had, and the log says why.

    Memory may be short for a while only: it is tried again after some minutes.
    """
    with _loading:
        if path not in _loaded and time.monotonic() >= _again_at.get(path, 0.0):
            try:
                _loaded[path] = load_tuned(path)
            except InlaidError as error:
                _again_at[path] = time.monotonic() + AGAIN_SECONDS
                log.warning("texts are judged without the embedded model", code=error.code, source=path.name)
        return _loaded.get(path)
