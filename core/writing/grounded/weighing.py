"""How much each word says about a text: by how rare it is, how often it comes, and whether it comes early."""

import math
import re
from collections import Counter

from core.text.content import is_empty_word, stem
from core.text.frequencies import frequencies

_WORD = re.compile(r"[^\W_](?:[\w'\u2019.+/-]*[\w+])?")
_MOST_CHARS = 20_000
_CORPUS_WORDS = 1e12
# Words that no list holds are names, terms and misspellings: rare, but not rarer than the rarest word.
_UNKNOWN_COUNT = 2e6
_EARLY_CHARS, _EARLY_WEIGHT = 300, 1.6
_NAME_WEIGHT = 1.3


def rarity_of(word: str) -> float:
    """Return how rare an English word is, from about 4 ("the") to 18; words of other languages are all the same."""
    return math.log(_CORPUS_WORDS / frequencies().get(word.casefold(), _UNKNOWN_COUNT))


def word_weights(text: str) -> dict[str, float]:
    """Return the weight of each stem among the first 20,000 characters."""
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    rarity: dict[str, float] = {}
    first_at: dict[str, int] = {}
    for match in _WORD.finditer(text[:_MOST_CHARS]):
        word = match[0].casefold().replace("\u2019", "'")
        if is_empty_word(word) or len(word) < 2 or word.isdigit():
            continue
        key = stem(word)
        counts[key] += 1
        capitals[key] += match[0][0].isupper()
        rarity.setdefault(key, rarity_of(word))
        first_at.setdefault(key, match.start())
    weights: dict[str, float] = {}
    for key, count in counts.items():
        early = _EARLY_WEIGHT if first_at[key] < _EARLY_CHARS else 1.0
        name = _NAME_WEIGHT if capitals[key] == count and first_at[key] > 0 else 1.0
        weights[key] = rarity[key] * (1 + math.log(count)) * early * name
    return weights
