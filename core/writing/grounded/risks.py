"""Find the sentences that bind, cost or threaten, each with why it matters and for whom. Rules alone.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Mapping

from core.recipes.model import Recipe
from core.writing.checks import Grounds
from core.writing.grounded.cues import Topic, find_cued
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

_MOST_RISKS = 25


def find_risks(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List the sentences that a careful reader would mark, grouped by kind, the gravest first."""
    del ask, options
    source = values[recipe.main_input]
    return find_cued(source, Grounds(recipe, values, source).language, (Topic("risks"),), _MOST_RISKS)
