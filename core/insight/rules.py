"""From settings to the rules by which jobs are counted."""

from collections.abc import Mapping

from core.drafts import Draft
from core.insight.tally import Rules
from core.insight.teams import Teams
from core.llm.openai_chat import is_small_by_name
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store


def load_rules(settings: Settings, store: Store, recipes: Mapping[str, Recipe]) -> Rules:
    """Return the rules of an installation.

    Raises:
        SettingsError: the models file cannot be used.
    """
    return Rules(
        team=Teams(store.records).of,
        goals={name: recipe.learning.outcome for name, recipe in recipes.items()},
        saved_usd=_saves_nothing,
        is_small=is_small_by_name,
    )


def least_people(settings: Settings) -> int:
    """Return how many people the report must be about.

    An installation for one person on this machine hides nothing: SQLite, no public address, no Slack, one token.
    """
    is_shared = settings.database_url or settings.public_url or len(settings.api_tokens) > 1
    has_slack = settings.slack_bot_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    return settings.report_least_people if is_shared or has_slack else 1


def _saves_nothing(_draft: Draft) -> float:
    return 0.0
