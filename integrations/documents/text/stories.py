"""Finds the paragraphs of a part: body, nested cells, content controls, notes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from core.errors import DocumentError
from core.text.catalogues import N_
from integrations.documents.model import TablePlace, View
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, MC, W, word
from integrations.documents.text.segments import MARKERS, Field, Segment, SegmentReader, control_lock

# libxml2 allows trees deeper than Python's stack; nobody nests tables and controls like that.
_MAX_DEPTH = 60
_MARK_TAGS = INSERTIONS | DELETIONS
_WRAPPERS = INSERTIONS | DELETIONS | {W.custom_xml, W.smart_tag}
_BESIDE = MARKERS - {W.p_pr}
_TC_PR, _CELL_INS, _CELL_DEL = word("tcPr"), word("cellIns"), word("cellDel")
_NOTE_KINDS_WITHOUT_TEXT = frozenset({"separator", "continuationSeparator", "continuationNotice"})


@dataclass(slots=True, eq=False)
class StoryParagraph:
    """One w:p element with its text in both views.

    `mark_current` and `mark_original` say whether its paragraph mark exists in that view; without it the paragraph
    continues in the next one if there is one. `twin` is its copy in the other branch of a text box.
    """

    p: etree._Element
    current: str
    original: str
    lock: str
    mark_current: bool
    mark_original: bool
    in_current: bool
    in_original: bool
    place: TablePlace | None
    fields: tuple[Field, ...]
    twin: StoryParagraph | None = None

    def text(self, view: View) -> str:
        """Return the text in one of the views."""
        return self.current if view == "current" else self.original

    def ends(self, view: View) -> bool:
        """Tell whether the paragraph ends here in this view."""
        mark = self.mark_current if view == "current" else self.mark_original
        return mark or following(self.p, view) is None

    def exists(self, view: View) -> bool:
        """Tell whether the table row around it exists in this view."""
        return self.in_current if view == "current" else self.in_original

    def segments(self) -> list[Segment]:
        """Read the segments again, as the paragraph is now."""
        return SegmentReader(self.fields).read(self.p, self.lock)


@dataclass(slots=True)
class Story:
    """The paragraphs of one stretch of text: the body, a header, all footnotes, all text boxes of a part."""

    name: str
    part: str
    members: list[StoryParagraph] = field(default_factory=list)

    def texts(self, view: View) -> list[str]:
        """Return the text of every paragraph that exists in this view."""
        return ["".join(member.text(view) for member in group) for group in self.paragraphs(view)]

    def paragraphs(self, view: View) -> Iterator[list[StoryParagraph]]:
        """Yield the w:p elements of each paragraph of this view; several where a mark is missing in it."""
        group: list[StoryParagraph] = []
        for member in self.members:
            if not member.exists(view):
                continue
            group.append(member)
            if member.ends(view):
                yield group
                group = []


@dataclass(slots=True)
class _Surroundings:
    lock: str = ""
    current: bool = True
    original: bool = True
    place: TablePlace | None = None
    depth: int = 0

    def inside(self, lock: str) -> _Surroundings:
        if self.depth > _MAX_DEPTH:
            raise DocumentError("The document nests tables and content controls too deeply to be read.")
        return _Surroundings(self.lock or lock, self.current, self.original, self.place, self.depth + 1)


class StoryScan:
    """Collects the members of one story. Complex fields that are open carry over from paragraph to paragraph."""

    def __init__(self, story: Story, lock: str = "") -> None:
        self.story = story
        self._around = _Surroundings(lock)
        self._tables = 0

    def read(self, container: etree._Element) -> None:
        """Add every paragraph below `container`, not descending into text boxes."""
        self._walk = SegmentReader()
        self._blocks(container, self._around)

    def _blocks(self, container: etree._Element, around: _Surroundings) -> None:
        for child in container:
            tag = child.tag
            if tag == W.p:
                self._paragraph(child, around)
            elif tag == W.tbl:
                self._table(child, around)
            elif tag == W.sdt:
                content = child.find(W.sdt_content)
                if content is not None:
                    self._blocks(content, around.inside(control_lock(child)))
            elif tag in _WRAPPERS:
                self._blocks(child, around.inside(""))
            elif tag == MC.alternate_content:
                for choice in child.iterchildren(MC.choice):
                    self._blocks(choice, around.inside("exists in two forms for different versions of Word"))

    def _table(self, table: etree._Element, around: _Surroundings) -> None:
        number = self._tables
        self._tables += 1
        depth = around.place.depth + 1 if around.place else 1
        for row_number, (row, row_lock) in enumerate(_children(table, W.tr)):
            properties = row.find(W.tr_pr)
            in_row = around.inside(row_lock)
            if properties is not None:
                in_row.original = in_row.original and properties.find(W.ins) is None
                in_row.current = in_row.current and properties.find(W.del_) is None
            for column, (cell, cell_lock) in enumerate(_children(row, W.tc)):
                in_cell = in_row.inside(cell_lock)
                in_cell.place = TablePlace(number, row_number, column, depth)
                _apply_cell_revision(cell, in_cell)
                self._blocks(cell, in_cell)

    def _paragraph(self, p: etree._Element, around: _Surroundings) -> None:
        fields = tuple([open_field.copy() for open_field in self._walk.fields])
        segments = self._walk.read(p, around.lock)
        mark_original, mark_current = mark_views(p)
        self.story.members.append(
            StoryParagraph(
                p=p,
                current="".join([segment.text for segment in segments if segment.current]),
                original="".join([segment.text for segment in segments if segment.original]),
                lock=around.lock,
                mark_current=mark_current,
                mark_original=mark_original,
                in_current=around.current,
                in_original=around.original,
                place=around.place,
                fields=fields,
            )
        )


def _apply_cell_revision(cell: etree._Element, around: _Surroundings) -> None:
    properties = cell.find(_TC_PR)
    if properties is not None:
        around.original = around.original and properties.find(_CELL_INS) is None
        around.current = around.current and properties.find(_CELL_DEL) is None


def _children(parent: etree._Element, wanted: str, lock: str = "") -> Iterator[tuple[etree._Element, str]]:
    for child in parent:
        if child.tag == wanted:
            yield child, lock
        elif child.tag == W.sdt:
            content = child.find(W.sdt_content)
            if content is not None:
                yield from _children(content, wanted, lock or control_lock(child))
        elif child.tag in _WRAPPERS:
            yield from _children(child, wanted, lock)


def mark_views(p: etree._Element) -> tuple[bool, bool]:
    """Return whether the paragraph mark exists in the original and in the current view."""
    properties = p.find(W.p_pr)
    mark = None if properties is None else properties.find(W.r_pr)
    if mark is None:
        return True, True
    tags = {child.tag for child in mark} & _MARK_TAGS
    return not tags & INSERTIONS, not tags & DELETIONS


def _next_block(element: etree._Element) -> etree._Element | None:
    after = element.getnext()
    while after is not None and (after.tag in _BESIDE or not isinstance(after.tag, str)):
        after = after.getnext()
    return after


def next_paragraph(p: etree._Element) -> etree._Element | None:
    """Return the paragraph that directly follows in the same container, or None if something else does."""
    after = _next_block(p)
    return after if after is not None and after.tag == W.p else None


def following(p: etree._Element, view: View) -> etree._Element | None:
    """Return the paragraph that directly follows in a view: tables that the view does not have are stepped over."""
    hidden = W.del_ if view == "current" else W.ins
    after = _next_block(p)
    while after is not None and after.tag == W.tbl and _is_hidden(after, hidden):
        after = _next_block(after)
    return after if after is not None and after.tag == W.p else None


def _is_hidden(table: etree._Element, mark: str) -> bool:
    rows = [row for row, _ in _children(table, W.tr)]
    return bool(rows) and all(row.find(f"{W.tr_pr}/{mark}") is not None for row in rows)


def scan_blocks(name: str, part: str, container: etree._Element, lock: str = "") -> Story:
    """Return the story below `container` (body, header, footer)."""
    scan = StoryScan(Story(name, part), lock)
    scan.read(container)
    return scan.story


def scan_notes(name: str, part: str, root: etree._Element, lock: str = "") -> Story:
    """Return all notes (or comments) of a part as one story, without the separator lines."""
    scan = StoryScan(Story(name, part), lock)
    for note in root:
        if isinstance(note.tag, str) and note.get(W.type) not in _NOTE_KINDS_WITHOUT_TEXT:
            scan.read(note)
    return scan.story


def scan_text_boxes(name: str, part: str, root: etree._Element, lock: str = "") -> Story:
    """Return all text boxes of a part as one story; a copy for older versions becomes the twin of its original."""
    scan, hidden = StoryScan(Story(name, part), lock), StoryScan(Story(name, part), lock)
    boxes: dict[etree._Element, list[StoryParagraph]] = {}
    copies: dict[etree._Element, list[StoryParagraph]] = {}
    for box in root.iter(W.txbx_content):
        branch = next((a for a in box.iterancestors(MC.choice, MC.fallback)), None)
        alternate = None if branch is None else branch.getparent()
        is_copy = branch is not None and branch.tag == MC.fallback
        reader = hidden if is_copy else scan
        known = len(reader.story.members)
        reader.read(box)
        if alternate is not None:
            (copies if is_copy else boxes).setdefault(alternate, []).extend(reader.story.members[known:])
    for alternate, members in boxes.items():
        _pair(members, copies.get(alternate, []))
    return scan.story


def _pair(members: list[StoryParagraph], twins: list[StoryParagraph]) -> None:
    same = [(m.current, m.original) for m in members] == [(t.current, t.original) for t in twins]
    for number, member in enumerate(members):
        if same:
            member.twin = twins[number]
        elif twins:
            member.lock = member.lock or N_("stands in a text box whose copy for older versions of Word differs")
