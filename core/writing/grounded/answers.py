"""Find the sentence that answers a question, or find that there is none: by shared words and the kind of fact asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import mul

from core.ports import Embedder
from core.text.asks import asks_for_word, without_call
from core.text.content import content_stems, is_empty_word
from core.text.facts import extract_facts
from core.text.language import detect_language, stop_words
from core.text.lexicon import by_language, whole
from core.text.names import find_names
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.weighing import rarity_of

_DATA = by_language("questions")["en"]
_WANTED = tuple((whole([pattern]), frozenset(kinds.split())) for pattern, kinds in _DATA["wanted"])
_WANTED_NOUNS = tuple(one for one in _WANTED if not one[1] & {"date", "money"})
_WHO, _ROLE, _OTHER_WORDS, _MOMENT_WORDS = (whole(_DATA[name]) for name in ("who", "roles", "words", "moments"))
_QUESTION_WORDS = frozenset(_DATA["empty"].split())
_LONG_NUMBER = re.compile(r"\d[\d /().-]{2,}\d")
_LEAST_OVERLAP = 0.5
_LONGEST_ANSWER_WORDS = 30
_PASSAGE_SHARE, _BEFORE_SHARE, _KIND_BONUS, _KIND_LOSS = 0.4, 0.35, 0.2, 0.5
_PREFIX_CHARS = 5
# A long sentence shares words by chance.
_WORD_LOSS, _SHORT_WORDS = 0.006, 12
# How near an answer is differs from model to model: measured for these on 40 questions in four languages.
MEASURED = frozenset({"multilingual-e5-small-q4"})
_NEAR, _NEAR_WITH_WORDS, _NEAR_ACROSS, _CERTAIN = 0.845, 0.83, 0.828, 0.9
_MANY_WORDS, _FACTS_BONUS, _MOST_COMPARED = 0.6, 0.03, 60


@dataclass(frozen=True)
class Spot:
    """A sentence that may answer.

    Attributes:
        passage: its passage, counted from 0.
        sentence: its words, as they stand there.
        worth: how well it fits, for comparing spots of one question.
        overlap: share (0..1) of what the question says that the sentence and the one before it hold.
        topic: share (0..1) of it that the whole passage holds.
        holds_kind: whether it holds the kind of fact that is asked for; True when no kind is.
    """

    passage: int
    sentence: str
    worth: float
    overlap: float
    topic: float
    holds_kind: bool


def find_spots(question: str, passages: Sequence[str]) -> list[Spot]:
    """Return the sentences of the passages, the likeliest answer first; [] for a question without content."""
    wanted = question_weights(question)
    if not wanted:
        return []
    spots = [spot for number, text in enumerate(passages) for spot in _spots(question, wanted, number, text)]
    return sorted(spots, key=lambda spot: -spot.worth)


def by_meaning(spots: Sequence[Spot], question: str, passages: Sequence[str], embedder: Embedder) -> list[Spot]:
    """Return the spots that answer by what they mean, the nearest first, whatever the languages.

    `worth` is then the cosine, with a little for the facts of the question that a spot holds.
    """
    spots = spots[:_MOST_COMPARED]
    # A question is looked for as one: it does not look like its answer.
    wanted = embedder.embed([question], is_query=True)[0]
    near = [sum(map(mul, wanted, one)) for one in embedder.embed([unwrap(spot.sentence) for spot in spots])]
    asked = detect_language(question)
    found = []
    for spot, cosine in zip(spots, near, strict=True):
        spoken = detect_language(passages[spot.passage])
        is_same = asked == spoken or (not asked and spot.overlap > 0)
        least = _NEAR_ACROSS if not is_same else _NEAR_WITH_WORDS if spot.overlap >= _MANY_WORDS else _NEAR
        if cosine >= (least if spot.holds_kind else _CERTAIN):
            found.append(replace(spot, worth=cosine + _FACTS_BONUS * _facts_held(question, spot.sentence)))
    return sorted(found, key=lambda spot: -spot.worth)


def _facts_held(question: str, sentence: str) -> float:
    asked, said = extract_facts(question).items, extract_facts(sentence)
    return sum(said.hold(fact) for fact in asked) / len(asked) if asked else 0.0


def question_weights(question: str) -> dict[str, float]:
    """Return the content stems of a question with how rare each is."""
    empty = _QUESTION_WORDS | stop_words()
    words = [word for word in re.findall(r"[\w'\u2019-]+", question) if word.casefold() not in empty]
    return {stem: rarity_of(word) for word in words for stem in content_stems(word)}


def _spots(question: str, wanted: dict[str, float], number: int, text: str) -> Iterator[Spot]:
    sentences = split_sentences(text)
    topic = _share(wanted, frozenset(content_stems(text)))
    before: frozenset[str] = frozenset()
    for sentence in sentences:
        stems = frozenset(content_stems(sentence))
        own, both = _share(wanted, stems), _share(wanted, stems | before)
        before = stems
        if sentence.endswith("?"):
            continue
        holds = holds_kind(sentence, question)
        worth = own + _BEFORE_SHARE * (both - own) + _PASSAGE_SHARE * topic + (_KIND_BONUS if holds else -_KIND_LOSS)
        worth -= _WORD_LOSS * max(0, len(sentence.split()) - _SHORT_WORDS)
        yield Spot(number, sentence, worth, both, topic, holds)


def _share(wanted: dict[str, float], stems: frozenset[str]) -> float:
    beginnings = {stem[:_PREFIX_CHARS] for stem in stems if len(stem) >= _PREFIX_CHARS}
    held = sum(
        weight
        for stem, weight in wanted.items()
        if stem in stems or (len(stem) >= _PREFIX_CHARS and stem[:_PREFIX_CHARS] in beginnings)
    )
    return held / sum(wanted.values())


def holds_kind(sentence: str, question: str) -> bool:
    """Tell whether a sentence holds the kind of fact that a question asks for, and the question does not say itself."""
    wanted = _kinds(question)
    if wanted is None:
        return not _asks_who(question) or bool(_new_names(sentence, question) or _ROLE.search(sentence))
    known = extract_facts(question)
    facts = (fact for fact in extract_facts(sentence).items if fact.category in wanted)
    if any(not known.hold(fact) for fact in facts):
        return True
    return "date" in wanted and bool(_MOMENT_WORDS.search(sentence))


def _kinds(question: str) -> frozenset[str] | None:
    """Return the kinds of fact asked for by the question's first question word, None when it asks for none."""
    other = _OTHER_WORDS.search(question)
    before = other.start() if other else len(question)
    found = ((match.start(), kinds) for pattern, kinds in _WANTED if (match := pattern.search(question)))
    first = next((kinds for start, kinds in sorted(found, key=lambda pair: pair[0]) if start <= before), None)
    # "What is the phone number": the noun tells, wherever it stands.
    return first or next((kinds for pattern, kinds in _WANTED_NOUNS if pattern.search(question)), None)


def _asks_who(question: str) -> bool:
    who, other = _WHO.search(question), _OTHER_WORDS.search(question)
    return who is not None and (other is None or who.start() <= other.start())


def _new_names(sentence: str, question: str) -> set[str]:
    asked = {name.casefold() for name in find_names(f"that {question}")}
    named = (name.casefold() for name in find_names(sentence))
    return {name for name in named if name not in stop_words() and not is_empty_word(name)} - asked


def find_answer(question: str, thread: str) -> str:
    """Return the sentence of earlier messages that answers a question, in one line, "" when none surely does.

    Only questions for a fact (when, how much, who, what) have a test and get an answer; those of yes or no do not.
    """
    if not thread.strip() or not asks_for_word(question):
        return ""
    needs_fact = _kinds(question) is None and not _asks_who(question)
    for spot in find_spots(question, [thread]):
        sentence = without_call(unwrap(spot.sentence))
        short = len(sentence.split()) <= _LONGEST_ANSWER_WORDS and not sentence.startswith(">")
        tells = not needs_fact or extract_facts(sentence).missing_from(extract_facts(question))
        if short and tells and spot.holds_kind and spot.overlap >= _LEAST_OVERLAP:
            return sentence
    return ""
