"""What a person decided about the changes of a draft, read from the document before and after. Pure.

A draft has one edit for a paragraph, which may be several tracked changes. While some of them are open, only what was
refused says something; the last of them settles the paragraph. `core.outcomes` says what is learnt.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from core.drafts import Edit
from core.job import Outcome
from integrations.documents.model import DocumentText, ViewParagraph

# In percent of the characters: below that, it is another paragraph.
_SAME_PARAGRAPH = 60


@dataclass(frozen=True)
class ChangeAttribution:
    """Author and date of a draft's tracked changes, as in the file: they tell them from all others."""

    author: str
    date: str


@dataclass(frozen=True)
class EditDecision:
    """What became of the edit at a place in its draft; `text` is the text there now."""

    place: int
    outcome: Outcome
    text: str


def attributions_of(document: DocumentText, author: str) -> list[ChangeAttribution]:
    """Return the distinct attributions of an author's changes."""
    dates = dict.fromkeys(
        revision.date for revision in document.revisions if revision.author == author and revision.date
    )
    return [ChangeAttribution(author, date) for date in dates]


def decisions_of(
    edits: Sequence[Edit], attribution: ChangeAttribution, before: DocumentText, after: DocumentText
) -> list[EditDecision]:
    """Return what was decided about a draft's edits between two states of its document, as far as the document shows.

    Args:
        edits: of the draft.
        attribution: of its tracked changes.
        before: the document with them.
        after: when some or all of them were accepted or rejected.
    """
    open_before, open_after = _open_changes(before, attribution), _open_changes(after, attribution)
    free = {place: edit for place, edit in enumerate(edits) if edit.text and edit.before}
    found = []
    for old, new in _aligned(before.paragraphs, after.paragraphs):
        if not open_before[old.id]:
            continue
        place = _edit_of(old, free)
        if place is None:
            continue
        edit = free.pop(place)
        is_untouched = open_before[old.id] == open_after[new.id] and old.text == new.text
        if not is_untouched and (outcome := _outcome(edit, new.text, is_open=bool(open_after[new.id]))):
            found.append(EditDecision(place, outcome, new.text))
    return found


def _outcome(edit: Edit, text: str, *, is_open: bool) -> Outcome | None:
    if text == edit.text:
        return None if is_open else "accepted"
    return "rejected" if text == edit.before and not is_open else "edited"


def _open_changes(document: DocumentText, attribution: ChangeAttribution) -> Counter[str]:
    """Count the draft's open changes by paragraph."""
    wanted = (attribution.author, attribution.date)
    return Counter(change.paragraph for change in document.revisions if (change.author, change.date) == wanted)


def _edit_of(paragraph: ViewParagraph, free: dict[int, Edit]) -> int | None:
    """Return the edit that a paragraph's changes are of: its text, or what has most in common with it."""
    alike = {place: fuzz.ratio(paragraph.text, edit.text or "") for place, edit in free.items()}
    best = max(alike, key=lambda place: alike[place], default=None)
    return best if best is not None and alike[best] >= _SAME_PARAGRAPH else None


def _aligned(
    old: Sequence[ViewParagraph], new: Sequence[ViewParagraph]
) -> Iterator[tuple[ViewParagraph, ViewParagraph]]:
    """Yield the paragraphs that are the same one in both states, in order; others may have come or gone between."""
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    matcher = SequenceMatcher(
        a=[paragraph.text for paragraph in old], b=[paragraph.text for paragraph in new], autojunk=False
    )
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left = list(new[j1:j2])
        for paragraph in old[i1:i2]:
            place = next((at for at, other in enumerate(left) if _is_same(paragraph, other)), None)
            if place is not None:
                yield paragraph, left[place]
                del left[: place + 1]


def _is_same(old: ViewParagraph, new: ViewParagraph) -> bool:
    return bool(fuzz.ratio(old.text, new.text) >= _SAME_PARAGRAPH)
