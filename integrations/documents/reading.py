"""Reading a document: paragraphs, tracked changes, comments and warnings, as values."""

from typing import TypedDict

from lxml import etree

from core.errors import LimitError
from integrations.documents.comments.parts import CommentParts
from integrations.documents.model import Comment, DocumentText, Revision, View, ViewParagraph
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W
from integrations.documents.revisions.revision_mark import REVISION_KINDS, mark_kind, revision_text
from integrations.documents.revisions.runs import is_hidden
from integrations.documents.text.document import Document, LocatedParagraph, document_warnings, scan_stories
from integrations.documents.text.stories import Story, StoryParagraph
from integrations.documents.text.styles import Styles

_RUNNING_TEXT = ("body", "footnotes", "endnotes")
# Styles of what says how something is called; the rest is text.
_TITLES = ("title", "subtitle", "heading", "toc")
_LABELS = ("caption", "table of figures", "signature", "date")
# More than any setting allows. The process that reads a document does not even hand over so many.
MAX_PARAGRAPHS = 20_000


def read_document(data: bytes, *, view: View = "current") -> DocumentText:
    """Read every story of a .docx.

    Args:
        data: the file.
        view: "current" as if all changes were accepted, "original" as if all were rejected.

    Returns:
        Paragraphs in the order body, text boxes, headers, footers, footnotes, endnotes, comments.

    Raises:
        DocumentError: the file is not a Word document, is damaged, encrypted or dangerous to open.
    """
    document = Document(Package(data))
    styles = Styles(document.package)
    by_element = {member.p: located for located in document.paragraphs for member in located.members}
    if view == "current":
        paragraphs = [_paragraph(located, styles) for located in document.paragraphs]
    else:
        paragraphs = [p for story in document.stories for p in _original(story, by_element, styles)]
    return DocumentText(
        paragraphs=tuple(paragraphs),
        revisions=tuple(r for part in _parts(document) for r in _revisions(document, part, by_element)),
        comments=tuple(_comments(document, by_element)),
        warnings=tuple(document_warnings(document)),
    )


def shown_paragraphs(data: bytes) -> list[ViewParagraph]:
    """Return the paragraphs of the current view without text that is set to hidden.

    Raises:
        DocumentError: as `read_document`.
    """
    package = Package(data)
    for story in scan_stories(package, ""):
        for run in [run for run in package.root(story.part).iter(W.r) if is_hidden(run)]:
            if (parent := run.getparent()) is not None:
                parent.remove(run)
    document = Document(package)
    styles = Styles(package)
    return [_paragraph(located, styles) for located in document.paragraphs]


class ParagraphRole(TypedDict):
    """What a paragraph is in its document."""

    heading_level: int
    language: str
    is_label: bool
    row: str
    column: int


class EditableParagraph(ParagraphRole):
    """A paragraph that a recipe works on."""

    id: str
    hash: str
    text: str
    is_beside: bool
    is_margin: bool
    remarks: list[tuple[str, str]]


def editable_paragraphs(data: bytes, author: str = "") -> list[EditableParagraph]:
    """Return the paragraphs that a recipe works on, as `core.writing.document_paragraphs.Paragraph` takes them.

    Args:
        data: the file.
        author: whose comments are told as `remarks`.

    Raises:
        DocumentError: as `read_document`.
        LimitError: there are more than any job takes.
    """
    document = Document(Package(data))
    if len(document.paragraphs) > MAX_PARAGRAPHS:
        raise LimitError(
            f"The document has {len(document.paragraphs):,} paragraphs; one job takes {MAX_PARAGRAPHS:,} at most.",
            fix="Work on a part of it.",
        )
    styles = Styles(document.package)
    editable = [located for located in document.paragraphs if not located.story.name.startswith("comments")]
    by_element = {member.p: located for located in editable for member in located.members}
    remarks: dict[str, list[tuple[str, str]]] = {}
    for comment in _comments(document, by_element):
        if author and comment.author == author:
            remarks.setdefault(comment.paragraph, []).append((comment.anchor, comment.text))
    return [
        {
            "id": located.id,
            "hash": located.hash,
            "text": located.text,
            "is_beside": located.story.name != "body",
            "is_margin": not located.story.name.startswith(_RUNNING_TEXT),
            "remarks": remarks.get(located.id, []),
            **_role(_paragraph(located, styles)),
        }
        for located in editable
    ]


def _role(paragraph: ViewParagraph) -> ParagraphRole:
    """Return what a paragraph is in its document: Word's own styles keep their names in every language of its menus."""
    style = paragraph.style.casefold()
    level = paragraph.heading_level or int(style.startswith(_TITLES))
    is_label = paragraph.table is not None or style.startswith(_LABELS)
    return {
        "heading_level": level,
        "language": paragraph.language,
        "is_label": is_label,
        "row": row_of(paragraph),
        "column": paragraph.table.column if paragraph.table else 0,
    }


def row_of(paragraph: ViewParagraph) -> str:
    """Return what names the row of a table that a paragraph stands in, "" outside of tables."""
    place = paragraph.table
    return f"{paragraph.story} {place.depth} {place.table} {place.row}" if place else ""


def check_document(data: bytes) -> None:
    """Refuse a file that cannot be read.

    Raises:
        DocumentError: as `read_document`.
    """
    read_document(data)


def _paragraph(located: LocatedParagraph, styles: Styles) -> ViewParagraph:
    return _described(located.members, styles, located)


def _described(members: list[StoryParagraph], styles: Styles, located: LocatedParagraph) -> ViewParagraph:
    # In Word a merged paragraph takes the properties of the one whose mark remains.
    style = styles.of(members[-1].p)
    return ViewParagraph(
        id=located.id,
        hash=located.hash,
        story=located.story.name,
        style=style.name,
        text=located.text,
        ordinal=located.ordinal,
        heading_level=style.heading_level,
        list_level=style.list_level,
        table=members[-1].place,
        language=styles.language_of([member.p for member in members]),
    )


def _original(story: Story, by_element: dict[etree._Element, LocatedParagraph], styles: Styles) -> list[ViewParagraph]:
    """Describe the original view. A paragraph that the current view has lost keeps no address: its id is ""."""
    found = []
    for ordinal, members in enumerate(story.paragraphs("original")):
        current = next((by_element[member.p] for member in members if member.p in by_element), None)
        address = (current.hash, current.id) if current else ("", "")
        text = "".join([member.original for member in members])
        found.append(_described(members, styles, LocatedParagraph(story, members, ordinal, text, *address)))
    return found


def _parts(document: Document) -> list[str]:
    return list(dict.fromkeys(story.part for story in document.stories))


def _story_names(document: Document) -> dict[str, str]:
    names: dict[str, str] = {}
    for story in document.stories:
        names.setdefault(story.part, story.name)
    return names


def _revisions(document: Document, part: str, by_element: dict[etree._Element, LocatedParagraph]) -> list[Revision]:
    fallback = _story_names(document)[part]
    found = []
    for element in document.package.root(part).iter(*REVISION_KINDS):
        located = next((by_element[p] for p in element.iterancestors(W.p) if p in by_element), None)
        found.append(
            Revision(
                id=element.get(W.id) or "",
                kind=mark_kind(element),
                author=element.get(W.author) or "",
                date=element.get(W.date) or "",
                text=revision_text(element),
                story=located.story.name if located else fallback,
                paragraph=located.id if located else "",
            )
        )
    return found


def _comments(document: Document, by_element: dict[etree._Element, LocatedParagraph]) -> list[Comment]:
    anchors = _Anchors(document.package.root(document.package.main_name), by_element)
    return [
        Comment(
            id=row.id,
            author=row.element.get(W.author) or "",
            date=row.element.get(W.date) or "",
            initials=row.element.get(W.initials) or "",
            text=row.text,
            parent=row.parent,
            resolved=row.resolved,
            paragraph=anchors.paragraphs.get(row.id, ""),
            anchor="".join(anchors.texts.get(row.id, ())),
        )
        for row in CommentParts(document.package).rows()
    ]


class _Anchors:
    """The paragraph and the current text of each comment's anchor, in one pass over the main part."""

    def __init__(self, root: etree._Element, by_element: dict[etree._Element, LocatedParagraph]) -> None:
        self.paragraphs: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}
        opened: set[str] = set()
        for node in root.iter(W.comment_range_start, W.comment_range_end, W.comment_reference, W.t, W.tab, W.p):
            number = node.get(W.id) or ""
            if node.tag == W.comment_range_start:
                opened.add(number)
            elif node.tag == W.comment_range_end:
                opened.discard(number)
            elif node.tag == W.comment_reference:
                self._place(node, number, by_element)
            elif opened:
                self._collect(node, opened)

    def _place(self, node: etree._Element, number: str, by_element: dict[etree._Element, LocatedParagraph]) -> None:
        located = next((by_element[p] for p in node.iterancestors(W.p) if p in by_element), None)
        if located:
            self.paragraphs[number] = located.id

    def _collect(self, node: etree._Element, opened: set[str]) -> None:
        if node.tag == W.p:
            text = "\n" if any(number in self.texts for number in opened) else ""
        else:
            text = "\t" if node.tag == W.tab else node.text or ""
        for number in opened:
            if text:
                self.texts.setdefault(number, []).append(text)
