"""From settings to the rules by which jobs are counted, and who belongs to which team.

A person is in one team at most, and old jobs stay with the team of their time.
"""

import time
from collections.abc import Iterable, Mapping

from core.drafts import Draft
from core.errors import InputError
from core.insight.report.figures import Discretion
from core.insight.report.job_metrics import CountingRules
from core.llm.models_file import ModelsFile, load_models_file
from core.llm.sizes import is_small_by_name
from core.people import load_people
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from core.store.records import RecordStore

KIND = "team"
MAX_NAME_CHARS = 60
KEEP_SECONDS = 30.0


class Teams:
    """The teams of an installation, remembered for a moment.

    Args:
        records: where they are kept, by workspace and person.
    """

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._known: dict[tuple[str, str], str] = {}
        self._read_at = float("-inf")

    def of(self, workspace: str, person: str) -> str:
        """Return the team of a person, "" for none."""
        if time.monotonic() - self._read_at > KEEP_SECONDS:
            self._known = {(record.workspace, record.key): str(record.data) for record in self._records.list(KIND)}
            self._read_at = time.monotonic()
        return self._known.get((workspace, person), "")

    def assign(self, workspace: str, people: Iterable[str], team: str) -> None:
        """Put people into a team, "" into none; jobs that are counted from now on count for it.

        Raises:
            InputError: the name is empty, too long or not printable.
        """
        if len(team) > MAX_NAME_CHARS or not team.isprintable():
            raise InputError("The team cannot be called that.", fix="Take at most 60 printable signs.")
        for person in people:
            if team:
                self._records.put(KIND, workspace, person, team, person=person)
            else:
                self._records.delete(KIND, workspace, person)
        self._read_at = float("-inf")

    def members(self, workspace: str) -> dict[str, list[str]]:
        """Return the people of each team."""
        found: dict[str, list[str]] = {}
        for record in self._records.list(KIND, workspace=workspace):
            found.setdefault(str(record.data), []).append(record.key)
        return found


def load_counting_rules(settings: Settings, store: Store, recipes: Mapping[str, Recipe]) -> CountingRules:
    """Return the rules of an installation.

    Raises:
        SettingsError: the models file cannot be used.
    """
    models, people = load_models_file(settings), load_people(settings, store.records)

    def who(workspace: str, person: str) -> tuple[str, str]:
        found = people.identity(workspace, person)
        return found.workspace, found.person

    return CountingRules(
        team=Teams(store.records).of,
        goals={name: recipe.learning.outcome for name, recipe in recipes.items()},
        saved_usd=lambda draft: saved_usd(models, draft),
        is_small=lambda model: _is_small(models, model),
        who=who,
    )


def discretion_of(settings: Settings, *, asker_counts: bool = True) -> Discretion:
    """Return from how many people on figures are shown.

    Args:
        settings: with the smallest number of people, and the tenants: an organisation in Entra, a Slack workspace.
        asker_counts: whether who asks is somebody else than the one person in the data; not at the machine itself.
    """
    slack = (settings.slack_bot_token, settings.slack_signing_secret)
    has_tenant = (
        settings.microsoft_tenant_id or settings.microsoft_tenants or any(secret.get_secret_value() for secret in slack)
    )
    return Discretion(settings.report_least_people, has_tenant=bool(has_tenant), asker_counts=asker_counts)


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
