"""What becomes of a draft whose person says yes, no, later or some words of a ready answer to its questions."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.drafts import Gap
from core.text.asks import is_question
from core.text.facts import extract_facts
from core.text.forms import with_line_once
from core.text.lexicon import by_language, either, lexicon, whole
from core.text.numbered_answers import ALL, ONLY, Answer, NumberedAnswer, kind_of_answer
from core.text.same_words import content_words, is_said
from core.writing.grounded.answers import holds_kind, share_said
from core.writing.grounded.asked import DAYS, lacks_mark

# By what is meant: the lists of answers in the tables of replies, and the place of the answer in each.
_ANSWERS: dict[Answer, tuple[tuple[str, int], ...]] = {
    "yes": (("able", 0), ("yes_no", 0), ("allow", 0), ("attend", 0)),
    "no": (("able", 1), ("yes_no", 1), ("allow", 1), ("attend", 1), ("date_choices", -1)),
    "later": (("later", 0),),
}
_STOPS = " .!\u2026"
_PAUSES = f"{_STOPS},;:\u2013-"
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


def answered_by(said: str, asked: Sequence[Gap], language: str) -> tuple[Gap, str] | None:
    """Return the one open question that a person's sentence plainly answers, and what stands there then; else None.

    Args:
        said: the sentence, as it would be added.
        asked: the questions that are open.
        language: of the sentence, a code.

    Returns:
        The ready answer where the words are no more than its beginning, else the sentence itself.
    """
    bare = said.rstrip(_STOPS)
    kind = kind_of_answer(bare)
    if len(asked) == 1 and kind and (place := picked(asked[0], kind, "")) is not None:
        return asked[0], asked[0].choices[place]
    begun = [
        (gap, choice if _begins(choice, bare) else said)
        for gap in asked
        for choice in gap.choices
        if _begins(choice, bare) or _is_more_than(choice.rstrip(_STOPS), bare, gap)
    ]
    if begun:
        return begun[0] if len(begun) == 1 else None
    decided = bare.partition(",")[0]
    is_decided = kind_of_answer(decided) in ("yes", "no") and not kind
    if len(asked) == 1 and asked[0].choices and is_decided and _is_more_than(decided, bare, asked[0]):
        return asked[0], said
    if is_question(said) or lacks_mark(said, language) or lexicon(language)["negations.words"].search(said):
        return None
    fitting = [gap for gap in asked if _chooses_day(gap, said, language) or _says_asked(gap, said, language)]
    return (fitting[0], said) if len(fitting) == 1 else None


def _begins(text: str, words: str) -> bool:
    """Tell whether a text begins with whole words."""
    return bool(words) and whole([re.escape(words)]).match(text) is not None


def _is_more_than(answer: str, words: str, gap: Gap) -> bool:
    """Tell whether words go on from an answer; from a mere yes or no, only with words that its question has."""
    rest = words[len(answer) :].strip(_PAUSES)
    is_bare = kind_of_answer(answer) is not None
    return _begins(words, answer) and (
        not is_bare or kind_of_answer(rest) is not None or _has_no_more(rest, quoted(gap))
    )


def _has_no_more(words: str, question: str) -> bool:
    """Tell whether words speak of nothing that a question does not speak of."""
    return all(is_said(word, question) or kind_of_answer(word) for word in content_words(words))


def _chooses_day(gap: Gap, said: str, language: str) -> bool:
    """Tell whether a sentence says of one of the days that are offered that it suits, or takes up what is asked.

    It is its speaker's own day: nobody else does anything in it, and it speaks of nothing beside.
    """
    days = _days(said, language)
    there = [days & _days(choice, language) for choice in gap.choices]
    if len(days) != 1 or sum(map(bool, there)) != 1:
        return False
    tables = by_language("replies")
    words = tables.get(language, tables["en"])
    suits = whole(words["suits"])
    facts = " ".join(fact.text for fact in extract_facts(said, language).items)
    beside = (word for word in content_words(said) if not (suits.search(word) or is_said(word, facts)))
    if whole(words.get("others", ())).search(said) or not _has_no_more(" ".join(beside), quoted(gap)):
        return False
    about = [word for word in content_words(quoted(gap)) if not _days(word, language)]
    return suits.search(said) is not None or any(is_said(word, said) for word in about)


def _days(text: str, language: str) -> frozenset[str]:
    return frozenset().union(*(fact.readings for fact in extract_facts(text, language).items if fact.kind in DAYS))


def _says_asked(gap: Gap, said: str, language: str) -> bool:
    """Tell whether a sentence takes up all that one question without ready answers asks about, and holds its fact."""
    is_one, question = not gap.choices and gap.question.count("?") == 1, quoted(gap)
    return is_one and share_said(question, said) == 1.0 and holds_kind(said, question, language)


def quoted(gap: Gap) -> str:
    """Return what a question quotes, all of it where it quotes nothing."""
    return re.split("[“„«]", gap.question, maxsplit=1)[-1]
