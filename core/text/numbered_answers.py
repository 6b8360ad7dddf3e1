"""Answers to the questions of a draft, told by number: "yes to 1, no to 2". By rule; no model reads them.

The patterns stand in `data/LANGUAGE/answers.toml`; people mix languages, so all of them are tried.
"""

import functools
import re
from dataclasses import dataclass
from typing import Literal, get_args

from core.text.lexicon import either, joined, patterns_of, words_of
from core.text.wishes import bare_wish

Answer = Literal["yes", "no", "later"]
_TOPIC = "answers"
_AROUND = " \t\n.!?\u2026,;:"
_MAX_CHARS = 200
ALL, ONLY = -1, 0
# "Tell the others no".
_MAX_BEFORE = 3


@dataclass(frozen=True)
class NumberedAnswer:
    """What is said to a question.

    Attributes:
        number: of the question, from 1; `ALL` for each of them, `ONLY` for the one that there is.
        kind: yes, no or later; None for other words.
        said: the words.
    """

    number: int
    kind: Answer | None
    said: str


def read_answers(text: str) -> list[NumberedAnswer]:
    """Return what somebody says to numbered questions; [] for words that are anything else."""
    said = bare_wish(text)
    if not said or len(said) > _MAX_CHARS:
        return []
    if kind := kind_of_answer(said):
        return [NumberedAnswer(ONLY, kind, said)]
    found = list[NumberedAnswer]()
    for part in filter(None, (piece.strip(_AROUND) for piece in _separators(said[0].isdecimal()).split(said))):
        if part.isdecimal() and found:
            found.append(NumberedAnswer(int(part), found[-1].kind, found[-1].said))  # "yes to 1 and 2"
            continue
        match = _answer_first().fullmatch(part) or _number_first().fullmatch(part)
        if match is None:
            return []
        words = match["said"].strip(_AROUND)
        number = int(match["number"]) if match["number"] else ALL
        found.append(NumberedAnswer(number, kind_of_answer(words), words))
    return found


def kind_of_answer(words: str) -> Answer | None:
    """Return what words say that are nothing but yes, no or later; None for others."""
    return next((kind for kind in get_args(Answer) if _whole(kind).fullmatch(words)), None)


def told_answer(text: str) -> Answer | None:
    """Return the yes, no or later that a wish has somebody told: "tell him no", "dis-lui oui"; None for other words."""
    words = bare_wish(text).split()
    ends = (" ".join(words[begin:]) for begin in range(1, min(len(words), _MAX_BEFORE + 1)))
    return next(filter(None, map(kind_of_answer, ends)), None)


@functools.cache
def _whole(name: str) -> re.Pattern[str]:
    return either([patterns_of(_TOPIC, name)])


@functools.cache
def _separators(is_number_first: bool) -> re.Pattern[str]:
    """Return what stands between two answers: where their numbers come first ("1 yes 2 no") a space is enough."""
    words = joined(map(re.escape, sorted(words_of("wishes", "between"), key=len, reverse=True)))
    return either([r"[,;]\s*", rf"\s{words}\s", *([r"\s(?=\d{1,2}[\s:.)])"] if is_number_first else [])])


@functools.cache
def _answer_first() -> re.Pattern[str]:
    to, number, all_of = (patterns_of(_TOPIC, name) for name in ("to", "number", "all"))
    which = rf"(?:{number}\s?)?(?P<number>\d{{1,2}})|{all_of}"
    return either([rf"(?P<said>.{{1,80}}?)\s+(?:{to}\s+)?(?:{which})"])


@functools.cache
def _number_first() -> re.Pattern[str]:
    number, all_of = (patterns_of(_TOPIC, name) for name in ("number", "all"))
    which = rf"(?:{number}\s?)?(?P<number>\d{{1,2}})|{all_of}"
    return either([rf"(?:{which})\s?[:.)=\u2013-]?\s?(?P<said>.{{1,80}})"])
