"""LanguageTool's rules for English, German, French and Spanish, by LingoTweaker, wherever that is installed.

Rules that were silent on sound texts by others and name one right form are corrections; others that were nearly silent
are remarks, for the person to look at. Which categories and rules are which: `core/text/data/LANGUAGE/rule_sets.toml`.
Spelling, style and typography are left to others: names are no misspellings, and taste is no fault.

An engine takes 140 (Spanish) to 600 MB (German) and some seconds to build, once a process, at the first text in its
language; it lets other threads work meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from threading import Lock
from typing import Any

from rapidfuzz.distance import OSA

from core.text.dictionaries import find_dictionary, frequencies, total
from core.text.language import detect_language
from core.text.lexicon import lexicon
from core.writing.grounded.grammar import Correction, parts_of
from core.writing.grounded.spelling import is_known

_CODES = {"en": "en-US", "de": "de-DE", "fr": "fr", "es": "es"}
_MAX_WHY_CHARS, _MAX_SUGGESTIONS, _OR = 160, 3, " / "
# How far a misspelt word may be from a usual one, and how often that is used.
_MAX_SLIPS, _MIN_CHARS, _MIN_PER_MILLION = 2, 4, 1.0
# A shorter line hardly tells its language.
_MIN_LINE_WORDS = 4
_BUILDING = Lock()


def find_by_rules(text: str, language: str) -> Iterator[Correction]:
    """Give what the rules of a language find in a text; nothing where they are not installed."""
    engine = _engine(language)
    if engine is None:
        return
    for start, part in parts_of(text):
        places = [0, *accumulate(len(letter.encode()) for letter in part)]
        chars = {place: at for at, place in enumerate(places)}
        for match in engine.check(part):
            begin, end = chars.get(match["offset"], -1), chars.get(match["offset"] + match["length"], -1)
            found = _correction(match, part, start, begin, end, language) if 0 <= begin < end else None
            if found and not is_foreign(part, begin, language):
                yield found


def has_rules(language: str) -> bool:
    """Tell whether the rules of a language are installed here; none are loaded."""
    return language in _CODES and bool(find_spec("lt_py") and find_spec(f"lingotweaker_data_{language}"))


def is_foreign(part: str, place: int, language: str) -> bool:
    """Tell whether the line that a place stands in is in another of the languages: a quotation has rules of its own."""
    line = part[part.rfind("\n", 0, place) + 1 :].partition("\n")[0]
    # A greeting in another language ("Hola, please ...") makes no line foreign.
    others = _CODES.keys() - {language}
    return len(line.split()) >= _MIN_LINE_WORDS and {*map(detect_language, (line, line.partition(" ")[2]))} <= others


def _correction(
    match: Mapping[str, Any], part: str, start: int, begin: int, end: int, language: str
) -> Correction | None:
    words, old = lexicon(language), part[begin:end]
    rule, others = match["rule_id"], [one for one in match["suggestions"][:_MAX_SUGGESTIONS] if one != old]
    if rule in words.words("rule_sets.spelling"):
        others = _usual_words(old, others, language)
    is_known = match["category_id"] in words.words("rule_sets.categories") or rule in words.words("rule_sets.also")
    if not others or not is_known or rule in words.words("rule_sets.noisy"):
        return None
    unsure = words.words("rule_sets.doubtful") + words.words("rule_sets.spelling")
    is_sure = len(match["suggestions"]) == 1 and rule not in unsure and "\n" not in old
    why = match["message"].replace("<suggestion>", "").replace("</suggestion>", "").strip().rstrip(".?!")
    return Correction(start + begin, start + end, _OR.join(others), why[:_MAX_WHY_CHARS], is_sure=is_sure)


def _usual_words(old: str, others: Sequence[str], language: str) -> list[str]:
    """Return the words in use that a small one which no dictionary knows is a slip away from."""
    dictionary, counts = find_dictionary(language), frequencies(language)
    if not old.islower() or len(old) < _MIN_CHARS or dictionary is None or is_known(old, language, dictionary):
        return []
    least = _MIN_PER_MILLION * total(language) / 1e6
    if counts.get(old, 0) >= least or old.replace("is", "iz") in others:  # what is in use, or British
        return []
    if old.capitalize() in others:
        return [old.capitalize()]
    near = [one for one in others if counts.get(one.casefold(), 0) >= least and one[0] == old[0]]
    return [one for one in near if OSA.distance(old, one, score_cutoff=_MAX_SLIPS) <= _MAX_SLIPS]


def _engine(language: str) -> Any:
    with _BUILDING:
        return _built(language)


@cache
def _built(language: str) -> Any:
    if not has_rules(language):
        return None
    from lt_py import Engine

    return Engine(_CODES[language])
