"""Until when something is to be done, in the words of the sentence that says it."""

import re

from core.text.facts import extract_facts
from core.text.lexicon import Lexicon
from core.text.sentences import unwrap
from core.text.statements import Statement

_MOMENTS = frozenset({"date", "time", "weekday", "day"})
_LEADS = tuple(re.compile(rf"(?<![\w'\u2019.])(?:[\w'\u2019.]{{1,30}} ){{{count}}}\Z") for count in (2, 1))
_CLAUSE = re.compile(r"[,;:]\s+(?!(?:19|20)\d\d\b)|\s[\u2013\u2014-]\s")


def due_of(statement: Statement) -> str:
    """Return the words that say until when; "" when the sentence names several moments and none as a deadline."""
    words, clause = statement.words, unwrap(statement.raw)
    dues = (statement.asks and _moments_in(_CLAUSE.split(clause)[-1], words)) or _moments_in(clause, words)
    deadlines = [due for due in dues if words["conversation.deadline"].match(due)]
    sure = deadlines if len(deadlines) == 1 else dues
    return sure[0] if len(sure) == 1 else ""


def _moments_in(clause: str, words: Lexicon) -> list[str]:
    """Return each date, time or day with the words that lead to it, as it stands; what is past is none."""
    spans = [
        (fact.start, fact.start + len(fact.text))
        for fact in extract_facts(clause, words.language).items
        if fact.kind in _MOMENTS
    ]
    spans += [match.span() for match in words["conversation.due_phrase"].finditer(clause)]
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        between = clause[joined[-1][1] : start] if joined else ""
        if joined and (start <= joined[-1][1] or not words["conversation.due_lead"].sub("", between).strip(" ,")):
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return [due for begin, end in joined if (due := _with_lead(clause, begin, end, words))]


def _with_lead(clause: str, begin: int, end: int, words: Lexicon) -> str:
    while leads := [
        lead
        for pattern in _LEADS
        if (lead := pattern.search(clause[:begin])) and words["conversation.due_lead"].fullmatch(lead[0].strip())
    ]:
        begin = leads[0].start()
    due = clause[begin:end].strip(" .")
    before = clause[:begin].rpartition(" ")[0].rpartition(" ")[2]
    is_past = words["conversation.since"].match(due) or words["conversation.since"].fullmatch(before)
    return "" if is_past else due
