"""What a person has set in App Home, and how it fills in a recipe's inputs."""

from collections.abc import Mapping

from core.insight.learning.rule_store import RuleStore
from core.people import Identity, load_people
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from core.store.records import RecordStore

KIND = "slack_profile"
# The input of a recipe that each setting fills in.
FILLS = {"language": "target_language", "tone": "tone", "closing": "closing"}


def read_profile(settings: Settings, records: RecordStore, workspace: str, person: str) -> dict[str, str]:
    """Return the person's settings, the same in every workspace of theirs; empty when nothing was set."""
    home = load_people(settings, records).identity(workspace, person)
    record = records.get(KIND, home.workspace, home.person)
    return dict(record.data) if record else {}


def save_profile(
    settings: Settings, records: RecordStore, workspace: str, person: str, profile: Mapping[str, str]
) -> None:
    """Store the person's settings in place of the earlier ones."""
    home = load_people(settings, records).identity(workspace, person)
    records.put(KIND, home.workspace, home.person, dict(profile), person=home.person)


def learned_of(settings: Settings, store: Store, workspace: str, person: str) -> tuple[RuleStore, Identity]:
    """Return what was learnt, and the person's name in it."""
    people = load_people(settings, store.records)
    return RuleStore(store, people), people.identity(workspace, person)


def shares_examples(settings: Settings, store: Store, workspace: str, person: str) -> bool:
    """Whether the person's accepted drafts may serve others as examples."""
    learned, who = learned_of(settings, store, workspace, person)
    return learned.shares_examples(who)


def share_examples(settings: Settings, store: Store, workspace: str, person: str, *, shares: bool) -> None:
    """Note whether the person's accepted drafts may serve others as examples; it holds on all surfaces."""
    learned, who = learned_of(settings, store, workspace, person)
    learned.share_examples(who, shares=shares)


def usable_settings(recipes: Mapping[str, Recipe]) -> dict[str, tuple[str, ...]]:
    """Return the settings that some recipe can use, each with its choices; none for free text."""
    usable: dict[str, tuple[str, ...]] = {}
    for setting, name in FILLS.items():
        inputs = [found for recipe in recipes.values() if (found := recipe.input_named(name))]
        if inputs:
            usable[setting] = tuple(dict.fromkeys(choice for recipe_input in inputs for choice in recipe_input.choices))
    return usable


def fill_in(recipe: Recipe, given: Mapping[str, object], profile: Mapping[str, str]) -> dict[str, str]:
    """Return what the settings add to the inputs that were given, as far as the recipe has such an input and choice."""
    added: dict[str, str] = {}
    for setting, name in FILLS.items():
        wanted, value = recipe.input_named(name), profile.get(setting, "")
        fits = wanted is not None and (not wanted.choices or value in wanted.choices)
        if fits and value and not given.get(name):
            added[name] = value
    return added
