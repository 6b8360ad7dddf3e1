"""Recipes as the API and `inlaid recipes --json` show them: enough to build a form."""

from collections.abc import Mapping
from typing import Any

from core.llm.models_file import ModelsFile
from core.recipes.model import Recipe, RecipeInput
from core.writing.lanes import Offer, offered


def public_recipes(recipes: Mapping[str, Recipe], models: ModelsFile) -> dict[str, Any]:
    """Return `{"recipes": [...]}`, sorted by name, each with whether the models that are set up can do it."""
    found = [(recipes[name], offered(recipes[name], models)) for name in sorted(recipes)]
    return {"recipes": [{**_public_recipe(recipe), **_public_offer(offer)} for recipe, offer in found]}


def _public_offer(offer: Offer) -> dict[str, Any]:
    if offer.is_offered:
        return {"offered": True}
    return {"offered": False, "why_not": offer.why_not, "command": offer.command}


def _public_recipe(recipe: Recipe) -> dict[str, Any]:
    return {
        "name": recipe.name,
        "title": recipe.title,
        "description": recipe.description,
        "version": recipe.version,
        "surfaces": list(recipe.surfaces),
        "needs": recipe.needs,
        "main_input": recipe.main_input,
        "format": recipe.output.format,
        "apply_to": recipe.output.apply_to,
        "inputs": [_public_input(one) for one in recipe.asked_inputs],
    }


def _public_input(one: RecipeInput) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": one.name, "title": one.title, "type": one.type, "required": one.required}
    optional = {"default": one.default, "choices": list(one.choices), "help": one.help, "max_chars": one.max_chars}
    return {**shown, **{name: value for name, value in optional.items() if value}}
