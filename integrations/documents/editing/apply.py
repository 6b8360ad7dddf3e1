"""Applies a batch of edits to a document: plan all, apply, verify; when in doubt the document stays as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import DocumentError
from core.text.catalogues import N_
from core.text.sentences import unwrap
from integrations.documents.comments.threads import ThreadPlans
from integrations.documents.editing.paragraph_operations import (
    apply_plans,
    check_delete,
    check_merge,
    check_move,
    check_split,
)
from integrations.documents.editing.plans import (
    ParagraphPlan,
    PlannedComment,
    PlannedHunk,
    PlannedInsert,
    PlannedOperation,
    check_hunks,
    clean_text,
    expected_texts,
    locate,
    mark_lock,
    overlap,
    plan_text,
)
from integrations.documents.editing.verification import ExpectedResult, find_faults, take_snapshot
from integrations.documents.model import ApplyResult, DocumentEdit, EditRejected, EditResult
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W
from integrations.documents.revisions.revision_mark import AnnotationIds, RevisionMark, utc_text
from integrations.documents.text.document import Document, LocatedParagraph, ParagraphLookup, document_warnings
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.segments import ATOM
from integrations.documents.text.stories import following
from integrations.documents.text.styles import Styles

_NO_COMMENT = N_("Comments can stand beside text of the body only, not in notes, headers and text boxes: “{comment}”")
_LEFT_OUT = N_("The comment was left out, since comments can stand beside text of the body only: “{comment}”")


class Batch:
    """Collects plans. `plan` raises EditRejected and leaves no trace of an edit that cannot be made.

    `notes` says after `apply`, by the index of an edit, what a person should know about it.
    """

    def __init__(self, document: Document, author: str, date: datetime) -> None:
        self._document = document
        self._author = author
        self._date = utc_text(date)
        self._ids = AnnotationIds(document.package.root(story.part) for story in document.stories)
        self._lookup = ParagraphLookup(document.paragraphs)
        self._order = {located: number for number, located in enumerate(document.paragraphs)}
        self._plans: dict[LocatedParagraph, ParagraphPlan] = {}
        self._threads = ThreadPlans(document.package)
        self._styles = Styles(document.package)
        self._authors: set[str] = set()
        self.notes: dict[int, str] = {}

    def plan(self, index: int, edit: DocumentEdit) -> str:
        """Accept one edit; return what a person should know about it, if anything.

        Raises:
            EditRejected: it cannot be applied safely.
        """
        if edit.fault:
            raise EditRejected(edit.fault)
        clean_text(edit.comment)
        clean_text(edit.author)
        if edit.op in ("resolve", "delete_comment") or (edit.op in ("text", "comment") and edit.target):
            self._threads.plan(edit, self._revision_mark(edit))
            return ""
        if edit.op == "text" and edit.text is not None:
            return self._plan_text(index, edit)
        if edit.op in ("text", "comment"):
            return self._plan_comment(edit)
        if edit.op in ("insert_after", "insert_before", "move"):
            return self._plan_insert(index, edit)
        return self._plan_operation(index, edit)

    def _revision_mark(self, edit: DocumentEdit) -> RevisionMark:
        author = edit.author or self._author
        self._authors.add(author)
        return RevisionMark(author, self._date, self._ids)

    def _plan_for(self, paragraph_id: str, known_hash: str, *, locked: bool = False) -> ParagraphPlan:
        """Return the plan of a paragraph; with `locked`, also where a protected document allows comments only."""
        located = self._lookup.find(paragraph_id, known_hash)
        allowed = self._document.protection if locked else ""
        for member in located.members:
            if member.lock and member.lock != allowed:
                raise EditRejected(f"The paragraph {member.lock}.")
        if located not in self._plans:
            twins = [member.twin for member in located.members if member.twin is not None]
            copies = OffsetMap(twins) if twins else None
            self._plans[located] = ParagraphPlan(located, OffsetMap(located.members), copies)
        return self._plans[located]

    def _plan_text(self, index: int, edit: DocumentEdit) -> str:
        plan = self._plan_for(edit.id, edit.hash)
        _check_free(plan, unless="merge")
        if plan.rewritten_by is not None or (edit.find is None and plan.changes):
            other = plan.changes[0].index if plan.rewritten_by is None else plan.rewritten_by
            raise EditRejected(f"Edit {other + 1} of this batch already changes this paragraph.")
        span = locate(plan.located, edit)
        hunks = plan_text(plan.located, edit, span)
        if not hunks and edit.comment:
            return self._plan_comment(edit)
        if not hunks:
            raise EditRejected("There is nothing to change: the text is already the same.")
        for known in plan.changes:
            if any(overlap(known.hunk, hunk) for hunk in hunks):
                raise EditRejected(f"It overlaps with edit {known.index + 1} of this batch.")
        for offsets in plan.maps():
            check_hunks(offsets, [*plan.hunks, *hunks])
        revision_mark = self._revision_mark(edit)
        plan.changes += [PlannedHunk(index, hunk, revision_mark) for hunk in hunks]
        plan.rewritten_by = index if edit.find is None else None
        return self._note(plan, edit, (hunks[0].start, hunks[-1].end))

    def _note(self, plan: ParagraphPlan, edit: DocumentEdit, span: tuple[int, int]) -> str:
        """Plan the comment that goes with a change, where the story can have comments."""
        if not edit.comment:
            return ""
        if not plan.takes_comments:
            return _LEFT_OUT.format(comment=unwrap(edit.comment))
        start, end = span if span[0] < span[1] else (max(span[0] - 1, 0), span[1])
        plan.comments.append(PlannedComment(start, end, edit.comment, self._revision_mark(edit)))
        return ""

    def _plan_comment(self, edit: DocumentEdit) -> str:
        if not edit.comment.strip():
            raise EditRejected("The edit has neither a new text nor a comment.")
        if self._document.forbids_comments:
            raise EditRejected(f"The document {self._document.forbids_comments}.")
        plan = self._plan_for(edit.id, edit.hash, locked=True)
        if not plan.takes_comments:
            raise EditRejected(_NO_COMMENT.format(comment=unwrap(edit.comment)))
        return self._note(plan, edit, locate(plan.located, edit))

    def _plan_insert(self, index: int, edit: DocumentEdit) -> str:
        """Plan a new paragraph behind another one, or the move of one to there."""
        moves = edit.op == "move"
        place = self._plan_for(edit.target, "") if moves else self._plan_for(edit.id, edit.hash)
        _check_free(place)
        if place.copies is not None:
            raise EditRejected("No paragraph can be inserted in a text box that has a copy for older versions of Word.")
        if not moves:
            text = clean_text(edit.text or "")
            if ATOM in text:
                raise EditRejected("A new paragraph cannot hold object signs (U+FFFC).")
            insert = PlannedInsert(
                text,
                self._revision_mark(edit),
                comment=edit.comment,
                before=edit.op == "insert_before",
                style_id=self._style_id(edit.style, place.located),
            )
            place.inserts.append(insert)
            left_out = edit.comment and not place.takes_comments
            return _LEFT_OUT.format(comment=unwrap(edit.comment)) if left_out else ""
        source = self._plan_for(edit.id, edit.hash)
        if source is place or self._order[source.located] == self._order[place.located] + 1:
            raise EditRejected("The paragraph already stands there.")
        check_move(source.located)
        note = self._plan_operation(index, edit)
        place.inserts.append(PlannedInsert(source.located.text, self._revision_mark(edit), source=source.located))
        return note

    def _style_id(self, style: str, beside: LocatedParagraph) -> str:
        """Return the id of a new paragraph's style, "" for that of the paragraph beside it."""
        if not style:
            return ""
        style_id = self._styles.find(style)
        if not style_id:
            raise EditRejected(f'The document has no paragraph style "{style[:40]}".')
        return "" if style_id == self._styles.id_of(beside.members[-1].p) else style_id

    def _plan_operation(self, index: int, edit: DocumentEdit) -> str:
        plan = self._plan_for(edit.id, edit.hash)
        _check_free(plan)
        if plan.copies is not None:
            raise EditRejected("Paragraphs of a text box that has a copy for older versions of Word keep their number.")
        if plan.inserts or (plan.changes and edit.op != "merge"):
            raise EditRejected("Another edit of this batch already changes this paragraph.")
        self._check_neighbours(plan, merges=edit.op == "merge")
        at, revision_mark = 0, self._revision_mark(edit)
        if edit.op in ("delete", "move"):
            check_delete(plan.located)
        elif edit.op == "merge":
            check_merge(plan.located, self._neighbour(plan.located, 1), revision_mark)
        else:
            at = locate(plan.located, edit)[1] if edit.find is not None else edit.at or 0
            check_split(plan, at)
        plan.operation = PlannedOperation(index, edit.op, revision_mark, at)
        return self._note(plan, edit, (0, len(plan.located.text)))

    def _neighbour(self, located: LocatedParagraph, step: int) -> LocatedParagraph | None:
        number = self._order[located] + step
        paragraphs = self._document.paragraphs
        if 0 <= number < len(paragraphs) and paragraphs[number].story is located.story:
            return paragraphs[number]
        return None

    def _check_neighbours(self, plan: ParagraphPlan, *, merges: bool) -> None:
        before = self._neighbour(plan.located, -1)
        after = self._neighbour(plan.located, 1)
        known = self._plans.get(before) if before else None
        if known is not None and known.merges_into_next:
            raise EditRejected("Another edit of this batch already merges the paragraph before with this one.")
        known = self._plans.get(after) if after else None
        if merges and known is not None and known.operation is not None:
            raise EditRejected("Another edit of this batch already changes the paragraph that follows.")

    def apply(self) -> ExpectedResult:
        """Apply everything that was planned; return what the document should be now."""
        for plan in self._plans.values():
            if plan.left_empty and following(plan.located.members[-1].p, "current") is None:
                plan.donor = self._find_donor(plan)
        stories: dict[str, list[tuple[LocatedParagraph, ParagraphPlan | None]]] = {
            s.name: [] for s in self._document.stories
        }
        for located in self._document.paragraphs:
            stories[located.story.name].append((located, self._plans.get(located)))
        current = {name: expected_texts(paragraphs) for name, paragraphs in stories.items()}
        self.notes = {
            plan.operation.index: f"Its text is deleted; the empty paragraph stays, because {plan.left_empty}."
            for plan in self._plans.values()
            if plan.operation is not None and plan.left_empty
        }
        apply_plans(self._document.package, list(self._plans.values()), self._threads, self._ids)
        return ExpectedResult(
            current, frozenset(self._authors), dict(self._threads.added), frozenset(self._threads.removed)
        )

    def _find_donor(self, plan: ParagraphPlan) -> LocatedParagraph | None:
        """Return the nearest paragraph before that is not deleted, if its mark may go."""
        assert plan.operation is not None
        current = plan.located
        while (before := self._neighbour(current, -1)) is not None:
            if following(before.members[-1].p, "current") is not current.members[0].p:
                return None
            known = self._plans.get(before)
            if known is None or known.operation is None or known.operation.op not in ("delete", "move"):
                has_section = before.members[-1].p.find(f"{W.p_pr}/{W.sect_pr}") is not None
                return None if has_section or mark_lock(before, plan.operation.revision_mark) else before
            current = before
        return None


def _check_free(plan: ParagraphPlan, *, unless: str = "") -> None:
    """Refuse a second change of a paragraph as a whole, or one beside it that it rules out."""
    if plan.operation is not None and plan.operation.op != unless:
        raise EditRejected(f"Edit {plan.operation.index + 1} of this batch already changes this paragraph.")


def apply_edits(
    data: bytes, edits: Sequence[DocumentEdit], *, author: str, date: datetime, strict: bool = False
) -> ApplyResult:
    """Make edits as tracked changes and comments.

    Every edit refers to the document as it is in `data`. Each is applied or refused with a reason; one that cannot
    be made leaves no trace. Afterwards both views of all changed parts are computed from the bytes to be returned
    and compared with what was read and what was meant; if they differ, the whole batch is taken back.

    Args:
        data: the .docx file.
        edits: what shall change; an edit's own `author` goes before `author`.
        author: who the changes are shown to be from.
        date: when; kept to the second, in UTC.
        strict: all or nothing.

    Returns:
        The new file, or None when nothing was applied (or, when strict, not everything), and one result per edit.

    Raises:
        DocumentError: the file is not a Word document, is damaged, encrypted or dangerous to open.
    """
    document = Document(Package(data))
    check_author(author)
    before = take_snapshot(document)
    warnings = tuple(document_warnings(document))
    batch = Batch(document, author, date)
    results = [_plan(batch, index, edit) for index, edit in enumerate(edits)]
    refused = [result for result in results if result.status == "refused"]
    if len(refused) == len(results) or (strict and refused):
        sentence = "Nothing was changed, because another edit was refused."
        return ApplyResult(None, _taken_back(results, sentence), warnings)
    expected = batch.apply()
    parts = document.package.serialised()
    faults = find_faults(document.package.replaced(parts), frozenset(parts), before, expected)
    if faults:
        sentence = f"Nothing was changed, because the check of the result failed: {' '.join(dict.fromkeys(faults))}"
        return ApplyResult(None, _taken_back(results, sentence), warnings)
    results = [replace(result, reason=batch.notes.get(result.index, result.reason)) for result in results]
    return ApplyResult(document.package.packed(parts), tuple(results), warnings)


def check_author(author: str) -> None:
    """Refuse a name that cannot be shown as the author of a change.

    Raises:
        DocumentError: it is empty or has control characters.
    """
    try:
        name = clean_text(author)
    except EditRejected as refusal:
        raise DocumentError(f"The author's name cannot be used. {refusal.reason}") from refusal
    if not name.strip():
        raise DocumentError("The changes need an author.")


def _plan(batch: Batch, index: int, edit: DocumentEdit) -> EditResult:
    try:
        note = batch.plan(index, edit)
    except EditRejected as refusal:
        return EditResult(index, edit.id, "refused", refusal.reason)
    return EditResult(index, edit.id, "applied", note)


def _taken_back(results: Sequence[EditResult], sentence: str) -> tuple[EditResult, ...]:
    return tuple(
        EditResult(result.index, result.id, "refused", sentence) if result.status == "applied" else result
        for result in results
    )
