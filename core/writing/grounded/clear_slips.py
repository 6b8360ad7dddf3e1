"""Misspelt words that have one right form, of all that a speller thinks of: "automaticly", "aswell", "Telefonummer".

A speller thinks first of what is most alike. That is the right word where it sounds alike or lacks a letter, and no
other known word is as near and nearly as usual.
"""

from collections.abc import Callable, Sequence

from core.text.dictionaries import Dictionary, find_dictionary, frequencies, total
from core.text.language import stop_words
from core.writing.grounded.slips import is_small_slip, one_letter_away, without_accents
from core.writing.grounded.spelling import differs_by_umlaut, is_compound, is_foreign_word, is_known, is_meant

_MIN_CHARS, _MIN_OTHER_CHARS, _MIN_NOUN_CHARS, _MIN_FAR_CHARS = 5, 7, 7, 8
# How often a word is used among a million, and how many times as often as any other that may be meant.
_IN_USE, _FAR_MORE, _USUAL = 0.4, 10, 100
_MIN_PARTS, _FORMED, _COMMON, _ENDING_CHARS = (2, 4), 2, 1.0, 2
# The list of Spanish words has few of their forms.
_UNLISTED = frozenset({"es"})
# Letters that Spanish has not: the word is Catalan, Galician or Portuguese.
_NO_SPANISH = frozenset("àèìòùâêîôûçãõ")
_ESZETT = "\u00df"


def clear_form(old: str, given: Sequence[str], language: str) -> str:
    """Return what an unknown word is to be, as it stands in a text, "" where it may be more than one word.

    Args:
        old: the word.
        given: what a speller offers, the most alike first.
        language: its ISO 639-1 code.
    """
    dictionary, small = find_dictionary(language), old.lower()
    if dictionary is None or not old.isalpha() or is_known(old, language, dictionary):
        return ""
    if _rate(language)(small) >= _IN_USE or any(
        is_foreign_word(form, language) for form in (old, small, small.capitalize())
    ):
        return ""
    if parted := _parted(small, given, language):
        return parted[:1].upper() + parted[1:] if old[:1].isupper() else parted
    # "Automatic" is no form of "automaticly": who wrote more meant an ending.
    meant = [word for word in given if word.isalpha() and not _is_cut(small, word)]
    right = next(iter(meant), "")
    if language == "de" and old[:1].isupper():
        return right if _is_clear_noun(old, right, dictionary) else ""
    is_word = right[1:].islower() and (right[:1].islower() or old[:1].isupper())
    # A program is called "buildd".
    is_meant_so = right == old[:-1] and right not in one_letter_away(old)
    is_word = is_word and not is_meant_so and not is_meant(small, right, language, dictionary)
    is_clear = is_word and _is_clear(small, right.lower(), meant, language, dictionary)
    return (right.capitalize() if old[:1].isupper() else right) if is_clear else ""


def with_eszett(old: str, given: Sequence[str]) -> str:
    """Return a German word with the "ß" that it lacks, "" where it lacks none: "heisst", "Verschleissteile"."""
    return next((word for word in given[:1] if _ESZETT in word and word.replace(_ESZETT, "ss") == old), "")


def _rate(language: str) -> Callable[[str], float]:
    """Return how often each word is used among a million; of inflected forms not all lists tell."""
    counts, million = frequencies(language), max(1.0, total(language) / 1e6)
    return lambda word: counts.get(word.casefold(), 0) / million


def _parted(small: str, given: Sequence[str], language: str) -> str:
    """Return two usual words that are written as one, the first of which says nothing by itself: "infront"."""
    rate = _rate(language)
    for words in given[:1]:
        first, blank, second = words.partition(" ")
        is_long = all(len(part) >= least for part, least in zip((first, second), _MIN_PARTS, strict=True))
        if blank and is_long and words.replace(" ", "").casefold() == small and first.casefold() in stop_words():
            least = min(rate(first), rate(second))
            others = (rate(other) for other in one_letter_away(small))
            return words if least >= _USUAL and least > _FAR_MORE * max(others, default=0) else ""
    return ""


def _is_cut(small: str, word: str) -> bool:
    return small.startswith(word.casefold()) and len(small) - len(word) >= _ENDING_CHARS


def _is_clear_noun(old: str, right: str, dictionary: Dictionary) -> bool:
    """Tell whether a German noun, of however many words it is made, lacks or doubles a letter: "Telefonummer"."""
    is_slip = len(old) >= _MIN_NOUN_CHARS and right[:1] == old[0] and is_small_slip(old.lower(), right.lower(), "de")
    return is_slip and not _is_of_a_region(old, right) and not is_compound(old, dictionary)


def _is_of_a_region(old: str, right: str) -> bool:
    """Tell whether a German word differs by an umlaut alone, or is written as in Switzerland: "bräucht", "Grossen"."""
    return differs_by_umlaut(old, right) or differs_by_umlaut(right, old) or (_ESZETT in right and "ss" in old)


def _is_clear(small: str, right: str, given: Sequence[str], language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word is a slip of the first word that a speller thinks of, and hardly of any other."""
    from rapidfuzz.distance import OSA

    is_slip, slips = is_small_slip(small, right, language), one_letter_away(small)
    is_umlaut = language == "de" and _is_of_a_region(small, right)
    if len(small) < _MIN_CHARS or is_umlaut or (language == "es" and not _NO_SPANISH.isdisjoint(small)):
        return False
    far, rate = OSA.distance(small, right), _rate(language)
    # A letter too much, or another one, makes a word that may be meant; what lacks one is none.
    lacks = right in slips and len(right) > len(small) and right[:-1] != small
    sounds = right in slips and len(right) == len(small) >= _MIN_OTHER_CHARS
    is_formed = far == _FORMED and len(small) >= _MIN_FAR_CHARS and len(right) > len(small) and right[-1] == small[-1]
    is_used = rate(right) >= _IN_USE
    is_bare = right == without_accents(small)
    if not (
        (is_slip and (is_used or (language in _UNLISTED and not is_bare)))
        or ((lacks or sounds or is_formed) and is_used)
    ):
        return False
    known = {slip for slip in slips if is_known(slip, language, dictionary)}
    others = {word.casefold() for word in given} | known
    # Of a rare word whatever is as near may be meant.
    is_same = without_accents(small) == without_accents(right)
    is_alike = is_slip and (rate(right) >= _COMMON or not (is_used or is_same))
    near = [
        other
        for other in others - {right, small}
        if OSA.distance(small, other) <= far and (not is_alike or is_small_slip(small, other, language))
    ]
    return all(_FAR_MORE * rate(other) < rate(right) for other in near)
