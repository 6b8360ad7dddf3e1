"""What is shown where nothing answers for certain: whole sentences that may help, never a name or a heading alone."""

import re
from collections.abc import Mapping, Sequence

from core.text.sentences import ends_sentence
from core.writing.grounded.answers import Spot, share_said
from core.writing.grounded.passages import GroundPassage
from core.writing.grounded.rows import is_row

_MIN_WORDS = 4
_CLOSING = '*_"”“»)]'
# What a passage says of a question counts so much beside how near a sentence is. A second one is shown that is no
# further behind, and what is clearly behind is no answer; what is further away has nothing to do with the question.
_PASSAGE_COUNTS, _BEHIND, _CLEARLY, _NEAR = 0.05, 0.012, 0.015, 0.84
# Where nothing compares meanings: what share of the question is said, with the fact that is asked for and without it;
# and how far behind the first by its words a second may be.
_SAID, _MOSTLY_SAID, _BEHIND_BY_WORDS = 0.2, 0.6, 0.1
# What mails and minutes have above their text, and what names a place alone.
_LABEL = re.compile(r"[*_]*[^\W\d_][\w ]{0,24}:[*_]* \S[^.!?]*\Z")


def near_quotes(spots: Sequence[Spot], shares: Mapping[int, float], *, are_compared: bool) -> list[Spot]:
    """Return the sentences and rows that come near to a question, in whatever language, the nearest first.

    Args:
        spots: that may answer.
        shares: which share of the question each passage says, by its number.
        are_compared: by meaning: what words of the question a sentence says tells little then.
    """
    told = [spot for spot in spots if is_told(spot)]
    if are_compared:
        near = [spot for spot in told if _fit(spot, shares) >= _NEAR]
    else:
        near = [spot for spot in told if spot.says_own and spot.overlap >= (_SAID if spot.holds_kind else _MOSTLY_SAID)]
        near = [spot for spot in near if spot.overlap >= _MOSTLY_SAID or _fit(spot, shares) >= _NEAR]
    return sorted(near, key=lambda spot: -_fit(spot, shares))


def as_near(near: Sequence[Spot], shares: Mapping[int, float], *, are_compared: bool) -> list[Spot]:
    """Return of the sentences that come near those that come nearest: nobody can tell which of them helps."""
    behind = _BEHIND if are_compared else _BEHIND_BY_WORDS
    return [spot for spot in near if _fit(spot, shares) >= _fit(near[0], shares) - behind]


def _fit(spot: Spot, shares: Mapping[int, float]) -> float:
    """Return how near a sentence comes, and its passage by the words that it says of the question."""
    return spot.worth + _PASSAGE_COUNTS * shares.get(spot.passage, 0.0)


def comes_nearest(sure: Spot, spots: Sequence[Spot], shares: Mapping[int, float]) -> bool:
    """Tell whether no sentence comes clearly nearer than an answer: else the question is about something else."""
    most = max((_fit(spot, shares) for spot in spots if is_told(spot)), default=0.0)
    return _fit(sure, shares) >= most - _CLEARLY


def passage_shares(question: str, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> dict[int, float]:
    """Return which share of a question each passage with a spot says, by its number."""
    found = {number: passages[number] for number in dict.fromkeys(spot.passage for spot in spots)}
    return {
        number: share_said(question, f"{one.title.removeprefix(one.document)} {one.text}")
        for number, one in found.items()
    }


def is_told(spot: Spot) -> bool:
    """Tell whether a spot is a whole sentence or a row, and no name, heading or line of a letter's head."""
    sentence = spot.sentence.strip()
    if spot.asked or (is_row(sentence) and sentence.count(": ") > 1):
        return True
    words = sentence.split()
    is_listed = sentence.startswith(("-", "*")) and len(words) > _MIN_WORDS
    is_whole = ends_sentence(sentence, closing=_CLOSING) and not _LABEL.match(sentence)
    return len(words) >= _MIN_WORDS and (is_whole or is_listed) and not _is_named(sentence)


def _is_named(sentence: str) -> bool:
    """Tell whether a line only names somebody or a place: nearly all of its words are large."""
    words = re.findall(r"[^\W\d_]{2,}", sentence)
    return len(words) <= 2 * _MIN_WORDS and all(word[0].isupper() for word in words)
