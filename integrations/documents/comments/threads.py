"""Comment threads: their anchors in the text, what a batch does to them, and reasons that stand beside a change.

Anchors are range marks and the reference, in the paragraph itself, not inside its wrappers. A reason is found by
author, time and place.
"""

from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from integrations.documents.comments.parts import CommentParts, CommentWriter
from integrations.documents.model import DocumentEdit, EditRejected
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import DELETIONS, INSERTIONS, W
from integrations.documents.revisions.revision_mark import RevisionMark
from integrations.documents.revisions.runs import run_of, top_child
from integrations.documents.revisions.splice import Splicer, remove_empty
from integrations.documents.text.offsets import OffsetMap

_ANCHOR_TAGS = (W.comment_range_start, W.comment_range_end, W.comment_reference)
# Beside text that is only inserted, the range begins with the character before.
_MAX_CHARS_BEFORE = 1


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


@dataclass(frozen=True, slots=True)
class _Answer:
    first_id: str
    text: str
    revision_mark: RevisionMark


class ThreadPlans:
    """Collects what should happen to comments. `added` and `removed` say afterwards what did, by comment id."""

    def __init__(self, package: Package) -> None:
        self.writer = CommentWriter(package)
        self.added: dict[str, str] = {}
        self.removed: set[str] = set()
        self._package = package
        self._answers: list[_Answer] = []
        self._resolved: list[str] = []

    @property
    def _main(self) -> etree._Element:
        return self._package.root(self._package.main_name)

    def plan(self, edit: DocumentEdit, revision_mark: RevisionMark) -> None:
        """Accept an edit of a thread.

        Raises:
            EditRejected: the comment is not there, is deleted by this batch, or an answer would have no anchor.
        """
        row = self.writer.find(edit.target)
        if row.id in self.removed:
            raise EditRejected("Another edit of this batch deletes this comment.")
        if edit.op == "resolve":
            self._resolved.append(row.id)
        elif edit.op == "delete_comment":
            thread = [row] if row.parent else self.writer.thread(row.id)
            ids = {comment.id for comment in thread}
            if ids & {answer.first_id for answer in self._answers} or ids & set(self._resolved):
                raise EditRejected("Another edit of this batch answers or resolves this comment.")
            self.removed |= ids
        else:
            self._plan_answer(edit, row.parent or row.id, revision_mark)

    def _plan_answer(self, edit: DocumentEdit, first_id: str, revision_mark: RevisionMark) -> None:
        """Threads have one level: an answer to an answer goes to the comment that began the thread."""
        if not edit.comment.strip():
            raise EditRejected("The answer has no text.")
        if not has_anchor(self._main, first_id):
            raise EditRejected("The comment is not anchored in the text; Word would drop an answer to it.")
        self._answers.append(_Answer(first_id, edit.comment, revision_mark))

    def write(self, text: str, revision_mark: RevisionMark, parent_id: str = "") -> str:
        """Write a comment and return its id."""
        number = self.writer.next_id()
        self.writer.add(number, text, revision_mark, parent_id)
        self.added[number] = text
        return number

    def apply(self) -> None:
        """Apply everything that was planned."""
        for answer in self._answers:
            number = self.write(answer.text, answer.revision_mark, answer.first_id)
            anchor_answer(self._main, answer.first_id, number, self.writer.reference(number))
            self._package.touch(self._package.main_name)
        for comment_id in self._resolved:
            self.writer.resolve(comment_id)
        if self.removed:
            self.writer.delete(self.removed)
            remove_anchors(self._main, self.removed)
            self._package.touch(self._package.main_name)


Attribution = tuple[str, str]


@dataclass(slots=True)
class _Range:
    """The content of a comment's range, as far as it was read."""

    attribution: Attribution
    chars_before: int = 0
    changes: int = 0
    ends_changed: bool = False
    is_open: bool = False

    def add(self, run: etree._Element, chosen: Collection[etree._Element]) -> None:
        around = list(run.iterancestors(*INSERTIONS, *DELETIONS))
        changed = [change for change in around if _attribution(change) == self.attribution]
        if around and not changed:
            # Within the insertion of somebody else no comment can begin or end.
            return
        self.is_open = self.is_open or not all(change in chosen for change in changed)
        self.changes += bool(changed)
        self.ends_changed = bool(changed)
        self.chars_before += 0 if self.changes else sum(len(node.text or "") for node in run.iter(W.t))

    @property
    def is_beside(self) -> bool:
        """Whether it is the range of changes alone, all of which are chosen."""
        return self.ends_changed and not self.is_open and self.chars_before <= _MAX_CHARS_BEFORE


def comments_beside(package: Package, chosen: Collection[etree._Element]) -> set[str]:
    """Return the comments that were put beside chosen tracked changes of the body, and beside nothing else.

    Such a comment is by the same author and of the same second, its range is that of the changes, and nobody has
    answered it. All others are remarks of their own or conversations.
    """
    rows = CommentParts(package).rows()
    answered = {row.parent for row in rows}
    attributions = {_attribution(element) for element in chosen}
    wanted = {row.id: _attribution(row.element) for row in rows if not row.parent and row.id not in answered}
    wanted = {
        number: attribution
        for number, attribution in wanted.items()
        if attribution in attributions and all(attribution)
    }
    return _beside(package.root(package.main_name), wanted, set(chosen)) if wanted else set()


def _beside(root: etree._Element, wanted: dict[str, Attribution], chosen: set[etree._Element]) -> set[str]:
    found: set[str] = set()
    ranges: dict[str, _Range] = {}
    # Beside text that is inserted at the very beginning, the range is empty and comes before it.
    empty: dict[str, _Range] = {}
    for element in root.iter(W.p, W.comment_range_start, W.comment_range_end, W.r):
        number = element.get(W.id) or ""
        if element.tag == W.p:
            empty.clear()
        elif element.tag == W.comment_range_start and number in wanted:
            ranges[number] = _Range(wanted[number])
        elif element.tag == W.comment_range_end and number in ranges:
            ended = ranges.pop(number)
            if not ended.changes and not ended.chars_before:
                empty[number] = ended
            elif ended.is_beside:
                found.add(number)
        elif element.tag == W.r and element.find(W.comment_reference) is None:
            for comment_range in (*ranges.values(), *empty.values()):
                comment_range.add(element, chosen)
            found |= {number for number, comment_range in empty.items() if comment_range.is_beside}
            empty.clear()
    return found


def _attribution(element: etree._Element) -> Attribution:
    return element.get(W.author) or "", element.get(W.date) or ""
