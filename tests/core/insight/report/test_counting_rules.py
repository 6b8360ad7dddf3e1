"""What is saved, which model is small, and who may be seen."""

import pytest
from pydantic import SecretStr

from core.drafts import Draft, Usage
from core.errors import InputError
from core.insight.report.counting_rules import (
    MAX_NAME_CHARS,
    CountingRules,
    Teams,
    discretion_of,
    load_counting_rules,
    saved_usd,
)
from core.insight.report.figures import Discretion
from core.job import SIGNALS
from core.llm.models_file import parse_models_file
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.signals.board import DigestTarget
from core.store import Store
from tests.core.insight.making import finished_job
from tests.core.insight.report.acts import total

FILE = """
[[endpoints]]
name = "near"
url = "http://127.0.0.1:9/v1"
model = "mini-7b"
size = "small"

[[endpoints]]
name = "far"
url = "https://models.example/v1"
model = "great"
usd_per_million_input_tokens = 2.0
usd_per_million_output_tokens = 10.0

[routes]
default = ["near", "far"]
proofread = ["near"]
"""


def draft(recipe: str) -> Draft:
    """Return a draft that the small model wrote."""
    return Draft(recipe=recipe, model="mini-7b", usage=Usage(input_tokens=1_000_000, output_tokens=100_000, usd=0.5))


@pytest.mark.parametrize(("recipe", "usd"), [("reply", 2.5), ("proofread", 0.0)])
def test_saved_is_the_price_of_the_next_model_of_the_route_less_the_cost(recipe: str, usd: float) -> None:
    assert saved_usd(parse_models_file(FILE, "models.toml"), draft(recipe)) == pytest.approx(usd)


def test_the_models_file_says_what_is_small(settings: Settings, sqlite_store: Store) -> None:
    path = settings.home / "models.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILE)
    named = settings.model_copy(update={"models_file": path})
    rules = load_counting_rules(named, sqlite_store, load_recipes())
    assert rules.is_small("mini-7b")
    assert not rules.is_small("great")
    assert rules.is_small("smollm2-135m")
    assert rules.goals["reply"] == "accepted"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"database_url": "postgresql://db.example/inlaid"},
        {"public_url": "https://inlaid.example"},
        {"api_tokens": (SecretStr("a=a"), SecretStr("b=b"))},
    ],
)
def test_how_it_is_installed_says_nothing_of_how_many_people_there_are(
    settings: Settings, change: dict[str, object]
) -> None:
    assert discretion_of(settings.model_copy(update=change)) == Discretion(5, has_tenant=False)


@pytest.mark.parametrize(
    "change",
    [
        {"microsoft_tenant_id": "contoso.example"},
        {"microsoft_tenants": ("contoso.example",)},
        {"slack_bot_token": SecretStr("xoxb-1")},
        {"slack_signing_secret": SecretStr("secret")},
    ],
)
def test_where_an_organisation_is_there_are_several_people(settings: Settings, change: dict[str, object]) -> None:
    assert discretion_of(settings.model_copy(update=change)) == Discretion(5, has_tenant=True)


def test_people_are_put_into_a_team_and_out_of_it(sqlite_store: Store) -> None:
    teams = Teams(sqlite_store.records)
    teams.assign("local", ["ann", "bob"], "sales")
    assert (teams.of("local", "ann"), teams.of("local", "eve"), teams.of("other", "ann")) == ("sales", "", "")
    assert teams.members("local") == {"sales": ["ann", "bob"]}
    teams.assign("local", ["ann"], "")
    assert teams.of("local", "ann") == ""
    assert teams.members("local") == {"sales": ["bob"]}


@pytest.mark.parametrize("name", ["x" * (MAX_NAME_CHARS + 1), "sales\nsupport"])
def test_a_name_that_cannot_be_shown_is_refused(sqlite_store: Store, name: str) -> None:
    with pytest.raises(InputError):
        Teams(sqlite_store.records).assign("local", ["ann"], name)


def test_a_text_that_was_used_tells_distance_and_kinds(store: Store, rules: CountingRules) -> None:
    job = finished_job(store, text="Hello Ann, see you at 3 pm.")
    store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": "Hello Ann, see you at 4 pm!"})
    counted = total(store, rules)
    assert (counted["edited"], counted["kind:facts"], counted["kind:tone"], counted["d3"]) == (1, 1, 1, 1)
    assert store.outcomes.used_text(job) == "Hello Ann, see you at 4 pm!"


def test_an_event_counts_once_with_its_last_value(store: Store, rules: CountingRules) -> None:
    job = finished_job(store)
    assert store.outcomes.add_event(job, "sale", 10.0)
    assert not store.outcomes.add_event(job, "sale", 10.0)
    store.outcomes.add_event(job, "sale", 30.0)
    counted = total(store, rules)
    assert (counted["event:sale"], counted["value:sale"]) == (1, 30)
    with pytest.raises(InputError):
        store.outcomes.add_event(job, "sale", float("inf"))
    with pytest.raises(InputError):
        store.outcomes.add_event(job, "bad\nname", 1.0)


def test_the_digest_of_a_scan_is_neither_one_more_scan_nor_a_draft(settings: Settings, sqlite_store: Store) -> None:
    rules = load_counting_rules(settings, sqlite_store, load_recipes())
    scan = {"recipe": "signals", "surface": SIGNALS}
    finished_job(sqlite_store, **scan, inputs={"text": "Late."})
    finished_job(sqlite_store, **scan, inputs={}, target=DigestTarget("s1", 1.0))
    counted = total(sqlite_store, rules)
    assert (counted["jobs"], counted["done"], counted["scans"]) == (1, 1, 1)
