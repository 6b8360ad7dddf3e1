"""Words: is one known, and which known words does a misspelt one stand for, the likeliest first.

The word list with its frequencies comes with symspellpy (82,834 English words); only the list is used, since its
own index takes seconds and over 100 MB to build, and rapidfuzz compares the whole list in milliseconds.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from core.writing.grounded.wordpairs import pair_count

_MOST_EDITS = 2
# Shorter words have too many neighbours for two edits; the shortest may only have two letters exchanged.
_SHORTEST_FOR_TWO_EDITS_CHARS = 7
_SHORTEST_FOR_ANY_EDIT_CHARS = 4
_SHORTEST_CHARS = 3
_VERY_FREQUENT = 100_000_000
_SHORTEST_NAME_LIKE_CHARS = 7
_PREFIXES = ("un", "re", "de", "non", "pre", "anti", "sub", "multi", "auto", "micro", "inter", "mis")
# What is added to a known word, and what the word had in its place.
_ENDINGS = (
    ("able", ""),
    ("able", "e"),
    ("ables", ""),
    ("izer", "ize"),
    ("izers", "ize"),
    ("ator", "ate"),
    ("ators", "ate"),
)
_TERMS_LIST = (
    "acks args async auth backend blog blogs charset config configs deps dev devs dict dicts diff diffs emoji"
    " emojis env frontend fullstack gif gifs json jpg kwargs linter linters login logins middleware namespace"
    " onboarding param params png podcast podcasts regex repo repos roadmap runtime selfie smartphone stderr stdin"
    " stdout struct subfolder tooltip toml tuple tuples typeahead unzip url urls utf validator webinar webhook"
    " webhooks wifi workflow workflows xml yaml"
)
_TERMS = frozenset(_TERMS_LIST.split())
_SHORTEST_HALF_CHARS = 4
_SHORT_CHARS = 5
_FREQUENT, _SURE = 3_000_000, 10_000_000
_SAME_ENDING, _USUAL_SLIP, _USUAL_PAIR = 20.0, 20.0, 15.0
_DAYS_AND_MONTHS_LIST = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April August September October November"
    " December"
)
_DAYS_AND_MONTHS = tuple(_DAYS_AND_MONTHS_LIST.split())
_SHORTEST_DAY_CHARS = 6
_SOUND_ALIKE = (("c", "s"), ("ie", "ei"), ("ant", "ent"), ("ance", "ence"), ("able", "ible"))
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
    """Tell whether a word stands in the list, or is one of the trade's that it lacks."""
    return word.casefold() in frequencies() or word.casefold() in _TERMS


def day_or_month(word: str) -> list[str]:
    """Return the weekday or month that a capitalised word misspells, [] when it is near none."""
    near = extract(word, _DAYS_AND_MONTHS, scorer=OSA.distance, score_cutoff=_MOST_EDITS, limit=1)
    return [str(one[0]) for one in near if len(word) >= _SHORTEST_DAY_CHARS and one[1]]


def corrections(word: str, *, before: Sequence[str] = (), after: Sequence[str] = ()) -> list[str]:
    """Return the words that a misspelt one may stand for, the likeliest first; [] when none is near.

    Args:
        word: the misspelt word.
        before: the word before it, if there is one; candidates that usually follow it are likelier.
        after: the word after it, if there is one.
    """
    plain, capital = word.casefold(), word[:1].isupper()
    if len(plain) < (_SHORTEST_NAME_LIKE_CHARS if capital else _SHORTEST_CHARS):
        return []
    most = 1 if capital or len(plain) < _SHORTEST_FOR_TWO_EDITS_CHARS else _MOST_EDITS
    near = extract(plain, _words(), scorer=OSA.distance, score_cutoff=most, limit=_MOST_CANDIDATES)
    # People seldom get the first letter wrong; a candidate with another one is another word.
    found = [(str(one[0]), int(one[1])) for one in near if str(one[0])[0] == plain[0]]

    def likelihood(pair: tuple[str, int]) -> float:
        beside = [pair_count(one, pair[0]) for one in before] + [pair_count(pair[0], one) for one in after]
        return _likelihood(plain, *pair) * _USUAL_PAIR ** sum(1 for count in beside if count)

    ranked = sorted(found, key=likelihood, reverse=True)
    if is_formed(plain) and not any(_is_surely(plain, *pair) for pair in ranked[:1]):
        return []
    return [_cased(candidate, word) for candidate, edits in ranked if _is_credible(plain, candidate, edits)]


def _likelihood(word: str, candidate: str, edits: int) -> float:
    worth = frequencies()[candidate] / _EDIT_WEIGHT**edits
    if candidate[-2:] == word[-2:]:
        worth *= _SAME_ENDING
    return worth * (_USUAL_SLIP if _is_usual_slip(word, candidate) else 1.0)


def _is_usual_slip(word: str, candidate: str) -> bool:
    """Tell whether two letters are exchanged, a letter is doubled or not, or letters that sound alike stand in."""
    if sorted(word) == sorted(candidate) or _undoubled(word) == _undoubled(candidate):
        return True
    return any(word.replace(one, other) == candidate.replace(one, other) for one, other in _SOUND_ALIKE)


def _is_surely(word: str, candidate: str, edits: int) -> bool:
    """Tell whether a word such as "untill" is a slip, although "un" and "till" are words."""
    return edits == 1 and _is_usual_slip(word, candidate) and frequencies()[candidate] > _SURE


def is_sure_slip(word: str) -> bool:
    """Tell whether a word is misspelt so plainly that even its repetition makes no term of it."""
    best = corrections(word)[:1]
    return bool(best) and _is_surely(
        word.casefold(), best[0].casefold(), OSA.distance(word.casefold(), best[0].casefold())
    )


def _undoubled(word: str) -> str:
    return "".join(letter for at, letter in enumerate(word) if at == 0 or word[at - 1] != letter)


def _is_credible(word: str, candidate: str, edits: int) -> bool:
    """Tell whether a correction is surer than that the word is a term which no list holds."""
    count = frequencies()[candidate]
    if word.endswith("ed") and is_word(word.removesuffix("ed")) and not candidate.endswith(("ed", "t", "n")):
        return False  # "dealed" is no "dealer"
    if len(word) < _SHORTEST_FOR_ANY_EDIT_CHARS:
        return sorted(word) == sorted(candidate) and count > _VERY_FREQUENT
    if len(word) <= _SHORT_CHARS and not _is_usual_slip(word, candidate):
        return count > _VERY_FREQUENT
    return edits == 1 or count > _FREQUENT


@cache
def is_formed(word: str) -> bool:
    """Tell whether a word is a known one with a prefix or an ending, or two known ones: a term that no list holds."""
    stem = word.removesuffix("'s").removesuffix("\u2019s")
    if stem != word and is_word(stem):
        return True
    if any(stem.startswith(prefix) and _is_usual(stem[len(prefix) :]) for prefix in _PREFIXES):
        return True
    for ending, put in _ENDINGS:
        if stem.endswith(ending) and is_word(stem[: -len(ending)] + put):
            return True
    halves = ((stem[:at], stem[at:]) for at in range(_SHORTEST_HALF_CHARS, len(stem) - _SHORTEST_HALF_CHARS + 1))
    return any(_is_usual(first) and _is_usual(second) for first, second in halves)


def _is_usual(word: str) -> bool:
    return len(word) >= _SHORTEST_HALF_CHARS and frequencies().get(word, 0) > _FREQUENT


def _cased(candidate: str, word: str) -> str:
    return candidate.capitalize() if word[:1].isupper() else candidate
