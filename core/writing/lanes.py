"""The two lanes, told apart here: what Inlaid's rules can stand behind, and what takes a model that writes.

A recipe says what it needs (`needs`); the size of the endpoint decides. A recipe that needs a writer is shown
everywhere with one sentence why it is not offered, and with what changes it.
"""

from collections.abc import Mapping
from typing import Any, Literal

from core.errors import ModelTooSmall
from core.recipes.model import Recipe

Lane = Literal["grounded", "model"]

LARGER_MODEL_COMMAND = "inlaid model list"
_FIX = f"Ask your administrator for one: `{LARGER_MODEL_COMMAND}` shows which run on this machine."


def lane_of(*, is_small: bool) -> Lane:
    """Return the lane of a model: a small one writes nothing of its own."""
    return "grounded" if is_small else "model"


def needs_writer(recipe: Recipe, values: Mapping[str, Any]) -> bool:
    """Tell whether only a model that writes can do the work."""
    del values
    return recipe.needs == "large"


def for_documents(recipe: Recipe) -> Recipe:
    """Return the recipe as documents get it: what rules leave out of a contract may be an obligation."""
    shortens = 0 < recipe.output.max_ratio < 1 and recipe.output.apply_to == "paragraphs"
    return only_large(recipe) if shortens else recipe


def only_large(recipe: Recipe) -> Recipe:
    """Return the recipe as one that no small model is asked for."""
    return recipe.model_copy(update={"needs": "large"})


def why_not_offered(recipe: Recipe) -> str:
    """Return the sentence that a surface shows beside a recipe that needs a larger model."""
    return f"“{recipe.title}” needs a larger model than the one that is set up."


def too_small(recipe: Recipe, why: str = "") -> ModelTooSmall:
    """Return the error for a person."""
    return ModelTooSmall(why or why_not_offered(recipe), fix=_FIX)
