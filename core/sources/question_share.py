"""How much of a question a passage holds, by BM25: what it scored, beside what all the question's words would.

A word that no passage holds counts as the rarest of all. So a passage that shares nothing with a question but a common
word of it has a small share, however high it ranks among others that share no more.
"""

import math
from collections.abc import Mapping

from core.sources.model import IndexQuery

_LEAST = 1e-3


def rarity(holding: float, passages: float) -> float:
    """Return the weight of a term that so many of the passages hold."""
    return max(math.log((passages - holding + 0.5) / (holding + 0.5)), _LEAST) if passages else _LEAST


def whole_score(query: IndexQuery, rarities: Mapping[str, float]) -> float:
    """Return what a passage of usual length scores that holds every word of a question once."""
    words = query.words or [(term,) for term in query.terms]
    # A word stands for the form of it that is held most; its other stems are those of other languages.
    weights = (min((rarities[term] for term in word if term in rarities), default=0.0) for word in words)
    return max(sum(weights), _LEAST)
