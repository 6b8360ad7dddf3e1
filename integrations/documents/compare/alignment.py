"""Which blocks of two documents belong together: equal ones first, then similar ones between them, in order."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz.distance import LCSseq

Block = TypeVar("Block")
# Up to this many pairs of a gap are compared; longer gaps (a rewritten book) are paired by order.
_MAX_PAIRS = 40_000


@dataclass(frozen=True, slots=True)
class Pair(Generic[Block]):
    """An old and a new block that belong together; None where a block is on one side only."""

    old: Block | None
    new: Block | None


def align(
    old: Sequence[Block],
    new: Sequence[Block],
    key: Callable[[Block], Hashable],
    similarity: Callable[[Block, Block], float],
) -> list[Pair[Block]]:
    """Return all blocks of both sides in order.

    Args:
        old: blocks of the one side.
        new: blocks of the other.
        key: equal for blocks that are the same.
        similarity: how well two blocks go together, 0 for not at all.
    """
    numbers: dict[Hashable, int] = {}
    left = [numbers.setdefault(key(block), len(numbers)) for block in old]
    right = [numbers.setdefault(key(block), len(numbers)) for block in new]
    pairs: list[Pair[Block]] = []
    gap_old: list[Block] = []
    gap_new: list[Block] = []
    for code in LCSseq.opcodes(left, right):
        if code.tag == "equal":
            pairs += _align_gap(gap_old, gap_new, similarity)
            gap_old, gap_new = [], []
            same = zip(old[code.src_start : code.src_end], new[code.dest_start : code.dest_end], strict=True)
            pairs += [Pair(left, right) for left, right in same]
        else:
            gap_old += old[code.src_start : code.src_end]
            gap_new += new[code.dest_start : code.dest_end]
    return pairs + _align_gap(gap_old, gap_new, similarity)


def _align_gap(
    old: Sequence[Block], new: Sequence[Block], similarity: Callable[[Block, Block], float]
) -> list[Pair[Block]]:
    """Pair the blocks of a gap so that the sum of likeness is greatest, keeping their order."""
    if len(old) * len(new) > _MAX_PAIRS:
        shared = min(len(old), len(new))
        rest = [*(Pair(left, None) for left in old[shared:]), *(Pair(None, right) for right in new[shared:])]
        return [Pair(left, right) for left, right in zip(old, new, strict=False)] + rest
    gains = [[similarity(left, right) for right in new] for left in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            together = best[i + 1][j + 1] + gains[i][j] if gains[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs: list[Pair[Block]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        here = best[i][j]
        if i < len(old) and j < len(new) and gains[i][j] and here == best[i + 1][j + 1] + gains[i][j]:
            pairs.append(Pair(old[i], new[j]))
            i, j = i + 1, j + 1
        elif i < len(old) and here == best[i + 1][j]:
            pairs.append(Pair(old[i], None))
            i += 1
        else:
            pairs.append(Pair(None, new[j]))
            j += 1
    return pairs
