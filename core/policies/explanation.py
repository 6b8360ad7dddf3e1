"""Why somebody may, or may not: the groups that they are in, the rules that hold, and what these say of a question."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.drafts import JsonObject
from core.policies.enforcement import Policies
from core.policies.in_force import InForce
from core.policies.parsing import Known, Warned, warnings_of
from core.policies.resolution import Model, PersonPolicy, Refusal, Section
from core.surfaces import known_surfaces
from core.text.catalogues import N_

# What says who is in a group, and not what these may.
_WHO = frozenset({"ask", "title", "claims", "members", "roles", "groups", "style"})


@dataclass(frozen=True)
class Explanation:
    """What holds for a person, and what of all that was asked about is refused.

    Attributes:
        in_force: where the policies come from.
        policy: what holds for the person.
        refusals: why not, in the order in which things are looked at; without a question everything that is refused.
        without_model: the recipes that are allowed, and of whose models none is.
    """

    in_force: InForce
    policy: PersonPolicy
    refusals: tuple[Refusal, ...]
    without_model: tuple[str, ...] = ()

    @property
    def groups(self) -> list[Section]:
        """The groups that the person is in, each with why."""
        return [section for section in self.policy.sections if section.level == "group"]

    @property
    def rules(self) -> list[tuple[str, str, Any]]:
        """Each rule that holds, with its section."""
        return [
            (section.key, rule, value) for section in self.policy.sections for rule, value in _rules(section).items()
        ]

    @property
    def style(self) -> list[tuple[str, str, str]]:
        """The house style that holds: language ("" for all), rule, value."""
        return self.policy.style.rows()

    def to_json(self) -> JsonObject:
        """Return the public form."""
        limits = {"tokens_per_day": self.policy.tokens_per_day(), "usd_per_day": self.policy.usd_per_day()}
        return {
            "allowed": not self.refusals,
            "refusals": [refusal.to_json() for refusal in self.refusals],
            "without_model": list(self.without_model),
            "groups": [
                {"name": group.name, "title": group.title or group.name, "because": group.because}
                for group in self.groups
            ],
            "rules": [{"section": section, "rule": rule, "value": value} for section, rule, value in self.rules],
            "style": [{"language": language, "rule": rule, "value": value} for language, rule, value in self.style],
            "style_version": self.policy.style.digest,
            "budget": {name: {"most": limit.most, "rule": limit.rule} for name, limit in limits.items() if limit},
            "in_force": origin_words(self.in_force),
        }


def explain(
    policies: Policies,
    who: tuple[str, str],
    recipes: Collection[str],
    models_of: Callable[[str], Sequence[Model]],
    *,
    recipe: str = "",
    surface: str = "",
) -> Explanation:
    """Return what holds for a person of a surface, by workspace and name.

    Args:
        policies: of the installation.
        who: workspace and person.
        recipes: the names that there are.
        models_of: gives the models that may be asked for a recipe.
        recipe: only this one, "" for all.
        surface: only this one, "" for all.

    Raises:
        SettingsError, StoreOutage: see `Policies.of`.
    """
    policy = policies.of(*who)
    surfaces = [surface] if surface else [] if recipe else known_surfaces()
    names = [recipe] if recipe else [] if surface else sorted(recipes)
    found = [policy.surface(name) for name in surfaces]
    found += [policy.recipe(name) for name in names]
    left = {name: policy.models(models_of(name)) for name in names if policy.recipe(name) is None}
    found += left.values()
    if not recipe and not surface:
        found += [policy.learning(), policy.grounds()]
    # A model that is not allowed is told once, whatever number of recipes has no other.
    refusals = {refusal.sentence: refusal for refusal in found if refusal}
    without_model = tuple(name for name, refusal in left.items() if refusal)
    return Explanation(policies.book.current(), policy, tuple(refusals.values()), without_model)


def origin_words(now: InForce) -> str:
    """Return in words which policies are in force."""
    words = {
        "": N_("There are no policies: everything is allowed."),
        "file": N_("The file is in force. What is saved in the console is not used while it is there."),
        "console": N_(f"Version {now.version} of the console is in force."),
    }[now.origin]
    if now.is_closed:
        return N_(f"No policies can be used, so nothing is allowed. {now.error}")
    return (
        N_(f"{words} The newest text cannot be used, so the last good one holds. {now.error}") if now.error else words
    )


def name_warnings(now: InForce, recipes: Collection[str], models: Collection[Model]) -> list[Warned]:
    """Return the names in the policies in force that nothing bears, each with the nearest one."""
    return warnings_of(now.policies.file, now.text, known_names(recipes, models)) if now.policies else []


def sections_refusing(now: InForce, model: Model) -> list[str]:
    """Return the sections whose own rules keep texts from a model, as the text names them."""
    if now.policies is None:
        return []
    file = now.policies.file
    sections = [Section("installation", "", file.installation)]
    sections += [Section("workspace", name, rules) for name, rules in file.workspace.items()]
    sections += [Section("group", name, rules) for name, rules in file.group.items()]
    return [section.key for section in sections if PersonPolicy((section,)).model(model)]


def known_names(recipes: Collection[str], models: Collection[Model]) -> Known:
    """Return the names that policies may use, where there is a list of them."""
    return {
        "recipes": sorted(recipes),
        "models": sorted({name for model in models for name in model.names}),
        "surfaces": known_surfaces(),
        "regions": sorted({model.region for model in models if model.region}),
    }


def _rules(section: Section) -> Mapping[str, Any]:
    """Return the rules of a section as the text names them."""
    said = section.rules.model_dump(mode="json", exclude_defaults=True, exclude=set(_WHO))
    return {
        f"{matter}.{key}" if key else matter: value
        for matter, rule in said.items()
        for key, value in (rule.items() if isinstance(rule, dict) else [("", rule)])
    }
