"""Applies what a batch has planned, in an order in which no step shifts the place of a later one.

LibreOffice joins two insertions of one author and time when the first ends a paragraph and the second begins the
next; rejecting them then joins the paragraphs too. Two minutes between them prevent that (seen with 25.2).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from lxml import etree

from integrations.documents.comments.anchors import anchor_end, anchor_paragraph, anchor_start
from integrations.documents.comments.threads import ThreadPlans
from integrations.documents.editing.paragraph_operations import apply_operation, copied_runs, insert_paragraph
from integrations.documents.editing.plans import ParagraphPlan, PlannedComment, PlannedHunk
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import W
from integrations.documents.revisions.revision_mark import AnnotationIds, utc_text
from integrations.documents.revisions.settings_part import turn_on_track_changes
from integrations.documents.revisions.splice import Splicer

# At one place the end of a comment's range comes first and its start last: everything is applied from the back.
_START, _CHANGE, _END = 0, 1, 2


def apply_plans(package: Package, plans: Sequence[ParagraphPlan], threads: ThreadPlans, ids: AnnotationIds) -> None:
    """Change the text, then whole paragraphs, then threads; mark the parts as touched."""
    for plan in plans:
        _apply_text(plan, threads)
        if plan.changes_text or plan.comments:
            package.touch(plan.located.story.part)
    sources = [(id(insert), insert.source) for plan in plans for insert in plan.inserts]
    moved = {key: copied_runs(source) for key, source in sources if source is not None}
    for plan in plans:
        # What comes before goes first: behind an insertion the paragraph's element holds the new text.
        for insert in sorted(plan.inserts, key=lambda insert: not insert.before):
            p = insert_paragraph(plan, insert, moved.get(id(insert)))
            if insert.comment and plan.takes_comments:
                number = threads.write(insert.comment, insert.revision_mark)
                anchor_paragraph(p, number, threads.writer.reference(number))
        apply_operation(plan)
    for part in {plan.located.story.part for plan in plans if plan.changes_text}:
        separate_insertions(package.root(part), ids.taken)
    if any(plan.changes_text for plan in plans):
        turn_on_track_changes(package)
    threads.apply()


def _apply_text(plan: ParagraphPlan, threads: ThreadPlans) -> None:
    steps: list[tuple[int, int, PlannedHunk | PlannedComment, str]] = [
        (change.hunk.start, _CHANGE, change, "") for change in plan.changes
    ]
    for comment in plan.comments:
        number = threads.write(comment.text, comment.revision_mark)
        steps.append((comment.end, _END, comment, number))
        steps.append((comment.start, _START, comment, number))
    for place, kind, step, number in sorted(steps, key=lambda step: step[:2], reverse=True):
        splicer = Splicer(step.revision_mark)
        if isinstance(step, PlannedHunk):
            for offsets in plan.maps():
                splicer.change(offsets, step.hunk)
        elif kind == _END:
            anchor_end(plan.offsets, place, number, threads.writer.reference(number), splicer)
        else:
            anchor_start(plan.offsets, place, number, splicer)


_GAP = timedelta(minutes=2)
_MARK_INSERTED = f"{W.p_pr}/{W.r_pr}/{W.ins}"


def separate_insertions(root: etree._Element, new_ids: Collection[str]) -> None:
    """Date new insertions at the start of a paragraph back, where the one before ends with an insertion."""
    for second in root.iter(W.ins):
        p = next(second.iterancestors(W.p), None)
        if p is None or second.get(W.id) not in new_ids or _insertion_at(p, 0) is not second:
            continue
        before = p.getprevious()
        if before is None or before.tag != W.p or before.find(_MARK_INSERTED) is not None:
            continue
        first = _insertion_at(before, -1)
        if first is not None and first.get(W.author) == second.get(W.author):
            _part(first, second)


def _insertion_at(p: etree._Element, place: int) -> etree._Element | None:
    """Return the insertion that holds the first or last run of a paragraph."""
    runs = list(p.iter(W.r))
    parent = runs[place].getparent() if runs else None
    return parent if parent is not None and parent.tag == W.ins else None


def _part(first: etree._Element, second: etree._Element) -> None:
    try:
        earlier, later = (datetime.fromisoformat(element.get(W.date) or "") for element in (first, second))
        if abs(later - earlier) < _GAP:
            second.set(W.date, utc_text(earlier - _GAP))
    except (ValueError, TypeError, OverflowError):
        # A date that is missing or cannot be read is not joined with ours.
        return
