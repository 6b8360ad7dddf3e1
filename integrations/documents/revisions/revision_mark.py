"""Tracked-change elements: which kinds there are, how a new one is marked, and the recording of changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W, word

# ECMA-376 part 1, 17.13.5: every element that carries w:author and can be accepted or rejected.
_PROPERTY_CHANGES = {
    word("rPrChange"): "format",
    word("pPrChange"): "paragraph_format",
    word("sectPrChange"): "section_format",
    word("tblPrChange"): "table_format",
    word("tblPrExChange"): "table_format",
    word("trPrChange"): "row_format",
    word("tcPrChange"): "cell_format",
    word("tblGridChange"): "table_grid",
    word("numberingChange"): "numbering",
}
_CELL_CHANGES = {
    word("cellIns"): "cell_insertion",
    word("cellDel"): "cell_deletion",
    word("cellMerge"): "cell_merge",
}
_TEXT_CHANGES = {W.ins: "insertion", W.del_: "deletion", W.move_from: "move_from", W.move_to: "move_to"}
# Of a range only its start says who did it.
_MARKUP_CHANGES = {
    word("customXmlInsRangeStart"): "markup_insertion",
    word("customXmlDelRangeStart"): "markup_deletion",
    word("customXmlMoveFromRangeStart"): "markup_move_from",
    word("customXmlMoveToRangeStart"): "markup_move_to",
}
REVISION_KINDS = {**_TEXT_CHANGES, **_PROPERTY_CHANGES, **_CELL_CHANGES, **_MARKUP_CHANGES}
# Word reads annotation ids as signed 32-bit numbers.
_MAX_ID = 2**31 - 1
# The elements that come before w:trackRevisions in CT_Settings (ECMA-376 part 1, 17.15.1.78).
_BEFORE = frozenset(
    word(name)
    for name in (
        "writeProtection",
        "view",
        "zoom",
        "removePersonalInformation",
        "removeDateAndTime",
        "doNotDisplayPageBoundaries",
        "displayBackgroundShape",
        "printPostScriptOverText",
        "printFractionalCharacterWidth",
        "printFormsData",
        "embedTrueTypeFonts",
        "embedSystemFonts",
        "saveSubsetFonts",
        "saveFormsData",
        "mirrorMargins",
        "alignBordersAndEdges",
        "bordersDoNotSurroundHeader",
        "bordersDoNotSurroundFooter",
        "gutterAtTop",
        "hideSpellingErrors",
        "hideGrammaticalErrors",
        "activeWritingStyle",
        "proofState",
        "formsDesign",
        "attachedTemplate",
        "linkStyles",
        "stylePaneFormatFilter",
        "stylePaneSortMethod",
        "documentType",
        "mailMerge",
        "revisionView",
    )
)
_TRACK = word("trackRevisions")


def mark_kind(element: etree._Element) -> str:
    """Return what a tracked change does, telling paragraph marks and table rows from text."""
    kind = REVISION_KINDS[element.tag]
    parent = element.getparent()
    if element.tag in INSERTIONS | DELETIONS and parent is not None:
        if parent.tag == W.r_pr:
            return f"paragraph_mark_{kind}"
        if parent.tag == W.tr_pr:
            return f"row_{kind}"
    return kind


def revision_text(element: etree._Element) -> str:
    """Return the text inside a tracked insertion or deletion, "" for changes of properties."""
    if element.tag not in _TEXT_CHANGES:
        return ""
    return "".join([node.text or "" for node in element.iter(W.t, W.del_text)])


class AnnotationIds:
    """Hands out ids above every one that is in use; from the lowest free one when those have run out.

    `taken` are those it has handed out.
    """

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._used = {
            int(number)
            for root in roots
            for element in root.iter(*REVISION_KINDS)
            if (number := element.get(W.id) or "").isdecimal()
        }
        self._next = max(self._used, default=0) + 1
        self.taken: set[str] = set()

    def take(self) -> str:
        """Return the next free id."""
        if self._next > _MAX_ID:
            self._next = 1
        while self._next in self._used:
            self._next += 1
        self._used.add(self._next)
        self.taken.add(str(self._next))
        return str(self._next)


@dataclass(frozen=True, slots=True)
class RevisionMark:
    """Author and date of one edit."""

    author: str
    date: str
    ids: AnnotationIds

    def element(self, tag: str) -> etree._Element:
        """Return a new tracked-change element with a fresh id."""
        element = etree.Element(tag)
        element.set(W.id, self.ids.take())
        element.set(W.author, self.author)
        element.set(W.date, self.date)
        return element

    def owns(self, element: etree._Element) -> bool:
        """Tell whether a tracked change is by this author."""
        return element.get(W.author) == self.author


def utc_text(date: datetime) -> str:
    """Return the moment as Word writes it. A date without a zone counts as UTC."""
    moment = date.astimezone(UTC) if date.tzinfo else date
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def turn_on_track_changes(package: Package) -> None:
    """Set w:trackRevisions in the settings part; a document without settings stays without."""
    names = package.related("settings")
    if not names:
        return
    settings = package.root(names[0])
    known = settings.find(_TRACK)
    if known is not None:
        if known.get(W.val) in ("0", "false", "off"):
            del known.attrib[W.val]
            package.touch(names[0])
        return
    place = sum(1 for child in settings if child.tag in _BEFORE)
    settings.insert(place, etree.Element(_TRACK))
    package.touch(names[0])
