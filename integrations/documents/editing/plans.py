"""What one batch plans for a paragraph, collected before any edit is applied; or why an edit is rejected."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.text.forms import chars_between
from integrations.documents.model import DocumentEdit, EditRejected, Operation
from integrations.documents.package.xml_names import W
from integrations.documents.revisions.revision_mark import RevisionMark
from integrations.documents.text.document import LocatedParagraph
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.segments import ATOM
from integrations.documents.text.stories import following
from integrations.documents.text.word_diff import Hunk, flatten, follow, word_hunks

# A novel has some 500,000 characters; a paragraph that long is a mistake, or an attack.
MAX_TEXT_CHARS = 200_000
# What XML 1.0 cannot hold, and breaks that Word has no element for. TAB and newline are fine.
FORBIDDEN = chars_between(
    "\x00\x08", "\x0b\x1f", "\x7f\x84", "\x86\x9f", "\ud800\udfff", "\ufdd0\ufdef", "\ufffe\uffff"
)
_SHOWN_CHARS = 40


def clean_text(text: str) -> str:
    """Return the text with newlines in one form.

    Raises:
        EditRejected: it is too long or has control characters.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise EditRejected(f"The new text has {len(text)} characters; more than {MAX_TEXT_CHARS} are not written.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := next((char for char in text if char in FORBIDDEN), ""):
        raise EditRejected(f"The new text has a control character (U+{ord(bad):04X}).")
    return text


def locate(located: LocatedParagraph, edit: DocumentEdit) -> tuple[int, int]:
    """Return the stretch of the paragraph that an edit is about: all of it, or where `find` is.

    Raises:
        EditRejected: `find` is not there, or more than once.
    """
    if edit.find is None:
        return 0, len(located.text)
    if not edit.find:
        raise EditRejected("The text to find is empty.")
    for wanted, text in ((edit.find, located.text), (flatten(edit.find), flatten(located.text))):
        count = _count(text, wanted)
        if count == 1:
            start = text.index(wanted)
            return start, start + len(wanted)
        if count > 1:
            raise EditRejected(f'"{_shown(edit.find)}" stands {count} times in the paragraph; give more context.')
    raise EditRejected(f'"{_shown(edit.find)}" is not in the paragraph.')


def _count(text: str, wanted: str) -> int:
    """Count places, overlapping ones too."""
    count, start = 0, text.find(wanted)
    while start >= 0:
        count, start = count + 1, text.find(wanted, start + 1)
    return count


def plan_text(located: LocatedParagraph, edit: DocumentEdit, span: tuple[int, int]) -> list[Hunk]:
    """Return the changes that make `edit.text` of the stretch, none when it reads so already.

    Raises:
        EditRejected: the new text cannot be written, or drops something that must stay.
    """
    start, end = span
    old, new = located.text[start:end], clean_text(edit.text or "")
    if old.count(ATOM) != new.count(ATOM):
        raise EditRejected(
            "The new text must keep every object sign (U+FFFC: notes, pictures, fields) of the old one, "
            f"{old.count(ATOM)} in all; it has {new.count(ATOM)}."
        )
    compared, written = (old, new) if edit.find is not None else follow(old, new)
    return [hunk.moved(start) for hunk in word_hunks(old, written, compared)]


def check_hunks(offsets: OffsetMap, hunks: list[Hunk]) -> None:
    """Refuse changes that would damage other content of the paragraph.

    Raises:
        EditRejected: with the first reason found.
    """
    for hunk in hunks:
        offsets.check(hunk)
    offsets.check_containers(hunks)


def overlap(left: Hunk, right: Hunk) -> bool:
    """Tell whether two changes touch the same text, or an insertion is at the edge of the other."""
    if left.start == left.end or right.start == right.end:
        return left.start <= right.end and right.start <= left.end
    return left.start < right.end and right.start < left.end


def changed_text(text: str, hunks: list[Hunk]) -> str:
    """Return the text with all changes made."""
    for hunk in sorted(hunks, key=lambda hunk: hunk.start, reverse=True):
        text = text[: hunk.start] + hunk.text + text[hunk.end :]
    return text


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}\u2026"


@dataclass(frozen=True, slots=True)
class PlannedHunk:
    """A change of one edit."""

    index: int
    hunk: Hunk
    revision_mark: RevisionMark


@dataclass(frozen=True, slots=True)
class PlannedComment:
    """A comment beside the characters from `start` to before `end`."""

    start: int
    end: int
    text: str
    revision_mark: RevisionMark


@dataclass(frozen=True, slots=True)
class PlannedInsert:
    """A new paragraph behind this one, or `before` it: a text, or what `source` is moved here."""

    text: str
    revision_mark: RevisionMark
    comment: str = ""
    source: LocatedParagraph | None = None
    before: bool = False
    style_id: str = ""


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """A change of the paragraph as a whole; `at` is where it is split."""

    index: int
    op: Operation
    revision_mark: RevisionMark
    at: int = 0


@dataclass(slots=True)
class ParagraphPlan:
    """All that is planned for it. `copies` are the offsets in the other branch of a text box.

    `donor` is the paragraph that gives up its mark, where this one is deleted and has to keep its own.
    """

    located: LocatedParagraph
    offsets: OffsetMap
    copies: OffsetMap | None
    changes: list[PlannedHunk] = field(default_factory=list)
    comments: list[PlannedComment] = field(default_factory=list)
    inserts: list[PlannedInsert] = field(default_factory=list)
    operation: PlannedOperation | None = None
    rewritten_by: int | None = None
    donor: LocatedParagraph | None = None

    @property
    def hunks(self) -> list[Hunk]:
        """All changes of the text."""
        return [change.hunk for change in self.changes]

    def maps(self) -> Iterator[OffsetMap]:
        """Yield the offsets of the paragraph and of its copy, if it has one."""
        yield self.offsets
        if self.copies is not None:
            yield self.copies

    @property
    def changes_text(self) -> bool:
        """Tell whether anything but comments is planned."""
        return bool(self.changes or self.inserts or self.operation)

    @property
    def takes_comments(self) -> bool:
        """Tell whether Word can show comments beside this text."""
        return self.located.story.name == "body"

    @property
    def merges_into_next(self) -> bool:
        """Tell whether the paragraph is merged into the next one."""
        return self.operation is not None and self.operation.op == "merge"

    @property
    def left_empty(self) -> str:
        """Why an empty paragraph stays where this one is deleted, or "" if none does."""
        if self.operation is None or self.operation.op not in ("delete", "move") or self.donor is not None:
            return ""
        return mark_lock(self.located, self.operation.revision_mark)

    def texts(self) -> list[str]:
        """Return the paragraphs that there will be in place of this one."""
        text = changed_text(self.located.text, self.hunks)
        kept = [text]
        if self.operation is not None:
            if self.operation.op == "split":
                kept = [text[: self.operation.at], text[self.operation.at :]]
            elif self.operation.op in ("delete", "move"):
                kept = [""] if self.left_empty else []
        before = [insert.text for insert in self.inserts if insert.before]
        return [*before, *kept, *(insert.text for insert in self.inserts if not insert.before)]


def mark_lock(located: LocatedParagraph, revision_mark: RevisionMark) -> str:
    """Return why the mark of a paragraph cannot be deleted, or "" if it can."""
    p = located.members[-1].p
    if following(p, "current") is None:
        return "no paragraph follows directly"
    mark = p.find(f"{W.p_pr}/{W.r_pr}")
    for tracked in () if mark is None else mark.iterchildren(W.ins, W.move_to):
        if not revision_mark.owns(tracked):
            # Word can delete an inserted mark; LibreOffice then cannot undo both.
            return f"{tracked.get(W.author) or 'somebody'} inserted it and that is not accepted yet"
    return ""


def expected_texts(paragraphs: list[tuple[LocatedParagraph, ParagraphPlan | None]]) -> list[str]:
    """Return the current view of a story after the batch."""
    found: list[str] = []
    carried = ""
    for located, plan in paragraphs:
        texts = plan.texts() if plan else [located.text]
        if texts:
            texts[0] = carried + texts[0]
            carried = ""
        if plan is not None and plan.merges_into_next:
            carried = texts.pop()
        found += texts
    return found
