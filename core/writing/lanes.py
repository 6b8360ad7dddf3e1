"""The two lanes, told apart here: what Inlaid's rules can stand behind, and what takes a model that writes.

A recipe says what it needs (`needs`); the size of the endpoint decides. A recipe that needs a writer is shown
everywhere with one sentence why it is not offered, and with what changes it: so are they listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import ModelTooSmall
from core.llm.models_file import EndpointEntry, ModelsFile
from core.policies.resolution import NO_POLICY, PersonPolicy, Refusal
from core.recipes.model import Recipe, RecipeInput
from core.text.catalogues import N_
from core.writing.grounded.own_words import as_message

Lane = Literal["grounded", "model"]
LARGER_MODEL_COMMAND = "inlaid model list"
WHOM_TO_ASK = N_("Ask your administrator for one.")
# For whoever can do it; everybody else is told whom to ask.
LARGER_MODEL_FIX = (
    f"`{LARGER_MODEL_COMMAND}` shows which run on this machine; a server's model counts as small by its name, or by"
    " `size` (INLAID_MODEL_SIZE)."
)


@dataclass(frozen=True)
class Offer:
    """Whether a recipe can be asked for with the models that are set up.

    Attributes:
        is_offered: whether it can.
        reason: why not, in a sentence, "" when it is offered.
        command: what an administrator can run, "" when it is offered.
        lane: that of its models.
    """

    is_offered: bool = True
    reason: str = ""
    command: str = ""
    lane: Lane = "model"

    @property
    def why_not(self) -> str:
        """What an employee is told: the reason, and whom to ask; "" when it is offered."""
        return f"{self.reason} {WHOM_TO_ASK}" if self.reason else ""


def offered(recipe: Recipe, models: ModelsFile, policy: PersonPolicy = NO_POLICY, model: str = "") -> Offer:
    """Return whether the models on a recipe's route, or the named one, can do it for the person; no server is asked.

    A model of which nobody says the size counts as large: its first call will tell.
    """
    lane = lane_with(recipe, models, policy, model)
    if recipe.needs != "large" or lane == "model":
        return Offer(lane=lane)
    return Offer(False, why_not_offered(recipe), LARGER_MODEL_COMMAND, lane)


def lane_with(recipe: Recipe, models: ModelsFile, policy: PersonPolicy = NO_POLICY, model: str = "") -> Lane:
    """Return the lane of a recipe's route, or of a named model that is there, as far as the person may use them."""
    asked = models.asked(recipe.name, models.known(model))
    sizes = {endpoint.known_size for endpoint in asked if policy.model(endpoint) is None}
    return lane_of(is_small=sizes == {"small"})


def why_not_allowed(recipe: Recipe, models: ModelsFile, policy: PersonPolicy) -> Refusal | None:
    """Return why a person may not use a recipe: by its name, or because they may use none of its models."""
    return policy.recipe(recipe.name) or policy.models(models.asked(recipe.name))


def allowed_recipes(
    recipes: Mapping[str, Recipe], models: ModelsFile, policy: PersonPolicy, surface: str
) -> dict[str, Recipe]:
    """Return the recipes that are for a surface and that a person may use there, by name: the ones to list there."""
    if policy.surface(surface):
        return {}
    return {
        name: recipe
        for name, recipe in recipes.items()
        if recipe.is_on(surface) and why_not_allowed(recipe, models, policy) is None
    }


def require_offered(
    recipe: Recipe, models: ModelsFile, policy: PersonPolicy = NO_POLICY, *, model: str = "", fix: str = WHOM_TO_ASK
) -> None:
    """Refuse what the models on a recipe's route, or the named one, cannot do, before a job is stored.

    Raises:
        ModelTooSmall: the recipe needs a larger model than that.
        NotFoundError: there is no model of that name.
    """
    models.require_known(model)
    offer = offered(recipe, models, policy, model)
    if not offer.is_offered:
        raise ModelTooSmall(offer.reason, fix=fix)


def lane_of(*, is_small: bool) -> Lane:
    """Return the lane of a model: a small one writes nothing of its own."""
    return "grounded" if is_small else "model"


def never_asked(entry: EndpointEntry) -> tuple[str, str]:
    """Return what is to be known of a small endpoint, and what makes it write."""
    fix = N_(f"If it is to write: {entry.setting('size')} = large.")
    return N_(f"Endpoint {entry.name} counts as small: rules write, it is never asked."), fix


def needs_writer(recipe: Recipe, values: Mapping[str, Any]) -> bool:
    """Tell whether only a model that writes can do the work; a message that is written out to its reader needs none."""
    is_message = recipe.plan == "compose" and bool(as_message(str(values.get(recipe.main_input, "")))[1])
    return recipe.needs == "large" and not is_message


def for_documents(recipe: Recipe) -> Recipe:
    """Return the recipe as documents get it: what rules leave out of a contract may be an obligation."""
    shortens = 0 < recipe.output.max_ratio < 1 and recipe.output.apply_to == "paragraphs"
    return only_large(recipe) if shortens else as_listed(recipe)


def as_listed(recipe: Recipe) -> Recipe:
    """Return the recipe as forms offer it: by rules a summary only says how long the text is."""
    return only_large(recipe) if recipe.plan == "summarize" else recipe


def only_large(recipe: Recipe) -> Recipe:
    """Return the recipe as one that no small model is asked for."""
    return recipe.model_copy(update={"needs": "large"})


def why_not_offered(recipe: Recipe) -> str:
    """Return the sentence that a surface shows of a recipe that needs a larger model."""
    kind = recipe.title
    return N_(f"“{kind}” needs a larger model than the one that is set up.")


def too_small(recipe: Recipe, reason: str = "") -> ModelTooSmall:
    """Return the error of a job, which employees read; who sets models up is told LARGER_MODEL_FIX instead."""
    return ModelTooSmall(reason or why_not_offered(recipe), fix=WHOM_TO_ASK)


def usable_recipes(
    recipes: Mapping[str, Recipe], models: ModelsFile, policy: PersonPolicy, surface: str
) -> list[Recipe]:
    """Return the recipes by name that a person may use here, and that a model which they may use can do."""
    allowed = allowed_recipes(recipes, models, policy, surface)
    return [allowed[name] for name in sorted(allowed) if offered(allowed[name], models, policy).is_offered]


def public_recipes(
    recipes: Mapping[str, Recipe], models: ModelsFile, policy: PersonPolicy = NO_POLICY
) -> dict[str, Any]:
    """Return `{"recipes": [...]}`, sorted by name, each with whether the models that are set up can do it.

    `offered_for_documents` is the same for a document, of which a small model leaves nothing out.
    """
    found = [(recipes[name], offered(recipes[name], models, policy)) for name in sorted(recipes)]
    return {
        "recipes": [
            {
                **_public_recipe(recipe),
                **_public_offer(offer),
                "offered_for_documents": offered(for_documents(recipe), models, policy).is_offered,
            }
            for recipe, offer in found
        ]
    }


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
        "fills": recipe.fills,
        "inputs": [_public_input(field) for field in recipe.asked_inputs],
        "settable_inputs": [_public_input(wanted) for wanted in recipe.settable_inputs],
    }


def _public_input(one: RecipeInput) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": one.name, "title": one.title, "type": one.type, "required": one.required}
    optional = {"default": one.default, "choices": list(one.choices), "help": one.help, "max_chars": one.max_chars}
    return {**shown, **{name: value for name, value in optional.items() if value}}
