"""Find the sentences that may cost the reader something, each with why it matters and for whom; no model writes.

A larger model is asked for the list instead (the direct plan); its quotes are checked the same way.
"""

from collections.abc import Mapping

from core.recipes.model import Recipe
from core.writing.grounded.signals import find_signals
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult

KINDS = ("risk", "duty", "complaint", "open")
_LIMIT, _MAX_FOUND = 0.45, 10


def find_risks(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """List what a careful reader would mark, grouped by kind, the gravest first."""
    del ask
    return find_signals(values[recipe.main_input], options, KINDS, _LIMIT, _MAX_FOUND)
