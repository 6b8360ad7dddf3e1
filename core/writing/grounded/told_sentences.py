"""The sentences of what an owner tells, also in small letters, and how the reader is named in them."""

import re
from itertools import pairwise
from typing import Any

from core.text.dictionaries import find_dictionary
from core.text.lexicon import NOTHING, by_language, either, whole
from core.text.salutations import OPENS, is_title, read_name
from core.text.sentences import DATE_DOT, split_sentences
from core.writing.grounded.asked import Asking
from core.writing.grounded.own_words import private_marks

_DATA = by_language("told")
# "That is no." ends a sentence, "no. of seats" does not.
_SHORT_END = r"(?<=(?<!\w)(?i:no|ok|ja|sí|si|ya|it|me|us|up|in|da|ab|an|zu)[.!?] )(?!of\b)"
_SMALL = re.compile(rf"(?:(?<=[^\W\d]{{3}}[.!?] )|{_SHORT_END})[a-zà-ÿ]")
# Languages that put a stop behind the day of a date.
_DOTTED_ORDINALS = frozenset({"de"})
_DAYS, _MONTHS, _LONG_NUMBER = 31, 12, 3
_MONTH = either([DATE_DOT])
_SHORT_NAME = 1


def words_of(language: str) -> dict[str, Any]:
    """Return what people tell a writer in a language, those of English for languages without."""
    return _DATA.get(language, _DATA["en"])


def sentences_of(told: str, language: str) -> list[str]:
    """Return the sentences of what is told, where they begin in small letters, too."""
    parts = (sentence for line in told.splitlines() for sentence in split_sentences(line))
    return [sentence for part in parts for sentence in _small_apart(part, language)]


def _small_apart(part: str, language: str) -> list[str]:
    behind_words, behind_numbers = [found.start() for found in _SMALL.finditer(part)], _behind_numbers(part, language)
    ends = [len(part)]
    for start in sorted([0, *behind_words, *behind_numbers], reverse=True):
        # "We go to 300. but don't tell her": it hides what stands before it.
        if start not in behind_numbers or not private_marks(part[start : ends[-1]], language):
            ends.append(start)
    return [part[start:end].strip() for start, end in pairwise(reversed(ends))]


def _behind_numbers(part: str, language: str) -> list[int]:
    """Return where sentences begin in small letters behind a number and its stop: none behind "the 11." of a date."""
    words, starts, at = part.split(" "), list[int](), 0
    for word, after in pairwise(words):
        at += len(word) + 1
        number = word[:-1]
        is_stopped = word.endswith(".") and number[-1:].isdecimal() and after[:1].islower()
        is_ordinal = (language in _DOTTED_ORDINALS and _may_be_ordinal(number)) or _MONTH.match(after)
        if is_stopped and not is_ordinal and len(word) + 1 < at:
            starts.append(at)
    # "ok so 1. yes 2. no" is a list.
    return starts if not {"1.", "2."} <= {*words} else []


def _may_be_ordinal(number: str) -> bool:
    """Tell whether a number may be a day, or a day and its month: "12", "16.10", but not "206" or "21.30"."""
    *before, last = number.replace(":", ".").replace(",", ".").split(".")
    return len(last) < _LONG_NUMBER and last.isdecimal() and int(last) <= (_MONTHS if before else _DAYS)


def with_capitals(said: str, language: str) -> str:
    """Return what was told in small letters with a capital behind each stop."""
    lines = [sentences_of(line, language) for line in said.splitlines()]
    return "\n".join(" ".join(f"{told[:1].upper()}{told[1:]}" for told in line) for line in lines)


def without_greeting(told: str, asking: Asking) -> str:
    """Return what is told without a greeting that names its reader: the letter has one."""
    opens = OPENS.match(told)
    behind = told[opens.end() :] if opens else ""
    # "Frau Dr. Weiß, the hall is free": the stop ends nothing.
    called = re.split(r"[,!:]\s", behind, maxsplit=1)[0]
    beside = called
    for name in names_of(asking):
        beside = name.sub(" ", beside)
    is_greeting = beside != called and all(map(is_title, beside.split()))
    return behind[len(called) + 1 :].strip() if is_greeting and called != behind else told


def names_of(asking: Asking) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of the reader's given name and surname, which match nothing for a desk.

    A name that is a word, too ("Rose"), counts with its capital only.
    """
    called, dictionary = read_name(asking.sender), find_dictionary(asking.language)

    def found(name: str) -> re.Pattern[str]:
        words = [word for word in name.split() if len(word) > _SHORT_NAME]
        common = {word for word in words if dictionary and dictionary.knows(word.casefold())}
        written = [f"(?-i:{re.escape(word)})" if word in common else re.escape(word) for word in words]
        return whole(written) if written else NOTHING

    return found(called.given), found(called.family)
