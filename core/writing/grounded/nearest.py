"""What is shown where nothing answers for certain: whole sentences that may help, never a name or a heading alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.errors import InlaidError
from core.llm.ports import Embedder
from core.writing.grounded.answer_by_meaning import MEASURED, nearest_abroad
from core.writing.grounded.answers import Spot, holds_kind, share_said
from core.writing.grounded.passages import GroundPassage, read_sentences
from core.writing.grounded.rows import is_row

_MIN_WORDS = 4
# How near in meaning and words, what share of the question is said, and how far behind the first a second may be.
_NEAR, _NEAR_SAID, _SAID, _MOSTLY_SAID, _AS_NEAR, _AS_NEAR_ABROAD = 0.84, 0.82, 0.2, 0.6, 0.03, 0.02
_NEAR_ABROAD, _NEAR_ALONE, _MAX_SHOWN = 0.8, 0.89, 2
_SAID_COUNTS, _BEHIND = 0.04, 3
_ENDS = re.compile(r"[.!?…][*_\"”“»)\]]*\Z")
# What mails and minutes have above their text, and what names a place alone.
_LABEL = re.compile(r"[*_]*[^\W\d_][\w ]{0,24}:[*_]* \S[^.!?]*\Z")


def near_quotes(spots: Sequence[Spot], behind: float) -> list[Spot]:
    """Return the sentences that are near to a question and no more than so much behind the nearest of all."""
    near = [spot for spot in spots if spot.is_near and is_told(spot) and spot.worth >= spots[0].worth - behind]
    return sorted(near, key=lambda spot: -_fit(spot, {}))


def likely_quotes(spots: Sequence[Spot], shares: Mapping[int, float]) -> list[Spot]:
    """Return the sentences that may help with a question that none surely answers, the likeliest first.

    Args:
        spots: compared by meaning.
        shares: which share of the question each passage says, by its number.
    """
    told = [spot for spot in spots if is_told(spot) and _may_help(spot)]
    told.sort(key=lambda spot: -_fit(spot, shares))
    most = max(shares.values(), default=0.0)
    # Of the passage that says most of a question, the sentence that comes nearest.
    said = [one for one in spots if shares.get(one.passage, 0.0) == most >= _MOSTLY_SAID and is_told(one)]
    alone = [one for one in spots if one.holds_kind and is_told(one) and one.worth >= _NEAR_ALONE and not one.asked]
    return told or [one for one in said if one.overlap > 0][:1] or alone[:1]


def second_quotes(question: str, first: Spot, spots: Sequence[Spot], text: str) -> list[Spot]:
    """Return what is shown beside the first quotation of a passage, given its text: what says as much as it or more.

    Where the first holds no such fact as is asked for, one of the sentences behind it may.
    """
    if not first.holds_kind:
        return [] if is_row(first.sentence) else _behind(question, first, text)
    told = [one for one in spots if one.sentence != first.sentence and is_told(one) and one.holds_kind]
    as_near = [one for one in told if one.overlap >= first.overlap and one.worth >= first.worth - _AS_NEAR / 2]
    return [one for one in as_near if one.says_own and not is_row(one.sentence) and not one.asked][:1]


def _behind(question: str, first: Spot, text: str) -> list[Spot]:
    sentences = [sentence for _, sentence in read_sentences(text)]
    at = sentences.index(first.sentence) + 1 if first.sentence in sentences else len(sentences)
    behind = [replace(first, sentence=one) for one in sentences[at : at + _BEHIND]]
    return [one for one in behind if is_told(one) and holds_kind(one.sentence, question, one.language)][:1]


def _fit(spot: Spot, shares: Mapping[int, float]) -> float:
    """Return how well a sentence fits: by meaning, by its words, and by those of its passage."""
    return spot.worth + _SAID_COUNTS * (spot.overlap + shares.get(spot.passage, 0.0))


def quotes_abroad(
    question: str, spots: Sequence[Spot], given: Callable[[], Embedder] | None, beside: Spot | None
) -> list[Spot]:
    """Return what comes nearest in another language; none where what stands `beside` it says as much.

    Args:
        question: what is asked.
        spots: compared by meaning.
        given: gives what compares meanings, None for nothing.
        beside: what is shown in the question's own language, None for nothing.
    """
    embedder = given() if given else None
    if embedder is None or embedder.name not in MEASURED:
        return []
    try:
        found = nearest_abroad(spots, question, embedder)
    except InlaidError:
        return []
    told = [spot for spot in found if is_told(spot) and spot.worth >= _NEAR_ABROAD]
    if not told or (beside and (beside.overlap >= _MOSTLY_SAID or not _says_as_much(told[0], beside))):
        return []
    best = told[0]
    same = [spot for spot in told if spot.language == best.language and spot.worth >= best.worth - _AS_NEAR_ABROAD]
    return same[:_MAX_SHOWN]


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
    is_whole = bool(_ENDS.search(sentence)) and not _LABEL.match(sentence)
    return len(words) >= _MIN_WORDS and (is_whole or is_listed) and not _is_named(sentence)


def _is_named(sentence: str) -> bool:
    """Tell whether a line only names somebody or a place: nearly all of its words are large."""
    words = re.findall(r"[^\W\d_]{2,}", sentence)
    return len(words) <= 2 * _MIN_WORDS and all(word[0].isupper() for word in words)


def _may_help(spot: Spot) -> bool:
    if is_row(spot.sentence) or spot.asked:
        return spot.overlap >= _MOSTLY_SAID
    says = spot.overlap >= _MOSTLY_SAID or (spot.holds_kind and spot.overlap >= _SAID)
    return says and spot.says_own and spot.worth >= (_NEAR_SAID if spot.overlap >= _MOSTLY_SAID else _NEAR)


def _says_as_much(spot: Spot, beside: Spot) -> bool:
    return spot.overlap >= beside.overlap or spot.worth >= beside.worth
