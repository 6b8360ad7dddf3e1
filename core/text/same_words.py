"""Everyday words that say the same, in one language or another: "vacation", "leave", "Urlaub", "congé"."""

import functools

from core.text.content import stem
from core.text.lexicon import by_language

# The first groups are those of day, week, month, year, hour and minute.
TIME_UNITS = 6
_MIN_PART_CHARS, _MIN_COMPOUND_CHARS = 4, 8


@functools.cache
def _lines() -> tuple[tuple[str, ...], ...]:
    table = by_language("same_words")["en"]
    return tuple(tuple(dict.fromkeys(line.casefold().split())) for line in table["same"])


@functools.cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, words in enumerate(_lines()):
        for word in words:
            found.setdefault(word, set()).add(number)
    stems: dict[str, set[int]] = {}
    for word, numbers in found.items():
        stems.setdefault(stem(word), set()).update(numbers)
    return {word: frozenset(numbers) for word, numbers in (stems | found).items()}


def groups_of(word: str) -> frozenset[int]:
    """Return the numbers of the groups that a word belongs to, in whatever form; most words belong to none."""
    plain = word.casefold()
    return _groups().get(plain) or _groups().get(stem(plain), frozenset())


def is_time_unit(word: str) -> bool:
    """Tell whether a word is a span of time, such as "weeks"."""
    return any(number < TIME_UNITS for number in groups_of(word))


def words_like(word: str) -> tuple[str, ...]:
    """Return the words that say the same as a word, itself left out."""
    found = (other for number in sorted(groups_of(word)) for other in _lines()[number])
    return tuple(dict.fromkeys(other for other in found if other != word.casefold()))


def is_same_part(word: str, compound: str) -> bool:
    """Tell whether a compound begins or ends with what says the same as a word: "summer" and "Sommerfest"."""
    if len(compound) < _MIN_COMPOUND_CHARS:
        return False
    like = (other for other in words_like(word) if len(other) >= _MIN_PART_CHARS)
    return any(compound.startswith(other) or compound.endswith(other) for other in like)
