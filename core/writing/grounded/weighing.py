"""How rare a word is."""

import math

from core.text.frequencies import frequencies

_CORPUS_WORDS = 1e12
# Words that no list holds are names, terms and misspellings: rare, but not rarer than the rarest word.
_UNKNOWN_COUNT = 2e6


def rarity_of(word: str) -> float:
    """Return how rare an English word is, from about 4 ("the") to 18; words of other languages are all the same."""
    return math.log(_CORPUS_WORDS / frequencies().get(word.casefold(), _UNKNOWN_COUNT))
