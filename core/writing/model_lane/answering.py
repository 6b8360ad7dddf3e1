"""Answers in a model's words: each sentence is bound to the passage that holds its quote, and checked against it."""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.drafts import DraftSource, Finding
from core.errors import AnswerCut
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.text.catalogues import N_
from core.text.facts import Fact, Facts, extract_facts, shown_results
from core.text.instructions import without_instructions
from core.text.language import detect_language
from core.text.sentences import unwrap
from core.writing.checks import Grounds
from core.writing.checks.grounds import LANGUAGE
from core.writing.checks.negation import find_quote_denied
from core.writing.fitting import fit_values
from core.writing.grounded.answer import EARLIER, answer, declined, differing
from core.writing.grounded.answer_by_meaning import question_language
from core.writing.grounded.beside import with_beside
from core.writing.grounded.nearest import place_near
from core.writing.grounded.passages import PASSAGES, GroundPassage, read_passages
from core.writing.grounded.statements import PassageAnswer, source_of, told_apart
from core.writing.grounded.unanswered import with_remarks
from core.writing.model_lane.cleaning import words_in
from core.writing.model_lane.verifier import blocked, judged, remarks, verified
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_SENTENCE = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "passage": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["text", "passage", "quote"],
    "additionalProperties": False,
}
_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"answer": {"type": "array", "items": _SENTENCE}},
    "required": ["answer"],
    "additionalProperties": False,
}
_MAX_SENTENCES = 8
_VALUES = frozenset({"money", "percent", "date", "time", "weekday"})
_NOT_QUOTED = N_("“{text}” does not stand in the words that its sentence quotes, which say “{other}”.")
_LEFT_OUT = N_("Left out, since no passage says it in these words: “{text}”")


@dataclass(frozen=True)
class _Sentence:
    """A sentence of the answer, the number of the passage that it rests on, and the words there."""

    text: str
    number: int
    quote: str


@dataclass(frozen=True)
class _Bound:
    """A sentence with the passage that holds its words, and what the checks say of it beside that passage alone."""

    sentence: _Sentence
    passage: GroundPassage
    words: str
    findings: tuple[Finding, ...]

    @property
    def source(self) -> DraftSource:
        passage, text = self.passage, self.sentence.text
        return source_of(passage, unwrap(self.words), text)


def answer_in_words(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Let the model word the answer; what rests on no passage is left out, and where nothing is left the rules answer.

    Raises:
        InlaidError: whatever `ask` raises.
    """
    question, room_chars = values[recipe.main_input], options.budget_chars - sum(map(len, values.values()))
    passages = with_beside(read_passages(values.get(PASSAGES, "")), room_chars)
    if not passages:
        return with_remarks(recipe, declined(question), values)
    numbered = "\n\n".join(f"[{passage.number}] {_said_by(passage)}" for passage in passages)
    fitted, notices = fit_values(recipe, {**values, PASSAGES: numbered}, options.budget_chars)
    try:
        written = ask(
            render_messages(recipe, fitted, variant=options.variant),
            max_tokens=recipe.decoding.max_tokens,
            temperature=recipe.decoding.temperature,
            json_schema=_SCHEMA,
        )
    except AnswerCut:
        return answer(recipe, values, ask, options)
    sentences = list(_read(written))
    if not sentences:
        return with_remarks(recipe, declined(question, notices, place_near(question, passages)), values)
    bound = list(_bound(recipe, values, passages, sentences))
    if not bound:
        return answer(recipe, values, ask, options)
    kept = {answer.sentence for answer in bound}
    notices = (*notices, *(_LEFT_OUT.format(text=sentence.text) for sentence in sentences if sentence not in kept))
    findings = [finding for answer in bound for finding in answer.findings]
    if options.verify:
        cited = "\n\n".join(dict.fromkeys(_said_by(answer.passage) for answer in bound))
        said = " ".join(answer.sentence.text for answer in bound)
        meaning = verified(Grounds(recipe, {**values, PASSAGES: cited}, cited), said, options.verify)
        findings, notices = [*findings, *meaning.findings], (*notices, *meaning.notices)
    result = PlanResult(
        text=" ".join(f"{answer.sentence.text} [{answer.passage.number}]" for answer in bound),
        sources=tuple(answer.source for answer in bound),
        findings=remarks(findings),
        notices=notices,
    )
    statements = differing(question, values.get(EARLIER, "").splitlines(), passages, options)
    return with_remarks(recipe, _with_difference(result, question, statements), values)


def _with_difference(result: PlanResult, question: str, statements: Sequence[PassageAnswer]) -> PlanResult:
    """Return an answer with the difference between documents that the model has passed over, in their own words."""
    cited = {source.number for source in result.sources}
    if all(statement.passage.number in cited for statement in statements):
        return result
    sources = (source for statement in statements for source in statement.sources)
    text = f"{result.text}\n\n{told_apart(question, statements)}"
    return replace(result, text=text, sources=(*result.sources, *sources))


def _bound(
    recipe: Recipe, values: Mapping[str, str], passages: Sequence[GroundPassage], sentences: Sequence[_Sentence]
) -> Iterator[_Bound]:
    """Yield the sentences that a passage holds.

    The whole answer tells its language, and where a sentence has a number from that another one works out.
    """
    said = " ".join(sentence.text for sentence in sentences)
    language = question_language(values[recipe.main_input]) or detect_language(said)
    known, results = {**values, LANGUAGE: language}, shown_results(said)
    for sentence in sentences:
        if found := _bind(recipe, known, passages, sentence, results):
            yield found


def _bind(
    recipe: Recipe,
    values: Mapping[str, str],
    passages: Sequence[GroundPassage],
    sentence: _Sentence,
    results: frozenset[str],
) -> _Bound | None:
    """Return a sentence with its passage; None where no passage holds its quote, or nobody may get it."""
    for passage in sorted(passages, key=lambda one: one.number != sentence.number):
        # What a passage says to a model is no ground for anything.
        if words := words_in(sentence.quote, without_instructions(passage.text)):
            # What stands in another passage is no ground for what is said of this one.
            cited = _said_by(passage)
            grounds = Grounds(recipe, {**values, PASSAGES: cited}, cited)
            said = grounds.facts_of(sentence.text).items
            worked_out = {fact.text for fact in said if fact.kind == "number" and fact.readings & results}
            found = [
                finding
                for finding in judged(grounds, sentence.text)
                if finding.check != "facts" or finding.place not in worked_out
            ]
            if blocked(found) or not grounds.stands(words):
                return None
            told = {finding.place for finding in found} | worked_out
            other = (
                finding for finding in _beside_quote(grounds, passage, sentence, words) if finding.place not in told
            )
            denied = find_quote_denied(words, sentence.text, grounds.language)
            return _Bound(sentence, passage, words, (*found, *other, *denied))
    return None


def _beside_quote(grounds: Grounds, passage: GroundPassage, sentence: _Sentence, words: str) -> Iterator[Finding]:
    """Yield a finding for each value of a sentence in place of which its quote has another of the same kind.

    What the question says, and the head of the passage, is known, too.
    """
    said, quoted = grounds.facts_of(sentence.text), extract_facts(words, detect_language(passage.text))
    heads = (_headed(passage), grounds.values[grounds.recipe.main_input])
    known = functools.reduce(Facts.together_with, map(grounds.facts_of, heads), quoted)
    others = {_value(fact): fact for fact in reversed(quoted.missing_from(said))}
    for fact in said.missing_from(known):
        if other := others.get(_value(fact)) if _value(fact) else None:
            text = _NOT_QUOTED.format(text=fact.text, other=other.text)
            yield Finding(check="facts", severity="repair", place=fact.text, sentence=text)


def _value(fact: Fact) -> str:
    """Return what kind of value a fact is, "" for a number that may be one of anything."""
    return fact.category if fact.category in _VALUES and not fact.is_weak else "measure" if fact.has_unit else ""


def _headed(passage: GroundPassage) -> str:
    return f"{passage.title} ({passage.date})" if passage.date else passage.title


def _said_by(passage: GroundPassage) -> str:
    return f"{_headed(passage)}\n{passage.text}"


def _read(written: str) -> Iterator[_Sentence]:
    """Yield the sentences of an answer; one that is not the form that was asked for says nothing."""
    begin, end = written.find("{"), written.rfind("}")
    try:
        data = json.loads(written[begin : end + 1])
        # Servers without schemas let models flatten a list of one.
        said = [{**data, "text": data["answer"]}] if isinstance(data["answer"], str) else data["answer"]
        for entry in said[:_MAX_SENTENCES]:
            sentence = _Sentence(unwrap(str(entry["text"])), int(entry["passage"]), str(entry["quote"]))
            if sentence.text:
                yield sentence
    except (ValueError, KeyError, TypeError, RecursionError):
        return
