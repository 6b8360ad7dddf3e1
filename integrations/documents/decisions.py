"""What a person decided about the changes of a draft, read from the document before and after. Pure.

A draft has one edit for a paragraph, which may be several tracked changes. While some of them are open, only what was
refused says something; the last of them settles the paragraph. `core.outcomes.document_changes` says what is learnt.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from core.drafts import Edit
from core.job import Outcome
from integrations.documents.model import DocumentText, Paragraph

# In percent of the characters: below that, it is another paragraph.
_SAME_PARAGRAPH = 60


@dataclass(frozen=True)
class Mark:
    """How the tracked changes of one draft are told from all others: author and date, as the file has them."""

    author: str
    date: str


@dataclass(frozen=True)
class EditDecision:
    """What became of the edit at a place in its draft; `text` is what stands there now."""

    place: int
    outcome: Outcome
    text: str


def marks_of(document: DocumentText, author: str) -> list[Mark]:
    """Return the marks of an author's changes, each once."""
    dates = dict.fromkeys(one.date for one in document.revisions if one.author == author and one.date)
    return [Mark(author, date) for date in dates]


def decisions_of(edits: Sequence[Edit], mark: Mark, before: DocumentText, after: DocumentText) -> list[EditDecision]:
    """Return what was decided about a draft's edits between two states of its document, as far as that can be told.

    Args:
        edits: of the draft.
        mark: of its tracked changes.
        before: the document with them.
        after: when some or all of them were accepted or rejected.
    """
    open_before, open_after = _open_changes(before, mark), _open_changes(after, mark)
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


def _open_changes(document: DocumentText, mark: Mark) -> Counter[str]:
    """Count the draft's open changes by paragraph."""
    return Counter(one.paragraph for one in document.revisions if (one.author, one.date) == (mark.author, mark.date))


def _edit_of(paragraph: Paragraph, free: dict[int, Edit]) -> int | None:
    """Return the edit that a paragraph's changes are of: its text, or what has most in common with it."""
    alike = {place: fuzz.ratio(paragraph.text, edit.text or "") for place, edit in free.items()}
    best = max(alike, key=lambda place: alike[place], default=None)
    return best if best is not None and alike[best] >= _SAME_PARAGRAPH else None


def _aligned(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[tuple[Paragraph, Paragraph]]:
    """Yield the paragraphs that are the same one in both states, in order; others may have come or gone between."""
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    matcher = SequenceMatcher(a=[one.text for one in old], b=[one.text for one in new], autojunk=False)
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left = list(new[j1:j2])
        for one in old[i1:i2]:
            place = next((at for at, other in enumerate(left) if _is_same(one, other)), None)
            if place is not None:
                yield one, left[place]
                del left[: place + 1]


def _is_same(old: Paragraph, new: Paragraph) -> bool:
    return bool(fuzz.ratio(old.text, new.text) >= _SAME_PARAGRAPH)
