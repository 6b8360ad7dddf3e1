"""Trying a recipe's text on past work: old and new results side by side, and the text to be saved from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.drafts import Draft
from core.errors import InputError
from core.recipes.trials import DEFAULT_JOBS, MAX_JOBS, Trial, TrialResult
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.pages.recipes import HERE, Number, RecipeText, recipe_page
from integrations.console.rendering import PATH, fragment, page

TRIALS = "/recipe-trials"
# Longer results are shown without marks: comparing them would keep the page waiting.
MAX_MARKED_WORDS = 4_000

Part = Literal["same", "old", "new"]
Count = Annotated[int, Form(ge=1, le=MAX_JOBS)]


@dataclass(frozen=True)
class ResultUsage:
    """What results took together."""

    tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    findings: int = 0


@dataclass(frozen=True)
class Compared:
    """A past result beside the new one, with what differs marked in both."""

    result: TrialResult
    old: Sequence[tuple[Part, str]]
    new: Sequence[tuple[Part, str]]


def add_recipe_trials(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""

    @router.post(HERE + "/{name}/trial")
    def begin(request: Request, name: str, text: RecipeText, after: Number, count: Count = DEFAULT_JOBS) -> Response:
        """Try a text on past work of the visitor."""
        visitor = context.author(request)
        who = (visitor.workspace, visitor.person)
        try:
            recipe = context.recipes.check(name, text)
            trial = context.trials.begin(who, recipe, text, after=after, count=count, submit=context.submit)
        except InputError as error:
            return recipe_page(context, visitor, name, text=text, after=after, error=error)
        return RedirectResponse(f"{PATH}{TRIALS}/{trial.id}", 303)

    @router.get(TRIALS + "/{trial_id}")
    def show(request: Request, trial_id: str) -> Response:
        """Show a trial of the visitor."""
        visitor = context.author(request)
        trial = _trial(context, visitor, trial_id)
        return page("recipe_trial.html.jinja", visitor, here=HERE, trial=trial, **_results(context, trial))

    @router.get(TRIALS + "/{trial_id}/results")
    def show_results(request: Request, trial_id: str) -> Response:
        """Show what there is of it by now."""
        trial = _trial(context, context.author(request), trial_id)
        return fragment("recipe_trial_results.html.jinja", trial=trial, **_results(context, trial))

    @router.post(TRIALS + "/{trial_id}/cancel")
    def cancel(request: Request, trial_id: str) -> Response:
        """Stop what has not been done."""
        trial = _trial(context, context.author(request), trial_id)
        for job in context.trials.cancel(trial):
            context.tell(job)
        return RedirectResponse(f"{PATH}{TRIALS}/{trial.id}", 303)


def _trial(context: ConsoleContext, visitor: Visitor, trial_id: str) -> Trial:
    return context.trials.get((visitor.workspace, visitor.person), trial_id)


def _results(context: ConsoleContext, trial: Trial) -> dict[str, Any]:
    results = context.trials.results(trial)
    ended = [result for result in results if result.new is None or result.new.has_ended]
    done = [result for result in results if result.past and result.new and result.new.draft]
    return {
        "title": context.recipes.title_of(trial.recipe),
        "compared": [_compared(result) for result in results],
        "done": len(ended),
        "is_over": len(ended) == len(results),
        "same": sum(result.is_same for result in done),
        "old_usage": _usage([result.past.draft for result in done if result.past]),
        "new_usage": _usage([result.new.draft for result in done if result.new]),
    }


def _usage(drafts: Sequence[Draft | None]) -> ResultUsage:
    known = [draft for draft in drafts if draft]
    return ResultUsage(
        sum(draft.usage.input_tokens + draft.usage.output_tokens for draft in known),
        sum(draft.usage.usd for draft in known),
        sum(draft.usage.seconds for draft in known),
        sum(len(draft.findings) for draft in known),
    )


def _compared(result: TrialResult) -> Compared:
    old, new = marked(result.old_text, result.new_text) if result.new and result.new.draft else ([], [])
    return Compared(result, old or [("same", result.old_text)], new)


def marked(old: str, new: str) -> tuple[list[tuple[Part, str]], list[tuple[Part, str]]]:
    """Return two texts in parts, those words marked that only one of them has there."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MAX_MARKED_WORDS:
        return [("same", old)], [("same", new)]
    left: list[tuple[Part, str]] = []
    right: list[tuple[Part, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        is_same = kind == "equal"
        left += [("same" if is_same else "old", "".join(before[a:b]))] if b > a else []
        right += [("same" if is_same else "new", "".join(after[c:d]))] if d > c else []
    return left, right


def _words(text: str) -> list[str]:
    """Return the words and the blanks between them."""
    return ["".join(signs) for _is_blank, signs in groupby(text, str.isspace)]
