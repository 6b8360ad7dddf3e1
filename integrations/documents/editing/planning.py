"""Turns the wish for new text into changes of whole words, or refuses it."""

import re

from integrations.documents.model import DocumentEdit
from integrations.documents.refusal import Refused
from integrations.documents.text.document import Located
from integrations.documents.text.offsets import OffsetMap
from integrations.documents.text.segments import ATOM
from integrations.documents.text.typography import flatten, follow
from integrations.documents.text.word_diff import Hunk, word_hunks

# A novel has some 500,000 characters; a paragraph that long is a mistake, or an attack.
MAX_TEXT_CHARS = 200_000
# What XML 1.0 cannot hold, and breaks that Word has no element for. TAB and newline are fine.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SHOWN_CHARS = 40


def clean_text(text: str) -> str:
    """Return the text with newlines in one form.

    Raises:
        Refused: it is too long or has control characters.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise Refused(f"The new text has {len(text)} characters; more than {MAX_TEXT_CHARS} are not written.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = _FORBIDDEN.search(text)
    if bad:
        raise Refused(f"The new text has a control character (U+{ord(bad[0]):04X}).")
    return text


def locate(located: Located, edit: DocumentEdit) -> tuple[int, int]:
    """Return the stretch of the paragraph that an edit is about: all of it, or where `find` stands.

    Raises:
        Refused: `find` is not there, or more than once.
    """
    if edit.find is None:
        return 0, len(located.text)
    if not edit.find:
        raise Refused("The text to find is empty.")
    for wanted, text in ((edit.find, located.text), (flatten(edit.find), flatten(located.text))):
        count = _count(text, wanted)
        if count == 1:
            start = text.index(wanted)
            return start, start + len(wanted)
        if count > 1:
            raise Refused(f'"{_shown(edit.find)}" stands {count} times in the paragraph; give more of its context.')
    raise Refused(f'"{_shown(edit.find)}" does not stand in the paragraph.')


def _count(text: str, wanted: str) -> int:
    """Count places, overlapping ones too."""
    count, start = 0, text.find(wanted)
    while start >= 0:
        count, start = count + 1, text.find(wanted, start + 1)
    return count


def plan_text(located: Located, edit: DocumentEdit, span: tuple[int, int]) -> list[Hunk]:
    """Return the changes that make `edit.text` of the stretch, none when it reads so already.

    Raises:
        Refused: the new text cannot be written, or drops something that must stay.
    """
    start, end = span
    old, new = located.text[start:end], clean_text(edit.text or "")
    if old.count(ATOM) != new.count(ATOM):
        raise Refused(
            "The new text must keep every object sign (U+FFFC: notes, pictures, fields) of the old one, "
            f"{old.count(ATOM)} in all; it has {new.count(ATOM)}."
        )
    compared, written = (old, new) if edit.find is not None else follow(old, new)
    return [hunk.moved(start) for hunk in word_hunks(old, written, compared)]


def check_hunks(offsets: OffsetMap, hunks: list[Hunk]) -> None:
    """Refuse changes that would damage what stands in the paragraph.

    Raises:
        Refused: with the first reason found.
    """
    for hunk in hunks:
        offsets.check(hunk)
    offsets.check_homes(hunks)


def overlap(one: Hunk, other: Hunk) -> bool:
    """Tell whether two changes touch the same text, or an insertion stands at the edge of the other."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def changed_text(text: str, hunks: list[Hunk]) -> str:
    """Return the text with all changes made."""
    for hunk in sorted(hunks, key=lambda hunk: hunk.start, reverse=True):
        text = text[: hunk.start] + hunk.text + text[hunk.end :]
    return text


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}\u2026"
