"""Compares two documents: what is different in the text of the new one becomes tracked changes in the old one.

Earlier tracked changes of the old document stay; its current view is what is compared. Differences of formatting,
pictures and fields alone are not looked for. Rows and tables go first, so that both documents then have the same
cells, which are compared paragraph by paragraph. What cannot be expressed is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from integrations.documents.compare.blocks import Block, BlockPair, Table, pair_blocks, pair_rows, story_blocks
from integrations.documents.compare.table_tracking import track_tables
from integrations.documents.editing.apply import apply_edits, check_author
from integrations.documents.model import ApplyResult, DocumentEdit, Operation
from integrations.documents.package.opc import Package
from integrations.documents.text.document import Document, LocatedParagraph
from integrations.documents.text.segments import ATOM
from integrations.documents.text.styles import Styles


def compare_documents(old: bytes, new: bytes, *, author: str, date: datetime) -> ApplyResult:
    """Mark in `old` what is different in `new`.

    Args:
        old: the .docx to mark.
        new: the .docx to take the text from.
        author: who the changes are shown to be from.
        date: when.

    Returns:
        As `apply_edits`; `data` is None when the texts are equal, and `results` has one row per difference: for tables
        and rows their beginning in place of an id.

    Raises:
        DocumentError: one of the files cannot be opened.
    """
    check_author(author)
    right = Document(Package(new))
    tables = track_tables(old, right, author=author, date=date)
    comparison = _Comparison(Document(Package(tables.data)), right)
    applied = apply_edits(tables.data, list(comparison.edits()), author=author, date=date)
    known = len(tables.results)
    results = (*tables.results, *(replace(result, index=result.index + known) for result in applied.results))
    data = applied.data
    if data is None and any(result.status == "applied" for result in tables.results):
        data = tables.data
    warnings = (*applied.warnings, *comparison.warnings)
    if all(result.status == "applied" for result in results):
        warnings += tuple(_leftovers(data or old, right))
    return ApplyResult(data, results, tuple(dict.fromkeys(warnings)))


def _leftovers(data: bytes, new: Document) -> Iterator[str]:
    """Name the stories whose text is still another one: a picture or note more, a paragraph that has to stay."""
    wanted = {story.name: story.texts("current") for story in new.stories}
    for story in Document(Package(data)).stories:
        if story.name != "comments" and story.texts("current") != wanted.get(story.name, []):
            yield f"The text of {story.name} is not wholly that of the new document."


class _Comparison:
    """Finds the edits that make the one document of the other, whose tables have the same rows by now."""

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
            yield from self._blocks(story_blocks(self._old, name), story_blocks(self._new, name))
        for story in self._new.stories:
            if story.name not in names and story.name != "comments":
                self.warnings.append(f"The new document has text in {story.name} that the old one has no place for.")

    def _blocks(self, old: Sequence[Block], new: Sequence[Block]) -> Iterator[DocumentEdit]:
        pairs = pair_blocks(old, new)
        for number, pair in enumerate(pairs):
            if isinstance(pair.old, Table):
                if isinstance(pair.new, Table) and pair.old.key != pair.new.key:
                    yield from self._table(pair.old, pair.new)
            elif pair.old is not None:
                yield from self._paragraph(pair.old, pair.new)
            elif isinstance(pair.new, LocatedParagraph):
                yield from self._inserted(pairs, number, pair.new)

    def _table(self, old: Table, new: Table) -> Iterator[DocumentEdit]:
        for pair in pair_rows(old, new):
            if pair.old is not None and pair.new is not None:
                for old_cell, new_cell in zip(pair.old.cells, pair.new.cells, strict=True):
                    yield from self._blocks(old_cell.blocks, new_cell.blocks)

    def _paragraph(self, old: LocatedParagraph, new: Block | None) -> Iterator[DocumentEdit]:
        if new is None:
            yield DocumentEdit(id=old.id, hash=old.hash, op="delete")
        elif isinstance(new, LocatedParagraph) and new.text != old.text:
            if ATOM not in old.text and new.text.replace(ATOM, "") == old.text:
                self.warnings.append(f'Pictures, notes and fields that were added in "{old.text[:40]}" are left out.')
            else:
                yield DocumentEdit(id=old.id, hash=old.hash, text=new.text)

    def _inserted(
        self, pairs: Sequence[BlockPair[Block]], number: int, new: LocatedParagraph
    ) -> Iterator[DocumentEdit]:
        """Put a new paragraph behind the nearest one that stays, or in front of the next one."""
        text, style = new.text.replace(ATOM, ""), self._style(new)
        before = _nearest(pairs[number::-1])
        after = None if before else _nearest(pairs[number:])
        anchor = before or after
        if anchor is None:
            self.warnings.append(f'There is no place for the new paragraph "{text[:40]}".')
            return
        op: Operation = "insert_after" if before else "insert_before"
        yield DocumentEdit(id=anchor.id, hash=anchor.hash, op=op, text=text, style=style)

    def _style(self, located: LocatedParagraph) -> str:
        style_id = self._styles.id_of(located.members[-1].p)
        return style_id if self._known_styles.has(style_id) else ""


def _nearest(pairs: Sequence[BlockPair[Block]]) -> LocatedParagraph | None:
    """Return the first old paragraph that stays, unless a table comes before it."""
    for pair in pairs:
        if isinstance(pair.old, Table) or isinstance(pair.new, Table):
            return None
        if pair.old is not None and pair.new is not None:
            return pair.old
    return None
