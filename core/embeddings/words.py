"""Vectors of words alone: what there is where no model is, and what tests use."""

import math
import re
import zlib
from array import array
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_STEM_CHARS = 5
_MIN_WORD_CHARS = 4


class WordEmbedder:
    """A `core.ports.Embedder` whose cosines grow with the words, and beginnings of words, that two texts share.

    Short words count only when they hold a digit. Each word falls into one of `dimensions` places by its checksum.
    """

    name = "words"
    dimensions = 1024

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> Sequence[Sequence[float]]:
        """Return a vector for each text; see `core.ports.Embedder.embed`."""
        del is_query
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Sequence[float]:
        vector = array("f", bytes(4 * self.dimensions))
        for word in set(_WORD.findall(text.casefold())):
            if len(word) >= _MIN_WORD_CHARS or not word.isalpha():
                for part in {word, word[:_STEM_CHARS]}:
                    vector[zlib.crc32(part.encode("utf-8", "replace")) % self.dimensions] += 1.0
        length = math.sqrt(sum(value * value for value in vector))
        return array("f", (value / length for value in vector)) if length else vector
