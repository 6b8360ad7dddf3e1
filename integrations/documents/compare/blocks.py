"""Paragraphs and tables of a story as they nest in the current view, and which of two documents belong together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from lxml import etree
from rapidfuzz.distance import Indel, LCSseq

from integrations.documents.package.xml_names import W, word
from integrations.documents.text.document import Document, LocatedParagraph

Item = TypeVar("Item")
# Up to this many pairs of a gap are compared; longer gaps (a rewritten book) are paired by order.
_MAX_PAIRS = 40_000
# Below this share of common text two paragraphs are one deleted and one inserted, not one that was changed.
_MIN_SIMILARITY = 0.4
# Tables, and rows of equal cells, are paired even when they have nothing in common, if nothing better offers.
_SAME_KIND = 0.05
_TC_PR, _GRID_SPAN, _V_MERGE = word("tcPr"), word("gridSpan"), word("vMerge")


@dataclass(frozen=True, slots=True)
class BlockPair(Generic[Item]):
    """An old and a new item that belong together; None where a block is on one side only."""

    old: Item | None
    new: Item | None


def align(
    old: Sequence[Item],
    new: Sequence[Item],
    key: Callable[[Item], Hashable],
    similarity: Callable[[Item, Item], float],
) -> list[BlockPair[Item]]:
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
    pairs: list[BlockPair[Item]] = []
    gap_old: list[Item] = []
    gap_new: list[Item] = []
    for code in LCSseq.opcodes(left, right):
        if code.tag == "equal":
            pairs += _align_gap(gap_old, gap_new, similarity)
            gap_old, gap_new = [], []
            same = zip(old[code.src_start : code.src_end], new[code.dest_start : code.dest_end], strict=True)
            pairs += [BlockPair(left, right) for left, right in same]
        else:
            gap_old += old[code.src_start : code.src_end]
            gap_new += new[code.dest_start : code.dest_end]
    return pairs + _align_gap(gap_old, gap_new, similarity)


def _align_gap(
    old: Sequence[Item], new: Sequence[Item], similarity: Callable[[Item, Item], float]
) -> list[BlockPair[Item]]:
    """Pair the blocks of a gap so that the sum of likeness is greatest, keeping their order."""
    if len(old) * len(new) > _MAX_PAIRS:
        shared = min(len(old), len(new))
        rest = [*(BlockPair(left, None) for left in old[shared:]), *(BlockPair(None, right) for right in new[shared:])]
        return [BlockPair(left, right) for left, right in zip(old, new, strict=False)] + rest
    gains = [[similarity(left, right) for right in new] for left in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            together = best[i + 1][j + 1] + gains[i][j] if gains[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs: list[BlockPair[Item]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        here = best[i][j]
        if i < len(old) and j < len(new) and gains[i][j] and here == best[i + 1][j + 1] + gains[i][j]:
            pairs.append(BlockPair(old[i], new[j]))
            i, j = i + 1, j + 1
        elif i < len(old) and here == best[i + 1][j]:
            pairs.append(BlockPair(old[i], None))
            i += 1
        else:
            pairs.append(BlockPair(None, new[j]))
            j += 1
    return pairs


@dataclass(frozen=True, slots=True, eq=False)
class TableCell:
    """One cell and its content."""

    element: etree._Element
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row; rows of the same `shape` have the same cells, spanned and merged alike."""

    element: etree._Element
    cells: tuple[TableCell, ...]
    shape: tuple[tuple[str, str], ...]
    key: tuple[object, ...]

    def paragraphs(self) -> Iterator[LocatedParagraph]:
        """Yield all paragraphs, those of nested tables too."""
        for cell in self.cells:
            yield from _paragraphs(cell.blocks)

    @property
    def text(self) -> str:
        """All paragraphs, joined by newlines."""
        return "\n".join(located.text for located in self.paragraphs())


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table with those of its rows that the current view has."""

    element: etree._Element
    rows: tuple[Row, ...]
    key: tuple[object, ...]

    @property
    def text(self) -> str:
        """All paragraphs, joined by newlines."""
        return "\n".join(row.text for row in self.rows)


Block = LocatedParagraph | Table


def story_blocks(document: Document, story: str) -> tuple[Block, ...]:
    """Return the paragraphs and tables of a story."""
    rows = [(located, _around(located)) for located in document.paragraphs if located.story.name == story]
    return tuple(_nest(rows, 0))


def _around(located: LocatedParagraph) -> list[etree._Element]:
    """Return table, row and cell around a paragraph, outermost first; a text box starts again."""
    found = []
    for parent in located.members[0].p.iterancestors():
        if parent.tag == W.txbx_content:
            break
        if parent.tag in (W.tbl, W.tr, W.tc):
            found.append(parent)
    return found[::-1]


_Place = tuple[LocatedParagraph, list[etree._Element]]


def _grouped(places: Iterable[_Place], depth: int) -> Iterator[tuple[etree._Element | None, list[_Place]]]:
    def element(place: _Place) -> etree._Element | None:
        return place[1][depth] if len(place[1]) > depth else None

    for key, group in groupby(places, element):
        yield key, list(group)


def _nest(places: Iterable[_Place], depth: int) -> Iterator[Block]:
    for element, inside in _grouped(places, depth):
        if element is None:
            yield from (located for located, _ in inside)
        else:
            rows = tuple(_row(row, cells, depth + 1) for row, cells in _grouped(inside, depth + 1) if row is not None)
            yield Table(element, rows, ("table", *(row.key for row in rows)))


def _row(element: etree._Element, places: Sequence[_Place], depth: int) -> Row:
    cells = tuple(
        TableCell(cell, tuple(_nest(inside, depth + 2)))
        for cell, inside in _grouped(places, depth + 1)
        if cell is not None
    )
    shape = tuple(_shape(cell.element) for cell in cells)
    return Row(element, cells, shape, (shape, *(tuple(key_of(block) for block in cell.blocks) for cell in cells)))


def _shape(cell: etree._Element) -> tuple[str, str]:
    span, merge = cell.find(f"{_TC_PR}/{_GRID_SPAN}"), cell.find(f"{_TC_PR}/{_V_MERGE}")
    return (
        "1" if span is None else span.get(W.val) or "1",
        "" if merge is None else merge.get(W.val) or "continue",
    )


def _paragraphs(blocks: Iterable[Block]) -> Iterator[LocatedParagraph]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield from row.paragraphs()
        else:
            yield block


def key_of(block: Block) -> object:
    """Return what is equal for blocks of the same text and the same cells."""
    return block.key if isinstance(block, Table) else block.hash


def pair_rows(old: Table, new: Table) -> list[BlockPair[Row]]:
    """Return which rows of two tables belong together; only rows of one shape do."""

    def similarity(left: Row, right: Row) -> float:
        return max(_common(left.text, right.text), _SAME_KIND) if left.shape == right.shape else 0.0

    return align(old.rows, new.rows, lambda row: row.key, similarity)


def pair_blocks(old: Sequence[Block], new: Sequence[Block]) -> list[BlockPair[Block]]:
    """Return which blocks belong together.

    Between two tables one paragraph at least is kept if both sides have any, so that there is a place for the others.
    """
    pairs: list[BlockPair[Block]] = []
    stretch: list[BlockPair[Block]] = []
    for pair in align(old, new, key_of, _similarity):
        if isinstance(pair.new, Table):
            pairs += [*_forced(stretch), pair]
            stretch = []
        else:
            stretch.append(pair)
    return pairs + _forced(stretch)


def _similarity(left: Block, right: Block) -> float:
    if isinstance(left, Table) != isinstance(right, Table):
        return 0.0
    common = _common(left.text, right.text)
    return max(common, _SAME_KIND) if isinstance(left, Table) else common


def _common(left: str, right: str) -> float:
    common = Indel.normalized_similarity(left, right)
    return common if common >= _MIN_SIMILARITY else 0.0


def _forced(pairs: list[BlockPair[Block]]) -> list[BlockPair[Block]]:
    """Change the first lost paragraph into the first new one where none stays; lost ones come first in a gap."""
    alone = [n for n, pair in enumerate(pairs) if pair.new is None and isinstance(pair.old, LocatedParagraph)]
    added = [n for n, pair in enumerate(pairs) if pair.old is None]
    if not alone or not added or any(pair.old is not None and pair.new is not None for pair in pairs):
        return pairs
    joined: BlockPair[Block] = BlockPair(pairs[alone[0]].old, pairs[added[0]].new)
    return [joined if n == alone[0] else pair for n, pair in enumerate(pairs) if n != added[0]]
