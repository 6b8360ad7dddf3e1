"""LanguageTool's rules for English, German, French and Spanish, by LingoTweaker, wherever that is installed.

Rules that were right in texts by others and never wrong are corrections; others are remarks, for the
person to look at. Which categories and rules are which: `core/text/data/LANGUAGE/rule_sets.toml`.
Spelling, style and typography are left to others: names are no misspellings, and taste is no fault.

An engine takes 140 (Spanish) to 600 MB (German) and some seconds to build, once a process, at the first text in its
language; it lets other threads work meanwhile.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from threading import Lock
from typing import Any

from core.text.dictionaries import find_dictionary, frequencies, total
from core.text.language import detect_language
from core.text.lexicon import either_of, lexicon
from core.writing.grounded.clear_slips import clear_form, with_eszett
from core.writing.grounded.grammar import Correction, parts_of
from core.writing.grounded.slips import is_small_slip, lacks_accents, one_letter_away
from core.writing.grounded.spelling import (
    differs_by_umlaut,
    is_compound,
    is_known,
    is_named,
    is_small_noun,
    nearest,
    writes_small,
)

_CODES = {"en": "en-US", "de": "de-DE", "fr": "fr", "es": "es"}
_MAX_WHY_CHARS, _MAX_SUGGESTIONS, _MAX_OFFERED, _OR = 160, 3, 2, " / "
# How far a misspelt word may be from a usual one, and how often that is used.
_MAX_SLIPS, _MIN_CHARS, _MIN_PER_MILLION = 2, 4, 1.0
_JOINS, _MIN_LETTER_FOR_ANOTHER_CHARS, _MIN_NOUN_CHARS = frozenset("_-/@#="), 6, 8
_CLAUSE_ENDS = r"[.!?:;,\n]\s*"
# A shorter line hardly tells its language.
_MIN_LINE_WORDS = 4
_ESZETT = "\u00df"
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
    rule = match["rule_id"]
    given = [suggestion for suggestion in match["suggestions"] if suggestion != old]
    others, meant, message = given[:_MAX_SUGGESTIONS], "", match["message"]
    is_spelling = rule in words.words("rule_sets.spelling")
    if is_spelling and is_named(part, begin, end, language):
        return None
    eszett = with_eszett(old, given) if is_spelling and language == "de" else ""
    if right := _right(part, old, given, eszett, language) if is_spelling else "":
        why = words.wording("proofreading.misspelt").format(wrong=old)
        return Correction(start + begin, start + end, right, why, rule=rule)
    if eszett and _is_of_euros(part):
        others = [eszett]
    elif is_spelling:
        is_noun = is_small_noun(part, begin, old, language)
        others = [old.capitalize()] if is_noun else _usual_words(part, old, given, language)
    elif meant := _exchanged(old, language):
        others = [meant]
    elif participle := _participle(part[:begin], old, others):
        others, message = [participle, *others], ""
    is_known = match["category_id"] in words.words("rule_sets.categories") or rule in words.words("rule_sets.also")
    is_code = old.isupper() and part[end : end + 1] in _JOINS
    if not others or not is_known or is_code or rule in words.words("rule_sets.noisy"):
        return None
    is_proven = len(match["suggestions"]) == 1 and not meant and rule in words.words("rule_sets.proven")
    # In Spanish what lacks an accent alone is no other word; a German umlaut makes one.
    is_bare = is_spelling and language == "es" and others == given[:1] and lacks_accents(old, others[0])
    is_sure = (is_proven or is_bare) and "\n" not in old
    why = _reason(message, words.wording("rule_sets.quoted"))
    return Correction(start + begin, start + end, _OR.join(others), why, is_sure=is_sure, rule=rule)


def _right(part: str, old: str, given: Sequence[str], eszett: str, language: str) -> str:
    """Return what a misspelt word is to be, where only one word can be meant; else ""."""
    # Before the word that is meant a speller may think of two: "Per sonnen".
    first = next((word for word in given if " " not in word), "")
    if first and first == nearest(old, language):
        return first
    return eszett if eszett and _ESZETT in part else clear_form(old, given, language)


def _is_of_euros(part: str) -> bool:
    """Tell whether a text names euros and no francs: in Switzerland, "heisst" is right."""
    return bool(either_of("rule_sets", "euros").search(part)) and not either_of("rule_sets", "francs").search(part)


def _reason(message: str, quoted: str) -> str:
    """Return a message of LanguageTool's as a reason, with its words quoted; "" where it only asks."""
    opened, closed = quoted.split("{word}")
    said = message.replace("<suggestion>", opened).replace("</suggestion>", closed).strip()
    return "" if said.endswith("?") else said.rstrip(".!")[:_MAX_WHY_CHARS]


def _usual_words(part: str, old: str, given: Sequence[str], language: str) -> list[str]:
    """Return the words in use that one which no dictionary knows is a slip away from, the nearest alone."""
    from rapidfuzz.distance import OSA

    others = given[:_MAX_SUGGESTIONS]
    dictionary, counts = find_dictionary(language), frequencies(language)
    if language == "de" and old[:1].isupper():
        return _noun(old, others)
    if not old.islower() or len(old) < _MIN_CHARS or dictionary is None or is_known(old, language, dictionary):
        return []
    least = _MIN_PER_MILLION * total(language) / 1e6
    # How often a German noun is used tells nothing of its small letters.
    is_used = counts.get(old, 0) >= least and not (language == "de" and dictionary.knows(old.capitalize()))
    if is_used or old.replace("is", "iz") in others:  # what is in use, or British
        return []
    used = (word for word in given if counts.get(word.casefold(), 0) >= least and word[0] == old[0])
    near = [word for word in used if OSA.distance(old, word, score_cutoff=_MAX_SLIPS) <= _MAX_SLIPS]
    slips = (word for word in others if word in one_letter_away(old) or is_small_slip(old, word, language))
    near = near or [word for word in slips if word.replace("ß", "ss") != old]
    noun = old.capitalize()
    # "Mitsetzen" is a verb that no list has.
    is_verb = old.endswith(("en", "ern", "eln")) and old not in counts
    if (noun in others or dictionary.knows(noun)) and not is_verb:
        # A German noun that may be made is not meant where a word in use is one slip away: "stadtfinden".
        nearest = [word for word in near if OSA.distance(old, word) == 1] if language == "de" else []
        return [] if writes_small(part) else nearest if nearest and noun.casefold() not in counts else [noun]
    words = [word for word in near if not _is_term(old, word, language) and not (is_verb and word == noun)]
    # What the rules think of late is near at most where something that they think of first is.
    return _nearest(words, old, language) if not set(words).isdisjoint(others) else []


def _nearest(words: Sequence[str], old: str, language: str) -> list[str]:
    """Return those of some words that are the fewest letters away, a doubled or a missing one before any other."""
    from rapidfuzz.distance import OSA

    def far(word: str) -> tuple[int, bool, bool]:
        # Who wrote one letter more at the end meant an ending: "batterys".
        return (
            OSA.distance(old, word) + (word == old[:-1]),
            not is_small_slip(old, word, language),
            len(word) <= len(old),
        )

    least = min(map(far, words), default=None)
    return [word for word in words if far(word) == least][:_MAX_OFFERED]


def _noun(old: str, others: Sequence[str]) -> list[str]:
    """Return the German noun, of however many words it is made, that another is a slip away from: "Mietvertag".

    What is made of known words may be a new one, if it lacks no letter; of short ones many are names.
    """
    from rapidfuzz.distance import OSA

    dictionary, spelt = find_dictionary("de"), [other for other in others if " " not in other]
    if dictionary is None or not spelt or is_known(old.removesuffix("in"), "de", dictionary):
        return []
    right, lacks_a_letter = spelt[0], len(spelt[0]) > len(old)
    is_slip = (
        (lacks_a_letter and len(old) > _MIN_CHARS) or len(old) >= _MIN_NOUN_CHARS or is_small_slip(old, right, "de")
    )
    is_near = right[0] == old[0] and OSA.distance(old, right, score_cutoff=1) == 1
    is_other = differs_by_umlaut(old, right) or (not lacks_a_letter and is_compound(old, dictionary))
    is_right = len(spelt) == 1 or dictionary.knows(right)
    # "Sechs Leut" are no "Leuth".
    is_right = is_right and (len(old) >= _MIN_LETTER_FOR_ANOTHER_CHARS or right.casefold() in frequencies("de"))
    return [right] if is_slip and is_near and is_right and not is_other else []


def _exchanged(old: str, language: str) -> str:
    """Return words with two letters of the last exchanged, where that is a German noun in use: "Kündigungsfirst"."""
    before, _, word = old.rpartition(" ")
    counts = frequencies(language) if language == "de" and before and word[:1].isupper() else {}
    if not counts or word.casefold() in counts:
        return ""
    swapped = (f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(1, len(word) - 1))
    return next((f"{before} {other}" for other in swapped if other != word and other.casefold() in counts), "")


def _participle(before: str, old: str, others: Sequence[str]) -> str:
    """Return what may be meant as well where "à" is offered for "a", right behind a subject: "Le prix a chuter"."""
    subject = either_of("rule_sets", "subjects", after=" ")
    is_offered = old.endswith("er") and others == [f"à{old[1:]}"]
    return f"{old[:-2]}é" if is_offered and subject.fullmatch(re.split(_CLAUSE_ENDS, before)[-1]) else ""


def _is_term(old: str, word: str, language: str) -> bool:
    """Tell whether a short English word is a rare one: only letters that sound unlike differ: "raku", "rake"."""
    is_short = language == "en" and len(old) < _MIN_LETTER_FOR_ANOTHER_CHARS and len(old) == len(word)
    return is_short and not is_small_slip(old, word, language)


def _engine(language: str) -> Any:
    with _BUILDING:
        return _built(language)


@cache
def _built(language: str) -> Any:
    if not has_rules(language):
        return None
    from lt_py import Engine

    return Engine(_CODES[language])
