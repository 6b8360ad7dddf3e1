"""Several wordings of one message, each by a prompt variant with a motive of its own.

Which variants come first, and so are shown, is decided by what people chose before (`core.insight.variants`).
"""

from collections.abc import Mapping

from rapidfuzz import fuzz

from core.drafts import Item
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.writing.checks import Grounds, check_draft, passes
from core.writing.fitting import fit_values
from core.writing.model_lane.cleaning import clean
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.skeleton import skeleton_result

SHOWN = 3
_TOO_ALIKE = 90


def write_wordings(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return up to three sound wordings that differ; `motive` of each names the variant that wrote it.

    A variant whose wording fails the checks, or says the same as another's, gives its place to the next.
    """
    fitted, notices = fit_values(recipe, values, options.budget_chars)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    items: list[Item] = []
    motives: list[str] = []
    for name, variant in recipe.prompt.variants.items():
        text = _write(recipe, fitted, name, grounds, ask, options)
        if text and not any(fuzz.ratio(text, item.text) >= _TOO_ALIKE for item in items):
            items.append(Item(text=text, motive=name))
            motives.append(f"{name}: {variant.motive}" if variant.motive else name)
        if len(items) == SHOWN:
            break
    if not items:
        return skeleton_result(recipe, values, notices, "No wording passed the checks.")
    return PlanResult(items=tuple(items), notices=(*notices, *motives))


def _write(
    recipe: Recipe, values: Mapping[str, str], variant: str, grounds: Grounds, ask: Ask, options: PlanOptions
) -> str:
    """Return one wording, "" when none is sound after as many tries as the recipe allows."""
    messages = render_messages(recipe, values, variant=variant)
    decoding = recipe.decoding
    for _ in range(decoding.candidates):
        written = ask(
            messages, max_tokens=decoding.max_tokens, temperature=decoding.temperature, stop=decoding.stop,
            on_token=options.on_token,
        )  # fmt: skip
        text = clean(written, source=grounds.source)
        if text and passes(check_draft(grounds, text)):
            return text
    return ""
