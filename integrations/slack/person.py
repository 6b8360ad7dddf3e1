"""What is kept of a person in Slack: their settings, what was learnt, and their requests and drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.insight.learning.rule_store import RuleStore
from core.job import Job
from core.people import Identity, load_people
from core.policies.enforcement import load_policies
from core.recipes.model import Recipe
from core.roles import Roles, roles_of, sees_all_figures
from core.settings import Settings
from core.sources.facts import StandingFacts
from core.store import Store
from core.store.claims import claims_of
from core.store.records import RecordStore
from core.store.rows import now, readable_jobs
from core.store.tables import jobs, outcomes
from core.text.language import LANGUAGE_NAMES, detect_language

PROFILE_KIND = "slack_profile"
# The input of a recipe that each setting fills in.
FILLS = {"language": "target_language", "tone": "tone", "closing": "closing"}
SURFACE = "slack"
# Of somebody's jobs, so many say what they usually ask for.
LOOKED_AT = 50


def read_profile(settings: Settings, records: RecordStore, workspace: str, person: str) -> dict[str, str]:
    """Return the person's settings, the same in every workspace of theirs; empty when nothing was set."""
    home = load_people(settings, records).identity(workspace, person)
    record = records.get(PROFILE_KIND, home.workspace, home.person)
    return dict(record.data) if record else {}


def save_profile(
    settings: Settings, records: RecordStore, workspace: str, person: str, profile: Mapping[str, str]
) -> None:
    """Store the person's settings in place of the earlier ones."""
    home = load_people(settings, records).identity(workspace, person)
    records.put(PROFILE_KIND, home.workspace, home.person, dict(profile), person=home.person)


def learned_of(settings: Settings, store: Store, workspace: str, person: str) -> tuple[RuleStore, Identity]:
    """Return what was learnt, and the person's name in it."""
    people = load_people(settings, store.records)
    policies = load_policies(settings, store.records, people)
    return RuleStore(store, people, policies), people.identity(workspace, person)


def shares_examples(settings: Settings, store: Store, workspace: str, person: str) -> bool:
    """Whether the person's accepted drafts may serve others as examples."""
    learned, who = learned_of(settings, store, workspace, person)
    return learned.shares_examples(who)


def share_examples(settings: Settings, store: Store, workspace: str, person: str, *, shares: bool) -> None:
    """Note whether the person's accepted drafts may serve others as examples; it holds on all surfaces."""
    learned, who = learned_of(settings, store, workspace, person)
    learned.share_examples(who, shares=shares)


def facts_of(settings: Settings, store: Store, workspace: str, person: str) -> tuple[StandingFacts, Identity]:
    """Return the standing facts, and under which name the person's own are kept."""
    people = load_people(settings, store.records)
    facts = StandingFacts(store.records, people, load_policies(settings, store.records, people))
    return facts, facts.identity(workspace, person)


def sees_everybody(settings: Settings, store: Store, workspace: str, person: str) -> bool:
    """Whether the person sees more than their own figures, see `core.roles`.

    Slack knows no groups: what counts is what other sign-ins of theirs last said, and whom INLAID_ADMINS lists.
    """
    people = load_people(settings, store.records)
    known = {person, *people.addresses(workspace, person)}
    is_listed = bool({key.casefold() for key in known} & {admin.casefold() for admin in settings.admins})
    claims = claims_of(store.records, people.names(workspace, person))
    roles = roles_of(claims, settings.grants) or Roles()
    is_administrator = "administrator" in roles.held and (not roles.workspaces or workspace in roles.workspaces)
    return sees_all_figures(roles.held, settings.grants, is_administrator=is_listed or is_administrator)


def usable_settings(recipes: Mapping[str, Recipe]) -> dict[str, tuple[str, ...]]:
    """Return the settings that some recipe can use, each with its choices; none for free text."""
    usable: dict[str, tuple[str, ...]] = {}
    for setting, name in FILLS.items():
        inputs = [found for recipe in recipes.values() if (found := recipe.input_named(name))]
        if inputs:
            usable[setting] = tuple(dict.fromkeys(choice for recipe_input in inputs for choice in recipe_input.choices))
    return usable


def fill_in(
    recipe: Recipe, given: Mapping[str, object], profile: Mapping[str, str], *, is_chat: bool = False
) -> dict[str, str]:
    """Return what the settings add to the inputs that were given, as far as the recipe has such an input and choice.

    A signature is for mails: a message in a chat (`is_chat`) gets none. No text is translated into its own language.
    """
    known = detect_language(str(given.get(recipe.main_input) or ""))
    added: dict[str, str] = {}
    for setting, name in FILLS.items():
        wanted, value = recipe.input_named(name), profile.get(setting, "")
        fits = wanted is not None and (not wanted.choices or value in wanted.choices)
        is_meant = not (is_chat and setting == "closing") and not (known and LANGUAGE_NAMES.get(value) == known)
        if fits and value and is_meant and not given.get(name):
            added[name] = value
    return added


@dataclass(frozen=True)
class UsageFigures:
    """How many drafts were used as they were, used after edits, and not used; `distance` is the mean edit distance."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    distance: float = 0.0


def count_recent(store: Store, names: Sequence[tuple[str, str]], *, within_seconds: float) -> int:
    """Return how many jobs a person requested lately in Slack, by each of their (workspace, person)."""
    theirs = sa.or_(*(sa.and_(*_of(workspace, person)) for workspace, person in names))
    statement = sa.select(sa.func.count()).where(theirs, jobs.c.created_at > now - within_seconds)
    with store.database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def recent_jobs(store: Store, workspace: str, person: str, *, limit: int) -> Sequence[Job]:
    """Return the person's newest jobs that gave a draft."""
    statement = (
        sa.select(jobs)
        .where(*_of(workspace, person), jobs.c.draft.is_not(None))
        .order_by(jobs.c.created_at.desc())
        .limit(limit)
    )
    with store.database.read() as connection:
        return readable_jobs(connection.execute(statement), store.jobs.cipher)


def usual_recipes(store: Store, workspace: str, person: str) -> Sequence[str]:
    """Return the recipes of the person's newest jobs in Slack, those that were used most first."""
    newest = (
        sa.select(jobs.c.recipe, jobs.c.created_at)
        .where(*_of(workspace, person))
        .order_by(jobs.c.created_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    most_used = (sa.func.count().desc(), sa.func.max(newest.c.created_at).desc())
    with store.database.read() as connection:
        return list(
            connection.execute(sa.select(newest.c.recipe).group_by(newest.c.recipe).order_by(*most_used)).scalars()
        )


def open_jobs(store: Store, workspace: str) -> Sequence[Job]:
    """Return the jobs of a workspace that wait or run."""
    statement = sa.select(jobs).where(*_of(workspace, ""), jobs.c.state.in_(("queued", "running")))
    with store.database.read() as connection:
        return readable_jobs(connection.execute(statement), store.jobs.cipher)


def read_figures(store: Store, workspace: str, person: str = "") -> UsageFigures:
    """Return the figures of a person, or of everybody in the workspace: of each draft the last act counts."""
    place = sa.func.row_number().over(
        partition_by=outcomes.c.job_id, order_by=(outcomes.c.created_at.desc(), outcomes.c.id.desc())
    )
    acts = (
        sa.select(outcomes.c.outcome, outcomes.c.distance, place.label("place"))
        .join(jobs, jobs.c.id == outcomes.c.job_id)
        .where(*_of(workspace, person), outcomes.c.outcome.in_(("accepted", "edited", "rejected", "regenerated")))
        .subquery()
    )
    statement = (
        sa.select(acts.c.outcome, sa.func.count(), sa.func.avg(acts.c.distance))
        .where(acts.c.place == 1)
        .group_by(acts.c.outcome)
    )
    with store.database.read() as connection:
        rows = {name: (int(count), float(mean or 0.0)) for name, count, mean in connection.execute(statement)}
    nothing = (0, 0.0)
    edited, distance = rows.get("edited", nothing)
    return UsageFigures(rows.get("accepted", nothing)[0], edited, rows.get("rejected", nothing)[0], distance)


def count_people(store: Store, workspace: str) -> int:
    """Return how many people of the workspace have done something with a draft."""
    statement = (
        sa.select(sa.func.count(sa.distinct(outcomes.c.person)))
        .join(jobs, jobs.c.id == outcomes.c.job_id)
        .where(*_of(workspace, ""))
    )
    with store.database.read() as connection:
        return int(connection.execute(statement).scalar_one())


def _of(workspace: str, person: str) -> list[sa.ColumnElement[bool]]:
    where = [jobs.c.workspace == workspace, jobs.c.surface == SURFACE]
    return [*where, jobs.c.person == person] if person else where
