"""The proof: what was read is still there in the original view, the current view is what was meant, nothing is lost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from integrations.documents.comments.parts import CommentParts
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import MATH, W, word
from integrations.documents.revisions.kinds import REVISION_KINDS
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
class Census:
    """What must not get lost in a part: how many of each, the comment marks and the tracked changes by name."""

    counts: Counter[str]
    comment_marks: Counter[tuple[str, str]]
    revisions: Counter[tuple[str, str, str]]


def take_census(root: etree._Element) -> Census:
    """Count what stands in a part."""
    counts = Counter([element.tag for element in root.iter(*_COUNTED)])
    counts[W.instr_text] = sum(1 for _ in root.iter(*_CODES))
    return Census(
        counts,
        Counter([(mark.tag, mark.get(W.id) or "") for mark in root.iter(*_COMMENT_MARKS)]),
        Counter([(e.tag, e.get(W.id) or "", e.get(W.author) or "") for e in root.iter(*REVISION_KINDS)]),
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document before it is changed: the original view and twins by story, the census by part."""

    original: Mapping[str, list[str]]
    twins: Mapping[str, int]
    censuses: Mapping[str, Census]
    comments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Intention:
    """What a batch means to achieve. `authors` are those of its edits; only their own earlier changes may vanish."""

    current: Mapping[str, list[str]]
    authors: frozenset[str]
    added_comments: Mapping[str, str]
    removed_comments: frozenset[str]


def take_snapshot(document: Document) -> Snapshot:
    """Record what the proof compares with."""
    parts = {story.part for story in document.stories}
    return Snapshot(
        original={story.name: story.texts("original") for story in document.stories},
        twins={story.name: _twin_count(story) for story in document.stories},
        comments={row.id: row.text for row in CommentParts(document.package).rows()},
        censuses={part: take_census(document.package.root(part)) for part in parts},
    )


def _twin_count(story: Story) -> int:
    return sum(member.twin is not None for member in story.members)


def find_faults(package: Package, parts: frozenset[str], before: Snapshot, intended: Intention) -> list[str]:
    """Return what is wrong with the changed parts, as sentences; nothing when the proof holds."""
    faults: list[str] = []
    for story in scan_stories(package, "", parts):
        if story.name == "comments":
            continue
        if story.texts("original") != before.original.get(story.name):
            faults.append(f"Rejecting all changes would not restore the text of {story.name}.")
        if story.texts("current") != intended.current.get(story.name):
            faults.append(f"Accepting all changes would not give the intended text of {story.name}.")
        if _twin_count(story) != before.twins.get(story.name):
            faults.append(f"The copies of text boxes in {story.name} would differ.")
    kept = {number: text for number, text in before.comments.items() if number not in intended.removed_comments}
    if {row.id: row.text for row in CommentParts(package).rows()} != {**kept, **intended.added_comments}:
        faults.append("A comment would be lost or changed.")
    for name, census in before.censuses.items():
        if name in parts:
            faults += _compare(census, take_census(package.root(name)), intended)
    return faults


def _compare(before: Census, after: Census, intended: Intention) -> Iterable[str]:
    for tag in before.counts | after.counts:
        if before.counts[tag] != after.counts[tag]:
            yield f"The number of {etree.QName(tag).localname} elements would change."
    for mark in before.comment_marks - after.comment_marks:
        if mark[1] not in intended.removed_comments:
            yield "The anchor of a comment would be lost."
    for mark in after.comment_marks - before.comment_marks:
        if mark[1] not in intended.added_comments:
            yield "The anchor of a comment would be doubled."
    for _, number, author in before.revisions - after.revisions:
        if author not in intended.authors:
            yield f"The earlier change {number} of {author} would be lost."
