"""Misspelt words whose right form is proven; every other unknown word is taken for a name or a term, and stays.

A word is misspelt when no dictionary knows it and the text uses it once. Its right form is proven when only one known
word is a usual slip away (a letter doubled or not, two exchanged, an accent), or, in English, when
it is far more frequent than any other word that is one letter away.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from core.text.dictionaries import Dictionary, find_dictionary
from core.text.frequencies import frequencies
from core.text.lexicon import lexicon
from core.writing.grounded.corrections import Correction

# Among the values of a paragraph: the words that its document uses more than once.
REPEATED = "repeated_words"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_JOINED = "-\u2010\u2011'\u2019/@_.\\#&+"
_SHORTEST_CHARS, _SHORTEST_CAPITAL_CHARS, _SHORTEST_PART_CHARS = 5, 8, 3
_SHORTEST_EXCHANGE_CHARS, _SHORTEST_FOR_A_VOWEL_CHARS = 6, 8
_SHORTEST_AFTER_ACCENT_CHARS, _SHORTEST_FOR_A_SOUND_CHARS = 3, 8
_LEAST_FREQUENCY, _LEAST_LEAD = 2_000_000, 40.0
_LETTERS, _VOWELS = "abcdefghijklmnopqrstuvwxyzäöüßáéíóúñàâèêëîïôùûç", "aeiou"
# A sentence with so many unknown words is in another language, or is none.
_MOST_UNKNOWN_SHARE, _MOST_UNKNOWN = 0.25, 3
_SENTENCE = re.compile(r"[^.!?\n]+")
_ENDS = frozenset('.!?:\n\u2022*\u201e\u201c"(\u00bf\u00a1\u00ab')
_PREFIX_LIST = (
    "un re de des dis non pre anti sub multi auto micro inter mis sobre super contra ex co weiter zurück ein aus an ab"
    " auf vor nach mit über unter um zu neu"
)
_PREFIXES = tuple(_PREFIX_LIST.split())
# No circumflex and no umlaut is taken away: "Bézier", "läuft".
_PLAIN_LETTERS = "aeiounc"
_ACCENTS = {"a": "äáà", "e": "éè", "i": "íï", "o": "öó", "u": "üúù", "n": "ñ", "c": "ç"}
_WITHOUT_ACCENT = {"á": "a", "é": "eè", "è": "é", "í": "i", "ó": "o", "ú": "u", "ê": "è", "ß": ["ss"]}
_SOUND_ALIKE = (("c", "s"), ("ie", "ei"), ("ant", "ent"), ("ance", "ence"), ("able", "ible"), ("qu", "q"))


def find_misspelt(text: str, language: str, repeated: frozenset[str] = frozenset()) -> Iterator[Correction]:
    """Give the proven corrections of a text; none where its language has no dictionary here.

    Args:
        text: what is to be corrected.
        language: its ISO 639-1 code.
        repeated: words that the document around uses more than once, in small letters: its own terms.
    """
    dictionary = find_dictionary(language)
    if dictionary is None:
        return
    terms = repeated | repeated_words(text)
    for sentence in _SENTENCE.finditer(text):
        words = list(_WORD.finditer(text, *sentence.span()))
        unknown = [match for match in words if not is_known(match[0], language, dictionary)]
        if len(unknown) > max(_MOST_UNKNOWN, _MOST_UNKNOWN_SHARE * len(words)):
            continue
        for match in unknown:
            if match[0].casefold() not in terms and (right := _proven(text, match, unknown, language, dictionary)):
                why = lexicon(language).wording("proofreading.misspelt").format(wrong=match[0])
                yield Correction(match.start(), match.end(), right, why)


def repeated_words(text: str) -> frozenset[str]:
    """Return the words that a text uses more than once, in small letters."""
    counts = Counter(match[0].casefold() for match in _WORD.finditer(text))
    return frozenset(word for word, count in counts.items() if count > 1)


@lru_cache(maxsize=20_000)
def is_known(word: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word is right as it stands, as far as anything here knows."""
    plain = word.replace("\u2019", "'")
    if dictionary.knows(plain) or (language == "en" and plain.casefold() in frequencies()):
        return True
    stem, _, ending = plain.rpartition("'")
    # "qu'il", "l'État", "Anna's": each part by itself.
    return bool(stem) and all(len(part) < 3 or dictionary.knows(part) for part in (stem, ending))


def _proven(
    text: str, match: re.Match[str], unknown: Collection[re.Match[str]], language: str, dictionary: Dictionary
) -> str:
    word, start, end = match[0], match.start(), match.end()
    joined = text[start - 1 : start] in _JOINED if start else False
    joined = (
        joined
        or text[end : end + 1] in "-\u2010\u2011"
        or (text[end : end + 1] in _JOINED and text[end + 1 : end + 2].isalnum())
    )
    plain = word.islower() or (word[:1].isupper() and word[1:].islower())
    beside = any(other is not match and 0 <= min(abs(other.start() - end), abs(start - other.end())) <= 2
                 for other in unknown)  # fmt: skip
    if joined or not plain or beside or len(word) < _SHORTEST_CHARS or not word.isalpha():
        return ""
    capital = word[:1].isupper()
    if capital and not _may_be_a_word(text, start, word, language):
        return ""
    right = nearest(word.casefold() if not (capital and language == "de") else word, language, dictionary)
    return right[:1].upper() + right[1:] if capital else right


def _may_be_a_word(text: str, start: int, word: str, language: str) -> bool:
    """Tell whether a word with a capital may be none of a name: it begins a sentence, or is a long German noun."""
    if len(word) < _SHORTEST_CAPITAL_CHARS:
        return False
    before = text[:start].rstrip(" \t")
    begins = not before or before[-1] in _ENDS
    if language != "de" or begins:
        return begins
    # A name follows another capital or a title; a noun follows a small word.
    last = before.rpartition(" ")[2]
    return last.islower() and last.isalpha()


def nearest(word: str, language: str, dictionary: Dictionary) -> str:
    """Return the one word that a misspelt one stands for, "" where that is not proven."""
    borrowed = language != "en" and word in frequencies()
    if borrowed or _is_formed(word, language, dictionary):
        return ""
    usual = [one for one in _usual_slips(word) if one != word and is_known(one, language, dictionary)]
    if language == "en" and (right := _likeliest(usual)):
        return right
    if language != "en":
        sure = len(usual) == 1 and usual[0] != _with_sharp_s(word) and not _is_compound(usual[0], dictionary)
        return usual[0] if sure else ""
    near = set(_one_edit_away(word)) if language == "en" and word.islower() else ()
    return _likeliest([one for one in near if _is_likely_slip(word, one) and is_known(one, language, dictionary)])


def _usual_slips(word: str) -> set[str]:
    """Return the words that differ by a doubled letter, two exchanged, an accent or letters that sound alike."""
    found: set[str] = set()
    for at, letter in enumerate(word):
        head, tail = word[:at], word[at + 1 :]
        found.add(head + letter + letter + tail)
        if tail[1:] and tail[0] == letter and word.islower():
            found.add(head + tail)
        if at > 1 and tail[:1] not in {"", letter} and word.islower() and len(word) >= _SHORTEST_EXCHANGE_CHARS:
            found.add(head + tail[0] + letter + tail[1:])
        found |= {head + other + tail for other in _accented(letter, tail) if word.islower()}
    # In a short word "c" for "s" makes another word: "fucione", "cientas".
    for one, other in _SOUND_ALIKE if len(word) >= _SHORTEST_FOR_A_SOUND_CHARS else _SOUND_ALIKE[1:]:
        found |= {word[:1] + word[1:-1].replace(*pair, 1) + word[-1:] for pair in ((one, other), (other, one))}
    return found


def _accented(letter: str, tail: str) -> Iterable[str]:
    """Return what a letter may have been: with its accent, or without one; "-ia" is an ending of its own."""
    if letter in _PLAIN_LETTERS:
        return () if letter == "i" and tail[:1] == "a" else _ACCENTS[letter]
    others = _WITHOUT_ACCENT.get(letter, ())
    return [one for one in others if len(tail) >= _SHORTEST_AFTER_ACCENT_CHARS or one not in _PLAIN_LETTERS]


def _is_formed(word: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word is a known one with a prefix: "reintente", "weiterläuft"; such words no dictionary lists."""
    rest = (word[len(prefix) :] for prefix in _PREFIXES if word.casefold().startswith(prefix))
    return any(len(one) > _SHORTEST_PART_CHARS and is_known(one, language, dictionary) for one in rest)


def _is_compound(word: str, dictionary: Dictionary) -> bool:
    """Tell whether a German noun can be parted into two words: Hunspell takes "Rotkits" and "Akzepttor" for some."""
    parts = ((word[:at], word[at:].capitalize()) for at in range(_SHORTEST_PART_CHARS, len(word) - 2))
    return word[:1].isupper() and any(dictionary.knows(first) and dictionary.knows(second) for first, second in parts)


def _one_edit_away(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
            yield head + tail[1:2] + tail[0] + tail[2:]


def _with_sharp_s(word: str) -> str:
    """Return the word as it is written outside Switzerland: there, "ss" is no fault."""
    return word.replace("ss", "ß", 1)


def _lacks_a_letter(word: str, other: str) -> bool:
    return len(other) == len(word) + 1 and other[:2] == word[:2] and other[-2:] == word[-2:]


def _is_likely_slip(word: str, other: str) -> bool:
    """Tell whether a letter within the word is missing, or one vowel stands for another."""
    vowel = len(other) == len(word) >= _SHORTEST_FOR_A_VOWEL_CHARS and all(
        one == two or (one in _VOWELS and two in _VOWELS) for one, two in zip(word, other, strict=True)
    )
    return _lacks_a_letter(word, other) or (vowel and other[:2] == word[:2] and other[-2:] == word[-2:])


def _likeliest(words: Iterable[str]) -> str:
    ranked = sorted(words, key=lambda one: -frequencies().get(one, 0))
    counts = [frequencies().get(one, 0) for one in ranked[:2]]
    sure = bool(ranked) and counts[0] >= _LEAST_FREQUENCY and (len(counts) == 1 or counts[0] > _LEAST_LEAD * counts[1])
    return ranked[0] if sure else ""
