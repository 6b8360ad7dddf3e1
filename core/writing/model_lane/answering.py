"""Answers in a model's words: its quote must stand in a passage, and the checks say what else does not."""

import json
from collections.abc import Mapping, Sequence

from core.drafts import Source
from core.errors import AnswerCut
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.text.sentences import unwrap
from core.writing.checks import Grounds
from core.writing.fitting import fit_values
from core.writing.grounded.answer import PASSAGES, answer, declined
from core.writing.grounded.passages import Passage, read_passages
from core.writing.model_lane.judging import blocked, judged, remarks
from core.writing.model_lane.quoting import words_in
from core.writing.model_lane.verifier import verified
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"answer": {"type": "string"}, "passage": {"type": "integer"}, "quote": {"type": "string"}},
    "required": ["answer", "passage", "quote"],
    "additionalProperties": False,
}


def answer_in_words(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Let the model word the answer; where its quote stands in no passage, or nothing may be shown, the rules answer.

    Raises:
        InlaidError: whatever `ask` raises.
    """
    question, passages = values[recipe.main_input], read_passages(values.get(PASSAGES, ""))
    if not passages:
        return declined(question)
    numbered = "\n\n".join(f"[{passage.number}] {passage.title}\n{passage.text}" for passage in passages)
    fitted, notices = fit_values(recipe, {**values, PASSAGES: numbered}, options.budget_chars)
    try:
        written = ask(
            render_messages(recipe, fitted, variant=options.variant), max_tokens=recipe.decoding.max_tokens,
            temperature=recipe.decoding.temperature, json_schema=_SCHEMA,
        )  # fmt: skip
    except AnswerCut:
        return answer(recipe, values, ask, options)
    text, number, quote = _read(written)
    if not text:
        return declined(question, notices)
    passage, words = _quoted(passages, number, quote)
    if passage is None:
        return answer(recipe, values, ask, options)
    # What stands in another passage is no ground for what is said of this one.
    cited = f"{passage.title}\n{passage.text}"
    grounds = Grounds(recipe, {**values, PASSAGES: cited}, cited)
    found = judged(grounds, text)
    if blocked(found) or not grounds.stands(words):
        return answer(recipe, values, ask, options)
    if options.verify:
        meaning = verified(grounds, text, options.verify)
        found, notices = (*found, *meaning.findings), (*notices, *meaning.notices)
    source = Source(number=passage.number, title=passage.title, link=passage.link, quote=unwrap(words), supports=text)
    return PlanResult(
        text=f"{text} [{passage.number}]", sources=(source,), findings=remarks(found), notices=notices
    )  # fmt: skip


def _quoted(passages: Sequence[Passage], number: int, quote: str) -> tuple[Passage | None, str]:
    """Return the passage that holds the quote, the named one first, and its words there."""
    for passage in sorted(passages, key=lambda one: one.number != number):
        if words := words_in(quote, passage.text):
            return passage, words
    return None, ""


def _read(written: str) -> tuple[str, int, str]:
    """Return answer, passage and quote; an answer that is not the form that was asked for says nothing."""
    begin, end = written.find("{"), written.rfind("}")
    try:
        data = json.loads(written[begin : end + 1])
        return unwrap(str(data["answer"])), int(data["passage"]), str(data["quote"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", 0, ""
