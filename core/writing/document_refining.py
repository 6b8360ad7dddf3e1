"""A new version of the open changes of a document: each is said once more, as its person wishes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.drafts import Draft, Edit
from core.errors import InputError, LimitError, ModelAnswerError
from core.ports import Progress
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs
from core.text.catalogues import N_
from core.writing.checks import passes
from core.writing.document_paragraphs import Paragraph, share_changed
from core.writing.documents import OVER_THE_CAP, STEP, ChangeBudget, cap_of, in_order, patiently, worked_on
from core.writing.model_lane.numbering import ATOM
from core.writing.refining import Refinement
from core.writing.route_runner import RouteRunner

COMMENT = N_("What is open are comments, which cannot be worded otherwise.")


def refine_document(
    recipe: Recipe,
    inputs: Mapping[str, Any],
    paragraphs: Sequence[Paragraph],
    refinement: Refinement,
    model: RouteRunner,
    progress: Progress,
) -> Draft:
    """Return the draft before with its open changes in other words; comments, and what cannot be said so, stay.

    Args:
        recipe: of both.
        inputs: of both, without the document; `max_change` is as in `documents.edit_document`.
        paragraphs: of the document.
        refinement: with the draft before, whose edits are those that are open.
        model: the models.
        progress: hears of each change.

    Raises:
        InputError: nothing of it can be done; it says why, and what can be.
        LimitError: a budget was used up before anything was changed.
    """
    given = dict(inputs)
    cap = cap_of(given.pop("max_change", recipe.output.max_change))
    edits = refinement.draft.edits or ()
    changed_ones = [Paragraph(edit.id, edit.hash, edit.before) for edit in edits]
    budget = ChangeBudget(cap, [*worked_on(recipe, paragraphs), *changed_ones])
    for edit in edits:
        budget.admits(edit)
    done: list[Edit] = []
    kept = Counter[str]()
    errors: list[InputError | LimitError] = []
    results = in_order(lambda edit: _refined(recipe, given, edit, refinement, model), edits)
    for count, (edit, result) in enumerate(zip(edits, results, strict=True)):
        progress.say(STEP, done=count, total=len(edits))
        if isinstance(result, Edit) and budget.exchanges(edit, result):
            done.append(result)
            progress.found(result)
            continue
        done.append(edit)
        if isinstance(result, (InputError, LimitError)):
            errors.append(result)
        kept[OVER_THE_CAP if isinstance(result, Edit) else result.message if result else COMMENT] += 1
    changed = sum(edit.text != before.text for edit, before in zip(done, edits, strict=True))
    if not changed:
        raise next(iter(errors), _nothing_changed(kept))
    open_ones = [edit for edit in done if edit.text is None or edit.text != edit.before]
    findings = tuple(finding for edit in open_ones for finding in edit.findings)
    return Draft(
        recipe=recipe.name, edits=tuple(open_ones), findings=findings, notices=_notices(len(edits), changed, kept)
    )


def _notices(count: int, changed: int, kept: Counter[str]) -> tuple[str, ...]:
    says = "says" if changed == 1 else "say"
    return (
        f"{changed} of {count} open change{'s' * (count != 1)} {says} it differently now.",
        *(
            f"{number} {'stays as it was' if number == 1 else 'stay as they were'}: {why}"
            for why, number in kept.most_common()
            if why != COMMENT
        ),
    )


def _nothing_changed(kept: Counter[str]) -> InputError:
    """Return why no open change says anything else, for its person."""
    if set(kept) == {COMMENT}:
        return InputError(COMMENT, fix="Run it again on the document, with your wish as its instruction.")
    why = next(
        (why for why, _ in kept.most_common() if why != COMMENT), N_("The new wording is the one that is there.")
    )
    return InputError(f"No open change says it differently now. {why}", fix="Say it in other words.")


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
        return ModelAnswerError(next((found.sentence for found in result.findings), N_("No sound text came of it.")))
    told = {"text": text, "share": share_changed(edit.before, text), "reason": "", "findings": result.findings}
    return edit.model_copy(update=told)
