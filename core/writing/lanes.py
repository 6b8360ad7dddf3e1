"""What a small model is not given to do: it would invent. Said before any work, with what to do about it."""

from collections.abc import Mapping
from typing import Any

from core.errors import ModelTooSmall
from core.recipes.model import Recipe

_FIX = (
    "Set INLAID_MODEL_URL to the server of a larger model (INLAID_MODEL_SIZE=large when its name does not tell its"
    " size), or put one on the route in INLAID_MODELS_FILE."
)


def needs_large(recipe: Recipe, values: Mapping[str, Any]) -> bool:
    """Tell whether only a larger model can do the work: an instruction of the person's own is followed by no rule."""
    is_told = recipe.plan == "rewrite" and bool(str(values.get("instruction") or "").strip())
    return recipe.needs == "large" or is_told


def for_documents(recipe: Recipe) -> Recipe:
    """Return the recipe as documents get it: what rules leave out of a contract may be an obligation."""
    shortens = 0 < recipe.output.max_ratio < 1 and recipe.output.apply_to == "paragraphs"
    return only_large(recipe) if shortens else recipe


def only_large(recipe: Recipe) -> Recipe:
    """Return the recipe as one that no small model is asked for."""
    return recipe.model_copy(update={"needs": "large"})


def too_small(recipe: Recipe, why: str = "") -> ModelTooSmall:
    """Return the error for a person."""
    why = why or f"“{recipe.title}” needs a larger model: the one that is set up would put its own inventions into it."
    return ModelTooSmall(why, fix=_FIX)
