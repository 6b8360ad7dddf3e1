"""What one job counts for in the report, by which rules, and who belongs to which team. No text of a person.

A person is in one team at most, and old jobs stay with the team of their time.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.drafts import Draft
from core.errors import InputError
from core.insight.report.cube import Dimensions, day_of
from core.insight.report.figures import DISTANCE_ENDS, SECONDS_ENDS, Discretion, bucket_name
from core.job import SIGNALS, Job
from core.llm.models_file import ModelsFile, load_models_file
from core.llm.sizes import is_small_by_name
from core.outcomes import OPEN_GAPS, EffectiveOutcome
from core.people import load_people
from core.recipes.model import Recipe
from core.settings import Settings
from core.store import Store
from core.store.records import RecordStore
from core.text.forms import consists_of

ACCEPTED = "accepted"
# The plan of recipes that find, and draft nothing.
SCAN_PLAN = "scan"
LOW_DISTANCE = "low_distance"
_NAME_MARKS, _MAX_NAME_CHARS = "_.:/@+ -", 60
_DECIDED = frozenset({"accepted", "edited", "rejected", "regenerated", "expired"})
# What a draft would have cost, had the next model of the route written it, less what it did cost, in USD.
SavedBy = Callable[[Draft], float]
KIND = "team"
MAX_NAME_CHARS = 60
KEEP_SECONDS = 30.0


@dataclass(frozen=True)
class VariantTrial:
    """One try of a prompt variant. `win` is 0..1 by the outcome that the recipe counts."""

    variant: str
    goal: str
    win: float


@dataclass(frozen=True)
class JobMetrics:
    """What a job counts for."""

    job_id: str
    person: str
    day: int
    dimensions: Dimensions
    outcome: str
    distance: float | None
    counts: dict[str, float]
    trials: tuple[VariantTrial, ...] = ()


@dataclass(frozen=True)
class CountingRules:
    """What has to be known to count a job, besides the job.

    Attributes:
        team: of a person (workspace, person), "" for none.
        goal: the outcome that counts for a recipe's variants, by recipe name.
        saved_usd: what a draft of a small model saved.
        is_small: whether a model is a small one.
        titles: of recipes, by name.
        who: under which name a person (workspace, person) is counted, the same on all surfaces.
        finds: whether a recipe finds, and drafts nothing: its jobs are scans.
    """

    team: Callable[[str, str], str]
    goals: Mapping[str, str]
    saved_usd: SavedBy
    is_small: Callable[[str], bool]
    titles: Callable[[], Mapping[str, str]] = dict[str, str]
    who: Callable[[str, str], tuple[str, str]] = lambda workspace, person: (workspace, person)
    finds: Callable[[str], bool] = lambda _recipe: False


def job_metrics(job: Job, effective: EffectiveOutcome, usd: float | None, rules: CountingRules) -> JobMetrics:
    """Return what a job counts for.

    Args:
        job: an ended one, with its draft.
        effective: what was done with it.
        usd: the cost of all its model calls; None takes the draft's own figure.
        rules: see there.
    """
    draft = job.draft
    if draft is None and job.state == "failed":  # who takes a failure off their list has judged no draft
        effective = EffectiveOutcome()
    model, variant = (draft.model, draft.variant) if draft else (job.model, "")
    team = rules.team(job.workspace, job.person)
    version, prompt = (str(draft.recipe_version or ""), draft.prompt_hash) if draft else ("", "")
    dimensions = Dimensions(job.workspace, job.recipe, job.surface, model or "rules", variant, team, version, prompt)
    counts = {"jobs": 1.0, _state(job): 1.0}
    if _state(job) == "done" and (job.surface == SIGNALS or rules.finds(job.recipe)):
        counts["scans"] = 1.0
    if draft:
        counts.update(_of_draft(draft, rules))
    cost = usd if usd is not None else draft.usage.usd if draft else 0.0
    counts["usd"] = cost
    seconds = _seconds_to_result(job)
    if seconds is not None:
        counts[bucket_name("t", SECONDS_ENDS, seconds)] = 1.0
    counts.update(_of_outcome(effective))
    trials = _trials(draft, effective, rules.goals.get(job.recipe, ACCEPTED)) if draft else ()
    return JobMetrics(
        job.id,
        job.person,
        day_of(job.created_at),
        dimensions,
        effective.outcome,
        effective.distance,
        {name: value for name, value in counts.items() if value},
        trials,
    )


def _state(job: Job) -> str:
    return "done" if job.state in {"ready", "delivered"} else job.state


def _seconds_to_result(job: Job) -> float | None:
    """Return how long the person waited: until the result was there, else until it was finished."""
    if job.state not in {"ready", "delivered"} or job.finished_at is None:
        return None
    return max(0.0, (job.delivered_at or job.finished_at) - job.created_at)


def _of_draft(draft: Draft, rules: CountingRules) -> dict[str, float]:
    is_small = not draft.model or rules.is_small(draft.model)
    counts = {
        "drafts": 1.0,
        "small": float(is_small and not draft.escalations),
        "skeleton": float(draft.skeleton),
        "escalated": float(bool(draft.escalations)),
        "saved_usd": rules.saved_usd(draft) if is_small and not draft.escalations else 0.0,
    }
    for name in {finding.check for finding in draft.findings}:
        counts[f"check:{_plain(name)}"] = 1.0
    for escalation in draft.escalations:
        cause = _plain(escalation.cause or "no sound text")
        counts[f"escalation:{_plain(escalation.source)} to {_plain(escalation.to)}: {cause}"] = 1.0
    return counts


def _of_outcome(effective: EffectiveOutcome) -> dict[str, float]:
    counts: dict[str, float] = {"taken": effective.taken, "refused": effective.refused}
    if effective.outcome in _DECIDED:
        counts[effective.outcome] = 1.0
    if effective.outcome in {"accepted", "edited"} and effective.distance is not None:
        counts[bucket_name("d", DISTANCE_ENDS, effective.distance)] = 1.0
    prefix = "reason" if effective.outcome == "rejected" else "kind"
    for label in effective.labels:
        counts[f"{prefix}:{_plain(label)}"] = 1.0
    for full_name, value in effective.events.items():
        name = _plain(full_name.partition("#")[0])
        counts[f"event:{name}"] = 1.0
        counts[f"value:{name}"] = counts.get(f"value:{name}", 0.0) + value
    return counts


def _trials(draft: Draft, effective: EffectiveOutcome, goal: str) -> tuple[VariantTrial, ...]:
    """Return the tries of a draft: one, or one for each entry of a list whose entries were written by variants."""
    shown = [(str(place), item.motive) for place, item in enumerate(draft.items or ()) if item.motive]
    if not shown:
        win = win_of(effective, goal)
        return () if win is None else (VariantTrial(draft.variant, goal, win),)
    if not effective.outcome and not any(name.partition("#")[0] == goal for name in effective.events):
        return ()
    return tuple(VariantTrial(motive, goal, _win_of_entry(effective, goal, place)) for place, motive in shown)


def _win_of_entry(effective: EffectiveOutcome, goal: str, place: str) -> float:
    if goal in {ACCEPTED, LOW_DISTANCE}:
        return float(place in effective.chosen)
    return min(max(effective.events.get(f"{goal}#{place}", 0.0), 0.0), 1.0)


def win_of(effective: EffectiveOutcome, goal: str) -> float | None:
    """Return how well a try did, 0..1 by the outcome that counts, or None if it is not known yet."""
    if goal in effective.events:
        return min(max(effective.events[goal], 0.0), 1.0)
    if effective.outcome not in _DECIDED or OPEN_GAPS in effective.labels:
        return None
    if goal == ACCEPTED:
        return float(effective.outcome == "accepted")
    if goal == LOW_DISTANCE:
        is_used = effective.outcome in {"accepted", "edited"}
        return 1.0 - (effective.distance or 0.0) if is_used else 0.0
    return 0.0


def _plain(name: str) -> str:
    return name if name and consists_of(name, _NAME_MARKS, _MAX_NAME_CHARS) else "other"


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
            raise InputError("The team cannot be called that.", fix="Use at most 60 printable characters.")
        for person in people:
            if team:
                self._records.put(KIND, workspace, person, team, person=person, told={"team": team})
            else:
                self._records.delete(KIND, workspace, person)
        self._read_at = float("-inf")

    def members(self, workspace: str) -> dict[str, list[str]]:
        """Return the people of each team."""
        found: dict[str, list[str]] = {}
        for record in self._records.list(KIND, workspace=workspace):
            found.setdefault(str(record.data), []).append(record.key)
        return found


class _Goals(Mapping[str, str]):
    """The outcomes that count, as the recipes say them at each moment."""

    def __init__(self, recipes: Mapping[str, Recipe]) -> None:
        self._recipes = recipes

    def __getitem__(self, name: str) -> str:
        return self._recipes[name].learning.outcome

    def __iter__(self) -> Iterator[str]:
        return iter(self._recipes)

    def __len__(self) -> int:
        return len(self._recipes)


def load_counting_rules(settings: Settings, store: Store, recipes: Mapping[str, Recipe]) -> CountingRules:
    """Return the rules of an installation.

    Raises:
        SettingsError: the models file cannot be used.
    """
    models, people, teams = load_models_file(settings), load_people(settings, store.records), Teams(store.records)

    def who(workspace: str, person: str) -> tuple[str, str]:
        return people.meet(workspace, person)

    return CountingRules(
        team=lambda workspace, person: teams.of(*who(workspace, person)),
        goals=_Goals(recipes),
        saved_usd=lambda draft: saved_usd(models, draft),
        is_small=lambda model: _is_small(models, model),
        titles=lambda: {name: recipe.title for name, recipe in recipes.items()},
        who=who,
        finds=lambda name: name in recipes and recipes[name].plan == SCAN_PLAN,
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
