"""Phrases of programs and of mass mail: what tells that no person wrote a mail to this reader. Pure."""

import functools
import re

from core.text.lexicon import WORD_BEGINS, either, joined, pattern_beside, phrases_beside

_MAX_TEXT_CHARS = 200_000
# Matched against text in lower case: much faster than patterns that ignore case.
_MASS_TEXT = either(
    [WORD_BEGINS + joined(phrases_beside(__file__, "mass")), *phrases_beside(__file__, "mass_anywhere")], flags=0
)
_UNSUBSCRIBE_LINE = pattern_beside(__file__, "unsubscribe_lines", r"\W{0,5}", r"\W{0,5}", flags=0)
# Matched against text in lower case: much faster than patterns that ignore case.
_NO_REPLY_TEXT = pattern_beside(__file__, "no_reply", WORD_BEGINS, flags=0)
_NOTIFICATION_TEXT = pattern_beside(__file__, "notifications", WORD_BEGINS, flags=0)
_NOTIFICATION_SUBJECT = pattern_beside(__file__, "notification_subjects", r"\b", r"\b")
_NOTIFICATION_SIGN = pattern_beside(__file__, "notification_signs")
# Subjects that only programs write.
_PROGRAM_SUBJECT = pattern_beside(__file__, "program_subjects", r"\s*")
# An absence, and what only a standing answer adds to it. People who are away ask too, so both are needed.
_AWAY = pattern_beside(__file__, "away", flags=0)
_STANDING_ANSWER = pattern_beside(__file__, "standing_answers", flags=0)
_RECEIPT_SUBJECT = pattern_beside(__file__, "receipt_subjects", r"\s*", r"\s?:")
_RECEIPT_TEXT = pattern_beside(
    __file__, "receipt_texts", after=r"[^.]{0,200}?" + pattern_beside(__file__, "receipts").pattern, flags=0
)
_MAX_ABSENCE_WORDS = 150
# So many marks tell that a program wrote a mail, whoever it comes from.
CERTAIN_MARKS = 3


def has_unsubscribe_line(text: str) -> bool:
    """Whether a line, or a piece of one between bars, says nothing but how to end a subscription."""
    return any(_UNSUBSCRIBE_LINE.fullmatch(line.strip()) for line in re.split(r"[\n|·•]", text[-20_000:].lower()))


@functools.lru_cache(maxsize=4)  # rules and signs ask the same of one mail
def mass_marks(text: str) -> int:
    """Return how many different marks of mass mail a text bears (unsubscribe, view online, dear customer)."""
    return len({match[0][:12] for match in _MASS_TEXT.finditer(unwrapped(text))})


@functools.lru_cache(maxsize=8)
def unwrapped(text: str) -> str:
    """Return the text in lower case and without its line ends, which may fall within a phrase."""
    return " ".join(text[:_MAX_TEXT_CHARS].lower().split())


def says_no_reply(text: str) -> bool:
    """Whether the text says that nobody reads what is sent back, or that a program wrote it."""
    return _NO_REPLY_TEXT.search(unwrapped(text)) is not None


@functools.lru_cache(maxsize=4)
def notification_marks(subject: str, text: str) -> int:
    """Return how many marks of a program's message the subject and the text bear."""
    if _PROGRAM_SUBJECT.match(subject):
        return 2 * CERTAIN_MARKS
    found = {match[0] for match in _NOTIFICATION_TEXT.finditer(unwrapped(text))}
    return len(found) + 2 * _is_of_program(subject)


def _is_of_program(subject: str) -> bool:
    return (_NOTIFICATION_SUBJECT.search(subject) or _NOTIFICATION_SIGN.search(subject)) is not None


def says_absence(text: str) -> bool:
    """Whether the text is what a mail program answers while its owner is away."""
    plain = unwrapped(text)
    if not _AWAY.search(plain[:400]) or len(plain.split()) > _MAX_ABSENCE_WORDS:
        return False
    return _STANDING_ANSWER.search(plain) is not None


def is_receipt(subject: str, text: str) -> bool:
    """Whether the mail only tells that another was read or delivered."""
    return _RECEIPT_SUBJECT.match(subject) is not None and _RECEIPT_TEXT.search(unwrapped(text)) is not None
