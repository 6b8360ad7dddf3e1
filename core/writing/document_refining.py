"""A new version of the open changes of a document: each is said once more, as its person wishes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rapidfuzz.distance import Levenshtein

from core.drafts import Draft, Edit
from core.errors import InputError, LimitError, ModelAnswerError
from core.ports import Progress
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs
from core.writing.checks import passes
from core.writing.documents import ATOM, STEP, in_order, patiently
from core.writing.refining import Refinement
from core.writing.route_runner import RouteRunner


def refine_document(
    recipe: Recipe, inputs: Mapping[str, Any], refinement: Refinement, model: RouteRunner, progress: Progress
) -> Draft:
    """Return the draft before with its open changes in other words; comments, and what cannot be said so, stay.

    Args:
        recipe: of both.
        inputs: of both, without the document.
        refinement: with the draft before, whose edits are those that are open.
        model: the models.
        progress: hears of each change.

    Raises:
        InputError: nothing of it can be done; it says why, and what can be.
    """
    edits = refinement.draft.edits or ()
    done: list[Edit] = []
    kept = Counter[str]()
    refused: InputError | None = None
    results = in_order(lambda edit: _refined(recipe, inputs, edit, refinement, model), edits)
    for count, (edit, result) in enumerate(zip(edits, results, strict=True)):
        progress.say(STEP, done=count, total=len(edits))
        if isinstance(result, Edit):
            done.append(result)
            progress.found(result)
            continue
        done.append(edit)
        if isinstance(result, InputError):
            refused = refused or result
        if result is not None:
            kept[result.message] += 1
    if refused and not any(one is not before for one, before in zip(done, edits, strict=True)):
        raise refused
    changed = [one for one, before in zip(done, edits, strict=True) if one.text != before.text]
    open_ones = [one for one in done if one.text is None or one.text != one.before]
    notices = (
        f"{len(changed)} of {len(edits)} open changes say it differently now.",
        *(f"{number} stay as they were: {why}" for why, number in kept.most_common()),
    )
    findings = tuple(finding for edit in open_ones for finding in edit.findings)
    return Draft(recipe=recipe.name, edits=tuple(open_ones), findings=findings, notices=notices)


def _refined(
    recipe: Recipe, inputs: Mapping[str, Any], edit: Edit, refinement: Refinement, model: RouteRunner
) -> Edit | InputError | LimitError | ModelAnswerError | None:
    """Return a change in other words; None for a comment, or what speaks against it."""
    if edit.text is None:
        return None
    draft = Draft(recipe=recipe.name, text=edit.text)
    one = replace(refinement, draft=draft, is_own=False)
    values = validate_inputs(recipe, {**inputs, recipe.main_input: edit.before})
    try:
        result = patiently(lambda: model.run(one.recipe(recipe), one.values(values), refinement=one))
    except (InputError, LimitError, ModelAnswerError) as error:
        return error
    text = result.text.strip("\n")
    if not text.strip() or text.count(ATOM) != edit.before.count(ATOM) or not passes(result.findings):
        return ModelAnswerError(next((found.sentence for found in result.findings), "No sound text came of it."))
    share = round(Levenshtein.normalized_distance(edit.before, text), 4)
    told = {"text": text, "share": share, "reason": "", "findings": result.findings}
    return edit.model_copy(update=told)
