"""Anchors of comments in the text: range marks and the reference, in the paragraph itself, not inside its wrappers."""

from collections.abc import Collection

from lxml import etree

from integrations.documents.package.xml_names import W
from integrations.documents.revisions.runs import run_of, top_child
from integrations.documents.revisions.splice import Splicer, remove_empty
from integrations.documents.text.offsets import OffsetMap

_ANCHOR_TAGS = (W.comment_range_start, W.comment_range_end, W.comment_reference)


def range_mark(tag: str, comment_id: str) -> etree._Element:
    """Return a range mark of a comment."""
    element = etree.Element(tag)
    element.set(W.id, comment_id)
    return element


def anchor_start(offsets: OffsetMap, offset: int, comment_id: str, splicer: Splicer) -> None:
    """Begin the range of a comment in front of the character at `offset`."""
    start = range_mark(W.comment_range_start, comment_id)
    if offset == 0 or not offsets.segments:
        _put_first(offsets.first_paragraph, start)
        return
    number = offsets.at(offset - 1)
    left = offsets.segments[number]
    right = offsets.segments[offsets.at(offset)] if offset < offsets.length else None
    top = top_child(left.node)
    if top.tag == W.r:
        splicer.cut(left.node, offset - offsets.starts[number])
    elif right is not None and top_child(right.node) is top:
        top.addprevious(start)
        return
    top.addnext(start)


def anchor_end(offsets: OffsetMap, offset: int, comment_id: str, sign: etree._Element, splicer: Splicer) -> None:
    """End the range of a comment behind the character before `offset`, and put its sign there."""
    end = range_mark(W.comment_range_end, comment_id)
    if offset == 0 or not offsets.segments:
        _put_first(offsets.first_paragraph, end)
    else:
        number = offsets.at(offset - 1)
        node = offsets.segments[number].node
        if top_child(node).tag == W.r:
            splicer.cut(node, offset - offsets.starts[number])
        top_child(node).addnext(end)
    end.addnext(sign)


def _put_first(paragraph: etree._Element, element: etree._Element) -> None:
    properties = paragraph.find(W.p_pr)
    if properties is None:
        paragraph.insert(0, element)
    else:
        properties.addnext(element)


def anchor_paragraph(paragraph: etree._Element, comment_id: str, sign: etree._Element) -> None:
    """Let a comment range over a whole paragraph."""
    _put_first(paragraph, range_mark(W.comment_range_start, comment_id))
    paragraph.append(range_mark(W.comment_range_end, comment_id))
    paragraph.append(sign)


def anchor_answer(root: etree._Element, parent_id: str, comment_id: str, sign: etree._Element) -> None:
    """Anchor a reply where the comment is that it replies to; Word drops replies without an anchor."""
    for element in list(root.iter(*_ANCHOR_TAGS)):
        if element.get(W.id) != parent_id:
            continue
        if element.tag == W.comment_reference:
            run_of(element).addnext(sign)
        else:
            element.addnext(range_mark(element.tag, comment_id))


def has_anchor(root: etree._Element, comment_id: str) -> bool:
    """Tell whether a comment has its sign in the text."""
    return any(sign.get(W.id) == comment_id for sign in root.iter(W.comment_reference))


def remove_anchors(root: etree._Element, comment_ids: Collection[str]) -> None:
    """Take the range marks and signs of comments out of the text."""
    for element in [e for e in root.iter(*_ANCHOR_TAGS) if e.get(W.id) in comment_ids]:
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
        if parent.tag == W.r and all(child.tag == W.r_pr for child in parent):
            for child in list(parent):
                parent.remove(child)
            remove_empty(parent)
