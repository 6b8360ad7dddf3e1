"""Keeps insertions on both sides of a paragraph's end apart.

LibreOffice joins two insertions of one author and time when the first ends a paragraph and the second begins the
next, and rejecting them then joins the paragraphs too. Two minutes between them prevent it (tried with 25.2).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from lxml import etree

from integrations.documents.package.xml_names import W
from integrations.documents.revisions.revision_mark import utc_text

_GAP = timedelta(minutes=2)
_MARK_INSERTED = f"{W.p_pr}/{W.r_pr}/{W.ins}"


def keep_apart(root: etree._Element, new_ids: Collection[str]) -> None:
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
