"""From settings to the rules by which jobs are counted."""

from collections.abc import Mapping

from core.drafts import Draft
from core.insight.tally import Rules
from core.insight.teams import Teams
from core.llm.models_file import ModelsFile, load_models_file
from core.llm.openai_chat import is_small_by_name
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store


def load_rules(settings: Settings, store: Store, recipes: Mapping[str, Recipe]) -> Rules:
    """Return the rules of an installation.

    Raises:
        SettingsError: the models file cannot be used.
    """
    models = load_models_file(settings)
    return Rules(
        team=Teams(store.records).of,
        goals={name: recipe.learning.outcome for name, recipe in recipes.items()},
        saved_usd=lambda draft: saved_usd(models, draft),
        is_small=lambda model: _is_small(models, model),
    )


def least_people(settings: Settings) -> int:
    """Return how many people the report must be about.

    An installation for one person on this machine hides nothing: SQLite, no public address, no Slack, one token.
    """
    is_shared = settings.database_url or settings.public_url or len(settings.api_tokens) > 1
    has_slack = settings.slack_bot_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    return settings.report_least_people if is_shared or has_slack else 1


def saved_usd(models: ModelsFile, draft: Draft) -> float:
    """Return what the next model of the recipe's route would have cost for the same tokens, less what it did cost."""
    following = [*models.route_of(draft.recipe)[1:], *models.fallback]
    if not following:
        return 0.0
    other = next(endpoint for endpoint in models.endpoints if endpoint.name == following[0])
    return max(0.0, other.usd(draft.usage.input_tokens, draft.usage.output_tokens) - draft.usage.usd)


def _is_small(models: ModelsFile, model: str) -> bool:
    sizes = [endpoint.size for endpoint in models.endpoints if model == endpoint.model and endpoint.size]
    return sizes[0] == "small" if sizes else is_small_by_name(model)
