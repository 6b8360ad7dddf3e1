"""Gaps that only show something: what a message does not ask outright, what was written before or elsewhere."""

import re
from collections.abc import Iterable, Sequence

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.writing.grounded.asked import Asking
from core.writing.grounded.questions import verbatim

_FIRST = frozenset({"look_first", "look_first_thread", "new_account"})
# So many of a quote stand in one gap, and so many of one line in all.
_MAX_CHARS, _MAX_LINE_CHARS, _ANSWERED_CHARS, _ANSWER_CHARS = 360, 1_400, 100, 200
# Where words are cut for two gaps, the best place first.
_CUTS = (r"(?<=[^\W\d_]{3}[.!?])\s", r"(?<=[,;:])\s", r"\s")


def open_others(sentences: Sequence[str], asking: Asking, kind: str = "look", who: str = "") -> list[Gap]:
    """Return the gaps for what a message does not ask outright and may want an answer, as many in each as fit.

    The `kind` "look_first" is for what is to be seen before all else, "look_first_thread" for such of earlier messages,
    behind the names of who wrote them, "new_account" for where nobody pays unchecked,
    "confided" for what third people told in confidence, which never stands in a letter to somebody else, "wrote_too"
    for what its owner wrote before, "written_later" for what anybody wrote after a chat message, "forwarded" for what
    is forwarded, which `who` wrote.
    """
    lines = (cut_at_word(verbatim(line), _MAX_LINE_CHARS) for line in sentences)
    quotes = (asking.said(asking.words["quote"], quote=part) for line in lines for part in in_parts(line, _MAX_CHARS))
    hints = _hints(asking.form(kind).replace("{who}", who), quotes)
    return [hint.model_copy(update={"is_alert": kind in _FIRST}) for hint in hints]


def in_parts(text: str, room: int) -> list[str]:
    """Return a text in parts of at most `room` characters, cut near its middle: behind a sentence, else a clause."""
    if len(text) <= room:
        return [text] if text else []
    middle = len(text) // 2
    ends = ([end.start() for end in re.finditer(sign, text)] for sign in _CUTS)
    inner = ([end for end in found if abs(end - middle) < middle // 2] for found in ends)
    at = min(next(filter(None, inner), [room]), key=lambda end: abs(end - middle))
    return [*in_parts(text[:at].strip(), room), *in_parts(text[at:].strip(), room)]


def open_answers(answers: Sequence[tuple[str, str]], asking: Asking) -> list[Gap]:
    """Return the gaps that show what was answered between quoted lines, each behind what it answers."""
    quote = asking.words["quote"]
    shown = (
        " \u2013 ".join(
            asking.said(quote, quote=cut_at_word(line, limit))
            for line, limit in ((question, _ANSWERED_CHARS), (answer, _ANSWER_CHARS))
        )
        for question, answer in answers
    )
    return _hints(asking.words["answered_between"], shown)


def _hints(form: str, quotes: Iterable[str]) -> list[Gap]:
    """Return gaps that only show something, as many quotes in each as fit."""
    shown = list[list[str]]()
    for quote in quotes:
        if not shown or len("; ".join([form, *shown[-1], quote])) > MAX_GAP_CHARS:
            shown.append([])
        shown[-1].append(quote)
    asked = (form.replace("{quotes}", "; ".join(quotes)) for quotes in shown)
    return [Gap(place=gap(question), question=question, is_hint=True) for question in asked]
