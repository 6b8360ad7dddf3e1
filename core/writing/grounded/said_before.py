"""How likely an earlier line answers a thing asked: enough to offer it to its writer, who chooses, and never to say it.

Learnt from mails in four languages with what their readers wrote before (`benchmarks/train_wants.py`): the nearest line
in meaning is the right one for nine of ten things that were answered before; the signs tell whether any line does.
"""

import math
from collections.abc import Sequence
from operator import mul

from core.writing.grounded.answers import asks_fact, holds_kind, share_said

# Of each sign what it weighs, in the order of `signs_of`, and where the scale begins.
WEIGHTS = (25.945, 20.577, 5.96, 0.351, 1.264, 0.582)
BIAS = -24.642
# From here on a line is offered: to more than half of the things answered before, and wrongly to one in twenty of all.
OFFERED = 0.3


def signs_of(asked: str, line: str, language: str, near: float, behind: float) -> list[float]:
    """Return what speaks for a line.

    Args:
        asked: the thing asked.
        line: what was written before.
        language: that of the line.
        near: how near the two are for the embedded model.
        behind: by how much another line is nearer.
    """
    is_fact = asks_fact(asked)
    has_digit = any(map(str.isdigit, line))
    kind = is_fact and holds_kind(line, asked, language)
    return [near, behind, share_said(asked, line), float(is_fact), float(kind), float(has_digit)]


def probability(signs: Sequence[float]) -> float:
    """Return how likely a line with these signs answers."""
    return 1 / (1 + math.exp(-(BIAS + sum(map(mul, WEIGHTS, signs)))))
