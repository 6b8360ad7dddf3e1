"""What is worth knowing of a recipe that breaks no rule: said when its author checks it."""

from collections.abc import Iterator

from core.recipes.model import PLAN_FORMS, Recipe
from core.recipes.templates import unfenced_variables
from core.surfaces import unknown_surface
from core.text.catalogues import N_


def notes_on(recipe: Recipe) -> Iterator[str]:
    """Return each as a sentence in English."""
    plan = recipe.plan
    if recipe.needs != "large" and (gives := PLAN_FORMS[plan].gives):
        yield N_(
            f"Without a model that writes, the prompt is not read: people get what the plan {plan} gives, {gives}."
        )
    bare = unfenced_variables(recipe.prompt.user)
    for name in (field.name for field in recipe.asked_inputs if field.type == "text" and field.name in bare):
        yield N_(
            f"The prompt holds {name} without a fence, so that its text can instruct the model: where others may have"
            f" written it, add | fenced behind {name}."
        )
    for said in filter(None, map(unknown_surface, recipe.surfaces)):
        yield N_(f"surfaces: {said}")
