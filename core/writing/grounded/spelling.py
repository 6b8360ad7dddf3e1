"""Misspelt words whose right form is proven; every other unknown word is taken for a name or a term, and stays.

A word is misspelt when no dictionary knows it and the text uses it once. Its right form is proven when only one known
word is a usual slip away (a letter doubled or not, two exchanged, an accent), or, in longer words, when
it is far more frequent than any other word that is one letter away. Of these only those are sure that a stricter
test holds for (`_is_certain`); the others are for the person to look at.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache

from core.text.dictionaries import NAMES, Dictionary, find_dictionary, frequencies, total
from core.text.forms import LETTERS
from core.text.language import stop_words
from core.text.lexicon import lexicon, pattern_beside
from core.text.sentences import begins_sentence
from core.text.verbatim import MAX_WORD_CHARS
from core.writing.grounded.grammar import Correction
from core.writing.grounded.slips import cut_short, is_small_slip, other_slips, usual_slips

# Among the values of a paragraph: the words that its document uses more than once.
REPEATED = "repeated_words"
# In French "l'équipe" is two words.
_ELIDED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?!['\u2019]?[^\W\d_])|(?<=['\u2019])[^\W\d_]+")
_JOINED = "-\u2010\u2011'\u2019/@_.\\#&+="
_MIN_CHARS, _MIN_CAPITAL_CHARS, _MIN_PART_CHARS, _MAX_NAME_WORDS = 5, 8, 3, 4
# In a shorter word a letter more, less or another makes of "rebar" and "faque", which no dictionary knows, other words.
_MIN_OTHER_CHARS = 7
# How often the right word must be used, and how much more often than another that is as near. The German list counts
# few nouns.
_MIN_PER_MILLION = {"en": 1.0, "de": 0.15, "fr": 0.3, "es": 3.0}
_MIN_LEAD = {"en": 40.0, "de": 8.0, "fr": 8.0, "es": 8.0}
_MIN_CERTAIN_CHARS = 6
_MIN_RARE_CHARS, _RARE_SHARE, _SHORT_LEAST = 8, 0.4, 12
_ENDINGS = {"de": ("en", "t"), "fr": ("er",), "es": ("ar", "ear", "ado", "ada")}
# What English makes of a known word: "stackers", "hardnesses".
_FORMED = ("s", "es", "er", "ers", "ness", "ish")
_SAYS_VOS = pattern_beside(__file__, "says_vos", r"(?<!\w)", r"(?!\w)")
_WITH_PRONOUN = pattern_beside(__file__, "with_pronoun", after=r"\Z", flags=0)
_MUTE_E = re.compile(r"è(?=[bcdfglmnprstv]{1,2}er(?:ai|as|a|ait|ais|ons|ez|ont|aient|ions|iez|ait)\Z)")
_SMALL_FORM = pattern_beside(__file__, "small_forms", r"(?P<noun>\w{2,20})", flags=0)
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
_ACUTE = {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"}
_NO_ACCENT = {accented: letter for letter, accented in _ACUTE.items()}
_SAME_SOUND = (("b", "v"), ("g", "j"), ("ll", "y"), ("h", ""))


def find_misspelt(text: str, language: str, repeated: frozenset[str] = frozenset()) -> Iterator[Correction]:
    """Give the proven and the likely corrections of a text; none where its language has no dictionary here.

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
            if match[0].casefold() not in terms
            and not _is_half(text, match, dictionary)
            and (right := _proven(text, match, unknown, language, dictionary))
        ]
        if len(unknown) - len(proven) > max(_MAX_UNKNOWN, _MAX_UNKNOWN_SHARE * len(words)):
            continue
        for match, right in proven:
            why = lexicon(language).wording("proofreading.misspelt").format(wrong=match[0])
            is_sure = _is_certain(match[0], right, language, dictionary)
            yield Correction(match.start(), match.end(), right, why, is_sure=is_sure, rule="spelling")


def _is_certain(word: str, right: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a proposal is almost never wrong: no short word, none of another language, one near that is in use.

    Any other one may put a word of the everyday in place of a name, a region's word or another misspelt word.
    """
    small, new, counts = word.casefold(), right.casefold(), frequencies(language)
    # How often German nouns are used the list does not tell: no other may be in it at all.
    is_noun = language == "de" and not dictionary.knows(new)
    least = 1.0 if is_noun else total(language) / 1e6
    in_use = is_noun or counts.get(new, 0) >= least
    if len(word) < _MIN_CERTAIN_CHARS or not in_use or _is_foreign(small, language) or _is_foreign(word, language):
        return False
    near = {*usual_slips(small, language), *other_slips(small, language), *cut_short(small)} - {small, new}
    return all(counts.get(slip, 0) < least for slip in near)


def _is_half(text: str, match: re.Match[str], dictionary: Dictionary) -> bool:
    """Tell whether a word is the second half of one that stands in two: "zu sammen"."""
    before = text[: match.start()].rpartition("\n")[2].split()[-1:]
    return bool(before) and before[0].isalpha() and dictionary.knows(f"{before[0]}{match[0]}")


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
    names = [match for match in unknown if not (match[0].islower() and word.islower())]
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
        stands = bool(before and _BEFORE_NOUN.fullmatch(before[0])) and not after[:1].isupper()
        is_noun = stands and not writes_small(text)
        return word.capitalize() if is_noun and not is_compound(word.capitalize(), dictionary) else ""
    if capital and not may_be_a_word(text, start, word, language):
        return ""
    if language == "es" and (accented := _with_right_accent(word.casefold(), dictionary)) is not None:
        right = "" if _is_said_so(text, word.casefold(), accented) else accented
    else:
        said = word if capital and language == "de" else word.casefold()
        right = nearest(said, language, dictionary, usual_only=_is_open(text, start, end, language))
    return right[:1].upper() + right[1:] if capital else right


def _is_open(text: str, start: int, end: int, language: str) -> bool:
    """Tell whether a word may be a new one: where nobody writes capitals any name is, and German has ever new nouns."""
    if text[start].isupper():
        return language == "de"
    return language != "en" and text[text.rfind("\n", 0, start) + 1 : end].islower()


def may_be_a_word(text: str, start: int, word: str, language: str) -> bool:
    """Tell whether a word with a capital may be none of a name: it begins a sentence, or is a long German noun."""
    last = re.split(r"\s", text[max(0, start - MAX_WORD_CHARS) : start].rstrip(" \t"))[-1]
    if language == "de" and _BEFORE_NOUN.fullmatch(last):
        return True
    if len(word) < _MIN_CAPITAL_CHARS:
        return False
    begins = begins_sentence(text, start) and not _stands_alone(text, start)
    if language != "de" or begins:
        return begins
    # A name follows another capital or a title; a noun follows a small word.
    return last.islower() and last.isalpha()


def _with_right_accent(word: str, dictionary: Dictionary) -> str | None:
    """Return the one word that differs by its accent, "" where another is as near, None where there is none."""
    plain = "".join(_NO_ACCENT.get(letter, letter) for letter in word)
    moved = (plain[:at] + _ACUTE[letter] + plain[at + 1 :] for at, letter in enumerate(plain) if letter in _ACUTE)
    # "Mamás": dictionaries lack plurals.
    unaccented = () if word[-1] == "s" and word[-2] in _NO_ACCENT else (plain,)
    known = [form for form in (*unaccented, *moved) if form != word and is_known(form, "es", dictionary)]
    # "Deven" is "deben" rather than "devén"; an English word without an accent may be meant.
    sounds = (word.replace(*pair) for pair in (*_SAME_SOUND, *(pair[::-1] for pair in _SAME_SOUND)) if pair[0])
    others = [heard for heard in sounds if heard != word and is_known(heard, "es", dictionary)]
    if not known or (len(known) == 1 and is_borrowed(word) and not frequencies("es").get(known[0], 0)):
        return None
    return known[0] if len(known) == 1 and not others else ""


def _is_said_so(text: str, word: str, right: str) -> bool:
    """Tell whether a verb has the stress that it has where one says "vos": "comprá", "avisale vos"."""
    ends_stressed = word[-1] in "áéí" and right == word[:-1] + _NO_ACCENT[word[-1]]
    return ends_stressed or (_WITH_PRONOUN.search(word) is not None and _SAYS_VOS.search(text) is not None)


def _stands_alone(text: str, start: int) -> bool:
    """Tell whether a word is in a line of few words with capitals and no stop, as a name in a list or below a mail."""
    before, behind = text[:start].rpartition("\n")[2], text[start:].partition("\n")[0]
    line = f"{before}{behind}".split()
    return len(line) <= _MAX_NAME_WORDS and line[-1][-1:] not in ".!?:" and all(word[:1].isupper() for word in line)


def nearest(word: str, language: str, dictionary: Dictionary, *, usual_only: bool = False) -> str:
    """Return the one word that a misspelt one stands for, "" where that is not proven.

    Of several that are a usual slip away, the one that is far more frequent than the others; without a list of how
    often words are used, only the one that is alone. `usual_only` looks at doubled letters, accents and sounds alone.
    """
    borrowed = language != "en" and is_borrowed(word)
    is_term = word.casefold() in lexicon("en").words("proofreading.terms")
    if borrowed or is_term or _is_formed(word, language, dictionary):
        return ""
    counts = frequencies(language)
    near = [slip for slip in usual_slips(word, language) if slip != word and is_known(slip, language, dictionary)]
    alone = near[0] if len(near) == 1 and language != "en" else ""
    # French counts each form of its words; a word of another language may be meant.
    if alone and (counts.get(alone.casefold(), 0) == 0 if language == "fr" else _is_foreign(word, language)):
        alone = ""
    if not alone and counts and not usual_only:
        near += [slip for slip in other_slips(word, language) if slip != word and is_known(slip, language, dictionary)]
    # "Colleage" may be a "colleague", and no "college".
    rivals = {slip for slip in cut_short(word) if is_known(slip, language, dictionary)} if near and not alone else set()
    right = alone or _most_used({*near, *rivals}, language)
    return right if right in near and _is_sure(word, right, language, dictionary) else ""


def is_borrowed(word: str) -> bool:
    """Tell whether a word is English, as many are in other languages."""
    english = find_dictionary("en")
    return english is not None and (word.casefold() in frequencies("en") or english.knows(word))


def _is_foreign(word: str, language: str) -> bool:
    """Tell whether a dictionary of another language knows a word."""
    others = (find_dictionary(other) for other in NAMES if other != language)
    return any(other is not None and other.knows(word) for other in others)


def _most_used(words: set[str], language: str) -> str:
    """Return the word that is used often, and far more often than the others; "" for none."""
    counts = frequencies(language)
    ranked = sorted(words, key=lambda one: -counts.get(one.casefold(), 0))
    often = [counts.get(word.casefold(), 0) for word in ranked[:2]]
    # The German list counts few nouns, but other words as often as they are used.
    is_noun = any(word[0].isupper() for word in words)
    least = (1.0 if language == "de" and not is_noun else _MIN_PER_MILLION.get(language, 1.0)) * total(language) / 1e6
    # A long word that nothing else is near to may be rare.
    if language == "en" and len(ranked) == 1 and len(ranked[0]) > _MIN_RARE_CHARS:
        least *= _RARE_SHARE
    elif language == "en" and ranked and len(ranked[0]) < _MIN_RARE_CHARS:
        least *= _SHORT_LEAST
    # How often German nouns are used the list does not tell: there the word must be the only one in use.
    lead = math.inf if language == "de" and is_noun else _MIN_LEAD.get(language, 8.0)
    leads = len(often) == 1 or (len(often) == 2 and (not often[1] or often[0] > lead * often[1]))
    return ranked[0] if leads and often[0] >= max(least, 1.0) else ""


def _is_sure(word: str, right: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word was not meant as it stands: in Switzerland "ss" is right, a new compound may be nobody's."""
    if len(word) < _MIN_OTHER_CHARS and not is_small_slip(word, right, language):
        return False
    if language == "en":
        return word.replace("z", "s") != right.replace("z", "s") and not _is_joined(word, dictionary)
    # Since 1990 French may write "règlerait".
    if language == "fr" and _MUTE_E.search(word) and _MUTE_E.sub("é", word) == right:
        return False
    if language != "de":
        return True
    # In Switzerland "schliessen" is right; "bringts" is said so.
    swiss = (f"{word[:at]}ß{word[at + 2 :]}" for at in range(len(word) - 1) if word[at : at + 2] == "ss")
    if any(map(dictionary.knows, swiss)) or (word[-1] == "s" and dictionary.knows(word[:-1])):
        return False
    # "Stadel" is a barn, "Städel" a museum: whoever can write a noun's capital can write its umlaut.
    if word[:1].isupper() and differs_by_umlaut(word, right):
        return False
    in_use = right.casefold() in frequencies("de")
    return in_use or not is_compound(right, dictionary)


def differs_by_umlaut(word: str, right: str) -> bool:
    """Tell whether a word is another one without its umlauts."""
    return right.translate(_WITHOUT_UMLAUTS) == word


_WITHOUT_UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")


def _is_formed(word: str, language: str, dictionary: Dictionary) -> bool:
    """Tell whether a word is made of a known one: "reintente", "weiterläuft"; such words no dictionary lists."""
    rest = (word[len(prefix) :] for prefix in _PREFIXES if word.casefold().startswith(prefix))
    if any(len(part) > _MIN_PART_CHARS and is_known(part, language, dictionary) for part in rest):
        return True
    stems = (word[: -len(ending)] for ending in _FORMED if language == "en" and word.endswith(ending))
    if any(len(stem) > _MIN_PART_CHARS and is_known(stem, language, dictionary) for stem in stems):
        return True
    # "Flushen", "indentar": an English verb with another language's ending; "vasito": a small "vaso".
    endings = _ENDINGS.get(language, ())
    stems = (word.casefold().removesuffix(ending) for ending in endings if word.casefold().endswith(ending))
    if any(len(stem) > _MIN_PART_CHARS and stem in frequencies("en") for stem in stems):
        return True
    small = _SMALL_FORM.fullmatch(word) if language == "es" else None
    return small is not None and is_known(small["noun"] + small["ending"], language, dictionary)


def _is_joined(word: str, dictionary: Dictionary) -> bool:
    """Tell whether an English word is two in one, as terms are: "manpage", "refname", not "forget" and "together"."""
    empty = stop_words()
    parts = ((word[:at], word[at:]) for at in range(_MIN_PART_CHARS, len(word) - _MIN_PART_CHARS))
    return any(empty.isdisjoint(pair) and all(map(dictionary.knows, pair)) for pair in parts)


def is_compound(word: str, dictionary: Dictionary) -> bool:
    """Tell whether a German noun can be parted into two words: Hunspell takes "Rotkits" and "Akzepttor" for some."""
    parts = ((word[:at], word[at:].capitalize()) for at in range(_MIN_PART_CHARS, len(word) - 2))
    return word[:1].isupper() and any(dictionary.knows(first) and dictionary.knows(second) for first, second in parts)
