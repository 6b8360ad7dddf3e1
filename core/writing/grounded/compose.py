"""New mail from a brief: rules put the brief into sentences; a model this small would change what it says."""

from collections.abc import Mapping

from core.recipes.model import Recipe
from core.recipes.render import frame
from core.writing.checks import Grounds, check_draft, passes
from core.writing.gaps import find_gaps
from core.writing.grounded.briefing import brief_to_sentences
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.skeleton import skeleton_result
from core.writing.subject import subject_for

_NOTICE = "Your brief was put into sentences by rule."


def compose(recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS) -> PlanResult:
    """Return the brief as a message to its reader, framed, with a subject."""
    grounds = Grounds(recipe, values, values[recipe.main_input])
    if grounds.language not in {"en", ""}:
        reason = f"There are no rules for wording a brief in the language “{grounds.language}” yet."
        return skeleton_result(recipe, values, (), reason)
    text = frame(recipe, values, brief_to_sentences(grounds.source, values.get("recipient_name", "")))
    findings = check_draft(grounds, text)
    if not passes(findings):
        return skeleton_result(recipe, values, (), findings[0])
    return PlanResult(
        text=text, subject=subject_for(recipe, values, ""), findings=findings, notices=(_NOTICE,),
        gaps=find_gaps(text, grounds.everything),
    )  # fmt: skip
