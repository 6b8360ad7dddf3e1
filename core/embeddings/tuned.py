"""The embedded model, its last layers tuned for one question about a text: what the answer is, as log-odds.

A layers file holds the tensors that take the place of those of the base weights, in the form that the library reads
(matrices in Q4_0, vectors as float32), and the linear head over the vector of a text. `benchmarks/tuning` learns them
and says how well. The base file is mapped once more, privately: only the pages that are replaced cost memory.
"""

import ctypes
import json
import mmap
import struct
import threading
import time
from array import array
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path

from core.embeddings.e5 import DIMENSIONS, NAME, OTHER_FIX, WEIGHTS_SHA256, E5Embedder, load_library
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
# Of the base file: magic and version, nine numbers, then the vocabulary behind seven more.
_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_TENSOR = struct.Struct("<BIQQ")


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
        image: the weights, which the library reads in place.
    """

    def __init__(
        self, embedder: E5Embedder, bias: Sequence[float], weights: Sequence[Sequence[float]], image: object
    ) -> None:
        self._embedder, self._bias, self._weights, self._image = embedder, bias, weights, image

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
    library, weights = load_library()
    layers = read_layers(path)
    try:
        with weights.open("rb") as file:
            image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except OSError as error:
        raise SettingsError("The built-in embeddings cannot be loaded: memory may be short.", fix=OTHER_FIX) from error
    places = tensor_places(image)
    for name, content in layers.tensors.items():
        start, size = places.get(name, (0, 0))
        if size != len(content):
            raise SettingsError(f"{path.name} does not fit the built-in embeddings.", fix=_REINSTALL)
        image[start : start + size] = content
    held = (ctypes.c_char * len(image)).from_buffer(image)
    model = ctypes.c_void_p(library.e5_load_mem(held, ctypes.c_size_t(len(image))))
    if not model:
        raise SettingsError("The built-in embeddings cannot be loaded: memory may be short.", fix=OTHER_FIX)
    name = f"{NAME}+{layers.name}"
    return TunedModel(E5Embedder(library, model, name), layers.bias, layers.weights, (held, image))


def tensor_places(image: mmap.mmap | bytes) -> dict[str, tuple[int, int]]:
    """Return where each tensor of a file of weights begins and how many bytes it has."""
    at = _HEADER.size
    pieces, *_, words = _VOCABULARY.unpack_from(image, at)
    at += _VOCABULARY.size + 4 * (pieces + 1) + 4 * pieces + words
    _, norms = struct.unpack_from("<iI", image, at)
    at += 8 + norms
    (count,) = struct.unpack_from("<i", image, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", image, at)
        name = bytes(image[at + 2 : at + 2 + length]).decode()
        _, _, start, size = _TENSOR.unpack_from(image, at + 2 + length)
        found[name] = (start, size)
        at += 2 + length + _TENSOR.size
    return found


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
