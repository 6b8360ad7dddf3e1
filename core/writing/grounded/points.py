"""What a channel leaves to be known: what was settled, who took on what, what is open.

A message is a point where one of its sentences does this and it can be read by itself. What somebody changes, refuses
or comes back to later is none: a point leads to its message, and does not retell the conversation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from core.text.forms import DIGITS
from core.writing.roles import RoledSentence
from core.writing.roles.features import differs

HEADINGS = ("settled", "to_do", "open")
# How sure a role has to be that makes a point.
_OWN, _COMMITTED, _PROMISED, _REQUESTED, _OPEN, _DECIDED, _CORRECTED = 0.5, 0.5, 0.4, 0.7, 0.4, 0.4, 0.5
_MAX_POINTS, _FEW_STEMS, _FEW_WORDS, _AT_THE_END = 6, 2, 5, 4
# How far what changes a point may be from it, and how alike the two.
_LOOKED_FORWARD, _NEAR, _NEXT_TO = 60, 4, 2
_SAME_MATTER, _MAY_CORRECT, _MIN_STEM_CHARS = 0.35, 0.15, 3


@dataclass(frozen=True)
class Point:
    """A message by its turn, the heading that it stands under, and how much it is worth."""

    heading: str
    turn: int
    worth: float


def find_points(sentences: Sequence[RoledSentence]) -> list[Point]:
    """Return the messages that are worth most as points, in their order."""
    found: list[Point] = []
    for turn, group in groupby(sentences, key=lambda one: one.statement.turn):
        message = list(group)
        told = [(said, heading) for said in message if (heading := _heading_of(said, sentences))]
        if told and not message[0].statement.points_back and not any(_is_changed(said, sentences) for said in message):
            best, heading = max(told, key=lambda pair: _worth(pair[0]))
            found.append(Point(heading, turn, _worth(best)))
    best_of_all = sorted(found, key=lambda one: -one.worth)[:_MAX_POINTS]
    return sorted(best_of_all, key=lambda one: one.turn)


def _worth(one: RoledSentence) -> float:
    return one.importance + one.scores["key_3"]


def _heading_of(one: RoledSentence, sentences: Sequence[RoledSentence]) -> str:
    """Return what a sentence is a point of, "" for nothing."""
    said, scores = one.statement, one.scores
    if len(said.stems - said.fact_stems) < _FEW_STEMS or len(said.text.split()) < _FEW_WORDS:
        return ""
    if said.asks:
        after = sentences[one.place + 1 :]
        is_answered = any(two.statement.speaker != said.speaker for two in after)
        return "" if is_answered or len(after) >= _AT_THE_END else "open"
    if said.has("supposed") or said.has("conditional") or one.does("refusal"):
        return ""
    if _promises(one) or scores["request"] >= _REQUESTED:
        return "to_do"
    if scores["open"] >= _OPEN:
        return "open"
    is_settled = (
        said.has("decided")
        or said.has("replaces")
        or scores["decision"] >= _DECIDED
        or scores["correction"] >= _CORRECTED
    )
    return "settled" if is_settled and not one.does("proposal") else ""


def _promises(one: RoledSentence) -> bool:
    """Tell whether somebody takes on something: by the role, or by their words where the role is not so sure."""
    said, surely = one.statement, one.scores["commitment"]
    in_words = surely >= _PROMISED and (said.has("promise") or said.has("short_promise"))
    return in_words or (one.scores["own"] >= _OWN and surely >= _COMMITTED)


def _is_changed(one: RoledSentence, sentences: Sequence[RoledSentence]) -> bool:
    """Tell whether a later message gives another value for the matter of a sentence, or says that it is done."""
    after = sentences[one.place + 1 : one.place + 1 + _LOOKED_FORWARD]
    return any(_changed_by(one, two) for two in after if two.statement.turn != one.statement.turn)


def _changed_by(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether a later sentence may give another value for the matter of an earlier one, undo or settle it."""
    common, is_near = _things(one) & _things(two), two.place - one.place <= _NEAR
    is_alike = two.likeness(one) >= _SAME_MATTER and bool(common or is_near)
    is_other = differs(one.statement.values, two.statement.values) or (is_near and _other_digits(one, two))
    turns = two.scores["correction"] >= _MAY_CORRECT or two.does("refusal")
    is_short = len(two.statement.text.split()) <= _FEW_WORDS
    # "Wednesday, sorry." says of no matter that it is another.
    is_put_right = is_short and (two.statement.has("change") or two.statement.has("correction"))
    if is_other and (is_put_right or (is_alike and (turns or (is_near and common)))):
        return True
    is_later = two.place - one.place > _NEXT_TO and not two.statement.asks
    waits = one.does("commitment", "request", "open") or one.statement.asks
    return is_later and waits and bool(common) and two.does("outcome", "decision", "correction", "assent", "answer")


def _other_digits(one: RoledSentence, two: RoledSentence) -> bool:
    """Tell whether a sentence that changes something has other numbers: "at 6" may be an hour, then "7" is one too."""
    is_change = two.statement.has("change") or two.statement.has("correction")
    digits, others = (set(DIGITS.findall(three.statement.text)) for three in (one, two))
    return is_change and bool(digits and others) and not digits & others


def _things(one: RoledSentence) -> set[str]:
    """Return the beginnings of the words that say what a sentence is about."""
    stems = one.statement.stems - one.statement.fact_stems
    return {stem[: _MIN_STEM_CHARS + 1] for stem in stems if len(stem) >= _MIN_STEM_CHARS}
