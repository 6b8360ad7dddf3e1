"""Nouns in the singular where only the plural can stand, in French and Spanish: "plusieurs raison", "tres semana".

An article that is one letter away from its singular ("les", "las") proves nothing by itself, a verb in the plural does.
"""

import re
from collections.abc import Iterator
from functools import cache

from core.text.content import is_empty_word
from core.text.dictionaries import Dictionary, find_dictionary, frequencies, total
from core.text.language import stop_words
from core.text.lexicon import expression, lexicon
from core.writing.grounded.grammar import Correction
from core.writing.grounded.spelling import is_known

_NOUN = r"(?P<noun>[^\W\d_A-Z]{3,})(?![\w'\u2019-])"
# So often the singular is used, and so often beside it the plural.
_MIN_PER_MILLION, _MIN_SHARE = 1.0, 0.03
# These endings take "es" or another ending, or are the same in the plural.
_PLURAL = {"fr": ("s", "sxzlu"), "es": ("s", "sxzrlndjtyíáéóú")}


def find_singulars(text: str, language: str) -> Iterator[Correction]:
    """Give the nouns that must be in the plural, and are not; none where the language has no dictionary here."""
    dictionary = find_dictionary(language)
    if dictionary is None or language not in _PLURAL:
        return
    for pattern in _patterns(language):
        for match in pattern.finditer(text):
            noun = match["noun"]
            if plural := _plural(noun, language, dictionary):
                why = lexicon(language).wording("proofreading.plural").format(wrong=noun)
                yield Correction(match.start("noun"), match.end("noun"), plural, why)


@cache
def _patterns(language: str) -> list[re.Pattern[str]]:
    words = lexicon(language)
    lists = (words.words(f"proofreading.{name}") for name in ("plural_before", "articles", "verbs"))
    before, articles, verbs = ("|".join(map(expression, one)) for one in lists)
    return [
        re.compile(rf"(?<![\w-])(?i:{before}) {_NOUN}"),
        re.compile(rf"(?<![\w-])(?i:{articles}) {_NOUN} (?:{verbs})"),
    ]


def _plural(noun: str, language: str, dictionary: Dictionary) -> str:
    ending, others = _PLURAL[language]
    plural, words = noun + ending, lexicon(language)
    is_no_noun = noun in {*stop_words(), *words.words("phrases.links")} or is_empty_word(noun)
    if noun[-1] in others or is_no_noun or words["phrases.breaks"].fullmatch(noun):
        return ""
    # The Spanish list counts no plurals.
    counts = frequencies(language)
    least = counts.get(noun, 0) * _MIN_SHARE if language == "fr" else 0
    often = counts.get(noun, 0) >= _MIN_PER_MILLION * total(language) / 1e6 and counts.get(plural, 0) >= least
    return plural if often and is_known(noun, language, dictionary) and is_known(plural, language, dictionary) else ""
