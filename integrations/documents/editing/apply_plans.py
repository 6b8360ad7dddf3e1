"""Makes what a batch has planned, in an order in which no step moves the ground under a later one."""

from collections.abc import Sequence

from integrations.documents.comments.anchors import anchor_end, anchor_paragraph, anchor_start
from integrations.documents.comments.threads import ThreadPlans
from integrations.documents.editing.libreoffice_workaround import keep_apart
from integrations.documents.editing.paragraph_operations import copied_runs, make_insert, make_operation
from integrations.documents.editing.plans import ParagraphPlan, PlannedComment, PlannedHunk
from integrations.documents.package.opc import Package
from integrations.documents.revisions.revision_mark import AnnotationIds
from integrations.documents.revisions.settings_part import record_changes
from integrations.documents.revisions.splice import Splicer

# At one place the end of a comment's range comes first and its start last: everything is made from the back.
_START, _CHANGE, _END = 0, 1, 2


def make_plans(package: Package, plans: Sequence[ParagraphPlan], threads: ThreadPlans, ids: AnnotationIds) -> None:
    """Change the text, then whole paragraphs, then threads; mark the parts as touched."""
    for plan in plans:
        _make_text(plan, threads)
        if plan.changes_text or plan.comments:
            package.touch(plan.located.story.part)
    sources = [(id(insert), insert.source) for plan in plans for insert in plan.inserts]
    moved = {key: copied_runs(source) for key, source in sources if source is not None}
    for plan in plans:
        # What comes before goes first: behind an insertion the paragraph's element holds the new text.
        for insert in sorted(plan.inserts, key=lambda insert: not insert.before):
            p = make_insert(plan, insert, moved.get(id(insert)))
            if insert.comment and plan.takes_comments:
                number = threads.write(insert.comment, insert.stamp)
                anchor_paragraph(p, number, threads.writer.reference(number))
        make_operation(plan)
    for part in {plan.located.story.part for plan in plans if plan.changes_text}:
        keep_apart(package.root(part), ids.taken)
    if any(plan.changes_text for plan in plans):
        record_changes(package)
    threads.make()


def _make_text(plan: ParagraphPlan, threads: ThreadPlans) -> None:
    steps: list[tuple[int, int, PlannedHunk | PlannedComment, str]] = [
        (change.hunk.start, _CHANGE, change, "") for change in plan.changes
    ]
    for comment in plan.comments:
        number = threads.write(comment.text, comment.stamp)
        steps.append((comment.end, _END, comment, number))
        steps.append((comment.start, _START, comment, number))
    for place, kind, step, number in sorted(steps, key=lambda step: step[:2], reverse=True):
        splicer = Splicer(step.stamp)
        if isinstance(step, PlannedHunk):
            for offsets in plan.maps():
                splicer.change(offsets, step.hunk)
        elif kind == _END:
            anchor_end(plan.offsets, place, number, threads.writer.reference(number), splicer)
        else:
            anchor_start(plan.offsets, place, number, splicer)
