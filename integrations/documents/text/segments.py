"""A paragraph as segments: which XML node holds which characters, and what may be done to them.

Segments come in document order. The current view shows insertions and hides deletions, the original
view does the opposite. Tabs and breaks are characters; whatever else stands in a run is an atom (U+FFFC) that can be
kept but not written. Markers of bookmarks, comments and proofing have no width.
"""

from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from core.text.catalogues import N_
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, MC, WORD, W, word

ATOM: Final = "\ufffc"
# What people wrote and Word does not compute; the result of every other field is replaced when fields are updated.
_EDITABLE_FIELDS = frozenset({"HYPERLINK", "FORMTEXT"})
_ZERO_WIDTH_IN_RUN = frozenset(
    {W.r_pr, W.soft_hyphen, W.annotation_ref, W.comment_reference, W.proof_err, word("lastRenderedPageBreak")}
)
_TRANSPARENT = frozenset({W.smart_tag, W.custom_xml, W.bdo, W.dir})
MARKERS = frozenset(
    word(name)
    for name in (
        "bookmarkEnd",
        "bookmarkStart",
        "commentRangeEnd",
        "commentRangeStart",
        "customXmlDelRangeEnd",
        "customXmlDelRangeStart",
        "customXmlInsRangeEnd",
        "customXmlInsRangeStart",
        "customXmlMoveFromRangeEnd",
        "customXmlMoveFromRangeStart",
        "customXmlMoveToRangeEnd",
        "customXmlMoveToRangeStart",
        "customXmlPr",
        "fldData",
        "moveFromRangeEnd",
        "moveFromRangeStart",
        "moveToRangeEnd",
        "moveToRangeStart",
        "pPr",
        "permEnd",
        "permStart",
        "proofErr",
        "sdtPr",
        "smartTagPr",
    )
)
_ATOM_NAMES = {
    W.footnote_reference: "a footnote reference",
    W.endnote_reference: "an endnote reference",
    W.drawing: "a picture or shape",
    word("pict"): "a picture or shape",
    MC.alternate_content: "a picture or shape",
    word("object"): "an embedded object",
    word("sym"): "a symbol",
    word("ptab"): "an aligned tab",
    word("ruby"): "a phonetic guide",
    word("subDoc"): "a linked subdocument",
}


class Segment:
    """Some characters of one XML node.

    `lock` is why they may not be deleted ("" when they may); `before` and `after` are why nothing may be inserted
    at that edge. `container` is the link, content control or field that must not be left empty.
    """

    __slots__ = ("after", "before", "container", "current", "lock", "node", "original", "text")

    def __init__(self, node: etree._Element, text: str, context: "SegmentContext", lock: str) -> None:
        self.node = node
        self.text = text
        self.current = context.current
        self.original = context.original
        self.container = context.container
        self.lock = self.before = self.after = lock


class SegmentContext:
    """What surrounds the text being read: which views show it, what contains it, and why it may be locked."""

    __slots__ = ("container", "current", "lock", "original")

    def __init__(self, current: bool = True, original: bool = True, lock: str = "", container: object = None) -> None:
        self.current = current
        self.original = original
        self.lock = lock
        self.container = container


class Field:
    """An open complex field: its code so far, and whether the walk has reached its result."""

    __slots__ = ("code", "in_result")

    def __init__(self, code: str = "", in_result: bool = False) -> None:
        self.code = code
        self.in_result = in_result

    def copy(self) -> "Field":
        """Return the state as it is now; the reader keeps changing this one."""
        return Field(self.code, self.in_result)

    @property
    def lock(self) -> str:
        """Why text at this place of the field cannot be edited."""
        return _field_lock(self.code) if self.in_result else N_("is part of a field's code")


def _field_lock(code: str) -> str:
    name = (code.split() or ["unknown"])[0].upper()
    if name in _EDITABLE_FIELDS:
        return ""
    if name == "TOC":
        return N_("belongs to the table of contents, which Word rebuilds from the headings")
    return N_(f"is the result of a {name} field, which Word recalculates")


class SegmentReader:
    """Reads paragraphs of one story in order; complex fields may span several of them."""

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        self.fields = [field.copy() for field in fields]
        self._segments: list[Segment] = []

    def read(self, paragraph: etree._Element, lock: str) -> list[Segment]:
        """Return the segments of a paragraph, of both views. `lock` holds for all of it."""
        self._segments = []
        self._content(paragraph, SegmentContext(lock=lock))
        return self._segments

    def _content(self, parent: etree._Element, context: SegmentContext) -> None:
        for child in parent:
            tag = child.tag
            if tag == W.r:
                self._run(child, context)
            elif tag in MARKERS or not isinstance(tag, str):
                continue
            elif tag in _TRANSPARENT:
                self._content(child, context)
            else:
                self._wrapper(child, context)

    def _wrapper(self, child: etree._Element, context: SegmentContext) -> None:
        tag = child.tag
        if tag in INSERTIONS:
            self._content(child, SegmentContext(context.current, False, context.lock, context.container))
        elif tag in DELETIONS:
            self._content(child, SegmentContext(False, context.original, context.lock, context.container))
        elif tag == W.hyperlink:
            self._content(child, SegmentContext(context.current, context.original, context.lock, child))
        elif tag == W.fld_simple:
            self._simple_field(child, context)
        elif tag == W.sdt:
            content = child.find(W.sdt_content)
            if content is not None:
                lock = context.lock or control_lock(child)
                self._content(content, SegmentContext(context.current, context.original, lock, child))
        else:
            self._add(child, ATOM, context, "an equation" if "/math" in tag else _ATOM_NAMES.get(tag, "an object"))

    def _simple_field(self, child: etree._Element, context: SegmentContext) -> None:
        """Read a field whose code is an attribute; at its edges the rules of the place around it hold."""
        outside = self._lock(context)
        known = len(self._segments)
        lock = outside or _field_lock(child.get(W.instr) or "")
        self._content(child, SegmentContext(context.current, context.original, lock, child))
        if len(self._segments) > known:
            self._segments[known].before = self._segments[-1].after = outside

    def _run(self, run: etree._Element, context: SegmentContext) -> None:
        for node in run:
            tag = node.tag
            if tag in (W.t, W.del_text):
                if node.text and all(field.in_result for field in self.fields):
                    self._add(node, node.text, context)
            elif tag in _ZERO_WIDTH_IN_RUN:
                continue
            elif tag in _RUN_NODES:
                _RUN_NODES[tag](self, node, context)
            elif isinstance(tag, str):
                self._add(node, ATOM, context, _ATOM_NAMES.get(tag, "an object"))

    def _tab(self, node: etree._Element, context: SegmentContext) -> None:
        self._add(node, "\t", context)

    def _hyphen(self, node: etree._Element, context: SegmentContext) -> None:
        self._add(node, "\u2011", context)

    def _break(self, node: etree._Element, context: SegmentContext) -> None:
        kind = node.get(W.type)
        self._add(node, "\n", context, f"a {kind} break" if kind in ("page", "column") else "")

    def _code(self, node: etree._Element, context: SegmentContext) -> None:
        if self.fields and not self.fields[-1].in_result:
            self.fields[-1].code += node.text or ""

    def _field_char(self, node: etree._Element, context: SegmentContext) -> None:
        kind = node.get(W.fld_char_type)
        outside = self._lock(context)
        if kind == "begin":
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = True
        elif kind == "end" and self.fields:
            self.fields.pop()
        segment = self._add(node, ATOM, context, "a field")
        segment.before, segment.after = outside, self._lock(context)

    def _lock(self, context: SegmentContext) -> str:
        return context.lock or next((field.lock for field in self.fields if field.lock), "")

    def _add(self, node: etree._Element, text: str, context: SegmentContext, atom: str = "") -> Segment:
        lock = self._lock(context) if self.fields else context.lock
        segment = Segment(node, text, context, lock)
        if atom:
            segment.lock = f"holds {atom}, which must stay"
        if self.fields and segment.container is None:
            segment.container = self.fields[-1]
        self._segments.append(segment)
        return segment


_RUN_NODES: dict[str, Callable[[SegmentReader, etree._Element, SegmentContext], object]] = {
    W.tab: SegmentReader._tab,
    W.br: SegmentReader._break,
    W.cr: SegmentReader._break,
    W.no_break_hyphen: SegmentReader._hyphen,
    W.instr_text: SegmentReader._code,
    W.del_instr_text: SegmentReader._code,
    W.fld_char: SegmentReader._field_char,
}


def control_lock(control: etree._Element) -> str:
    """Return why the text of a content control cannot be edited, or "" if it can."""
    properties = control.find(W.sdt_pr)
    if properties is None:
        return ""
    lock = properties.find(word("lock"))
    if lock is not None and lock.get(W.val) in ("contentLocked", "sdtContentLocked"):
        return N_("stands in a locked content control")
    for child in properties:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        if name == "dataBinding":
            return N_("stands in a content control that is filled from data")
        if name in ("dropDownList", "comboBox", "checkbox", "picture", "date", "citation", "bibliography"):
            return N_(f"stands in a content control of kind {name}")
        if name == "docPartObj" and _is_contents_table(child):
            return N_("belongs to the table of contents, which Word rebuilds from the headings")
    return ""


def _is_contents_table(part: etree._Element) -> bool:
    gallery = part.find(f"{{{WORD}}}docPartGallery")
    return gallery is not None and gallery.get(W.val) == "Table of Contents"
