"""Accepts or rejects tracked changes: all, those of one author, or single ones. Everything else stays as it is.

What each element means: ECMA-376 part 1, 17.13.5. A paragraph whose mark goes runs on into the next one and takes
that one's properties, as in Word.
"""

from collections.abc import Collection
from datetime import UTC, datetime

from lxml import etree

from core.errors import DocumentError
from integrations.documents.comments.reasons import comments_beside
from integrations.documents.editing.apply import apply_edits
from integrations.documents.model import DocumentEdit, View
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W, word
from integrations.documents.revisions.kinds import REVISION_KINDS
from integrations.documents.revisions.markup_ranges import RANGES, resolve_ranges
from integrations.documents.revisions.running_on import run_on
from integrations.documents.revisions.runs import mark_kept
from integrations.documents.text.document import Document

# Deleting comments is shown to be from nobody.
_NOBODY = "Inlaid"
_RANGE_STARTS = {
    word("moveFromRangeStart"): word("moveFromRangeEnd"),
    word("moveToRangeStart"): word("moveToRangeEnd"),
}
_CELL_MARKS = {word("cellIns"): True, word("cellDel"): False}
_PLAIN_MARKS = {word("numberingChange"), word("cellMerge")}
# Children that a change of properties does not cover; the first group stands before the others, the second behind.
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
        DocumentError: the file cannot be opened, an id is unknown, or the result would not prove right.
    """
    document = Document(Package(data))
    view: View = "current" if accept else "original"
    before = {story.name: story.texts(view) for story in document.stories}
    found: set[str] = set()
    goes: set[str] = set()
    for part in dict.fromkeys(story.part for story in document.stories):
        root = document.package.root(part)
        chosen = [e for e in root.iter(*REVISION_KINDS) if _is_chosen(e, author, ids)]
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
    """Return a document without these comments; with them, where that cannot be proven right."""
    edits = [DocumentEdit(id="", op="delete_comment", target=number) for number in sorted(ids)]
    return (apply_edits(data, edits, author=_NOBODY, date=datetime.now(UTC)).data if edits else None) or data


def _is_chosen(element: etree._Element, author: str | None, ids: Collection[str] | None) -> bool:
    return (author is None or element.get(W.author) == author) and (ids is None or element.get(W.id) in ids)


def _resolve(root: etree._Element, chosen: list[etree._Element], *, accept: bool) -> None:
    ended: list[etree._Element] = []
    resolve_ranges(root, [element for element in chosen if element.tag in RANGES], accept=accept)
    for element in reversed([element for element in chosen if element.tag not in RANGES]):
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
        run_on(p)
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
