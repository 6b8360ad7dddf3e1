"""What is shown where nothing answers for certain: whole sentences that may help, never a name or a heading alone."""

import math
import re
import time
from collections.abc import Mapping, Sequence

from core.text.content import content_stems
from core.text.facts import extract_facts
from core.text.forms import ALPHABETIC, WORD, YEAR
from core.text.lexicon import languages, lexicon
from core.text.sentences import ends_sentence, split_sentences, unwrap
from core.text.speakers import split_turns
from core.writing.grounded.answer_by_meaning import is_across, question_language
from core.writing.grounded.answers import Spot, holds_kind, kinds_asked, share_said
from core.writing.grounded.passages import GroundPassage, is_in_columns, read_sentences
from core.writing.grounded.rows import is_row

_MIN_WORDS = 4
_CLOSING = '*_"”“»)]'
# What a passage says of a question counts so much beside how near a sentence is. A second one is shown that is no
# further behind, and what is clearly behind is no answer; what is further away has nothing to do with the question.
_PASSAGE_COUNTS, _BEHIND, _CLEARLY, _NEAR = 0.05, 0.003, 0.015, 0.84
# In log-odds that a sentence answers, where tuned layers read it: what is shown as near, how far behind the first
# another may be, and what is clearly behind. Of 60 questions of `unseen_7` that have an answer one or two places held
# it for 23, one of three does for 35.
_MAY_ANSWER, _ODDS_BEHIND, _ODDS_CLEARLY = -1.5, 4.0, 2.0
# How much the worth of a sentence counts beside its odds where places are put in order.
_WORTH_COUNTS = 60.0
MAX_NEAREST = 3
# A sentence is shown with those beside it, as long as all of it is read at a glance: of 91 unsure questions with an
# answer, the nearest sentence alone held it in about half, with the others of its paragraph in 60.
_MAX_QUOTE_CHARS = 420
# Of several places the paragraph: an exception, or what holds now, may stand a sentence further on (DECISIONS 420).
_MAX_FIRST_CHARS, _MAX_FURTHER_CHARS = 800, 600
# Of places that are named where nothing answers no more than help.
_MAX_PLACES, _MIN_PLACE_SHARE = 1, 0.6
# Where nothing compares meanings: what share of the question is said, with the fact that is asked for and without it;
# and how far behind the first by its words a second may be.
_SAID, _MOSTLY_SAID, _BEHIND_BY_WORDS = 0.2, 0.6, 0.1
# Between "until" and its day: "the end of".
_LEAD_CHARS = 16
# So many words of content, and such a share of them, make a sentence of a newer document one of the same matter.
_SAME_WORDS, _SAME_SHARE = 2, 0.2
# Kinds of fact that are told by their form; who, where and why are said in too many ways.
_PLAIN_FACTS = frozenset({"money", "percent", "moment", "time", "length", "count"})
# Between two sentences of one paragraph there is no blank line, not in a quoted mail either, no heading and no other
# item of a list.
_ITEM = re.compile(r"\A(?:[-*•\u2013]|\(?(?:\d{1,2}|[^\W\d_])[.)]|\d{1,2}(?:\.\d{1,2}){1,3})\s")
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
    if any(spot.odds is not None for spot in told):
        return sorted((spot for spot in told if _odds(spot) >= _MAY_ANSWER), key=lambda spot: -_with_worth(spot))
    if are_compared:
        near = [spot for spot in told if _fit(spot, shares) >= _NEAR]
    else:
        near = [spot for spot in told if spot.says_own and spot.overlap >= (_SAID if spot.holds_kind else _MOSTLY_SAID)]
        near = [spot for spot in near if spot.overlap >= _MOSTLY_SAID or _fit(spot, shares) >= _NEAR]
    return sorted(near, key=lambda spot: -_fit(spot, shares))


def as_near(near: Sequence[Spot], shares: Mapping[int, float], *, are_compared: bool) -> list[Spot]:
    """Return of the sentences that come near those that come nearest: nobody can tell which of them helps."""
    if near and near[0].odds is not None:
        return [spot for spot in near if _odds(spot) >= max(map(_odds, near)) - _ODDS_BEHIND]
    behind = _BEHIND if are_compared else _BEHIND_BY_WORDS
    return [spot for spot in near if _fit(spot, shares) >= _fit(near[0], shares) - behind]


def lacks_fact(question: str, spot: Spot, quote: str) -> bool:
    """Tell whether a question asks for an amount or a moment of which a quote holds none: it answers nothing then.

    Of 91 unsure questions with an answer this was so of one that the quote answered, of 22 without an answer of five.
    What is counted has another name in another language: there any number may be the one.
    """
    # What a row counts stands in its cells, and what is counted in the name of a column.
    counts = is_row(spot.sentence) and any(map(str.isdecimal, spot.sentence))
    kinds = kinds_asked(question)
    if "count" in kinds and is_across(spot, question_language(question)):
        counts = any(fact.kind == "number" for fact in extract_facts(quote, spot.language).items)
    return bool(kinds & _PLAIN_FACTS) and not (spot.holds_kind or counts or holds_kind(quote, question, spot.language))


def places_of(question: str, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> list[GroundPassage]:
    """Return the passage that says the most of a question that none of them answers, most of it at least."""
    shares = passage_shares(question, spots, passages)
    most = max(shares.values(), default=0.0)
    return [passages[number] for number, share in shares.items() if share == most >= _MIN_PLACE_SHARE][:_MAX_PLACES]


def with_newer(
    question: str, near: Sequence[Spot], spots: Sequence[Spot], passages: Sequence[GroundPassage]
) -> list[Spot]:
    """Return the places with what took the place of each before it: what newer documents say, or what holds now."""
    found: list[Spot] = []
    for spot in near:
        year = _year(passages[spot.passage])
        newer = _of_the_matter(spot, [other for other in spots if year and year < _year(passages[other.passage])])
        found += [*in_force(question, spot, spots), *changed_by(spot, spots, passages)[:1], *newer, spot]
    return [*dict.fromkeys(found)]


def in_force(question: str, spot: Spot, spots: Sequence[Spot]) -> list[Spot]:
    """Return what says what holds now where a sentence says itself that it held until a day gone by; [] for others.

    "Before 1 January 2026 the limit was 120 euros": the limit of today may stand beside it. Who asks for that time is
    told of it.
    """
    years = YEAR.findall(question)
    if not _is_over(spot) or any(year in spot.sentence for year in years):
        return []
    return _of_the_matter(spot, [other for other in spots if not _is_over(other)])


def _of_the_matter(spot: Spot, others: Sequence[Spot]) -> list[Spot]:
    """Return the sentence that shares the most words with one, if it shares enough of them."""
    said = frozenset(content_stems(spot.sentence))
    least = max(_SAME_WORDS, _SAME_SHARE * len(said))
    shared = {other: len(said.intersection(content_stems(other.sentence))) for other in others if is_told(other)}
    most = max(shared, key=lambda one: shared[one], default=spot)
    return [most] if shared.get(most, 0) >= least else []


def _is_over(spot: Spot) -> bool:
    """Tell whether a sentence speaks of the time until a day or year gone by."""
    words = lexicon(spot.language if spot.language in languages() else "en")
    today, facts = time.strftime("%Y-%m-%d"), extract_facts(spot.sentence, spot.language).items
    days = [(fact.start, day) for fact in facts for day in sorted(fact.readings)[:1] if YEAR.match(day)]
    # "Before 2026" ends with 2025, "until 2026" within that year.
    return any(
        0 <= start - lead.end() <= _LEAD_CHARS and day.rstrip("-") + end < today
        for name, end in (("held_before", "-00"), ("held_until", "-99"))
        for lead in words[f"questions.{name}"].finditer(spot.sentence)
        for start, day in days
    )


def changed_by(spot: Spot, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> list[Spot]:
    """Return what newer documents say that name the article or section of a sentence, the likeliest first.

    "From today article 3 is amended": whatever stands in article 3 may hold no longer.
    """
    passage = passages[spot.passage]
    sections = _sections(passage.title)
    naming = {
        place
        for place, other in enumerate(passages)
        if 0 < _year(passage) < _year(other) and sections & _sections(other.text)
    }
    return sorted(
        (other for other in spots if other.passage in naming and is_told(other)), key=_with_worth, reverse=True
    )


def _sections(text: str) -> frozenset[tuple[str, str]]:
    """Return the parts of a document that are named by a word and a number: "article 3", "section 2", "§ 7"."""
    named = re.findall(r"(?<!\w)(§|[^\W\d_]{3,30}+)\.?[ \u00a0](\d{1,3})(?![\w%.,:/]{0,20}\d|\w)", text.casefold())
    return frozenset(named)


def _year(passage: GroundPassage) -> int:
    """Return of which year up to this one a passage is, by its document or its title; 0 for unknown."""
    named = [passage.date[:4]] if passage.date[:4].isdecimal() else YEAR.findall(passage.title)
    return max((year for year in map(int, named) if year <= time.localtime().tm_year), default=0)


def quotes_of(
    spots: Sequence[Spot], passages: Sequence[GroundPassage], most: int = MAX_NEAREST
) -> list[tuple[Spot, str]]:
    """Return so many sentences with what is quoted for each; what another holds already is not quoted again."""
    found: list[tuple[Spot, str]] = []
    for spot in spots:
        own, known = unwrap(spot.sentence), [quote for _, quote in found]
        if len(found) == most or any(own in quote for quote in known):
            continue
        quote = unwrap(quote_of(spot, passages[spot.passage], _MAX_FURTHER_CHARS if found else _MAX_FIRST_CHARS))
        beside = [part for part in map(unwrap, split_sentences(quote)) if part not in own]
        # What stands beside two places is told once.
        found.append((spot, own if any(part in other for part in beside for other in known) else quote))
    return found


def quote_of(spot: Spot, passage: GroundPassage, max_chars: int = _MAX_QUOTE_CHARS) -> str:
    """Return a sentence as it stands in its passage, with those beside it in its paragraph; a row stands by itself.

    What answers is often the next line: "Counselling line: 0800 555 0144. We are not told who rings."
    """
    told = [sentence for _, sentence in read_sentences(passage.text)]
    begin = passage.text.find(spot.sentence)
    if spot.sentence not in told or begin < 0 or _is_apart(spot.sentence) or spot.asked:
        return spot.sentence
    end, first = begin + len(spot.sentence), told.index(spot.sentence)
    last, goes_on, goes_back = first, True, True
    openings = _openings(passage.text)
    while goes_on or goes_back:
        if goes_on:
            last += 1
            place = passage.text.find(told[last], end) if last < len(told) else -1
            goes_on = place >= 0 and _is_beside(told[last], told[last], passage.text[end:place])
            goes_on = goes_on and place + len(told[last]) - begin <= max_chars
            goes_on = goes_on and not any(opening in told[last] for opening in openings)
            end = place + len(told[last]) if goes_on else end
        if goes_back:
            first -= 1
            place = passage.text.rfind(told[first], 0, begin) if first >= 0 else -1
            between = passage.text[place + len(told[first]) : begin] if place >= 0 else ""
            goes_back = place >= 0 and _is_beside(told[first], passage.text[begin:end], between)
            # Of another turn only the question is shown that is answered.
            begins_turn = any(opening in told[first + 1] for opening in openings)
            goes_back = goes_back and (not begins_turn or told[first].endswith("?"))
            # "All other damage within five days" says the opposite without what it is other than.
            goes_back = goes_back and (end - place <= max_chars or _is_rest(spot.language, passage.text[begin:end]))
            begin = place if goes_back else begin
    return passage.text[begin:end]


def _openings(text: str) -> frozenset[str]:
    """Return how the turns of a conversation begin, "Ana:"; none of a text in which nobody takes turns."""
    speakers = {turn.speaker for turn in split_turns(text)} - {""}
    return frozenset(f"{speaker}: " for speaker in speakers) if len(speakers) > 1 else frozenset()


def _is_beside(sentence: str, later: str, between: str) -> bool:
    """Tell whether a sentence belongs to the paragraph or item beside it; `later` begins behind what is between."""
    has_blank_line = any(not line.strip("> \t") for line in between.split("\n")[1:-1])
    return not (_is_apart(sentence) or _ITEM.match(later) or WORD.search(between) or has_blank_line)


def _is_rest(language: str, text: str) -> bool:
    """Tell whether a text begins with what is left of something: "The others", "Otherwise"."""
    words = lexicon(language if language in languages() else "en")
    return words["questions.rest"].match(text) is not None


def _is_apart(sentence: str) -> bool:
    """Tell whether a sentence stands by itself: a row, a line in columns, a bare number."""
    return is_row(sentence) or is_in_columns(sentence) or all(len(word) < 2 for word in ALPHABETIC.findall(sentence))


def _odds(spot: Spot) -> float:
    return -math.inf if spot.odds is None else spot.odds


def _with_worth(spot: Spot) -> float:
    """Return the log-odds of a sentence with what it is worth, which the order of places leans on more."""
    return _odds(spot) + _WORTH_COUNTS * spot.worth


def _fit(spot: Spot, shares: Mapping[int, float]) -> float:
    """Return how near a sentence comes, and its passage by the words that it says of the question."""
    return spot.worth + _PASSAGE_COUNTS * shares.get(spot.passage, 0.0)


def comes_nearest(sure: Spot, spots: Sequence[Spot], shares: Mapping[int, float]) -> bool:
    """Tell whether no sentence comes clearly nearer than an answer: else the question is about something else."""
    read = [spot.odds for spot in spots if spot.odds is not None and is_told(spot)]
    if read and sure.odds is not None and not sure.asked:
        return sure.odds >= max(read) - _ODDS_CLEARLY
    most = max((_fit(spot, shares) for spot in spots if is_told(spot)), default=0.0)
    return _fit(sure, shares) >= most - _CLEARLY


def passage_shares(question: str, spots: Sequence[Spot], passages: Sequence[GroundPassage]) -> dict[int, float]:
    """Return which share of a question each passage with a spot says, by its number."""
    found = {number: passages[number] for number in dict.fromkeys(spot.passage for spot in spots)}
    return {
        number: share_said(question, f"{passage.title.removeprefix(passage.document)} {passage.text}")
        for number, passage in found.items()
    }


def is_told(spot: Spot) -> bool:
    """Tell whether a spot is a whole sentence or a row, and no name, heading or line of a letter's head."""
    sentence = spot.sentence.strip()
    if spot.asked or (is_row(sentence) and sentence.count(": ") > 1) or is_in_columns(sentence):
        return True
    words = sentence.split()
    is_listed = sentence.startswith(("-", "*")) and len(words) > _MIN_WORDS
    is_whole = ends_sentence(sentence, closing=_CLOSING) and not _LABEL.match(sentence)
    return len(words) >= _MIN_WORDS and (is_whole or is_listed) and not _is_named(sentence)


def _is_named(sentence: str) -> bool:
    """Tell whether a line only names somebody or a place: nearly all of its words are large."""
    words = re.findall(r"[^\W\d_]{2,}", sentence)
    return len(words) <= 2 * _MIN_WORDS and all(word[0].isupper() for word in words)
