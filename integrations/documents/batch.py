"""One batch of edits on one document: plans every edit before any is made, then makes all that were accepted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from integrations.documents.addresses import Addresses
from integrations.documents.document import Document, Located
from integrations.documents.model import DocumentEdit
from integrations.documents.offsets import OffsetMap
from integrations.documents.planning import changed_text, check_hunks, locate, overlap, plan_text
from integrations.documents.proof import Intention
from integrations.documents.refusal import Refused
from integrations.documents.settingspart import record_changes
from integrations.documents.splice import Splicer
from integrations.documents.stamp import AnnotationIds, Stamp, utc_text
from integrations.documents.worddiff import Hunk


@dataclass(frozen=True, slots=True)
class PlannedHunk:
    """A change of one edit."""

    index: int
    hunk: Hunk
    stamp: Stamp


@dataclass(slots=True)
class ParagraphPlan:
    """What shall happen to one paragraph. `copies` are the offsets in the other branch of a text box."""

    located: Located
    offsets: OffsetMap
    copies: OffsetMap | None
    changes: list[PlannedHunk] = field(default_factory=list)
    rewritten_by: int | None = None

    @property
    def hunks(self) -> list[Hunk]:
        """All changes of the paragraph."""
        return [change.hunk for change in self.changes]

    def maps(self) -> Iterator[OffsetMap]:
        """Yield the offsets of the paragraph and of its copy, if it has one."""
        yield self.offsets
        if self.copies is not None:
            yield self.copies

    def text(self) -> str:
        """Return the text after all changes."""
        return changed_text(self.located.text, self.hunks)


class Batch:
    """Collects plans. `plan` raises Refused and leaves no trace of an edit that cannot be made."""

    def __init__(self, document: Document, author: str, date: datetime) -> None:
        self.document = document
        self.authors: set[str] = set()
        self._author = author
        self._date = utc_text(date)
        self._ids = AnnotationIds(document.package.root(story.part) for story in document.stories)
        self._addresses = Addresses(document.paragraphs)
        self._plans: dict[Located, ParagraphPlan] = {}

    def stamp(self, edit: DocumentEdit) -> Stamp:
        """Return author and date for an edit."""
        author = edit.author or self._author
        self.authors.add(author)
        return Stamp(author, self._date, self._ids)

    def plan(self, index: int, edit: DocumentEdit) -> str:
        """Accept one edit; return what a person should know about it, if anything.

        Raises:
            Refused: it cannot be made safely.
        """
        if edit.fault:
            raise Refused(edit.fault)
        self._plan_text(index, edit)
        return ""

    def _plan_for(self, edit: DocumentEdit) -> ParagraphPlan:
        located = self._addresses.find(edit.id, edit.hash)
        if located not in self._plans:
            for member in located.members:
                if member.lock:
                    raise Refused(f"The paragraph {member.lock}.")
            twins = [member.twin for member in located.members if member.twin is not None]
            copies = OffsetMap(twins) if twins else None
            self._plans[located] = ParagraphPlan(located, OffsetMap(located.members), copies)
        return self._plans[located]

    def _plan_text(self, index: int, edit: DocumentEdit) -> None:
        plan = self._plan_for(edit)
        if plan.rewritten_by is not None or (edit.find is None and plan.changes):
            other = plan.changes[0].index if plan.rewritten_by is None else plan.rewritten_by
            raise Refused(f"Edit {other + 1} of this batch already changes this paragraph.")
        hunks = plan_text(plan.located, edit, locate(plan.located, edit))
        if not hunks:
            raise Refused("There is nothing to change: the text already reads so.")
        for known in plan.changes:
            if any(overlap(known.hunk, hunk) for hunk in hunks):
                raise Refused(f"It overlaps with edit {known.index + 1} of this batch.")
        for offsets in plan.maps():
            check_hunks(offsets, [*plan.hunks, *hunks])
        stamp = self.stamp(edit)
        plan.changes += [PlannedHunk(index, hunk, stamp) for hunk in hunks]
        plan.rewritten_by = index if edit.find is None else None

    def make(self) -> None:
        """Make everything that was planned."""
        package = self.document.package
        for plan in self._plans.values():
            if plan.changes:
                _change_text(plan)
                package.touch(plan.located.story.part)
        if package.touched:
            record_changes(package)

    def intention(self) -> Intention:
        """Return what the document shall be afterwards."""
        current: dict[str, list[str]] = {story.name: [] for story in self.document.stories}
        for located in self.document.paragraphs:
            plan = self._plans.get(located)
            current[located.story.name].append(plan.text() if plan else located.text)
        return Intention(current, frozenset(self.authors))


def _change_text(plan: ParagraphPlan) -> None:
    for change in sorted(plan.changes, key=lambda change: change.hunk.start, reverse=True):
        for offsets in plan.maps():
            Splicer(change.stamp).change(offsets, change.hunk)
