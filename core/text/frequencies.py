"""How often English words are used: 82,834 of them with their counts, from the list that comes with symspellpy."""

import math
from functools import cache
from importlib.resources import files

_CORPUS_WORDS = 1e12
# Words that no list holds are names, terms and misspellings: rare, but not rarer than the rarest word.
_UNKNOWN_COUNT = 2e6


@cache
def frequencies() -> dict[str, int]:
    """Return how often each English word was counted, keyed in small letters."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}


def rarity_of(word: str) -> float:
    """Return how rare an English word is, from about 4 ("the") to 18; words of other languages are all the same."""
    return math.log(_CORPUS_WORDS / frequencies().get(word.casefold(), _UNKNOWN_COUNT))
