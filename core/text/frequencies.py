"""How often English words are used: 82,834 of them with their counts, from the list that comes with symspellpy."""

from functools import cache
from importlib.resources import files


@cache
def frequencies() -> dict[str, int]:
    """Return how often each English word was counted, keyed in small letters."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    pairs = (line.split() for line in text.splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2}
