"""The draft without a model's text: the recipe's own words and gaps, marked as such."""

from collections.abc import Mapping, Sequence

from core.drafts import Finding, find_gaps
from core.recipes.model import Recipe
from core.recipes.render import render_skeleton
from core.writing.checks import Grounds, check_draft
from core.writing.result import PlanResult
from core.writing.subject import subject_for


def skeleton_result(
    recipe: Recipe, values: Mapping[str, str], notices: Sequence[str], reason: str | Finding, text: str = ""
) -> PlanResult:
    """Return the draft without a model, marked as one; `text` replaces the recipe's own skeleton.

    `reason` is why, or the finding that spoke against the model's text.
    """
    why, cause = (reason.sentence, reason.check) if isinstance(reason, Finding) else (reason, "")
    text = text or render_skeleton(recipe, values)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    warnings = tuple(one for one in check_draft(grounds, text) if one.severity == "warn")
    return PlanResult(
        text=text, subject=subject_for(recipe, values, ""), findings=warnings, notices=tuple(notices), skeleton=True,
        gaps=find_gaps(text, grounds.everything), reason=why, cause=cause,
    )  # fmt: skip
