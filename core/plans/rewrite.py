"""Another tone for a small model's sake by rule: each sentence keeps its facts, layout stays."""

import re
from collections.abc import Mapping

from core.checks import Grounds, check_draft, passes
from core.facts.sentences import split_sentences, unwrap
from core.plans.direct import write_directly
from core.plans.model import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.plans.tone import retone
from core.recipes.model import Recipe

_PROSE = re.compile(r"[^\W\d_]{2,}.*[.!?]\s*$", re.S)


def rewrite(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the text in the tone that was asked for; a further instruction goes to the model, under the checks."""
    source = values[recipe.main_input]
    grounds = Grounds(recipe, values, source)
    if values.get("instruction", "").strip() or grounds.language not in {"en", ""}:
        return write_directly(recipe, values, ask, options)
    text = source
    for sentence in split_sentences(source):
        if _PROSE.search(sentence):
            new = retone(unwrap(sentence), values["tone"])
            text = text.replace(sentence, new, 1) if new != unwrap(sentence) else text
    findings = check_draft(grounds, text)
    if passes(findings):
        return PlanResult(text=text, findings=findings)
    return PlanResult(text=source, skeleton=True, reason=findings[0].sentence)
