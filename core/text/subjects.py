"""Subjects of mails, without what programs put around them."""

from core.text.lexicon import by_language, either

_PEOPLE = by_language("people")["en"]
_GREETING_SUBJECT = either(_PEOPLE["greeting_subjects"])
_SUBJECT_MARKS = either(_PEOPLE["subject_marks"], "^(?:", r"\s?(?:\[\d{1,3}\])?\s?:\s*|\[[^\]]{1,30}\]\s*)+")


def plain_subject(subject: str) -> str:
    """Return a subject without reply marks, list names and final stops, "" when it only greets."""
    line = _SUBJECT_MARKS.sub("", " ".join(subject.split())).strip(" .?!")
    return "" if _GREETING_SUBJECT.fullmatch(line) else line
