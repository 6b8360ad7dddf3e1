"""Which ready answer of a gap somebody means who says yes, no or later, or some words of it."""

import functools
import re

from core.drafts import Gap
from core.text.lexicon import by_language, either, whole
from core.text.numbered_answers import Answer

# By what is meant: the lists of answers in the tables of replies, and the place of the answer in each.
_ANSWERS: dict[Answer, tuple[tuple[str, int], ...]] = {
    "yes": (("able", 0), ("yes_no", 0), ("allow", 0), ("attend", 0)),
    "no": (("able", 1), ("yes_no", 1), ("allow", 1), ("attend", 1), ("date_choices", -1)),
    "later": (("later", 0),),
}
_TO_FILL = r"\\\{[^}]{1,20}\\\}"


def picked(gap: Gap, kind: Answer | None, said: str) -> int | None:
    """Return the place of the ready answer that is meant among a gap's, None where none or several may be.

    Args:
        gap: that is answered.
        kind: what is said to it; None for other words.
        said: the words, which then stand in the answer.
    """
    pattern = _ending(kind) if kind else whole([re.escape(said)])
    found = [place for place, choice in enumerate(gap.choices) if pattern.search(choice)]
    return found[0] if len(found) == 1 else None


@functools.cache
def _ending(kind: Answer) -> re.Pattern[str]:
    """Return the pattern of all answers of a kind, alone or behind the question that they name."""
    answers = list[str]()
    for table in by_language("replies").values():
        for name, place in _ANSWERS[kind]:
            listed = table.get(name, ())
            answers += [listed] if isinstance(listed, str) else list(listed)[place:][:1]
    fitting = (re.sub(_TO_FILL, "\\\\w{1,20}", re.escape(answer)) for answer in answers)
    return either(fitting, r"(?:\A|\u2013\s)", r"\Z")
