"""Operations on whole paragraphs, and how all that a batch planned is applied: no step shifts a later one's place."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from lxml import etree

from integrations.documents.comments.threads import ThreadPlans, anchor_end, anchor_paragraph, anchor_start
from integrations.documents.editing.plans import ParagraphPlan, PlannedComment, PlannedHunk, PlannedInsert, mark_lock
from integrations.documents.model import EditRejected
from integrations.documents.package.opc import Package
from integrations.documents.package.xml_names import INSERTIONS, MATH, W, word
from integrations.documents.revisions.paragraphs import (
    ParagraphSplicer,
    common_formatting,
    copied_properties,
    style_properties,
)
from integrations.documents.revisions.revision_mark import AnnotationIds, RevisionMark, turn_on_track_changes, utc_text
from integrations.documents.revisions.runs import formatting_of, new_run, run_of, top_child
from integrations.documents.revisions.splice import Splicer, append_text
from integrations.documents.text.document import LocatedParagraph
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.segments import ATOM, SegmentReader
from integrations.documents.text.stories import next_paragraph

_MOVABLE = (W.r, W.ins, W.move_to, W.p_pr, W.proof_err, W.del_, W.move_from)
_OPAQUE = (f"{{{MATH}}}oMath", f"{{{MATH}}}oMathPara", word("subDoc"), W.txbx_content)
# At one place the end of a comment's range comes first and its start last: everything is applied from the back.
_START, _CHANGE, _END = 0, 1, 2
_GAP = timedelta(minutes=2)
_MARK_INSERTED = f"{W.p_pr}/{W.r_pr}/{W.ins}"


def check_delete(located: LocatedParagraph) -> None:
    """Refuse to delete a paragraph that holds more than can go.

    Raises:
        EditRejected: it holds a section break, a content control, part of a field or an object that cannot be tracked.
    """
    for member in located.members:
        if member.p.find(f"{W.p_pr}/{W.sect_pr}") is not None:
            raise EditRejected("The paragraph carries a section break, which must stay.")
        if next(member.p.iter(W.sdt), None) is not None:
            raise EditRejected("The paragraph holds a content control, which must stay.")
        if next(member.p.iter(*_OPAQUE), None) is not None:
            raise EditRejected("The paragraph holds an equation or a text box, whose deletion cannot be tracked.")
        walk = SegmentReader(member.fields)
        walk.read(member.p, "")
        if member.fields or walk.fields:
            raise EditRejected("The paragraph holds part of a field that spans several paragraphs.")


def check_split(plan: ParagraphPlan, at: int) -> None:
    """Refuse to split at the ends, or inside a link, field or content control.

    Raises:
        EditRejected: the paragraph cannot be split there.
    """
    if not 0 < at < len(plan.located.text):
        raise EditRejected("A paragraph can be split between two of its characters only.")
    offsets = plan.offsets
    number = offsets.at(at - 1)
    left, right = offsets.segments[number], offsets.segments[offsets.at(at)]
    kinds = [segment.node.get(W.fld_char_type) for segment in offsets.segments[: number + 1]]
    open_fields = sum(len(member.fields) for member in plan.located.members)
    if left.after or right.before or open_fields or kinds.count("begin") != kinds.count("end"):
        raise EditRejected("The paragraph cannot be split inside a field or content control.")
    top = top_child(left.node)
    can_be_parted = top.tag == W.r or (top.tag in INSERTIONS and run_of(left.node).getparent() is top)
    if top is top_child(right.node) and not can_be_parted:
        raise EditRejected("The paragraph cannot be split inside a link or content control.")


def check_merge(located: LocatedParagraph, following: LocatedParagraph | None, revision_mark: RevisionMark) -> None:
    """Refuse to merge when no paragraph follows directly, or a section ends here.

    Raises:
        EditRejected: the paragraphs cannot become one.
    """
    p = located.members[-1].p
    after = next_paragraph(p)
    if after is None or following is None or following.members[0].p is not after:
        raise EditRejected("No paragraph follows directly that this one could be merged with.")
    if p.find(f"{W.p_pr}/{W.sect_pr}") is not None:
        raise EditRejected("The paragraph carries a section break, which must stay.")
    reason = mark_lock(located, revision_mark)
    if reason:
        raise EditRejected(f"The paragraph cannot be merged, because {reason}.")


def check_move(located: LocatedParagraph) -> None:
    """Refuse to move a paragraph that holds more than text.

    Raises:
        EditRejected: it holds links, fields, objects or the anchor of a bookmark or comment.
    """
    check_delete(located)
    for member in located.members:
        for child in member.p:
            if child.tag not in _MOVABLE and child.tag != W.bookmark_end and child.get(word("name")) != "_GoBack":
                raise EditRejected(
                    "The paragraph holds a link, a bookmark, a comment or other things besides its text."
                )
    for segment in OffsetMap(located.members).segments:
        parent = run_of(segment.node).getparent()
        if segment.text == ATOM or parent is None or parent.tag not in (W.p, *INSERTIONS):
            raise EditRejected("The paragraph holds an object (note, picture, field) that cannot be moved with it.")


def apply_operation(plan: ParagraphPlan) -> None:
    """Split, merge, delete; a move deletes here, and inserts where the paragraph goes to."""
    operation = plan.operation
    if operation is None:
        return
    splicer = ParagraphSplicer(Splicer(operation.revision_mark))
    last = plan.located.members[-1].p
    if operation.op == "split":
        splicer.split_at(plan.offsets, operation.at)
    elif operation.op == "merge":
        splicer.delete_mark(last)
    else:
        for member in plan.located.members:
            splicer.delete_runs(member.p)
        if plan.donor is not None:
            splicer.give_up_mark(plan.donor.members[-1].p, last)
        elif not mark_lock(plan.located, operation.revision_mark):
            splicer.delete_mark(last)


def insert_paragraph(
    plan: ParagraphPlan, insert: PlannedInsert, moved: Sequence[etree._Element] | None
) -> etree._Element:
    """Insert a paragraph: a new one, or with `moved` the runs of one that goes here. Return the element it is in."""
    p = plan.located.members[0 if insert.before else -1].p
    splicer = ParagraphSplicer(Splicer(insert.revision_mark))
    if insert.source is None or moved is None:
        formatting = None if insert.style_id else common_formatting(p)
        runs = [new_run(insert.text, formatting)] if insert.text else []
        properties = style_properties(insert.style_id) if insert.style_id else None
        if insert.before:
            return splicer.insert_before(p, runs, properties)
        splicer.insert_after(p, runs, properties)
        return p
    properties = copied_properties(insert.source.members[-1].p)
    splicer.insert_after(p, moved, etree.Element(W.p_pr) if properties is None else properties)
    return p


def copied_runs(source: LocatedParagraph) -> list[etree._Element]:
    """Return the text of a paragraph that is moved, in new runs with its formatting."""
    texts: list[tuple[str, etree._Element | None]] = []
    for segment in OffsetMap(source.members).segments:
        append_text(texts, segment.text, formatting_of(run_of(segment.node)))
    return [new_run(text, formatting) for text, formatting in texts]


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
    _end_placeholders(plan)


def _end_placeholders(plan: ParagraphPlan) -> None:
    """Mark the content controls that hold new text as filled: Word takes the text of others for their placeholder."""
    for member in plan.located.members:
        for control in (*member.p.iterancestors(W.sdt), *member.p.iter(W.sdt)):
            properties = control.find(W.sdt_pr)
            mark = properties.find(W.showing_plc_hdr) if properties is not None else None
            if properties is not None and mark is not None and next(control.iter(W.ins), None) is not None:
                properties.remove(mark)


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
