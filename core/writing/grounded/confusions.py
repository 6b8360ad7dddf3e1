"""Words that are taken for another one, and stand where that one alone can stand: "ihr seit fertig", "va ha hacer".

A dictionary knows both words, so the words around must prove it. The tables of the languages
(`core/text/data/LANGUAGE/confusions.toml`) hold a line for each such place: `before [wrong => right] after`, and with
`~>` where only a person can tell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from core.text.dictionaries import find_dictionary
from core.text.forms import PLACE
from core.text.lexicon import either, expression, lexicon
from core.text.sentences import ends_behind
from core.writing.grounded.grammar import Correction, may_follow
from core.writing.grounded.spelling import is_known

# What no phrase can say, each as one letter that no text holds.
_PLACES = {
    "begin": ("\ue000", r"(?:\A|(?<=[.!?]\s)|(?<=\n\n)|(?<=[:,]\n))"),
    "end": ("\ue001", r"(?=\s{0,2}(?:[.,;:!?)]|\Z|\n\s*\n))"),
    "asked": ("\ue002", r"(?=[^.,;:!?\n]{0,60}\?)"),
}
_BEFORE_SENTENCE = frozenset('.!?:\u00bf\u00a1("\u201e\u201c\u00ab')
_BEGIN_CHARS, _MIN_STEM_CHARS = 4, 3
_SMALL = "{small}"
_NEXT, _ENDS = "\ue003", r"(?![\w\u2010\u2011-])"


@dataclass(frozen=True)
class _Confusion:
    pattern: re.Pattern[str]
    wrong: str
    right: str
    # Letters at the end of the wrong word that the right one has not; None where the whole word is another.
    ending: int | None
    # Whether any word with that ending is meant; then the right one must be in the dictionary.
    is_open: bool = False
    is_sure: bool = True
    # Whether it is written with a capital wherever it stands, as the nouns of a list or the word before a comma.
    is_noun: bool = False
    entry: str = ""


def find_confused(text: str, language: str) -> Iterator[Correction]:
    """Give the words that stand where only another word can stand."""
    for confusion in _confusions(language):
        for match in confusion.pattern.finditer(text):
            start, end = match.span("wrong")
            wrong, right = match["wrong"], confusion.right
            if confusion.ending is not None:
                stem = wrong[: len(wrong) - confusion.ending]
                right = stem + right[1:]
                if confusion.is_open and not _is_verb_form(stem, right, language):
                    continue
            elif right == _SMALL:
                right = wrong.lower()
            elif wrong != confusion.wrong and wrong[:1].isupper() and wrong[1:].islower() | (len(wrong) == 1):
                right = right[:1].upper() + right[1:]
            if (
                wrong != right
                and _is_as_written(text, start, wrong, confusion)
                and not (language == "en" and may_follow(text, start, end))
            ):
                why = lexicon(language).wording("proofreading.phrase").format(wrong=wrong, right=right.strip(" ,"))
                yield Correction(start, end, right, why, is_sure=confusion.is_sure, rule=confusion.entry)


def _is_verb_form(stem: str, right: str, language: str) -> bool:
    """Tell whether what stands for any word with an ending is one with the other ending."""
    dictionary = find_dictionary(language)
    return len(stem) >= _MIN_STEM_CHARS and dictionary is not None and is_known(right, language, dictionary)


def _is_as_written(text: str, start: int, wrong: str, one: _Confusion) -> bool:
    """Tell whether a word has the capitals of the table; another capital is a name, but where a sentence begins."""
    if wrong == one.wrong or one.right == _SMALL or (one.ending is not None and (wrong.islower() or one.is_noun)):
        return True
    is_small = wrong[1:].islower() if one.ending is not None else wrong[1:] == one.wrong[1:]
    before = text[max(0, start - _BEGIN_CHARS) : start]
    return is_small and (not text[:start].strip() or ends_behind(before, _BEFORE_SENTENCE))


@cache
def _confusions(language: str) -> list[_Confusion]:
    found = []
    for line in lexicon(language).words("confusions.entries"):
        before_it, _, rest = line.partition("[")
        change, _, behind = rest.partition("]")
        is_sure = " => " in change
        wrong, _, right = change.partition(" => " if is_sure else " ~> ")
        if not (wrong and right):
            raise ValueError(f"No entry of confusions: {line}")
        before, form, after = (_pattern(phrase, language) for phrase in (before_it, wrong, behind))
        ending = len(re.split(r"[)}*]", wrong)[-1]) if right.startswith("*") else None
        pattern = either([form], rf"{before}(?<!-)(?P<wrong>", rf"){_ENDS}{after}{_ENDS}")
        is_open = wrong.startswith("*")
        place = PLACE.match(wrong)
        listed = next(iter(lexicon(language).words(f"confusions.{place[1]}")), "") if place else wrong
        is_noun = ending is not None and (listed.strip("(")[:1].isupper() or wrong.endswith(","))
        found.append(_Confusion(pattern, wrong, right, ending, is_open, is_sure, is_noun, entry=line))
    return found


def _pattern(phrase: str, language: str) -> str:
    for name, (letter, _) in _PLACES.items():
        phrase = phrase.replace(f"{{{name}}}", letter)
    while PLACE.search(phrase):
        phrase = PLACE.sub(lambda name: f"({'|'.join(lexicon(language).words(f'confusions.{name[1]}'))})", phrase)
    # A phrase ends where a word does; one that ends in a blank does not end there.
    pattern = expression(f"{phrase}{_NEXT}").replace(_NEXT, "") if phrase else ""
    for letter, place in _PLACES.values():
        pattern = pattern.replace(re.escape(letter), place)
    return pattern
