"""What a text says otherwise elsewhere: another amount, share or hour for the matter of a sentence."""

from collections import Counter
from collections.abc import Sequence

from core.text.content import content_stems
from core.text.statements import Statement

_KINDS = ("money", "percent", "time")
# So many words that few sentences hold are the same matter.
_SHARED, _FEW_SENTENCES = 2, 3


def other_figures(one: Statement, statements: Sequence[Statement]) -> list[Statement]:
    """Return the sentences that give another amount, share or hour for the matter of one.

    Sentences whose other numbers differ as well are no contradiction, but rows of one list.

    Args:
        one: of the text.
        statements: of the text.
    """
    if not any(kind in one.values for kind in _KINDS):
        return []
    counts = Counter(stem for statement in statements for stem in statement.stems)
    own = {stem for stem in one.stems - _of_figures(one) if counts[stem] <= _FEW_SENTENCES}
    return [
        other
        for other in statements
        if other.place != one.place
        and len((own & other.stems) - _of_figures(other)) >= _SHARED
        and not _differ("number", one, other)
        and any(_differ(kind, one, other) for kind in _KINDS)
    ]


def _differ(kind: str, one: Statement, other: Statement) -> bool:
    figures = one.values.get(kind), other.values.get(kind)
    return bool(figures[0] and figures[1] and not figures[0] & figures[1])


def _of_figures(one: Statement) -> frozenset[str]:
    """Return the stems of its figures and their units, which say nothing of its matter."""
    digits = {stem for stem in one.stems if any(char.isdigit() for char in stem)}
    return frozenset(digits.union(*(content_stems(fact.text) for fact in one.details)))
