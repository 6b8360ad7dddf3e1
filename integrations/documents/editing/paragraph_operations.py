"""Checks and makes changes of whole paragraphs for a batch."""

from collections.abc import Sequence

from lxml import etree

from integrations.documents.editing.plans import ParagraphPlan, PlannedInsert, kept_mark
from integrations.documents.package.xml_names import INSERTIONS, MATH, W, word
from integrations.documents.refusal import Refused
from integrations.documents.revisions.paragraphs import (
    ParagraphSplicer,
    common_look,
    copied_properties,
    style_properties,
)
from integrations.documents.revisions.revision_mark import Stamp
from integrations.documents.revisions.runs import new_run, run_of, top_child
from integrations.documents.revisions.splice import Splicer, append_text
from integrations.documents.text.document import Located
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.run_properties import look_of
from integrations.documents.text.segments import ATOM, PieceWalk
from integrations.documents.text.stories import next_paragraph

_MOVABLE = (W.r, W.ins, W.move_to, W.p_pr, W.proof_err, W.del_, W.move_from)
_OPAQUE = (f"{{{MATH}}}oMath", f"{{{MATH}}}oMathPara", word("subDoc"), W.txbx_content)


def check_delete(located: Located) -> None:
    """Refuse to delete a paragraph that holds more than can go.

    Raises:
        Refused: it holds a section break, a content control, part of a field or an object that cannot be tracked.
    """
    for member in located.members:
        if member.p.find(f"{W.p_pr}/{W.sect_pr}") is not None:
            raise Refused("The paragraph carries a section break, which must stay.")
        if next(member.p.iter(W.sdt), None) is not None:
            raise Refused("The paragraph holds a content control, which must stay.")
        if next(member.p.iter(*_OPAQUE), None) is not None:
            raise Refused("The paragraph holds an equation or a text box, whose deletion cannot be tracked.")
        walk = PieceWalk(member.fields)
        walk.read(member.p, "")
        if member.fields or walk.fields:
            raise Refused("The paragraph holds part of a field that spans several paragraphs.")


def check_split(plan: ParagraphPlan, at: int) -> None:
    """Refuse to split at the ends, or inside a link, field or content control.

    Raises:
        Refused: the paragraph cannot be split there.
    """
    if not 0 < at < len(plan.located.text):
        raise Refused("A paragraph can be split between two of its characters only.")
    offsets = plan.offsets
    number = offsets.at(at - 1)
    left, right = offsets.pieces[number], offsets.pieces[offsets.at(at)]
    kinds = [piece.node.get(W.fld_char_type) for piece in offsets.pieces[: number + 1]]
    open_fields = sum(len(member.fields) for member in plan.located.members)
    if left.after or right.before or open_fields or kinds.count("begin") != kinds.count("end"):
        raise Refused("The paragraph cannot be split inside a field or content control.")
    top = top_child(left.node)
    can_be_parted = top.tag == W.r or (top.tag in INSERTIONS and run_of(left.node).getparent() is top)
    if top is top_child(right.node) and not can_be_parted:
        raise Refused("The paragraph cannot be split inside a link or content control.")


def check_merge(located: Located, following: Located | None, stamp: Stamp) -> None:
    """Refuse to merge when no paragraph follows directly, or a section ends here.

    Raises:
        Refused: the paragraphs cannot become one.
    """
    p = located.members[-1].p
    after = next_paragraph(p)
    if after is None or following is None or following.members[0].p is not after:
        raise Refused("No paragraph follows directly that this one could be merged with.")
    if p.find(f"{W.p_pr}/{W.sect_pr}") is not None:
        raise Refused("The paragraph carries a section break, which must stay.")
    reason = kept_mark(located, stamp)
    if reason:
        raise Refused(f"The paragraph cannot be merged, because {reason}.")


def check_move(located: Located) -> None:
    """Refuse to move a paragraph that holds more than text.

    Raises:
        Refused: it holds links, fields, objects or the anchor of a bookmark or comment.
    """
    check_delete(located)
    for member in located.members:
        for child in member.p:
            if child.tag not in _MOVABLE and child.tag != W.bookmark_end and child.get(word("name")) != "_GoBack":
                raise Refused("The paragraph holds a link, a bookmark, a comment or other things besides its text.")
    for piece in OffsetMap(located.members).pieces:
        parent = run_of(piece.node).getparent()
        if piece.text == ATOM or parent is None or parent.tag not in (W.p, *INSERTIONS):
            raise Refused("The paragraph holds an object (note, picture, field) that cannot be moved with it.")


def make_operation(plan: ParagraphPlan) -> None:
    """Split, merge, delete; a move deletes here, and inserts where the paragraph goes to."""
    operation = plan.operation
    if operation is None:
        return
    splicer = ParagraphSplicer(Splicer(operation.stamp))
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
        elif not kept_mark(plan.located, operation.stamp):
            splicer.delete_mark(last)


def make_insert(plan: ParagraphPlan, insert: PlannedInsert, moved: Sequence[etree._Element] | None) -> etree._Element:
    """Insert a paragraph: a new one, or with `moved` the runs of one that goes here. Return the element it is in."""
    p = plan.located.members[0 if insert.before else -1].p
    splicer = ParagraphSplicer(Splicer(insert.stamp))
    if insert.source is None or moved is None:
        look = None if insert.style_id else common_look(p)
        runs = [new_run(insert.text, look)] if insert.text else []
        properties = style_properties(insert.style_id) if insert.style_id else None
        if insert.before:
            return splicer.insert_before(p, runs, properties)
        splicer.insert_after(p, runs, properties)
        return p
    properties = copied_properties(insert.source.members[-1].p)
    splicer.insert_after(p, moved, etree.Element(W.p_pr) if properties is None else properties)
    return p


def copied_runs(source: Located) -> list[etree._Element]:
    """Return the text of a paragraph that is moved, in new runs with its looks."""
    texts: list[tuple[str, etree._Element | None]] = []
    for piece in OffsetMap(source.members).pieces:
        append_text(texts, piece.text, look_of(run_of(piece.node)))
    return [new_run(text, look) for text, look in texts]
