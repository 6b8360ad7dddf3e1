"""How often two English words stand side by side; the list (243,342 frequent pairs) comes with symspellpy."""

from functools import cache
from importlib.resources import files


@cache
def pair_counts() -> dict[str, int]:
    """Return the count of each frequent pair, keyed "first second" in small letters."""
    text = (files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt").read_text(encoding="utf-8-sig")
    counts: dict[str, int] = {}
    for line in text.splitlines():
        first, second, count = line.split(" ")
        counts[f"{first} {second}"] = int(count)
    return counts


def pair_count(first: str, second: str) -> int:
    """Return how often the second word follows the first, 0 for rare pairs."""
    return pair_counts().get(f"{first.casefold()} {second.casefold()}", 0)
