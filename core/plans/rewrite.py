"""Another tone, sentence by sentence and by rule first, so that facts and layout stay."""

import re
from collections.abc import Mapping

from core.checks import Grounds, check_draft, passes
from core.facts.sentences import split_sentences, unwrap
from core.plans.direct import write_directly
from core.plans.faithful import strays
from core.plans.model import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.plans.tone import retone
from core.recipes.model import Recipe

# A small model loses itself in more than a short paragraph.
_LONGEST_FOR_MODEL_CHARS = 500
_LONGEST_SENTENCE_CHARS = 2000
_PROSE = re.compile(r"[^\W\d_]{2,}.*[.!?]\s*$", re.S)


def rewrite(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the text in the tone that was asked for: by rule, and where no rule applies in the model's words.

    A further instruction, and a language without rules, go to the model at once.
    """
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    if values.get("instruction", "").strip() or grounds.language not in {"en", ""}:
        return write_directly(recipe, values, ask, options)
    text = _by_rule(source, values["tone"])
    findings = check_draft(grounds, text)
    if text != source and passes(findings):
        return PlanResult(text=text, findings=findings)
    if len(source) > _LONGEST_FOR_MODEL_CHARS:
        return PlanResult(text=source, skeleton=True, reason="No rule applies, and the text is long for this model.")
    written = write_directly(recipe, values, ask, options)
    if not written.skeleton and strays(written.text, source):
        return PlanResult(text=source, skeleton=True, reason="The model's words stray from what the text says.")
    return written


def _by_rule(source: str, tone: str) -> str:
    pieces: list[str] = []
    at = 0
    for sentence in split_sentences(source):
        begin = source.find(sentence, at)
        is_prose = len(sentence) <= _LONGEST_SENTENCE_CHARS and _PROSE.search(sentence)
        new = retone(unwrap(sentence), tone) if is_prose else sentence
        pieces += [source[at:begin], new if new != unwrap(sentence) else sentence]
        at = begin + len(sentence)
    return "".join([*pieces, source[at:]])
