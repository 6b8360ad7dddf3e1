"""What shall happen to one paragraph, collected from all edits of a batch before any is made."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.documents.editing.planning import changed_text
from integrations.documents.model import Operation
from integrations.documents.package.xml_names import W
from integrations.documents.revisions.revision_mark import Stamp
from integrations.documents.text.document import Located
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.stories import following
from integrations.documents.text.word_diff import Hunk


@dataclass(frozen=True, slots=True)
class PlannedHunk:
    """A change of one edit."""

    index: int
    hunk: Hunk
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class PlannedComment:
    """A comment beside the characters from `start` to before `end`."""

    start: int
    end: int
    text: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class PlannedInsert:
    """A new paragraph behind this one, or `before` it: a text, or what `source` is moved here."""

    text: str
    stamp: Stamp
    comment: str = ""
    source: Located | None = None
    before: bool = False
    style_id: str = ""


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """A change of the paragraph as a whole; `at` is where it is split."""

    index: int
    op: Operation
    stamp: Stamp
    at: int = 0


@dataclass(slots=True)
class ParagraphPlan:
    """All that shall happen. `copies` are the offsets in the other branch of a text box.

    `donor` is the paragraph that gives up its mark, where this one is deleted and has to keep its own.
    """

    located: Located
    offsets: OffsetMap
    copies: OffsetMap | None
    changes: list[PlannedHunk] = field(default_factory=list)
    comments: list[PlannedComment] = field(default_factory=list)
    inserts: list[PlannedInsert] = field(default_factory=list)
    operation: PlannedOperation | None = None
    rewritten_by: int | None = None
    donor: Located | None = None

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
    def runs_on(self) -> bool:
        """Tell whether the paragraph is merged into the next one."""
        return self.operation is not None and self.operation.op == "merge"

    @property
    def left_empty(self) -> str:
        """Why an empty paragraph stays where this one is deleted, "" when none does."""
        if self.operation is None or self.operation.op not in ("delete", "move") or self.donor is not None:
            return ""
        return kept_mark(self.located, self.operation.stamp)

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


def kept_mark(located: Located, stamp: Stamp) -> str:
    """Return why the mark of a paragraph cannot be deleted, "" when it can."""
    p = located.members[-1].p
    if following(p, "current") is None:
        return "no paragraph follows directly"
    mark = p.find(f"{W.p_pr}/{W.r_pr}")
    for tracked in () if mark is None else mark.iterchildren(W.ins, W.move_to):
        if not stamp.owns(tracked):
            # Word can delete an inserted mark; LibreOffice then cannot undo both.
            return f"{tracked.get(W.author) or 'somebody'} inserted it and that is not accepted yet"
    return ""


def expected_texts(paragraphs: list[tuple[Located, ParagraphPlan | None]]) -> list[str]:
    """Return the current view of a story after the batch."""
    found: list[str] = []
    carried = ""
    for located, plan in paragraphs:
        texts = plan.texts() if plan else [located.text]
        if texts:
            texts[0] = carried + texts[0]
            carried = ""
        if plan is not None and plan.runs_on:
            carried = texts.pop()
        found += texts
    return found
