"""What is shown where nothing answers for certain: the paragraphs that may help, never a name or a heading alone."""

import re
from collections.abc import Sequence

from core.text.forms import ALPHABETIC
from core.text.instructions import find_instruction
from core.text.lexicon import lexicon
from core.text.sentences import ends_sentence, split_paragraphs, split_sentences, unwrap
from core.writing.grounded.answers import Spot, share_said
from core.writing.grounded.passages import GroundPassage, lines_said, turns_of
from core.writing.grounded.rows import is_in_columns, is_row

_MIN_WORDS, _MIN_SAID_WORDS = 4, 2
_CLOSING = '*_"”“»)]'
# In log-odds that a sentence answers, where tuned layers read it: what the likeliest has to have, how much the worth of
# a sentence counts beside it, and how far behind the first of both together another may be.
_MAY_ANSWER, _WORTH_COUNTS, _BEHIND = 0.0, 60.0, 9.0
# What is enough in log-odds where a sentence says so much of the question.
_MAY_WITH_WORDS, _SHARED = -3.0, 0.5
# By words such as "from now on", "except", "until" a passage may limit or change what another says: what each counts.
_LIMIT_COUNTS, _MAX_LIMITS = 1.0, 3
# Where nothing compares meanings: what share of the question is said, with the fact that is asked for and without it;
# and how far behind the first a second may be.
_SAID, _MOSTLY_SAID, _BEHIND_BY_WORDS = 0.3, 0.6, 0.1
MAX_NEAREST = 5
# A sentence is shown with those beside it, as long as all of it is read at a glance: of 91 unsure questions with an
# answer, the nearest sentence alone held it in about half, with the others of its paragraph in 60.
_MAX_QUOTE_CHARS = 420
# Of several places the paragraph: an exception, or what holds now, may stand a sentence further on (DECISIONS 427).
_MAX_PLACE_CHARS = 700
_MIN_PLACE_SHARE = 0.6
# Where another item of a list begins.
_ITEM = re.compile(r"\n(?=\s{0,8}(?:[-*•\u2013]|\(?(?:\d{1,2}|[^\W\d_])[.)]|\d{1,2}(?:\.\d{1,2}){1,3})\s)")
# What mails and minutes have above their text.
_LABEL = re.compile(r"[*_]*[^\W\d_][\w ]{0,24}:[*_]* \S[^.!?]*\Z")


def nearest_of(spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> list[Spot]:
    """Return the sentences and rows that come nearest to a question, in whatever language, the nearest first.

    One that says all of the question stands before those that tuned layers put first. What may limit or change what
    others say comes nearer: of 220 questions with an answer all that it takes is shown for 203, for 192 without that.
    """
    told = [spot for spot in spots if is_told(spot)]
    sure = [spot for spot in told if spot.is_sure][:1]
    if read := [spot for spot in told if spot.odds is not None]:
        least = max(map(_with_worth, read)) - _BEHIND
        languages = {spot.passage: spot.language for spot in read}
        limits = {at: _limits_of(passages[at].text, language) for at, language in languages.items()}
        worth = {spot: _with_worth(spot) + limits[spot.passage] for spot in read}
        near = sorted((spot for spot in read if worth[spot] >= least), key=worth.__getitem__, reverse=True)
        may_answer = any(_may_answer(spot) for spot in read)
        return [*dict.fromkeys([*sure, *near])] if sure or may_answer else []
    said = [spot for spot in told if spot.says_own and spot.overlap >= (_SAID if spot.holds_kind else _MOSTLY_SAID)]
    return [*dict.fromkeys([*sure, *(spot for spot in said if spot.worth >= said[0].worth - _BEHIND_BY_WORDS)])]


def _may_answer(spot: Spot) -> bool:
    """Tell whether a sentence is near enough to be shown: by the layers alone, or beside the words that it shares."""
    odds = spot.odds or 0.0
    return odds >= _MAY_ANSWER or (odds >= _MAY_WITH_WORDS and spot.says_own and spot.overlap >= _SHARED)


def place_near(question: str, passages: Sequence[GroundPassage]) -> list[GroundPassage]:
    """Return the passage that says the most of a question that none of them answers, most of it at least."""
    titles = (passage.title.removeprefix(passage.document) for passage in passages)
    shares = [share_said(question, f"{title} {passage.text}") for title, passage in zip(titles, passages, strict=True)]
    most = max(shares, default=0.0)
    return [passages[shares.index(most)]] if most >= _MIN_PLACE_SHARE else []


def quotes_of(spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> list[tuple[Spot, str]]:
    """Return the first sentences with their paragraphs; what another holds already is not quoted again."""
    found: list[tuple[Spot, str]] = []
    for spot in spots:
        own = unwrap(spot.sentence)
        if len(found) < MAX_NEAREST and not any(own in quote for _, quote in found):
            found.append((spot, unwrap(quote_of(spot, passages[spot.passage], _MAX_PLACE_CHARS))))
    return found


def quote_of(spot: Spot, passage: GroundPassage, max_chars: int = _MAX_QUOTE_CHARS) -> str:
    """Return a sentence as it stands in its passage, with those beside it in its paragraph; a row stands by itself.

    What answers is often the next line: "Counselling line: 0800 555 0144. We are not told who rings."
    """
    parts = (
        part
        for turn in turns_of(passage)
        if turn.speaker == spot.speaker
        for part in (split_paragraphs(turn.text) if spot.speaker else entries_of(turn.text))
    )
    part = next((part for part in parts if spot.sentence in part), "")
    told = [said for _, said in lines_said(part)] if spot.speaker else split_sentences(part)
    at = next((place for place, sentence in enumerate(told) if spot.sentence in sentence), -1)
    if at < 0 or spot.asked or _is_apart(spot.sentence):
        return spot.sentence
    begins, ends = list[int](), [0]
    for sentence in told:
        begins.append(part.index(sentence, ends[-1]))
        ends.append(begins[-1] + len(sentence))

    def fits(first: int, last: int) -> bool:
        is_inside = first >= 0 and last < len(told) and ends[last + 1] - begins[first] <= max_chars
        return is_inside and not any(map(find_instruction, told[first : last + 1]))

    first = last = at
    while fits(first, last + 1) or fits(first - 1, last):
        last += fits(first, last + 1)
        first -= fits(first - 1, last)
    return part[begins[first] : ends[last + 1]]


def entries_of(text: str) -> list[str]:
    """Return the paragraphs of a text, a list in its items, as they stand there."""
    return [part for paragraph in split_paragraphs(text) for part in _ITEM.split(paragraph)]


def _is_apart(sentence: str) -> bool:
    """Tell whether a sentence stands by itself: a row, a line in columns, a bare number."""
    return is_row(sentence) or is_in_columns(sentence) or all(len(word) < 2 for word in ALPHABETIC.findall(sentence))


def _limits_of(text: str, language: str) -> float:
    """Return in log-odds what a passage is worth more by words that may limit another."""
    found = lexicon(language or "en")["questions.limits"].findall(text)
    return _LIMIT_COUNTS * min(len(found), _MAX_LIMITS)


def _with_worth(spot: Spot) -> float:
    """Return the log-odds of a sentence with what it is worth, which the order of places leans on more."""
    return (spot.odds or 0.0) + _WORTH_COUNTS * spot.worth


def is_told(spot: Spot) -> bool:
    """Tell whether a spot is a whole sentence or a row, and no name, heading or line of a letter's head.

    What somebody says is whole whatever it ends with: most messages have no full stop.
    """
    sentence = spot.sentence.strip()
    if spot.asked or (is_row(sentence) and sentence.count(": ") > 1) or is_in_columns(sentence):
        return True
    words = sentence.split()
    if spot.speaker:
        return len(ALPHABETIC.findall(sentence)) >= _MIN_SAID_WORDS
    is_listed = sentence.startswith(("-", "*")) and len(words) > _MIN_WORDS
    is_whole = ends_sentence(sentence, closing=_CLOSING) and not _LABEL.match(sentence)
    return len(words) >= _MIN_WORDS and (is_whole or is_listed)
