"""What is said below an answer of what was left out of it, and of what may be done where there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.recipes.model import Recipe
from core.text.catalogues import N_
from core.writing.result import PlanResult

WITHHELD, SOURCES = "withheld", "sources"
_WITHHELD = N_("Left out, since not everybody who will read this may read them: {count} passages.")
_BY_ONESELF = N_("Ask where nobody else reads along, and what only you may read is searched too.")
_CHOSEN = N_("Only the sources that were chosen were searched: ask in all that you may read.")
_FURTHER = N_("Ask in other words, ask a person who knows, or add a document that says it to the sources.")
_ONE_TEXT = N_("Only this text was searched: ask in other words, or ask your sources.")


def with_remarks(recipe: Recipe, result: PlanResult, values: Mapping[str, str]) -> PlanResult:
    """Return an answer with a word on what was left out and, where nothing answers for certain, on what may be done.

    Args:
        recipe: whose answer it is; one that looks in no sources was asked about one text.
        result: the answer.
        values: of the recipe's inputs.
    """
    count = values.get(WITHHELD, "")
    left_out = [_WITHHELD.format(count=count)] if count else []
    steps = _steps(recipe, values) if result.skeleton else ()
    return replace(result, notices=(*result.notices, *left_out, *steps))


def _steps(recipe: Recipe, values: Mapping[str, str]) -> Iterator[str]:
    if not recipe.retrieve:
        yield _ONE_TEXT
        return
    if values.get(WITHHELD):
        yield _BY_ONESELF
    if values.get(SOURCES):
        yield _CHOSEN
    yield _FURTHER
