"""Accepts or rejects tracked changes: all, those of one author, or single ones. Everything else stays as it is.

What each element means: ECMA-376 part 1, 17.13.5. A paragraph that loses its mark is merged into the next one and
takes that one's properties, as in Word.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from lxml import etree

from core.errors import DocumentError
from integrations.documents.comments.threads import comments_beside
from integrations.documents.editing.apply import apply_edits
from integrations.documents.model import DocumentEdit, View
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W, word
from integrations.documents.revisions.paragraphs import merge_into_next
from integrations.documents.revisions.revision_mark import REVISION_KINDS
from integrations.documents.revisions.runs import mark_kept
from integrations.documents.text.document import Document

# No change is shown for a deleted comment; the name is only required.
_NOBODY = "Inlaid"
_RANGE_STARTS = {
    word("moveFromRangeStart"): word("moveFromRangeEnd"),
    word("moveToRangeStart"): word("moveToRangeEnd"),
}
_CELL_MARKS = {word("cellIns"): True, word("cellDel"): False}
_PLAIN_MARKS = {word("numberingChange"), word("cellMerge")}
# Children that a change of properties does not cover: the first group comes before the others, the second after.
_KEPT_BEFORE = {word("headerReference"), word("footerReference")}
_KEPT_BEHIND = {W.r_pr, W.sect_pr, word("cellIns"), word("cellDel"), word("cellMerge")}


def resolve_revisions(
    data: bytes, *, accept: bool, author: str | None = None, ids: Collection[str] | None = None
) -> bytes:
    """Accept or reject tracked changes.

    A comment that says why a change was made goes with the change when it is rejected.

    Args:
        data: the .docx file.
        accept: True to make the changes final, False to undo them.
        author: only changes of this author.
        ids: only changes with these ids; with `author`, of this author.

    Returns:
        The new file; `data` itself when no change is chosen. Parts without chosen changes stay byte for byte.

    Raises:
        DocumentError: the file cannot be opened, an id is unknown, or the result cannot be verified.
    """
    document = Document(Package(data))
    view: View = "current" if accept else "original"
    before = {story.name: story.texts(view) for story in document.stories}
    found: set[str] = set()
    goes: set[str] = set()
    for part in dict.fromkeys(story.part for story in document.stories):
        root = document.package.root(part)
        # Not the root: a damaged part may call itself a change.
        chosen = [e for e in root.iterdescendants(*REVISION_KINDS) if _is_chosen(e, author, ids)]
        found |= {element.get(W.id) or "" for element in chosen}
        if chosen:
            if not accept and part == document.package.main_name:
                goes = comments_beside(document.package, chosen)
            _resolve(root, chosen, accept=accept)
            document.package.touch(part)
    missing = sorted(set(ids or ()) - found)
    if missing:
        raise DocumentError(f"There is no tracked change with the id {', '.join(missing)}.")
    if not found:
        return data
    parts = document.package.serialised()
    after = Document(document.package.replaced(parts))
    if {story.name: story.texts(view) for story in after.stories} != before:
        raise DocumentError("The changes cannot be resolved without changing other text; the document stays as it is.")
    return _without_comments(document.package.packed(parts), goes)


def _without_comments(data: bytes, ids: Collection[str]) -> bytes:
    """Return a document without these comments; with them, where removing them cannot be verified."""
    edits = [DocumentEdit(id="", op="delete_comment", target=number) for number in sorted(ids)]
    return (apply_edits(data, edits, author=_NOBODY, date=datetime.now(UTC)).data if edits else None) or data


def _is_chosen(element: etree._Element, author: str | None, ids: Collection[str] | None) -> bool:
    return (author is None or element.get(W.author) == author) and (ids is None or element.get(W.id) in ids)


def _resolve(root: etree._Element, chosen: list[etree._Element], *, accept: bool) -> None:
    ended: list[etree._Element] = []
    _resolve_markup(root, [element for element in chosen if element.tag in _MARKUP_RANGES], accept=accept)
    for element in reversed([element for element in chosen if element.tag not in _MARKUP_RANGES]):
        parent = element.getparent()
        assert parent is not None
        keeps = accept == (element.tag in INSERTIONS)
        if element.tag in INSERTIONS | DELETIONS:
            _resolve_text(element, parent, keeps=keeps, ended=ended)
        elif element.tag in _CELL_MARKS:
            _resolve_cell(element, parent, keeps=accept == _CELL_MARKS[element.tag])
        else:
            parent.remove(element)
            if not accept and element.tag not in _PLAIN_MARKS:
                _restore_properties(parent, element)
    for p in reversed(ended):
        merge_into_next(p)
    _remove_ranges(root, {element.get(W.author) for element in chosen})


def _resolve_text(element: etree._Element, parent: etree._Element, *, keeps: bool, ended: list[etree._Element]) -> None:
    if parent.tag == W.r_pr:
        parent.remove(element)
        properties = parent.getparent()
        if not keeps and properties is not None and properties.tag == W.p_pr:
            p = properties.getparent()
            assert p is not None
            ended.append(p)
    elif parent.tag == W.tr_pr:
        parent.remove(element)
        if not keeps:
            _remove_row(parent.getparent())
    elif parent.tag == W.num_pr:
        _take_out(element if keeps else parent)
    elif keeps:
        _unwrap(element)
    else:
        _take_out(element)


def _unwrap(element: etree._Element) -> None:
    if element.tag == W.del_ and next(element.iterancestors(W.del_), None) is None:
        for run in element.iter(W.r):
            mark_kept(run)
    for child in list(element):
        element.addprevious(child)
    _take_out(element)


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _remove_row(row: etree._Element | None) -> None:
    if row is None:
        return
    table = next(row.iterancestors(W.tbl), None)
    _take_out(row)
    if table is not None and next(table.iter(W.tr), None) is None:
        _take_out(table)


def _resolve_cell(mark: etree._Element, properties: etree._Element, *, keeps: bool) -> None:
    cell = properties.getparent()
    properties.remove(mark)
    if not keeps and cell is not None:
        row = cell.getparent()
        _take_out(cell)
        if row is not None and row.tag == W.tr and row.find(W.tc) is None:
            _remove_row(row)


def _restore_properties(properties: etree._Element, change: etree._Element) -> None:
    old = next(iter(change), None)
    before = _KEPT_BEFORE | (INSERTIONS | DELETIONS if properties.tag == W.r_pr else set())
    behind = _KEPT_BEHIND | (INSERTIONS | DELETIONS if properties.tag == W.tr_pr else set())
    first = [child for child in properties if child.tag in before]
    last = [child for child in properties if child.tag in behind]
    for child in list(properties):
        properties.remove(child)
    properties.extend([*first, *(() if old is None else list(old)), *last])
    if not len(properties) and not properties.attrib:
        _take_out(properties)


def _remove_ranges(root: etree._Element, authors: Collection[str | None]) -> None:
    """Take out the range marks of moves when no move of that author is left in the part."""
    left = {element.get(W.author) for element in root.iter(W.move_from, W.move_to)}
    for start_tag, end_tag in _RANGE_STARTS.items():
        gone = [
            start
            for start in root.iter(start_tag)
            if start.get(W.author) in authors and start.get(W.author) not in left
        ]
        numbers = {start.get(W.id) for start in gone}
        for mark in gone + [end for end in root.iter(end_tag) if end.get(W.id) in numbers]:
            _take_out(mark)


_MARKUP_KINDS = {"Ins": True, "Del": False, "MoveTo": True, "MoveFrom": False}
# Start tag -> end tag, and whether accepting keeps the wrapper.
_MARKUP_RANGES = {
    word(f"customXml{k}RangeStart"): (word(f"customXml{k}RangeEnd"), keeps) for k, keeps in _MARKUP_KINDS.items()
}
_MARKUP_WRAPPERS = (W.custom_xml, W.sdt, W.smart_tag)
_MARKUP_PROPERTIES = frozenset(word(name) for name in ("customXmlPr", "smartTagPr", "sdtPr", "sdtEndPr"))


def _resolve_markup(root: etree._Element, starts: Sequence[etree._Element], *, accept: bool) -> None:
    """Accept or reject tracked changes to custom XML markup and content controls.

    A range stands around the start tag, the end tag or all of a w:customXml, w:sdt or w:smartTag (ECMA-376 part 1,
    17.13.5.4 to 17.13.5.11): the wrapper was inserted, deleted or moved, not its text. Undoing an insertion takes the
    wrapper away and leaves what is in it.
    """
    chosen = {(_MARKUP_RANGES[start.tag][0], start.get(W.id)): start for start in starts}
    gone = {wrapper: None for wrapper, start in _wrappers(root, set(starts)) if accept != _MARKUP_RANGES[start.tag][1]}
    for wrapper in gone:
        _unwrap_markup(wrapper)
    ends = [
        end for end in root.iter(*(tag for tag, _ in _MARKUP_RANGES.values())) if (end.tag, end.get(W.id)) in chosen
    ]
    for mark in (*starts, *ends):
        parent = mark.getparent()
        if parent is not None:
            parent.remove(mark)


def _wrappers(root: etree._Element, starts: set[etree._Element]) -> list[tuple[etree._Element, etree._Element]]:
    """Return each wrapper with a range that has its start or end tag inside."""
    found = []
    opened: dict[tuple[str, str | None], etree._Element] = {}
    ends = {tag for tag, _ in _MARKUP_RANGES.values()}
    for event, element in etree.iterwalk(
        root, events=("start", "end"), tag=(*_MARKUP_RANGES, *ends, *_MARKUP_WRAPPERS)
    ):
        if element.tag in _MARKUP_WRAPPERS:
            found += [(element, start) for start in opened.values()]
        elif event == "end":
            continue
        elif element in starts:
            opened[_MARKUP_RANGES[element.tag][0], element.get(W.id)] = element
        else:
            opened.pop((element.tag, element.get(W.id)), None)
    return found


def _unwrap_markup(wrapper: etree._Element) -> None:
    parent = wrapper.getparent()
    assert parent is not None
    for child in list(wrapper):
        if child.tag == W.sdt_content:
            for inner in list(child):
                wrapper.addprevious(inner)
        elif child.tag not in _MARKUP_PROPERTIES:
            wrapper.addprevious(child)
    parent.remove(wrapper)
