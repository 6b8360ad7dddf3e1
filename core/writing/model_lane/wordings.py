"""Several wordings of one message, each by a prompt variant with a motive of its own.

Which variants come first, and so are shown, is decided by what people chose before (`core.insight.learning.variants`).
"""

from collections.abc import Mapping

from core.drafts import Finding, Item
from core.errors import AnswerCut
from core.recipes.model import Recipe
from core.recipes.render import render_messages
from core.text.catalogues import N_
from core.writing.checks import Grounds
from core.writing.fitting import fit_values
from core.writing.model_lane.cleaning import clean
from core.writing.model_lane.verifier import blocked, cost, judged, remarks
from core.writing.result import DEFAULT_OPTIONS, Ask, PlanOptions, PlanResult
from core.writing.subject import skeleton_result

SHOWN = 3
_TOO_ALIKE = 90


def write_wordings(
    recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = DEFAULT_OPTIONS
) -> PlanResult:
    """Return up to three wordings that differ; `motive` of each names the variant that wrote it.

    A variant whose wording is objected to, or says the same as another's, gives its place to the next; where no other
    is left, a wording is shown with what is said of it, unless no person may get it.
    """
    from rapidfuzz import fuzz

    fitted, notices = fit_values(recipe, values, options.budget_chars)
    grounds = Grounds(recipe, values, values[recipe.main_input])
    sound: list[Item] = []
    others: list[tuple[Item, tuple[Finding, ...]]] = []
    for name in recipe.prompt.variants:
        text = _write(recipe, fitted, name, grounds, ask, options)
        told = judged(grounds, text) if text else ()
        if not text or blocked(told) or any(fuzz.ratio(text, item.text) >= _TOO_ALIKE for item in sound):
            continue
        if cost(told) == (0, 0):
            sound.append(Item(text=text, motive=name))
        else:
            others.append((Item(text=text, motive=name), told))
        if len(sound) == SHOWN:
            break
    spare = others[: SHOWN - len(sound)]
    shown = (*sound, *(item for item, _told in spare))
    if not shown:
        return skeleton_result(recipe, values, notices, N_("No wording passed the checks."))
    motives = ((item.motive, recipe.prompt.variants[item.motive].motive) for item in shown)
    why = tuple(f"{name}: {motive}" if motive else name for name, motive in motives)
    findings = remarks([wording for _item, told in spare for wording in told])
    return PlanResult(items=shown, findings=findings, notices=(*notices, *why))


def _write(
    recipe: Recipe, values: Mapping[str, str], variant: str, grounds: Grounds, ask: Ask, options: PlanOptions
) -> str:
    """Return one wording, "" when what came of it was cut."""
    decoding = recipe.decoding
    try:
        written = ask(
            render_messages(recipe, values, variant=variant),
            max_tokens=decoding.max_tokens,
            temperature=decoding.temperature,
            stop=decoding.stop,
            on_token=options.on_token,
        )
    except AnswerCut:
        return ""
    return clean(written, source=grounds.source)
