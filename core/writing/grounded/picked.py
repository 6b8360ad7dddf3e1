"""What becomes of a draft whose person says yes, no, later or some words of a ready answer to its questions."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.drafts import Gap
from core.text.forms import with_line_once
from core.text.lexicon import by_language, either, whole
from core.text.numbered_answers import ALL, ONLY, Answer, NumberedAnswer

# By what is meant: the lists of answers in the tables of replies, and the place of the answer in each.
_ANSWERS: dict[Answer, tuple[tuple[str, int], ...]] = {
    "yes": (("able", 0), ("yes_no", 0), ("allow", 0), ("attend", 0)),
    "no": (("able", 1), ("yes_no", 1), ("allow", 1), ("attend", 1), ("date_choices", -1)),
    "later": (("later", 0),),
}
_TO_FILL = r"\\\{[^}]{1,20}\\\}"
Why = Literal["no_ready", "not_one", "own_words"]


@dataclass(frozen=True)
class Answered:
    """A draft's text with answers to its questions, which count from 1 in the draft's order, also when answered.

    Attributes:
        text: as it is then.
        made: the ready answer to each question that was answered, by its number.
        left: why a question stays as it is, by its number: it has no ready answers, none surely says what was said, or
            its person wrote an answer of their own.
    """

    text: str
    made: dict[int, str]
    left: dict[int, Why]


def with_answers(text: str, asked: Sequence[Gap], answers: Sequence[NumberedAnswer]) -> Answered | None:
    """Return a draft's text with the ready answers that somebody means; an answered question is answered anew.

    Args:
        text: the draft's, as it is now.
        asked: all questions that it had at first.
        answers: what is said to them.

    Returns:
        None where the words name a question that is not there or none of several, or say other than a ready answer.
    """
    said = dict[int, NumberedAnswer]()
    for answer in answers:
        numbers = _numbers(answer, text, asked)
        if not numbers:
            return None
        said |= dict.fromkeys(numbers, answer)
    made, left = dict[int, str](), dict[int, Why]()
    for number, answer in sorted(said.items()):
        gap = asked[number - 1]
        place = picked(gap, answer.kind, answer.said)
        if place is None and answer.kind is None:
            return None
        if place is None:
            left[number] = "not_one" if gap.choices else "no_ready" if gap.place in text else "own_words"
        elif (changed := _with_answer(text, gap, gap.choices[place], asked)) is None:
            left[number] = "own_words"
        else:
            text, made[number] = changed, gap.choices[place]
    return Answered(text, made, left)


def _numbers(answer: NumberedAnswer, text: str, asked: Sequence[Gap]) -> list[int]:
    """Return the questions that an answer is to."""
    every = [*range(1, len(asked) + 1)]
    if answer.number == ONLY:
        left = [number for number in every if asked[number - 1].place in text]
        return left if len(left) == 1 else every if len(every) == 1 else []
    return every if answer.number == ALL else [number for number in every if number == answer.number]


def _with_answer(text: str, gap: Gap, answer: str, asked: Sequence[Gap]) -> str | None:
    """Return a text with an answer in the place of a gap, or of the ready answer that stands there; None for neither.

    What is said to several questions is said once, and stays for the others where one of them is answered anew.
    """
    if gap.place in text:
        return with_line_once(text.replace(gap.place, answer), answer)
    lines = {line.strip() for line in text.split("\n")}
    there = [choice for choice in gap.choices if choice in lines]
    there = there or [choice for choice in gap.choices if text.count(choice) == 1]
    if answer in there or len(there) != 1:
        return text if answer in there else None
    others = [other for other in asked if other != gap and other.place not in text and there[0] in other.choices]
    both = sorted([gap, *others[:1]], key=asked.index)
    said = "\n\n".join(answer if other == gap else there[0] for other in both)
    return with_line_once(text.replace(there[0], said, 1), answer)


def picked(gap: Gap, kind: Answer | None, said: str) -> int | None:
    """Return the place of the ready answer that is meant among a gap's, None where none or several may be.

    Args:
        gap: that is answered.
        kind: what is said to it; None for other words.
        said: the words, which then stand in the answer.
    """
    pattern = _ending(kind) if kind else whole([re.escape(said)])
    found = [place for place, choice in enumerate(gap.choices) if pattern.search(choice)]
    return found[0] if len(found) == 1 else None


@functools.cache
def _ending(kind: Answer) -> re.Pattern[str]:
    """Return the pattern of all answers of a kind, alone or behind the question that they name."""
    answers = list[str]()
    for table in by_language("replies").values():
        for name, place in _ANSWERS[kind]:
            listed = table.get(name, ())
            answers += [listed] if isinstance(listed, str) else list(listed)[place:][:1]
    fitting = (re.sub(_TO_FILL, "\\\\w{1,20}", re.escape(answer)) for answer in answers)
    return either(fitting, r"(?:\A|\u2013\s)", r"\Z")
