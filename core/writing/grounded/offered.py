"""Dates that a message offers in the lines of a list: its reader chooses one of them."""

import re
from collections.abc import Sequence

from core.text.asks import is_question
from core.text.facts import extract_facts
from core.text.lexicon import either, whole
from core.text.sentences import unwrap, without_list_mark
from core.writing.grounded.asked import Asking
from core.writing.grounded.questions import with_article

_DAYS = frozenset({"date", "weekday", "day"})
_MIN_LINES, _MAX_LINES, _MAX_LINE_CHARS = 2, 6, 120
# "Mo, 23.11.": a short form of a day may stand before what is read as one.
_MAX_BEFORE_CHARS = 5


def offers_listed(text: str, asking: Asking) -> tuple[tuple[str, ...], str]:
    """Return the dates that lines of a message offer, and the message with a break in the place of the lines.

    Two or more lines in a row begin with a day, and the message says that they are to be chosen from; an agenda is
    no offer. Without such lines the message is returned as it is.
    """
    lines = text.split("\n")
    begin, end = _longest_run([_offered_in(line, asking) for line in lines])
    rest = [*lines[:begin], "", *lines[end:]]
    if not _MIN_LINES <= end - begin <= _MAX_LINES or not whole(asking.words["offers"]).search(unwrap("\n".join(rest))):
        return (), text
    dates = dict.fromkeys(_offered_in(line, asking) for line in lines[begin:end])
    return tuple(dates), "\n".join(rest)


def _longest_run(found: Sequence[str]) -> tuple[int, int]:
    """Return where the most lines in a row that hold a date begin and end."""
    longest, begin = (0, 0), 0
    for at, date in enumerate(found):
        begin = begin if date else at + 1
        longest = max(longest, (begin, at + 1), key=lambda run: run[1] - run[0])
    return longest


def _offered_in(line: str, asking: Asking) -> str:
    """Return the date that a short line begins with, without what is said about it; "" for any other line."""
    words = asking.words
    plain = either([words["or_else"]], r"\A", r"\s+").sub("", without_list_mark(line.strip()))
    if not 0 < len(plain) <= _MAX_LINE_CHARS or is_question(plain):
        return ""
    facts = extract_facts(plain, asking.language).items
    if not any(fact.kind in _DAYS and fact.start <= _MAX_BEFORE_CHARS for fact in facts):
        return ""
    said = either([r"\s\(", ";", r"[,:]?\s[\u2013\u2014-]\s", words["but"]]).split(plain, maxsplit=1)[0]
    first, *more = said.split(", ")
    kept = [first]
    for part in more:
        if not re.search(r"\d", part):
            break
        kept.append(part)
    date = ", ".join(kept).rstrip(" ,:;")
    date = re.sub(r"(?<=[^\W\d])\.\Z", "", date)
    date = f"{date[:1].lower()}{date[1:]}" if words.get("small_days") else date
    return with_article(date, words["date_articles"])
