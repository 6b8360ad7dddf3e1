"""Compares two documents: what is different in the text of the new one becomes tracked changes in the old one.

Earlier tracked changes of the old document stay; its current view is what is compared. Differences of formatting,
pictures and fields alone are not looked for. What cannot be expressed is said in `warnings`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from rapidfuzz.distance import Indel

from integrations.documents.aligning import Pair, align
from integrations.documents.applying import apply_edits
from integrations.documents.document import Document, Located
from integrations.documents.model import ApplyResult, DocumentEdit, Operation
from integrations.documents.names import W
from integrations.documents.package import Package
from integrations.documents.pieces import ATOM
from integrations.documents.styles import Styles

# Below this share of common text two paragraphs are one deleted and one inserted, not one that was changed.
_LEAST_LIKENESS = 0.4


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph outside of tables, or a table with all of its paragraphs."""

    paragraphs: tuple[Located, ...]
    table: etree._Element | None

    @property
    def key(self) -> tuple[bool, tuple[str, ...]]:
        return self.table is not None, tuple(located.hash for located in self.paragraphs)

    @property
    def text(self) -> str:
        return "\n".join(located.text for located in self.paragraphs)


def compare_documents(old: bytes, new: bytes, *, author: str, date: datetime) -> ApplyResult:
    """Mark in `old` what is different in `new`.

    Args:
        old: the .docx to mark.
        new: the .docx to take the text from.
        author: who the changes are shown to be from.
        date: when.

    Returns:
        As `apply_edits`; `data` is None when the texts are equal, and `results` has one row per difference.

    Raises:
        DocumentError: one of the files cannot be opened.
    """
    left, right = Document(Package(old)), Document(Package(new))
    comparison = _Comparison(left, right)
    edits = list(comparison.edits())
    result = apply_edits(old, edits, author=author, date=date)
    return ApplyResult(result.data, result.results, (*result.warnings, *comparison.warnings))


class _Comparison:
    """Finds the edits that make the one document of the other."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._styles = Styles(new.package)
        self._known_styles = Styles(old.package)
        self.warnings: list[str] = []

    def edits(self) -> Iterator[DocumentEdit]:
        """Yield edits of the old document, story by story."""
        names = [story.name for story in self._old.stories if story.name != "comments"]
        for name in names:
            yield from self._blocks(_blocks(self._old, name), _blocks(self._new, name))
        for story in self._new.stories:
            if story.name not in names and story.name != "comments":
                self.warnings.append(f"The new document has text in {story.name} that the old one has no place for.")

    def _blocks(self, old: Sequence[_Block], new: Sequence[_Block]) -> Iterator[DocumentEdit]:
        pairs = align(old, new, lambda block: block.key, _likeness)
        if not any(pair.old and pair.new and pair.old.table is None for pair in pairs):
            pairs = _forced(pairs)
        for number, pair in enumerate(pairs):
            if pair.old is not None and pair.new is not None:
                yield from self._changed(pair.old, pair.new)
            elif pair.old is not None:
                yield from self._deleted(pair.old)
            elif pair.new is not None:
                yield from self._inserted(pairs, number, pair.new)

    def _changed(self, old: _Block, new: _Block) -> Iterator[DocumentEdit]:
        if old.table is not None and new.table is not None:
            yield from self._table(old, new)
            return
        one, other = old.paragraphs[0], new.paragraphs[0]
        if one.text != other.text:
            yield DocumentEdit(id=one.id, hash=one.hash, text=other.text)

    def _table(self, old: _Block, new: _Block) -> Iterator[DocumentEdit]:
        """Compare cell by cell; tables of another shape are named and left."""
        if old.key == new.key:
            return
        cells, others = _cells(old), _cells(new)
        if list(cells) != list(others):
            self.warnings.append(f'The table that begins "{old.text[:40]}" has other rows or columns; it is unchanged.')
            return
        for place, paragraphs in cells.items():
            mine = [_Block((located,), None) for located in paragraphs]
            theirs = [_Block((located,), None) for located in others[place]]
            yield from self._blocks(mine, theirs)

    def _deleted(self, old: _Block) -> Iterator[DocumentEdit]:
        if old.table is not None:
            self.warnings.append(
                f'The table that begins "{old.text[:40]}" is not in the new document; it is unchanged.'
            )
            return
        yield DocumentEdit(id=old.paragraphs[0].id, hash=old.paragraphs[0].hash, op="delete")

    def _inserted(self, pairs: Sequence[Pair[_Block]], number: int, new: _Block) -> Iterator[DocumentEdit]:
        """Put a new paragraph behind the nearest one that stays, or in front of the next one."""
        if new.table is not None:
            self.warnings.append(f'The table that begins "{new.text[:40]}" is new; it is left out.')
            return
        located = new.paragraphs[0]
        text, style = located.text.replace(ATOM, ""), self._style(located)
        before = _nearest(pairs[number::-1])
        after = None if before else _nearest(pairs[number:])
        anchor = before or after
        if anchor is None:
            self.warnings.append(f'There is no place for the new paragraph "{text[:40]}".')
            return
        op: Operation = "insert_after" if before else "insert_before"
        yield DocumentEdit(id=anchor.id, hash=anchor.hash, op=op, text=text, style=style)

    def _style(self, located: Located) -> str:
        style_id = self._styles.id_of(located.members[-1].p)
        return style_id if self._known_styles.has(style_id) else ""


def _blocks(document: Document, story: str) -> list[_Block]:
    blocks: list[_Block] = []
    for located in document.paragraphs:
        if located.story.name != story:
            continue
        table = next(reversed(list(located.members[0].p.iterancestors(W.tbl))), None)
        if table is not None and blocks and blocks[-1].table is table:
            blocks[-1] = _Block((*blocks[-1].paragraphs, located), table)
        else:
            blocks.append(_Block((located,), table))
    return blocks


def _likeness(one: _Block, other: _Block) -> float:
    if (one.table is None) != (other.table is None):
        return 0.0
    common = Indel.normalized_similarity(one.text, other.text)
    if one.table is not None:
        return common + _LEAST_LIKENESS
    return common if common >= _LEAST_LIKENESS else 0.0


def _forced(pairs: list[Pair[_Block]]) -> list[Pair[_Block]]:
    """Where no paragraph stays, change the first into the first, so that there is a place for the others."""
    alone = [n for n, pair in enumerate(pairs) if pair.new is None and pair.old and pair.old.table is None]
    added = [n for n, pair in enumerate(pairs) if pair.old is None and pair.new and pair.new.table is None]
    if not alone or not added:
        return pairs
    joined = Pair(pairs[alone[0]].old, pairs[added[0]].new)
    return [joined if n == alone[0] else pair for n, pair in enumerate(pairs) if n != added[0]]


def _nearest(pairs: Sequence[Pair[_Block]]) -> Located | None:
    """Return the first old paragraph that stays, unless a table stands before it."""
    for pair in pairs:
        if pair.old is not None and (pair.old.table is not None or pair.new is not None):
            return None if pair.old.table is not None else pair.old.paragraphs[0]
    return None


def _cells(block: _Block) -> dict[tuple[int, ...], list[Located]]:
    """Return the paragraphs of a table by table (counted within it), row and column."""
    cells: dict[tuple[int, ...], list[Located]] = {}
    numbers: dict[int, int] = {}
    for located in block.paragraphs:
        place = located.members[0].place
        assert place is not None
        number = numbers.setdefault(place.table, len(numbers))
        cells.setdefault((number, place.row, place.column), []).append(located)
    return cells
