"""Prompt variants in use: tries, decisions of people, entries of a list."""

import random

import pytest

from core.drafts import Item
from core.errors import NotFoundError
from core.insight.learning.variants import Arm, TrialCount, Variants, arms_of, choose, rank, regressions
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.recipes.model import Variant as Wording
from core.store import Store
from tests.core.insight.making import finished_job


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Return a store on SQLite: what differs between databases is tested with the sums."""
    return sqlite_store


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """Return the recipe for replies with a variant."""
    reply = load_recipes()["reply"]
    prompt = reply.prompt.model_copy(update={"variants": {"brief": Wording(system="Be brief.")}})
    return reply.model_copy(update={"prompt": prompt})


def tried(store: Store, variant: str, *, accepted: int, rejected: int, person: str = "ann") -> None:
    """Let a person use drafts of a variant."""
    for outcome, times in (("accepted", accepted), ("rejected", rejected)):
        for _ in range(times):
            job = finished_job(store, person=person, variant=variant)
            store.outcomes.add(job, outcome, person=person, distance=None, detail={})  # type: ignore[arg-type]


def chosen(store: Store, recipe: Recipe) -> list[str]:
    """Return what is chosen for two hundred drafts."""
    variants = Variants(store, random.Random(4))
    return [variants.next("local", recipe) for _ in range(200)]


def test_the_variant_that_people_accept_wins(store: Store, rules: CountingRules, recipe: Recipe) -> None:
    tried(store, "", accepted=2, rejected=14)
    tried(store, "brief", accepted=14, rejected=2)
    roll_up_all(store, rules)
    assert chosen(store, recipe).count("brief") > 180
    assert [state.to_json()["rate"] for state in Variants(store).states("local", recipe)] == [0.125, 0.875]


def test_another_workspace_learns_nothing_from_it(store: Store, rules: CountingRules, recipe: Recipe) -> None:
    tried(store, "brief", accepted=5, rejected=0)
    roll_up_all(store, rules)
    assert {state.trials for state in Variants(store).states("T1", recipe)} == {0.0}


def test_people_pin_promote_and_retire(store: Store, recipe: Recipe) -> None:
    variants = Variants(store)
    variants.decide("local", recipe, "brief", "pinned", by="ann")
    assert set(chosen(store, recipe)) == {"brief"}
    variants.decide("local", recipe, "main", "promoted", by="ann")
    assert chosen(store, recipe).count("") > 180
    assert [state.decision for state in variants.states("local", recipe)] == ["promoted", ""]
    variants.decide("local", recipe, "brief", "retired", by="ann")
    assert set(chosen(store, recipe)) == {""}
    variants.decide("local", recipe, "brief", None, by="ann")
    variants.decide("local", recipe, "main", None, by="ann")
    assert set(chosen(store, recipe)) == {"", "brief"}
    with pytest.raises(NotFoundError, match="main, brief"):
        variants.decide("local", recipe, "none", "pinned", by="ann")


def test_a_recipe_without_variants_needs_no_look_into_the_store(store: Store) -> None:
    store.close()
    assert set(chosen(store, load_recipes()["summarize"])) == {""}


def test_an_outside_event_decides_where_the_recipe_says_so(store: Store, rules: CountingRules, recipe: Recipe) -> None:
    learning = recipe.learning.model_copy(update={"outcome": "sale"})
    by_sale = recipe.model_copy(update={"learning": learning})
    job, other = finished_job(store, variant="brief"), finished_job(store, variant="brief")
    store.outcomes.add_event(job, "sale", 250.0)
    store.outcomes.add(other, "accepted", person="ann", distance=0.0, detail={})
    roll_up_all(store, CountingRules(rules.team, {"reply": "sale"}, rules.saved_usd, rules.is_small))
    brief = Variants(store).states("local", by_sale)[1]
    assert (brief.trials, brief.wins) == (2.0, 1.0)


def test_of_wordings_side_by_side_the_chosen_one_wins(store: Store, rules: CountingRules) -> None:
    recipe = load_recipes()["variants"]
    items = (Item(text="A", motive="plain"), Item(text="B", motive="benefit"))
    for _ in range(8):
        job = finished_job(store, recipe="variants", items=items, text="")
        store.outcomes.add(job, "accepted", person="ann", distance=0.0, detail={"edit": "1"})
    roll_up_all(store, rules)
    states = {state.name: (state.trials, state.wins) for state in Variants(store).states("local", recipe)}
    assert (states["benefit"], states["plain"]) == ((8.0, 8.0), (8.0, 0.0))
    first = [Variants(store, random.Random(seed)).order("local", recipe).index("benefit") for seed in range(20)]
    assert sum(first) / 20 < 1


NAMES = ("a", "b")


def test_the_better_variant_is_tried_more_and_the_other_not_never() -> None:
    arms = {"a": Arm(100, 70), "b": Arm(100, 40)}
    chance = random.Random(1)
    chosen = [choose(arms, explore=0.05, chance=chance) for _ in range(2000)]
    assert 0.03 < chosen.count("b") / 2000 < 0.08


def test_what_nobody_tried_is_tried() -> None:
    chance = random.Random(1)
    chosen = [choose({"a": Arm(10, 5), "b": Arm()}, explore=0.0, chance=chance) for _ in range(400)]
    assert 100 < chosen.count("b") < 300


def test_a_flood_by_one_person_weighs_little() -> None:
    crowd = [TrialCount("a", f"p{number}", 10, 8) for number in range(10)]
    crowd += [TrialCount("b", f"p{number}", 10, 2) for number in range(10)]
    flood = [TrialCount("b", "flooder", 5000, 5000)]
    arms = arms_of(NAMES, [*crowd, *flood])
    assert arms["b"].trials <= 100 + 60
    assert arms["a"].rate > arms["b"].rate


def test_a_person_alone_counts_fully() -> None:
    arms = arms_of(NAMES, [TrialCount("a", "me", 40, 30), TrialCount("b", "me", 30, 3)])
    assert arms == {"a": Arm(40, 30), "b": Arm(30, 3)}


def test_a_variant_that_no_longer_exists_is_left_out() -> None:
    assert set(arms_of(NAMES, [TrialCount("gone", "me", 9, 9)])) == set(NAMES)


@pytest.mark.parametrize(
    ("other", "worse"),
    [(Arm(200, 60), {"b"}), (Arm(200, 118), set()), (Arm(10, 0), set()), (Arm(200, 180), set())],
)
def test_only_a_variant_that_is_surely_worse_is_stopped(other: Arm, worse: set[str]) -> None:
    assert regressions({"a": Arm(200, 120), "b": other}, "a") == worse


def test_the_most_promising_come_first() -> None:
    arms = {"a": Arm(1000, 100), "b": Arm(1000, 900), "c": Arm(1000, 500)}
    assert rank(arms, chance=random.Random(2)) == ["b", "c", "a"]
