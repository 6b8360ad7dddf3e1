"""Gaps that only show something: what a message does not ask outright, what was written before or elsewhere."""

from collections.abc import Iterable, Sequence

from core.drafts import MAX_GAP_CHARS, Gap, cut_at_word, gap
from core.writing.grounded.asked import Asking
from core.writing.grounded.questions import verbatim

_FIRST = frozenset({"look_first", "look_first_thread", "new_account"})
_MAX_CHARS, _ANSWERED_CHARS, _ANSWER_CHARS = 360, 100, 200


def open_others(sentences: Sequence[str], asking: Asking, kind: str = "look", who: str = "") -> list[Gap]:
    """Return the gaps for what a message does not ask outright and may want an answer, as many in each as fit.

    The `kind` "look_first" is for what is to be seen before all else, "look_first_thread" for such of earlier messages,
    behind the names of who wrote them, "new_account" for where nobody pays unchecked,
    "confided" for what third people told in confidence, which never stands in a letter to somebody else, "wrote_too"
    for what its owner wrote before, "written_later" for what anybody wrote after a chat message, "forwarded" for what
    is forwarded, which `who` wrote.
    """
    quotes = (asking.said(asking.words["quote"], quote=cut_at_word(verbatim(line), _MAX_CHARS)) for line in sentences)
    hints = _hints(asking.form(kind).replace("{who}", who), quotes)
    return [hint.model_copy(update={"is_alert": kind in _FIRST}) for hint in hints]


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
