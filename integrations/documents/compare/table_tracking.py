"""Copies and marks rows and tables that only one of two documents has: the first half of a comparison.

What is new is copied and marked as inserted, what is gone marked as deleted, row by row, as Word does it. A row whose
cells are others (a column more, cells merged) is deleted and inserted again: tracked cells (w:cellIns, w:cellDel)
cannot be undone everywhere. Afterwards the tables of both documents have the same rows and cells.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from lxml import etree

from integrations.documents.compare.blocks import Block, BlockPair, Row, Table, pair_blocks, pair_rows, story_blocks
from integrations.documents.model import EditRejected, EditResult, Status
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W, word
from integrations.documents.revisions.paragraphs import ParagraphSplicer, copied_properties
from integrations.documents.revisions.revision_mark import AnnotationIds, RevisionMark, turn_on_track_changes, utc_text
from integrations.documents.revisions.runs import formatting_of, new_run, run_of
from integrations.documents.revisions.splice import Splicer, append_text
from integrations.documents.text.document import Document, LocatedParagraph
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.segments import ATOM, SegmentReader, control_lock

_TABLE_PROPERTIES = (word("tblPr"), word("tblGrid"))
_TC_PR = word("tcPr")
_TRACKED = frozenset(
    word(name)
    for name in (
        "ins",
        "del",
        "trPrChange",
        "tcPrChange",
        "tblPrChange",
        "tblGridChange",
        "cellIns",
        "cellDel",
        "cellMerge",
    )
)
_STYLES = (W.p_style, W.r_style, word("tblStyle"))
_SHOWN_CHARS = 40
_OTHER_CELLS = "Its cells have changed, so the whole row is marked, not single cells."
_NO_PLACE = "no paragraph stays beside it that could keep it apart from what follows"
_NOT_HERE = "tables are inserted in the body, headers and footers only"
_NOT_VERIFIED = "Nothing was changed, because the check of the result failed: rejecting would not restore the text."


class Transplant:
    """Makes copies that fit into a package."""

    def __init__(self, package: Package, revision_mark: RevisionMark) -> None:
        self._revision_mark = revision_mark
        self._splicer = ParagraphSplicer(Splicer(revision_mark))
        self._styles = _known(package, "styles", "style", "styleId")
        self._lists = _known(package, "numbering", "num", "numId")

    def table(self, table: Table) -> etree._Element:
        """Return a copy of a table."""
        new = etree.Element(W.tbl)
        for name in _TABLE_PROPERTIES:
            properties = table.element.find(name)
            new.append(etree.Element(name) if properties is None else self._fitted(properties))
        new.extend([self.row(row) for row in table.rows])
        return new

    def row(self, row: Row) -> etree._Element:
        """Return a copy of a row."""
        new = etree.Element(W.tr)
        properties = row.element.find(W.tr_pr)
        if properties is not None:
            new.append(self._fitted(properties))
        for cell in row.cells:
            own = etree.SubElement(new, W.tc)
            properties = cell.element.find(_TC_PR)
            if properties is not None:
                own.append(self._fitted(properties))
            own.extend([self._in_cell(block) for block in cell.blocks])
            if own[-1].tag != W.p:
                own.append(etree.Element(W.p))
        mark_row(new, W.ins, self._revision_mark)
        return new

    def paragraph(self, located: LocatedParagraph) -> etree._Element:
        """Return a copy of a paragraph whose mark is inserted too."""
        return self._splicer.new_paragraph(self._runs(located), self._properties(located))

    def behind(self, p: etree._Element, located: LocatedParagraph) -> None:
        """Let `p` become a copy of a paragraph, and what it was one in front of it, as if typed behind it."""
        properties = self._properties(located)
        self._splicer.insert_after(p, self._runs(located), etree.Element(W.p_pr) if properties is None else properties)

    def _in_cell(self, block: Block) -> etree._Element:
        """Copy the content of a cell: the row's mark covers its paragraphs."""
        if isinstance(block, Table):
            return self.table(block)
        p = self.paragraph(block)
        mark = p.find(f"{W.p_pr}/{W.r_pr}")
        assert mark is not None
        mark.remove(mark[0])
        for element in (mark, mark.getparent()):
            if element is not None and not len(element):
                element.getparent().remove(element)  # type: ignore[union-attr]
        return p

    def _properties(self, located: LocatedParagraph) -> etree._Element | None:
        properties = copied_properties(located.members[-1].p)
        return None if properties is None else self._fitted(properties)

    def _runs(self, located: LocatedParagraph) -> list[etree._Element]:
        texts: list[tuple[str, etree._Element | None]] = []
        for segment in OffsetMap(located.members).segments:
            if segment.text != ATOM:
                formatting = formatting_of(run_of(segment.node))
                append_text(texts, segment.text, None if formatting is None else self._fitted(formatting))
        return [new_run(text, formatting) for text, formatting in texts]

    def _fitted(self, properties: etree._Element) -> etree._Element:
        """Return a copy without tracked changes, and without styles and lists that the other document lacks."""
        fitted = copy.deepcopy(properties)
        for element in list(fitted.iter(*_TRACKED, *_STYLES, W.num_pr)):
            known = element.tag in _STYLES and element.get(W.val) in self._styles
            known = known or (element.tag == W.num_pr and _list_id(element) in self._lists)
            parent = element.getparent()
            if not known and parent is not None:
                parent.remove(element)
        return fitted


def mark_row(row: etree._Element, tag: str, revision_mark: RevisionMark) -> None:
    """Mark a row as inserted or deleted (w:trPr/w:ins, w:trPr/w:del: ECMA-376 part 1, 17.13.5.17 and 17.13.5.13)."""
    properties = row.find(W.tr_pr)
    if properties is None:
        properties = etree.Element(W.tr_pr)
        place = sum(1 for child in row if child.tag == word("tblPrEx"))
        row.insert(place, properties)
    if properties.find(tag) is None:
        last = [child for child in properties if child.tag == word("trPrChange") or (tag, child.tag) == (W.ins, W.del_)]
        mark = revision_mark.element(tag)
        if last:
            last[0].addprevious(mark)
        else:
            properties.append(mark)


def _known(package: Package, part: str, row: str, key: str) -> frozenset[str]:
    roots = [package.root(name) for name in package.related(part)[:1]]
    return frozenset(child.get(word(key)) or "" for root in roots for child in root.iterchildren(word(row)))


def _list_id(numbering: etree._Element) -> str:
    chosen = numbering.find(word("numId"))
    return "" if chosen is None else chosen.get(W.val) or ""


@dataclass(frozen=True, slots=True)
class TrackedTables:
    """The old document with its tables marked, and one result for each row or table."""

    data: bytes
    results: tuple[EditResult, ...]


def track_tables(old: bytes, new: Document, *, author: str, date: datetime) -> TrackedTables:
    """Mark the rows and tables of `old` that `new` does not have, and insert those that only `new` has."""
    document = Document(Package(old))
    before = {story.name: story.texts("original") for story in document.stories}
    tracking = _Tracking(document, author, date)
    for name in before:
        if name != "comments":
            tracking.compare(name, story_blocks(document, name), story_blocks(new, name))
    if not any(result.status == "applied" for result in tracking.results):
        return TrackedTables(old, tuple(tracking.results))
    turn_on_track_changes(document.package)
    parts = document.package.serialised()
    after = Document(document.package.replaced(parts))
    if {story.name: story.texts("original") for story in after.stories} != before:
        refused = [EditResult(result.index, result.id, "refused", _NOT_VERIFIED) for result in tracking.results]
        return TrackedTables(old, tuple(refused))
    return TrackedTables(document.package.packed(parts), tuple(tracking.results))


class _Tracking:
    """Changes one document, story by story."""

    def __init__(self, document: Document, author: str, date: datetime) -> None:
        roots = [document.package.root(story.part) for story in document.stories]
        revision_mark = RevisionMark(author, utc_text(date), AnnotationIds(roots))
        self._package = document.package
        self._revision_mark = revision_mark
        self._splicer = ParagraphSplicer(Splicer(revision_mark))
        self._copies = Transplant(document.package, revision_mark)
        self._parts = {story.name: story.part for story in document.stories}
        self._story = ""
        self.results: list[EditResult] = []

    def compare(self, story: str, old: Sequence[Block], new: Sequence[Block]) -> None:
        """Compare the blocks of a story, or of a cell in it."""
        self._story = story
        pairs = []
        for pair in pair_blocks(old, new):
            if isinstance(pair.old, Table) and pair.new is None:
                self._delete_table(pair.old)
                continue
            if isinstance(pair.old, Table) and isinstance(pair.new, Table) and pair.old.key != pair.new.key:
                self._compare_rows(pair.old, pair.new)
            pairs.append(pair)
        start = 0
        while start < len(pairs):
            end = start
            while end < len(pairs) and pairs[end].old is None:
                end += 1
            if any(isinstance(pair.new, Table) for pair in pairs[start:end]):
                self._insert_tables(pairs, start, end)
            start = end + 1

    def _compare_rows(self, old: Table, new: Table) -> None:
        shapes = {row.shape for row in old.rows}
        last: etree._Element | None = None
        for pair in pair_rows(old, new):
            if pair.old is None:
                assert pair.new is not None
                note = "" if pair.new.shape in shapes else _OTHER_CELLS
                last = self._insert_row(pair.new, old, last, note)
                continue
            last = pair.old.element
            if pair.new is None:
                self._try(f'row "{_shown(pair.old.text)}"', partial(self._delete_rows, [pair.old]))
                continue
            for old_cell, new_cell in zip(pair.old.cells, pair.new.cells, strict=True):
                self.compare(self._story, old_cell.blocks, new_cell.blocks)

    def _insert_row(self, row: Row, table: Table, last: etree._Element | None, note: str) -> etree._Element | None:
        """Put a copy of a row behind `last`, or first; return it, or `last` where the table cannot be changed."""
        name = f'row "{_shown(row.text)}"'
        if not self._try(name, lambda: _check_place(next(table.rows[0].paragraphs())), note):
            return last
        copied = self._copies.row(row)
        if last is None:
            table.rows[0].element.addprevious(copied)
        else:
            last.addnext(copied)
        return copied

    def _delete_table(self, table: Table) -> None:
        self._try(f'table "{_shown(table.text)}"', lambda: self._delete_rows(table.rows))

    def _delete_rows(self, rows: Sequence[Row]) -> None:
        for row in rows:
            _check_row(row)
        for row in rows:
            for located in row.paragraphs():
                for member in located.members:
                    self._splicer.delete_runs(member.p)
            for element in row.element.iter(W.tr):
                mark_row(element, W.del_, self._revision_mark)

    def _insert_tables(self, pairs: Sequence[BlockPair[Block]], start: int, end: int) -> None:
        run = [pair.new for pair in pairs[start:end] if pair.new is not None]
        name = next(f'table "{_shown(block.text)}"' for block in run if isinstance(block, Table))
        self._try(name, lambda: self._place(pairs, start, end, run))

    def _place(self, pairs: Sequence[BlockPair[Block]], start: int, end: int, run: Sequence[Block]) -> None:
        """Insert new tables, and the new paragraphs around them that have no old one beside them.

        When the new tables are rejected, a new paragraph continues in the old one that follows. Where none follows,
        the paragraph before gives its text to a new one in front, and what is left of it becomes the last.
        """
        if not self._story.startswith(("body", "header", "footer")) or "textboxes" in self._story:
            raise EditRejected(_NOT_HERE)
        before = _kept_before(pairs, start)
        follows = pairs[end].old if end < len(pairs) else None
        tables = [number for number, block in enumerate(run) if isinstance(block, Table)]
        first = tables[0] if isinstance(before, LocatedParagraph) else 0
        if isinstance(follows, LocatedParagraph):
            _check_place(follows)
            target = _first_old_behind(pairs, start)
            new = run[first : tables[-1] + 1]
        else:
            if not isinstance(before, LocatedParagraph) or not isinstance(run[-1], LocatedParagraph):
                raise EditRejected(_NO_PLACE)
            _check_place(before)
            target = before.members[-1].p
            self._copies.behind(target, run[-1])
            new = run[first:-1]
        for block in new:
            copied = self._copies.table(block) if isinstance(block, Table) else self._copies.paragraph(block)
            target.addprevious(copied)

    def _try(self, name: str, make: Callable[[], None], note: str = "") -> bool:
        """Make a change or note why it is refused."""
        status: Status = "applied"
        try:
            make()
            self._package.touch(self._parts[self._story])
        except EditRejected as refusal:
            status, note = "refused", refusal.reason
        self.results.append(EditResult(len(self.results), f"{self._story}: {name}", status, note))
        return status == "applied"


def _check_row(row: Row) -> None:
    """Refuse to delete a row that holds more than can go with it.

    Raises:
        EditRejected: something in it is locked, or it holds a text box or part of a field.
    """
    if next(row.element.iter(W.txbx_content), None) is not None:
        raise EditRejected("The row holds a text box, whose deletion cannot be tracked.")
    for located in row.paragraphs():
        for member in located.members:
            if member.lock:
                raise EditRejected(f"The row holds a paragraph that {member.lock}.")
            walk = SegmentReader(member.fields)
            walk.read(member.p, "")
            if member.fields or walk.fields:
                raise EditRejected("The row holds part of a field that spans several paragraphs.")
    for control in row.element.iter(W.sdt):
        lock = control_lock(control)
        if lock:
            raise EditRejected(f"The row holds text that {lock}.")


def _check_place(located: LocatedParagraph) -> None:
    lock = next((member.lock for member in located.members if member.lock), "")
    if lock:
        raise EditRejected(f"The paragraph beside it {lock}.")


def _kept_before(pairs: Sequence[BlockPair[Block]], start: int) -> Block | None:
    """Return the old block that stays in front; None at the beginning and behind a new table."""
    for pair in reversed(pairs[:start]):
        if pair.new is not None and (pair.old is not None or isinstance(pair.new, Table)):
            return pair.old
    return None


def _first_old_behind(pairs: Sequence[BlockPair[Block]], start: int) -> etree._Element:
    """Return the first old paragraph behind what stays in front of a place: it may be one that is deleted."""
    while start > 0 and pairs[start - 1].new is None:
        start -= 1
    located = next(pair.old for pair in pairs[start:] if isinstance(pair.old, LocatedParagraph))
    return located.members[0].p


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN_CHARS else f"{flat[: _SHOWN_CHARS - 1]}\u2026"
