"""How people mistype and misspell a word: a letter doubled, left out, exchanged or one that sounds alike."""

import unicodedata
from itertools import groupby

_MIN_SAME_SOUND_CHARS, _MIN_FOR_A_VOWEL_CHARS, _PAIR = 6, 8, 2
# Since 1990 French may do without "î" and "û".
_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßáéíóúñàâèêëïôùç"
_VOWELS = "aeiouyäöü"
_ACCENTED = ("aàáâä", "eéèêë", "iíï", "oóôö", "uúùü", "nñ", "cç")
_SOUND_ALIKE = ("bvp", "vf", "dt", "gkj", "sczß", "mn", "yi", "kq")
_SPANISH_SOUNDS = frozenset(map(frozenset, ("sc", "sz", "cz", "bv", "gj")))
# Letters that people double at the end of a word.
_DOUBLED_ENDS = "lmnst"
_SILENT_H = frozenset({"fr", "es"})


def one_letter_away(word: str) -> set[str]:
    """Return the words that differ by a letter more or less behind the first, two exchanged, or one that sounds alike.

    Another ending makes another word: of the last two letters none is too much, but for a doubled one.
    """
    found = {f"h{word}"}
    for at in range(1, len(word) + 1):
        head, letter, tail = word[:at], word[at : at + 1], word[at + 1 :]
        found |= {head + more + letter + tail for more in _LETTERS}
        if tail:
            is_inner = bool(tail[1:]) or (letter == tail and letter in _DOUBLED_ENDS)
            found |= {head + tail[0] + letter + tail[1:], *([head + tail] if is_inner else [])}
        found |= {head + other + tail for other in _alike(letter, word)}
    return found - {word}


def _alike(letter: str, word: str) -> set[str]:
    groups = (*_ACCENTED, *_SOUND_ALIKE, *([_VOWELS] if len(word) >= _MIN_FOR_A_VOWEL_CHARS else []))
    found = {other for group in groups if letter and letter in group for other in group}
    return found | ({"ss"} if letter == "ß" else set())


def is_small_slip(word: str, right: str, language: str) -> bool:
    """Tell whether two words differ by an accent, a doubled letter, two exchanged, or letters that sound the same."""
    if _letters_once(word) == _letters_once(right):
        return True
    if len(word) != len(right):
        # "Währe" for "wäre", "ablar" for "hablar".
        is_h = language == "de" and word.replace("h", "") == right.replace("h", "")
        return is_h or (language in _SILENT_H and right == f"h{word}")
    places = [at for at, pair in enumerate(zip(word, right, strict=True)) if pair[0] != pair[1]]
    if len(places) == _PAIR:
        first, last = places
        return last == first + 1 and word[first : last + 1] == right[first : last + 1][::-1]
    sounds = frozenset((word[places[0]], right[places[0]]))
    return len(places) == 1 and language == "es" and len(word) >= _MIN_SAME_SOUND_CHARS and sounds in _SPANISH_SOUNDS


def lacks_accents(word: str, right: str) -> bool:
    """Tell whether a word in small letters is another one without its accents: "logistica"."""
    return word.islower() and word != right and without_accents(right) == word


def without_accents(word: str) -> str:
    """Return a word without its accents, its umlauts among them."""
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


def _letters_once(word: str) -> str:
    """Return the letters of a word without accents, those that stand twice once."""
    return "".join(letter for letter, _ in groupby(without_accents(word.casefold().replace("ß", "ss"))))
