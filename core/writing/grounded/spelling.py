"""Misspelt words whose right form is proven; every other unknown word may be a name, a term or a region's word.

A word is misspelt when no dictionary knows it and the text uses it once. Its right form is proven when only one word
that is in use is a letter away, doubled, left out, exchanged or another. What is likely alone LanguageTool's rules tell
(`rule_sets.py`), where these are installed.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from core.text.dictionaries import NAMES, Dictionary, find_dictionary, frequencies, total
from core.text.forms import LETTERS
from core.text.language import stop_words
from core.text.lexicon import lexicon, pattern_beside
from core.text.sentences import begins_sentence
from core.text.verbatim import MAX_WORD_CHARS
from core.writing.grounded.grammar import Correction
from core.writing.grounded.slips import is_small_slip, one_letter_away

# Among the values of a paragraph: the words that its document uses more than once.
REPEATED = "repeated_words"
# In French "l'équipe" is two words.
_ELIDED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?!['\u2019]?[^\W\d_])|(?<=['\u2019])[^\W\d_]+")
# Beside these stands a part of a code, an address or a longer word; behind a hyphen the line may have ended.
_JOINS, _HYPHENS = frozenset("_-\u2010\u2011/@\\#&+="), frozenset("-\u2010\u2011")
_MIN_CHARS, _MIN_OTHER_CHARS, _MIN_CAPITAL_CHARS, _MIN_PART_CHARS = 6, 7, 8, 3
_MIN_BEFORE_STOP_CHARS, _MAX_NAME_WORDS = 6, 4
# What English makes of its words, and other languages of English ones: "stackers", "indentar".
_ENDINGS = {
    "en": ("s", "es", "er", "ers", "ness", "ish"),
    "de": ("en", "t"),
    "fr": ("er",),
    "es": ("ar", "ear", "ado", "ada"),
}
_BESIDE_CHARS = 40
_WORD_BEFORE, _WORD_BEHIND = (
    re.compile(r"(?<![^\W\d_])([^\W\d_]{3,})[ ,]{1,3}\Z"),
    re.compile(r"[ ,]{1,3}([^\W\d_]{3,})"),
)
_BEFORE_NOUN = pattern_beside(__file__, "before_noun")
_SUBJECT_NEXT = pattern_beside(__file__, "subject_next", " ", r"\b", flags=0)
_ENDINGS_OF_ADJECTIVES = ("e", "en", "er", "es", "em")
_CUT = ("...", "\u2026")


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
    for match in (_ELIDED if language == "fr" else LETTERS).finditer(text):
        word, (start, end) = match[0], match.span()
        if word.casefold() in terms or is_known(word, language, dictionary):
            continue
        if is_named(text, start, end, language):
            continue
        if right := nearest(word, language):
            why = lexicon(language).wording("proofreading.misspelt").format(wrong=word)
            # No second speller agrees: what is more than a slip is for the person to look at.
            is_sure = is_small_slip(word.casefold(), right.casefold(), language)
            yield Correction(start, end, right, why, is_sure=is_sure, rule="spelling")


def is_named(text: str, start: int, end: int, language: str) -> bool:
    """Tell whether an unknown word may be meant so: in a code or short form, as a name, or beside other such words."""
    word, dictionary = text[start:end], find_dictionary(language)
    around = {text[max(0, start - 1) : start], text[end : end + 1]}
    is_noun = is_small_noun(text, start, word, language)
    is_short = len(word) < _MIN_BEFORE_STOP_CHARS and text[end : end + 1] == "." and not is_noun
    is_dotted = text[end : end + 1] in (".", "'", "\u2019") and text[end + 1 : end + 2].isalnum()
    is_plain = word.isalpha() and (word.islower() or word[1:].islower())
    if dictionary is None or is_short or is_dotted or not is_plain or around & _JOINS or text.startswith(_CUT, end):
        return True
    if (language != "en" and is_borrowed(word) and not is_noun) or (
        word[:1].isupper() and not may_be_a_word(text, start, word, language)
    ):
        return True
    # "Infor-" at the end of a line, "mation" at the beginning of the next.
    line = text[max(0, start - _BESIDE_CHARS) : start].rstrip(" \t")
    if line.endswith("\n") and line.rstrip()[-1:] in _HYPHENS:
        return True
    beside = (_WORD_BEFORE.search(text, max(0, start - _BESIDE_CHARS), start), _WORD_BEHIND.match(text, end))
    others = [found[1] for found in beside if found is not None]
    return not all(is_known(other, language, dictionary) or nearest(other, language) for other in others)


def is_small_noun(text: str, start: int, word: str, language: str) -> bool:
    """Tell whether a German noun stands without its capital behind an article, though English has the word, too."""
    dictionary = find_dictionary(language) if language == "de" and word.islower() else None
    if dictionary is None or dictionary.knows(word) or not dictionary.knows(word.capitalize()):
        return False
    before = _words_before(text, start)
    # "Der mann", "der alte mann".
    if before[-1].endswith(_ENDINGS_OF_ADJECTIVES) and before[-1].islower():
        before = before if _BEFORE_NOUN.fullmatch(before[-1]) else before[:-1]
    return bool(before and _BEFORE_NOUN.fullmatch(before[-1])) and not writes_small(text)


def _words_before(text: str, start: int) -> list[str]:
    return re.split(r"\s", text[max(0, start - MAX_WORD_CHARS) : start].rstrip(" \t"))


def nearest(word: str, language: str) -> str:
    """Return the one word in use that a misspelt one is a letter away from, "" where there is none or another one."""
    counts, small, dictionary = frequencies(language), word.lower(), find_dictionary(language)
    is_noun = language == "de" and word.islower() and dictionary is not None and dictionary.knows(word.capitalize())
    if dictionary is None or len(word) < _MIN_CHARS or is_noun or is_known(word, language, dictionary):
        return ""
    is_term = small in lexicon("en").words("proofreading.terms")
    if is_term or any(is_foreign_word(form, language) for form in (word, small, small.capitalize())):
        return ""
    slips, least = one_letter_away(small), max(1.0, total(language) / 1e6)
    alike = {slip for slip in slips if is_small_slip(small, slip, language)}
    # In a shorter word another letter makes another word: "preso" is no "presio".
    used = {slip for slip in (alike if len(word) < _MIN_OTHER_CHARS else slips) if counts.get(slip, 0) >= least}
    near = used | {slip for slip in alike if is_known(slip, language, dictionary)}
    if language == "de" and word[:1].isupper() and not used:
        # How often German nouns are used the list does not tell.
        near = used = {slip for slip in alike if dictionary.knows(slip.capitalize())}
    right = next(iter(near)) if len(near) == 1 else ""
    if right not in used:
        return ""
    right = right.capitalize() if word[:1].isupper() else right
    return right if dictionary.knows(right) and not is_meant(word, right, language, dictionary) else ""


def is_meant(word: str, right: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word may be meant as it stands, which no list of words tells."""
    small = word.casefold()
    stems = (small.removesuffix(ending) for ending in _ENDINGS.get(language, ()) if small.endswith(ending))
    if any(len(stem) > _MIN_PART_CHARS and stem in frequencies("en") for stem in stems):
        return True
    if language == "en":  # British, or two in one, as terms are: "manpage"
        return word.replace("z", "s") == right.replace("z", "s") or _is_joined(word, dictionary)
    # In Switzerland "schliessen" is right; "bringts" is said so; an umlaut makes another word.
    is_swiss = right.replace("ß", "ss") == word or (word[-1] == "s" and dictionary.knows(word[:-1]))
    is_made = right.casefold() not in frequencies("de") and is_compound(right, dictionary)
    is_umlaut = differs_by_umlaut(word, right) or differs_by_umlaut(right, word)
    return language == "de" and (is_swiss or is_made or is_umlaut)


@lru_cache(maxsize=64)
def writes_small(text: str) -> bool:
    """Tell whether somebody writes without capitals, as in chats: most of their sentences begin in small letters."""
    begins = [match[0][0].islower() for match in LETTERS.finditer(text) if begins_sentence(text, match.start())]
    return sum(begins) * 2 > len(begins)


def with_noun_capitals(text: str) -> str:
    """Return a German text with capitals for what is a word only with one; as it is, where no dictionary tells."""
    dictionary = find_dictionary("de")
    if not dictionary:
        return text

    def spelt(match: re.Match[str]) -> str:
        is_noun = not dictionary.knows(match[0]) and dictionary.knows(match[0].capitalize())
        return match[0].capitalize() if is_noun else match[0]

    return LETTERS.sub(spelt, text)


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


def may_be_a_word(text: str, start: int, word: str, language: str) -> bool:
    """Tell whether a word with a capital may be none of a name: it begins a sentence, or is a long German noun."""
    last = _words_before(text, start)[-1]
    if language == "de" and _BEFORE_NOUN.fullmatch(last):
        return True
    # "Fals jemand": no name stands before who does something.
    if language == "de" and begins_sentence(text, start) and _SUBJECT_NEXT.match(text, start + len(word)):
        return True
    if len(word) < _MIN_CAPITAL_CHARS:
        return False
    begins = begins_sentence(text, start) and not _stands_alone(text, start)
    if language != "de" or begins:
        return begins
    # A name follows another capital or a title; a noun follows a small word.
    return last.islower() and last.isalpha()


def _stands_alone(text: str, start: int) -> bool:
    """Tell whether a word is in a line of few words with capitals and no stop, as a name in a list or below a mail."""
    before, behind = text[:start].rpartition("\n")[2], text[start:].partition("\n")[0]
    line = f"{before}{behind}".split()
    return len(line) <= _MAX_NAME_WORDS and line[-1][-1:] not in ".!?:" and all(word[:1].isupper() for word in line)


def is_borrowed(word: str) -> bool:
    """Tell whether a word is English, as many are in other languages."""
    english = find_dictionary("en")
    return english is not None and (word.casefold() in frequencies("en") or english.knows(word))


def is_foreign_word(word: str, language: str) -> bool:
    """Tell whether a dictionary of another language knows a word."""
    others = (find_dictionary(other) for other in NAMES if other != language)
    return any(other is not None and other.knows(word) for other in others)


def differs_by_umlaut(word: str, right: str) -> bool:
    """Tell whether a word is another one without its umlauts."""
    return right.translate(_WITHOUT_UMLAUTS) == word


_WITHOUT_UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")


def _is_joined(word: str, dictionary: Dictionary) -> bool:
    """Tell whether an English word is two in one, as terms are: "manpage", "refname", not "forget" and "together"."""
    empty = stop_words()
    parts = ((word[:at], word[at:]) for at in range(_MIN_PART_CHARS, len(word) - _MIN_PART_CHARS))
    return any(empty.isdisjoint(pair) and all(map(dictionary.knows, pair)) for pair in parts)


def is_compound(word: str, dictionary: Dictionary) -> bool:
    """Tell whether a German noun can be parted into two words: Hunspell takes "Rotkits" and "Akzepttor" for some."""
    parts = ((word[:at], word[at:].capitalize()) for at in range(_MIN_PART_CHARS, len(word) - 2))
    return word[:1].isupper() and any(dictionary.knows(first) and dictionary.knows(second) for first, second in parts)
