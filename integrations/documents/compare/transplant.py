"""Copies rows, tables and paragraphs of one document for another, all of it marked as inserted.

Text, formatting, cells and their properties come along; links, notes, pictures and fields become their text or
nothing, as they refer to other parts of their document. Styles and lists are kept where the other document has them.
"""

import copy

from lxml import etree

from integrations.documents.compare.blocks import Block, Row, Table
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W, word
from integrations.documents.revisions.paragraphs import ParagraphSplicer, copied_properties
from integrations.documents.revisions.revision_mark import RevisionMark
from integrations.documents.revisions.runs import new_run, run_of
from integrations.documents.revisions.splice import Splicer, append_text
from integrations.documents.text.document import LocatedParagraph
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.run_properties import formatting_of
from integrations.documents.text.segments import ATOM

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
