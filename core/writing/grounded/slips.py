"""How people mistype and misspell a word: an accent, a doubled letter, two exchanged, letters that sound alike."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby

_MIN_EXCHANGE_CHARS, _MIN_FOR_A_VOWEL_CHARS = 5, 8
_MIN_AFTER_ACCENT_CHARS, _MIN_FOR_A_SOUND_CHARS, _MIN_SAME_SOUND_CHARS = 3, 8, 6
_PAIR = 2
_VOWELS = "aeiou"
_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßáéíóúñàâèêëîïôùûç"
# No circumflex and no umlaut is taken away: "Bézier", "läuft".
_PLAIN_LETTERS = "aeiounc"
_ACCENTS = {"a": "äáà", "e": "éè", "i": "íï", "o": "öó", "u": "üúù", "n": "ñ", "c": "ç"}
_WITHOUT_ACCENT = {"ú": "u", "á": "a", "é": "eè", "è": "é", "í": "i", "ó": "o", "ê": "è", "ß": ["ss"]}
_SOUND_ALIKE = (("c", "s"), ("ie", "ei"), ("ant", "ent"), ("ance", "ence"), ("able", "ible"), ("qu", "q"))
_SPANISH_SOUNDS = frozenset(map(frozenset, ("sc", "sz", "cz", "bv", "gj")))
_SILENT_H = frozenset({"fr", "es"})
_DOUBLED_ENDS = frozenset({"ss", "dt", "td", "nn", "ll", "tt", "mm"})
_NEAR_SOUNDS = {
    "b": "v",
    "v": "b",
    "z": "sc",
    "s": "zcß",
    "c": "sz",
    "t": "d",
    "d": "t",
    "k": "g",
    "g": "kj",
    "j": "g",
    "n": "m",
    "m": "n",
    "y": "i",
    "i": "y",
}


def usual_slips(word: str, language: str) -> set[str]:
    """Return the words that differ by a doubled letter, an accent or letters that sound alike."""
    found: set[str] = set()
    for at, letter in enumerate(word):
        head, tail = word[:at], word[at + 1 :]
        found.add(head + letter + letter + tail)
        if at and tail[1:] and tail[0] == letter:
            found.add(head + tail)
        found |= {head + other + tail for other in _accented(letter, tail)}
    # In a short word "c" for "s" makes another word: "fucione", "cientas"; "feira" is no "fiera".
    alike = _SOUND_ALIKE if len(word) >= _MIN_FOR_A_SOUND_CHARS else () if language == "es" else _SOUND_ALIKE[1:]
    for sound, other in alike:
        found |= {word[:1] + word[1:-1].replace(*pair, 1) + word[-1:] for pair in ((sound, other), (other, sound))}
    return found


def other_slips(word: str, language: str) -> set[str]:
    """Return the words that have one letter more or less within, or another one that sounds nearly alike."""
    found: set[str] = set()
    for at in range(1, len(word)):
        head, letter, tail = word[:at], word[at], word[at + 1 :]
        found |= {head + missing + letter + tail for missing in _LETTERS if tail}
        if at > 1 and tail and len(word) >= (_MIN_FOR_A_VOWEL_CHARS if language == "es" else _MIN_EXCHANGE_CHARS):
            found |= {head + tail[:1] + letter + tail[1:], *([head + tail] if len(tail) > 1 else ())}
        vowels = _VOWELS if letter in _VOWELS and len(word) >= _MIN_FOR_A_VOWEL_CHARS and len(tail) > 1 else ""
        found |= {head + other + tail for other in (*vowels, *_NEAR_SOUNDS.get(letter, ""))}
    found |= {"h" + word} if language in _SILENT_H and word[0] in _VOWELS else set()
    doubled = {word[:at] + letter + word[at:] for at, letter in enumerate(word)}
    found |= {form[:at] + letter + form[at:] for form in doubled for at, letter in enumerate(form)}
    if word[-2] + word[-1] in _DOUBLED_ENDS and language != "en":
        found.add(word[:-1])
    found |= {word + letter for letter in (_LETTERS if len(word) >= _MIN_FOR_A_VOWEL_CHARS else word[-1])}
    return found


def cut_short(word: str) -> set[str]:
    """Return the words that have one letter more before the last: too many to choose from, but one may be meant."""
    return {word[:-1] + missing + word[-1] for missing in _LETTERS}


def _accented(letter: str, tail: str) -> Iterable[str]:
    """Return what a letter may have been: with its accent, or without one; "-ia" is an ending of its own."""
    if letter in _PLAIN_LETTERS:
        return () if letter == "i" and tail[:1] == "a" else _ACCENTS[letter]
    others = _WITHOUT_ACCENT.get(letter, ())
    return [letter for letter in others if len(tail) >= _MIN_AFTER_ACCENT_CHARS or letter not in _PLAIN_LETTERS]


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


def _letters_once(word: str) -> str:
    """Return the letters of a word without accents, those that stand twice once."""
    plain = unicodedata.normalize("NFD", word.casefold().replace("ß", "ss"))
    return "".join(letter for letter, _ in groupby(char for char in plain if not unicodedata.combining(char)))
