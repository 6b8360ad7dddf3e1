"""Words: is one known, and which known words does a misspelt one stand for, the likeliest first.

The word list with its frequencies comes with symspellpy (82,834 English words); only the list is used, since its
own index takes seconds and over 100 MB to build, and rapidfuzz compares the whole list in milliseconds.
"""

from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

_MOST_EDITS = 2
# Shorter words have too many neighbours for two edits; the shortest may only have two letters exchanged.
_SHORTEST_FOR_TWO_EDITS_CHARS = 7
_SHORTEST_FOR_ANY_EDIT_CHARS = 4
_SHORTEST_CHARS = 3
_VERY_FREQUENT = 100_000_000
_SHORTEST_NAME_LIKE_CHARS = 7
_PREFIXES = ("un", "in", "re", "de", "non", "pre", "co", "anti", "sub", "multi", "auto", "micro", "inter", "mis")
_MOST_CANDIDATES = 40
# One more edit must be this many times as frequent to win.
_EDIT_WEIGHT = 500.0


@cache
def frequencies() -> dict[str, int]:
    """Return how often each English word was counted."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}


@cache
def _words() -> tuple[str, ...]:
    return tuple(frequencies())


def is_word(word: str) -> bool:
    """Tell whether a word stands in the list."""
    return word.casefold() in frequencies()


def corrections(word: str) -> list[str]:
    """Return the words that a misspelt one may stand for, the likeliest first; [] when none is near."""
    plain, capital = word.casefold(), word[:1].isupper()
    if len(plain) < (_SHORTEST_NAME_LIKE_CHARS if capital else _SHORTEST_CHARS) or _is_derived(plain):
        return []
    most = 1 if capital or len(plain) < _SHORTEST_FOR_TWO_EDITS_CHARS else _MOST_EDITS
    near = extract(plain, _words(), scorer=OSA.distance, score_cutoff=most, limit=_MOST_CANDIDATES)
    # People seldom get the first letter wrong; a candidate with another one is another word.
    found = [(str(one[0]), int(one[1])) for one in near if str(one[0])[0] == plain[0]]
    if len(plain) < _SHORTEST_FOR_ANY_EDIT_CHARS:
        found = [one for one in found if sorted(one[0]) == sorted(plain) and frequencies()[one[0]] > _VERY_FREQUENT]
    ranked = sorted(found, key=lambda pair: -frequencies()[pair[0]] / _EDIT_WEIGHT ** pair[1])
    return [_cased(candidate, word) for candidate, _ in ranked]


def _is_derived(word: str) -> bool:
    """A known word behind a prefix is a word, though no list holds it."""
    return any(word.startswith(prefix) and is_word(word[len(prefix) :]) for prefix in _PREFIXES if len(word) > 8)


def _cased(candidate: str, word: str) -> str:
    return candidate.capitalize() if word[:1].isupper() else candidate
