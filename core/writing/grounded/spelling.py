"""Misspelt words whose right form is proven; every other unknown word is taken for a name or a term, and stays.

A word is misspelt when no dictionary knows it and the text uses it once. Its right form is proven when only one known
word is a usual slip away (a letter doubled or not, two exchanged, an accent), or, in English, when
it is far more frequent than any other word that is one letter away.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from core.text.dictionaries import Dictionary, find_dictionary, frequencies, total
from core.text.forms import LETTERS
from core.text.language import stop_words
from core.text.lexicon import lexicon, pattern_beside
from core.text.sentences import begins_sentence
from core.writing.grounded.grammar import Correction

# Among the values of a paragraph: the words that its document uses more than once.
REPEATED = "repeated_words"
# In French "l'équipe" is two words.
_ELIDED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?!['\u2019]?[^\W\d_])|(?<=['\u2019])[^\W\d_]+")
_JOINED = "-\u2010\u2011'\u2019/@_.\\#&+"
_MIN_CHARS, _MIN_CAPITAL_CHARS, _MIN_PART_CHARS = 5, 8, 3
_MIN_EXCHANGE_CHARS, _MIN_FOR_A_VOWEL_CHARS = 5, 8
_MIN_AFTER_ACCENT_CHARS, _MIN_FOR_A_SOUND_CHARS = 3, 8
# How often the right word must be used, and how much more often than another that is as near. The German list counts
# few nouns.
_MIN_PER_MILLION = {"en": 1.0, "de": 0.15, "fr": 0.3, "es": 3.0}
_MIN_LEAD = {"en": 40.0, "de": 8.0, "fr": 8.0, "es": 8.0}
_MIN_RARE_CHARS, _RARE_SHARE, _SHORT_LEAST = 8, 0.4, 12
_VERB_ENDINGS = {"de": ("en", "t"), "fr": ("er",), "es": ("ar", "ear", "ado", "ada")}
_SMALL_FORM = pattern_beside(__file__, "small_forms", r"(?P<noun>\w{2,20})", flags=0)
_VOWELS = "aeiou"
_LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßáéíóúñàâèêëîïôùûç"
# A sentence with so many unknown words that stand for none is in another language.
_MAX_UNKNOWN_SHARE, _MAX_UNKNOWN = 0.25, 3
_SENTENCE_ENDS = str.maketrans(".!?", "\n\n\n")
_BEFORE_NOUN = pattern_beside(__file__, "before_noun")
_HYPHENS, _MAX_INDENT = frozenset("-\u2010\u2011"), 40
_CUT = ("...", "\u2026")
_PREFIX_LIST = (
    "un re de des dis non pre anti sub multi auto micro inter mis sobre super contra ex co weiter zurück ein aus an ab"
    " auf vor nach mit über unter um zu neu"
)
_PREFIXES = tuple(_PREFIX_LIST.split())
# No circumflex and no umlaut is taken away: "Bézier", "läuft".
_PLAIN_LETTERS = "aeiounc"
_ACCENTS = {"a": "äáà", "e": "éè", "i": "íï", "o": "öó", "u": "üúù", "n": "ñ", "c": "ç"}
_WITHOUT_ACCENT = {"ú": "u", "á": "a", "é": "eè", "è": "é", "í": "i", "ó": "o", "ê": "è", "ß": ["ss"]}
_ACUTE = {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"}
_NO_ACCENT = {accented: letter for letter, accented in _ACUTE.items()}
_SOUND_ALIKE = (("c", "s"), ("ie", "ei"), ("ant", "ent"), ("ance", "ence"), ("able", "ible"), ("qu", "q"))
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
    end = -1
    for sentence in text.translate(_SENTENCE_ENDS).split("\n"):
        begin, end = end + 1, end + 1 + len(sentence)
        words = list((_ELIDED if language == "fr" else LETTERS).finditer(text, begin, end))
        unknown = [match for match in words if not is_known(match[0], language, dictionary)]
        proven = [
            (match, right)
            for match in unknown
            if match[0].casefold() not in terms and (right := _proven(text, match, unknown, language, dictionary))
        ]
        if len(unknown) - len(proven) > max(_MAX_UNKNOWN, _MAX_UNKNOWN_SHARE * len(words)):
            continue
        for match, right in proven:
            why = lexicon(language).wording("proofreading.misspelt").format(wrong=match[0])
            yield Correction(match.start(), match.end(), right, why)


def repeated_words(text: str) -> frozenset[str]:
    """Return the words that a text uses more than once, in small letters."""
    counts = Counter(match[0].casefold() for match in LETTERS.finditer(text))
    return frozenset(word for word, count in counts.items() if count > 1)


@lru_cache(maxsize=20_000)
def is_known(word: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word is right as it stands, as far as anything here knows."""
    plain = word.replace("\u2019", "'")
    if dictionary.knows(plain) or (language == "en" and plain.casefold() in frequencies("en")):
        return True
    stem, _, ending = plain.rpartition("'")
    # "qu'il", "l'État", "Anna's": each part by itself.
    return bool(stem) and all(len(part) < 3 or dictionary.knows(part) for part in (stem, ending))


def _proven(
    text: str, match: re.Match[str], unknown: Collection[re.Match[str]], language: str, dictionary: Dictionary
) -> str:
    word, start, end = match[0], match.start(), match.end()
    joined = (
        text[start - 1 : start] in _JOINED and not (language == "fr" and text[start - 1] in "'\u2019")
        if start
        else False
    )
    joined = (
        joined
        or text[end : end + 1] in _HYPHENS
        or (text[end : end + 1] in _JOINED and text[end + 1 : end + 2].isalnum())
    )
    # "Infor-" at the end of a line, "mation" at the beginning of the next.
    line = text[max(0, start - _MAX_INDENT) : start].rstrip(" \t")
    joined = joined or (line.endswith("\n") and line.rstrip()[-1:] in _HYPHENS)
    plain = word.islower() or (word[:1].isupper() and word[1:].islower())
    names = [one for one in unknown if not (one[0].islower() and word.islower())]
    beside = any(
        other is not match and 0 <= min(abs(other.start() - end), abs(start - other.end())) <= 2 for other in names
    )
    is_cut = text.startswith(_CUT, end)
    if joined or is_cut or not plain or beside or len(word) < _MIN_CHARS or not word.isalpha():
        return ""
    capital = word[:1].isupper()
    if language == "de" and not capital and dictionary.knows(word.capitalize()):
        # "Dem seitenweisen Anzeigen": an adjective stands before its noun.
        before, after = text[:start].split()[-1:], text[end:].lstrip()
        is_noun = bool(before and _BEFORE_NOUN.fullmatch(before[0])) and not after[:1].isupper()
        return word.capitalize() if is_noun and not _is_compound(word.capitalize(), dictionary) else ""
    if language == "es" and (accented := _with_right_accent(word.casefold(), dictionary)) is not None:
        right = accented
    elif capital and not _may_be_a_word(text, start, word, language):
        return ""
    else:
        right = nearest(word.casefold() if not (capital and language == "de") else word, language, dictionary)
    return right[:1].upper() + right[1:] if capital else right


def _may_be_a_word(text: str, start: int, word: str, language: str) -> bool:
    """Tell whether a word with a capital may be none of a name: it begins a sentence, or is a long German noun."""
    before = text[:start].rstrip(" \t")
    last = before.rpartition(" ")[2]
    if language == "de" and _BEFORE_NOUN.fullmatch(last):
        return True
    if len(word) < _MIN_CAPITAL_CHARS:
        return False
    begins = begins_sentence(text, start) and not _stands_alone(text, start, start + len(word))
    if language != "de" or begins:
        return begins
    # A name follows another capital or a title; a noun follows a small word.
    return last.islower() and last.isalpha()


def _with_right_accent(word: str, dictionary: Dictionary) -> str | None:
    """Return the one word that differs by its accent, "" where there are several, None where there is none."""
    plain = "".join(_NO_ACCENT.get(letter, letter) for letter in word)
    moved = (plain[:at] + _ACUTE[letter] + plain[at + 1 :] for at, letter in enumerate(plain) if letter in _ACUTE)
    known = [one for one in (plain, *moved) if one != word and is_known(one, "es", dictionary)]
    return None if not known else known[0] if len(known) == 1 else ""


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a word is a line of its own, as a name in a list is."""
    return not text[text.rfind("\n", 0, start) + 1 : start].strip() and text[end : end + 1] == "\n"


def nearest(word: str, language: str, dictionary: Dictionary) -> str:
    """Return the one word that a misspelt one stands for, "" where that is not proven.

    Of several that are a usual slip away, the one that is far more frequent than the others; without a list of how
    often words are used, only the one that is alone.
    """
    english = find_dictionary("en") if language != "en" else None
    borrowed = english is not None and (word.casefold() in frequencies("en") or english.knows(word))
    is_term = word.casefold() in lexicon("en").words("proofreading.terms")
    if borrowed or is_term or _is_formed(word, language, dictionary):
        return ""
    counts = frequencies(language)
    near = [one for one in _usual_slips(word) if one != word and is_known(one, language, dictionary)]
    alone = near[0] if len(near) == 1 and language != "en" else ""
    if not alone and counts:
        near += [one for one in _other_slips(word, language) if one != word and is_known(one, language, dictionary)]
    right = alone or _most_used(set(near), language)
    return right if right and _is_sure(word, right, language, dictionary) else ""


def _most_used(words: set[str], language: str) -> str:
    """Return the word that is used often, and far more often than the others; "" for none."""
    counts = frequencies(language)
    ranked = sorted(words, key=lambda one: -counts.get(one.casefold(), 0))
    often = [counts.get(one.casefold(), 0) for one in ranked[:2]]
    least = _MIN_PER_MILLION.get(language, 1.0) * total(language) / 1e6
    # A long word that nothing else is near to may be rare.
    if language == "en" and len(ranked) == 1 and len(ranked[0]) > _MIN_RARE_CHARS:
        least *= _RARE_SHARE
    elif language == "en" and ranked and len(ranked[0]) < _MIN_RARE_CHARS:
        least *= _SHORT_LEAST
    # How often German nouns are used the list does not tell: there the word must be the only one in use.
    lead = math.inf if language == "de" and any(one[0].isupper() for one in words) else _MIN_LEAD.get(language, 8.0)
    leads = len(often) == 1 or (len(often) == 2 and (not often[1] or often[0] > lead * often[1]))
    return ranked[0] if leads and often[0] >= max(least, 1.0) else ""


def _is_sure(word: str, right: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word was not meant as it stands: in Switzerland "ss" is right, a new compound may be nobody's."""
    if language == "en":
        return word.replace("z", "s") != right.replace("z", "s") and not _is_joined(word, dictionary)
    if language != "de":
        return True
    # "Stadel" is a barn, "Städel" a museum: whoever can write a noun's capital can write its umlaut.
    if word[:1].isupper() and right.translate(_WITHOUT_UMLAUTS) == word:
        return False
    in_use = right.casefold() in frequencies("de")
    return right != word.replace("ss", "ß", 1) and (in_use or not _is_compound(right, dictionary))


_WITHOUT_UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")


def _usual_slips(word: str) -> set[str]:
    """Return the words that differ by a doubled letter, an accent or letters that sound alike."""
    found: set[str] = set()
    for at, letter in enumerate(word):
        head, tail = word[:at], word[at + 1 :]
        found.add(head + letter + letter + tail)
        if at and tail[1:] and tail[0] == letter:
            found.add(head + tail)
        found |= {head + other + tail for other in _accented(letter, tail)}
    # In a short word "c" for "s" makes another word: "fucione", "cientas".
    for one, other in _SOUND_ALIKE if len(word) >= _MIN_FOR_A_SOUND_CHARS else _SOUND_ALIKE[1:]:
        found |= {word[:1] + word[1:-1].replace(*pair, 1) + word[-1:] for pair in ((one, other), (other, one))}
    return found


def _other_slips(word: str, language: str) -> set[str]:
    """Return the words that have one letter more or less within, or another one that sounds nearly alike."""
    found: set[str] = set()
    for at in range(1, len(word)):
        head, letter, tail = word[:at], word[at], word[at + 1 :]
        found |= {head + missing + letter + tail for missing in _LETTERS if tail}
        if at > 1 and tail and len(word) >= _MIN_EXCHANGE_CHARS:
            found |= {head + tail[:1] + letter + tail[1:], *([head + tail] if len(tail) > 1 else ())}
        vowels = _VOWELS if letter in _VOWELS and len(word) >= _MIN_FOR_A_VOWEL_CHARS and len(tail) > 1 else ""
        found |= {head + other + tail for other in (*vowels, *_NEAR_SOUNDS.get(letter, ""))}
    found |= {"h" + word} if language in _SILENT_H and word[0] in _VOWELS else set()
    doubled = {word[:at] + letter + word[at:] for at, letter in enumerate(word)}
    found |= {one[:at] + letter + one[at:] for one in doubled for at, letter in enumerate(one)}
    if word[-2] + word[-1] in _DOUBLED_ENDS and language != "en":
        found.add(word[:-1])
    found |= {word + letter for letter in (_LETTERS if len(word) >= _MIN_FOR_A_VOWEL_CHARS else word[-1])}
    return found


def _accented(letter: str, tail: str) -> Iterable[str]:
    """Return what a letter may have been: with its accent, or without one; "-ia" is an ending of its own."""
    if letter in _PLAIN_LETTERS:
        return () if letter == "i" and tail[:1] == "a" else _ACCENTS[letter]
    others = _WITHOUT_ACCENT.get(letter, ())
    return [one for one in others if len(tail) >= _MIN_AFTER_ACCENT_CHARS or one not in _PLAIN_LETTERS]


def _is_formed(word: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word is made of a known one: "reintente", "weiterläuft"; such words no dictionary lists."""
    rest = (word[len(prefix) :] for prefix in _PREFIXES if word.casefold().startswith(prefix))
    if any(len(one) > _MIN_PART_CHARS and is_known(one, language, dictionary) for one in rest):
        return True
    # "Flushen", "indentar": an English verb with another language's ending; "vasito": a small "vaso".
    endings = _VERB_ENDINGS.get(language, ())
    stems = (word.casefold().removesuffix(one) for one in endings if word.casefold().endswith(one))
    if any(len(one) > _MIN_PART_CHARS and one in frequencies("en") for one in stems):
        return True
    small = _SMALL_FORM.fullmatch(word) if language == "es" else None
    return small is not None and is_known(small["noun"] + small["ending"], language, dictionary)


def _is_joined(word: str, dictionary: Dictionary) -> bool:
    """Tell whether an English word is two in one, as terms are: "manpage", "refname", not "forget" and "together"."""
    empty = stop_words()
    parts = ((word[:at], word[at:]) for at in range(_MIN_PART_CHARS, len(word) - _MIN_PART_CHARS))
    return any(empty.isdisjoint(pair) and all(map(dictionary.knows, pair)) for pair in parts)


def _is_compound(word: str, dictionary: Dictionary) -> bool:
    """Tell whether a German noun can be parted into two words: Hunspell takes "Rotkits" and "Akzepttor" for some."""
    parts = ((word[:at], word[at:].capitalize()) for at in range(_MIN_PART_CHARS, len(word) - 2))
    return word[:1].isupper() and any(dictionary.knows(first) and dictionary.knows(second) for first, second in parts)
