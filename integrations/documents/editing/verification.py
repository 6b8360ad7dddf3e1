"""Verifies a result: the original view is what was read, the current view what was meant, and nothing is lost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from integrations.documents.comments.parts import CommentParts
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import MATH, W, word
from integrations.documents.revisions.revision_mark import REVISION_KINDS
from integrations.documents.text.document import Document, scan_stories
from integrations.documents.text.stories import Story

_COUNTED = (
    *(
        word(name)
        for name in (
            "bookmarkEnd",
            "bookmarkStart",
            "drawing",
            "endnoteReference",
            "fldChar",
            "fldSimple",
            "footnoteReference",
            "hyperlink",
            "moveFromRangeEnd",
            "moveFromRangeStart",
            "moveToRangeEnd",
            "moveToRangeStart",
            "object",
            "permEnd",
            "permStart",
            "pict",
            "sdt",
            "sectPr",
            "smartTag",
            "tbl",
            "tc",
            "tr",
        )
    ),
    f"{{{MATH}}}oMath",
)
_CODES = (W.instr_text, W.del_instr_text)
_COMMENT_MARKS = (W.comment_range_start, W.comment_range_end, W.comment_reference)


@dataclass(frozen=True, slots=True)
class ElementCounts:
    """What must not be lost in a part: elements by name, comment marks, tracked changes."""

    counts: Counter[str]
    comment_marks: Counter[tuple[str, str]]
    revisions: Counter[tuple[str, str, str]]


def count_elements(root: etree._Element) -> ElementCounts:
    """Count the elements of a part."""
    counts = Counter([element.tag for element in root.iter(*_COUNTED)])
    counts[W.instr_text] = sum(1 for _ in root.iter(*_CODES))
    return ElementCounts(
        counts,
        Counter([(mark.tag, mark.get(W.id) or "") for mark in root.iter(*_COMMENT_MARKS)]),
        Counter([(e.tag, e.get(W.id) or "", e.get(W.author) or "") for e in root.iter(*REVISION_KINDS)]),
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document before it is changed: the original view and twins by story, the element counts by part."""

    original: Mapping[str, list[str]]
    twins: Mapping[str, int]
    element_counts: Mapping[str, ElementCounts]
    comments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExpectedResult:
    """What a batch means to achieve. `authors` are those of its edits; only their own earlier changes may vanish."""

    current: Mapping[str, list[str]]
    authors: frozenset[str]
    added_comments: Mapping[str, str]
    removed_comments: frozenset[str]


def take_snapshot(document: Document) -> Snapshot:
    """Record what the result is compared with."""
    parts = {story.part for story in document.stories}
    return Snapshot(
        original={story.name: story.texts("original") for story in document.stories},
        twins={story.name: _twin_count(story) for story in document.stories},
        comments={row.id: row.text for row in CommentParts(document.package).rows()},
        element_counts={part: count_elements(document.package.root(part)) for part in parts},
    )


def _twin_count(story: Story) -> int:
    return sum(member.twin is not None for member in story.members)


def find_faults(package: Package, parts: frozenset[str], before: Snapshot, expected: ExpectedResult) -> list[str]:
    """Return what is wrong with the changed parts, as sentences; none when all is right."""
    faults: list[str] = []
    for story in scan_stories(package, "", parts):
        if story.name == "comments":
            continue
        if story.texts("original") != before.original.get(story.name):
            faults.append(f"Rejecting all changes would not restore the text of {story.name}.")
        if story.texts("current") != expected.current.get(story.name):
            faults.append(f"Accepting all changes would not give the intended text of {story.name}.")
        if _twin_count(story) != before.twins.get(story.name):
            faults.append(f"The copies of text boxes in {story.name} would differ.")
    kept = {number: text for number, text in before.comments.items() if number not in expected.removed_comments}
    if {row.id: row.text for row in CommentParts(package).rows()} != {**kept, **expected.added_comments}:
        faults.append("A comment would be lost or changed.")
    for name, known_counts in before.element_counts.items():
        if name in parts:
            faults += _compare(known_counts, count_elements(package.root(name)), expected)
    return faults


def _compare(before: ElementCounts, after: ElementCounts, expected: ExpectedResult) -> Iterable[str]:
    for tag in before.counts | after.counts:
        if before.counts[tag] != after.counts[tag]:
            yield f"The number of {etree.QName(tag).localname} elements would change."
    for mark in before.comment_marks - after.comment_marks:
        if mark[1] not in expected.removed_comments:
            yield "The anchor of a comment would be lost."
    for mark in after.comment_marks - before.comment_marks:
        if mark[1] not in expected.added_comments:
            yield "The anchor of a comment would be doubled."
    for _, number, author in before.revisions - after.revisions:
        if author not in expected.authors:
            yield f"The earlier change {number} of {author} would be lost."
