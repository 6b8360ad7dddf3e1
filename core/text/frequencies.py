"""How often words are used: English ones from the list that comes with symspellpy, others from pyspellchecker's.

Both are lists of words that are right. pyspellchecker (MIT) comes with the extra `embedded`.
"""

import gzip
import json
import math
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

_CORPUS_WORDS = 1e12
# Words that no list holds are names, terms and misspellings: rare, but not rarer than the rarest word.
_UNKNOWN_COUNT = 2e6


@cache
def frequencies(language: str) -> dict[str, int]:
    """Return how often each word of a language was counted, keyed in small letters; {} where no list is installed."""
    if language == "en":
        text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
        pairs = (line.split() for line in text.splitlines())
        return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}
    # The package is only located: importing it costs time and brings nothing.
    spec = find_spec("spellchecker")
    path = Path(spec.origin).parent / "resources" / f"{language}.json.gz" if spec and spec.origin else Path()
    counts: dict[str, int] = json.loads(gzip.decompress(path.read_bytes())) if path.is_file() else {}
    return counts


@cache
def total(language: str) -> float:
    """Return how many words were counted in a language."""
    return _CORPUS_WORDS if language == "en" else float(sum(frequencies(language).values()))


def rarity_of(word: str) -> float:
    """Return how rare an English word is, from about 4 ("the") to 18; words of other languages are all the same."""
    return math.log(_CORPUS_WORDS / frequencies("en").get(word.casefold(), _UNKNOWN_COUNT))
