"""Find the sentence that answers a question, or find that there is none: by shared words and the kind of fact asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.text.asks import asks_for_word, without_call
from core.text.content import content_stems, is_empty_word
from core.text.facts import extract_facts
from core.text.facts.model import Kind
from core.text.language import stop_words
from core.text.names import find_names
from core.text.sentences import split_sentences, unwrap
from core.writing.grounded.weighing import rarity_of

# What an answer must hold that the question does not, by the question's word.
_WANTED: tuple[tuple[re.Pattern[str], frozenset[Kind]], ...] = (
    (re.compile(r"(?i)\b(?:when|(?:what|which|in which) (?:time|day|date|year|century|month)|since when|wann|seit wann"
                r"|in welchem jahr|quand|en quelle année|cuándo|en qué (?:año|siglo|fecha))\b"),
     frozenset({"date", "time", "weekday", "day", "number"})),
    (re.compile(r"(?i)\b(?:how (?:much|many|long|high|far|old|big|large|tall|deep|wide|often|fast)"
                r"|what (?:price|number|amount|percentage|share)|wie ?(?:viele?|lange|hoch|weit|alt|groß|oft|teuer)"
                r"|combien|cuánt[oa]s?|qué porcentaje)\b"),
     frozenset({"number", "money", "percent", "time"})),
    (re.compile(r"(?i)\b(?:link|url|web ?site|web address)\b"), frozenset({"link"})),
    (re.compile(r"(?i)\b(?:e-?mail address|address of|phone number)\b"), frozenset({"address", "id"})),
    (re.compile(r"(?i)\b(?:which|what) (?:version|order|invoice|room|number|id)\b"), frozenset({"id", "number"})),
)  # fmt: skip
_WHO = re.compile(r"(?i)\b(?:who|whom|whose|wer|wem|wen|qui|quién(?:es)?)\b")
_ROLE = re.compile(
    r"(?i)\b(?:head of|manager|director|engineer|team|department|office|board|president|minister|teacher|owner"
    r"|chair(?:man)?|warden|porter|lead|committee|court|parliament|government|council|king|queen|leiter(?:in)?|vorstand|büro|ministr\w+"
    r"|équipe|directeur|bureau|gobierno|equipo)\b"
)
_OTHER_WORDS = re.compile(
    r"(?i)\b(?:where|why|what|which|how|who|whom|whose|wo|warum|was|welche[rsmn]?|wie|wer|wem|wen|où|pourquoi|que|quel(?:le)?s?"
    r"|qui|comment|dónde|qué|cuál(?:es)?|cómo|quién(?:es)?)\b"
)
_MOMENT_WORDS = re.compile(
    r"(?i)\b(?:spring|summer|autumn|winter|century|decade|year|month|week|day|hour|minute|morning|evening|night|daily|weekly"
    r"|monthly|twice|once|always|never|jahr|monat|woche|tag|stunde|minute|\w*tags|siglo|año|mes|siècle|année|mois)s?(?:en)?\b"
)
_QUESTION_WORDS_LIST = (
    "when where who whom whose what which why how wann wo wer wem wen was welche welcher welches welchem welchen warum"
    " wie viele viel quand où qui quel quelle quels quelles pourquoi comment combien cuándo dónde quién quiénes qué"
    " cuál cuáles cómo cuánto cuánta cuántos cuántas name called many much long type kind during hat war wurde"
)
_QUESTION_WORDS = frozenset(_QUESTION_WORDS_LIST.split())
_LEAST_OVERLAP = 0.5
_LONGEST_ANSWER_WORDS = 30
_PASSAGE_SHARE, _BEFORE_SHARE, _KIND_BONUS, _KIND_LOSS = 0.4, 0.35, 0.2, 0.5
_PREFIX_CHARS = 5
# A long sentence shares words by chance.
_WORD_LOSS, _SHORT_WORDS = 0.006, 12


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


def _kinds(question: str) -> frozenset[Kind] | None:
    """Return the kinds of fact asked for by the question's first question word, None when it asks for none."""
    other = _OTHER_WORDS.search(question)
    before = other.start() if other else len(question)
    found = ((match.start(), kinds) for pattern, kinds in _WANTED if (match := pattern.search(question)))
    return next((kinds for start, kinds in sorted(found, key=lambda pair: pair[0]) if start <= before), None)


def _asks_who(question: str) -> bool:
    who, other = _WHO.search(question), _OTHER_WORDS.search(question)
    return who is not None and (other is None or who.start() <= other.start())


def _new_names(sentence: str, question: str) -> set[str]:
    asked = {name.casefold() for name in find_names(f"that {question}")}
    # The sentence's first word has a capital whatever it is.
    named = (name.casefold() for name in find_names(f"that {sentence}"))
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
