"""What was learnt, at work in the pipeline."""

import random
from typing import Any

import pytest

from core.drafts import Draft
from core.insight.learning.examples import PAST_WORK_KIND, Examples
from core.insight.learning.personalization import AnythingLearnt, Personalization, Personalizer
from core.insight.learning.rule_store import RuleStore
from core.insight.learning.style_rules import KEEP, StyleRule
from core.insight.learning.variants import Variants
from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.job import JobRequest
from core.llm.routes import only
from core.people import Identity, People
from core.policies.parsing import parse_policies
from core.policies.resolution import PersonFacts, PolicySet
from core.recipes.loader import load_recipes
from core.recipes.model import Variant
from core.runner.draft_cache import DraftCache
from core.runner.pipeline import Pipeline
from core.store import Store
from tests.core.insight.making import finished_job
from tests.in_memory import MemoryProgress, ScriptedChat
from tests.policies import FOR_ALL, policies_of

ANN = Identity("local", "ann")
MESSAGE = "The report is due on Friday. Could you send it to the team, please?"
ANSWER = "Thank you for your message. The report goes to the team on Friday!"


class Workshop:
    """A pipeline that learns, with a scripted model."""

    def __init__(self, store: Store, *, is_small: bool = False) -> None:
        self.store = store
        self.people = People(store.records, believes_slack=True)
        self.learned = RuleStore(store, self.people)
        self.variants = Variants(store, random.Random(1))
        examples = Examples(store, self.people, self.learned)
        self.personalizer = Personalizer(
            self.variants,
            self.learned,
            examples,
            self.people.identity,
            is_anything=AnythingLearnt(store.database),
            keep_seconds=0.0,
        )
        self.recipes = load_recipes()
        self.is_small = is_small
        self.chat = ScriptedChat([ANSWER], repeat_last=True, is_small=is_small)

    def write(self, person: str = "ann", recipe: str = "reply", **given: Any) -> Draft:
        """Return a new draft."""
        inputs = {self.recipes[recipe].main_input: MESSAGE, **given}
        job, _ = self.store.jobs.add(JobRequest(recipe, inputs, "api", person))
        pipeline = Pipeline(
            self.recipes, only(self.chat), cache=DraftCache(self.store.records, 60), personalizer=self.personalizer
        )
        return pipeline.generate(job, {}, MemoryProgress())

    def enable_rule(self, rules: CountingRules) -> None:
        """Let Ann take exclamation marks out until that is learnt, and let her agree."""
        for number in range(12):
            job = finished_job(self.store, text=f"{number} is done! Good", recipe="plain")
            text = f"{number} is done. Good"
            self.store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": text})
        roll_up_all(self.store, rules)
        [offered] = self.learned.find(ANN)
        self.learned.switch(ANN, offered.key, "enabled")


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Return a store on SQLite: what differs between databases is tested with the sums."""
    return sqlite_store


@pytest.fixture
def shop(store: Store) -> Workshop:
    """Return a workshop."""
    return Workshop(store)


def test_a_wish_learnt_elsewhere_is_in_the_next_draft_with_a_notice(shop: Workshop, rules: CountingRules) -> None:
    assert "Friday!" in shop.write().text
    shop.enable_rule(rules)
    draft = shop.write()
    assert "!" not in draft.text
    assert "As you wish: No exclamation marks." in draft.notices
    assert "Friday!" in shop.write(person="bob").text


def test_a_recipe_may_refuse_what_was_learnt(shop: Workshop, rules: CountingRules) -> None:
    shop.enable_rule(rules)
    recipe = shop.recipes["reply"]
    learning = recipe.learning.model_copy(update={"preferences": False})
    shop.recipes["reply"] = recipe.model_copy(update={"learning": learning})
    assert "Friday!" in shop.write().text


def test_a_larger_model_is_told_the_wishes_and_a_small_one_is_not(store: Store, rules: CountingRules) -> None:
    large, small = Workshop(store), Workshop(store, is_small=True)
    large.enable_rule(rules)
    large.write()
    small.write()
    assert any("No exclamation marks." in one.content for asked in large.chat.asked for one in asked)
    assert not any("No exclamation marks." in one.content for asked in small.chat.asked for one in asked)


def test_the_variant_in_use_is_told_to_the_model_and_stands_in_the_draft(shop: Workshop) -> None:
    recipe = shop.recipes["reply"]
    prompt = recipe.prompt.model_copy(update={"variants": {"brief": Variant(system="BE BRIEF")}})
    shop.recipes["reply"] = recipe.model_copy(update={"prompt": prompt})
    shop.variants.decide("local", shop.recipes["reply"], "brief", "pinned", by="ann")
    assert shop.write().variant == "brief"
    assert shop.chat.asked[-1][0].content == "BE BRIEF"


def test_nobody_gets_a_draft_from_the_cache_that_was_made_with_anothers_lessons(
    shop: Workshop, rules: CountingRules
) -> None:
    shop.enable_rule(rules)
    shop.write()
    asked = len(shop.chat.asked)
    shop.write(person="bob")
    assert len(shop.chat.asked) > asked
    shop.write()
    assert "!" not in shop.write().text


PAST = {"given": "Could you send the figures to the team?", "used": "Hi Kim,\n\nThey are on their way by 9 pm.\n\nAnn"}


def keep_past_work(store: Store, person: str) -> None:
    past = {"recipe": "reply", "usual_words": 23, "works": [PAST]}
    store.records.put(PAST_WORK_KIND, "local", f"mail:{person}", past, person=person)


def test_what_a_person_wrote_without_us_is_an_example_for_a_larger_model_and_no_ground(store: Store) -> None:
    keep_past_work(store, "ann")
    shop = Workshop(store)
    shop.chat = ScriptedChat(["The report goes to the team by 9 pm.", ANSWER], repeat_last=True, is_small=False)
    draft = shop.write(instruction="say yes")
    told = "\n".join(message.content for message in shop.chat.asked[0])
    assert "They are on their way by 9 pm." in told
    assert "Hi Kim" in told  # how the person greets is part of how the person writes
    assert "about 23 words" in told
    assert "9 pm" not in draft.text


@pytest.mark.parametrize(("person", "is_small"), [("kim", False), ("ann", True)])
def test_nobody_else_and_no_small_model_is_told_of_it(store: Store, person: str, is_small: bool) -> None:
    keep_past_work(store, "ann")
    shop = Workshop(store, is_small=is_small)
    shop.write(person, instruction="Yes, you will have it on Thursday.")
    told = "\n".join(message.content for asked in shop.chat.asked for message in asked)
    assert "on their way" not in told
    assert "23 words" not in told


def test_what_is_known_of_a_person_is_read_once_in_a_while_and_not_for_each_job(
    store: Store, rules: CountingRules
) -> None:
    shop = Workshop(store)
    examples = Examples(store, shop.people, shop.learned)
    shop.personalizer = Personalizer(shop.variants, shop.learned, examples, shop.people.identity, keep_seconds=60.0)
    shop.write()
    shop.enable_rule(rules)
    assert "Friday!" in shop.write().text
    assert "Friday!" not in Workshop(store).write().text


def test_of_a_person_from_whom_nothing_is_learnt_nothing_is_used(
    shop: Workshop, store: Store, rules: CountingRules
) -> None:
    shop.enable_rule(rules)
    assert "!" not in shop.write().text
    off = policies_of(store, f"{FOR_ALL}learning = false\n").may_learn
    examples = Examples(store, shop.people, shop.learned)
    shop.personalizer = Personalizer(
        shop.variants, shop.learned, examples, shop.people.identity, may_learn=off, keep_seconds=0.0
    )
    assert "!" in shop.write(message=f"{MESSAGE} Once more.").text


HOUSE = """[installation.style.en]
use = { customer = ["client"] }
avoid = { synergy = "" }
"""
WISHES = (
    (StyleRule("no_exclamation"), True),
    (StyleRule("replace", "customer", "client"), False),
    (StyleRule("replace", "client", "customer"), True),
    (StyleRule("replace", "the client asks", "our client wants"), True),
    (StyleRule("replace", "working together", "synergy"), False),
    (StyleRule(KEEP, "client", "customer"), False),
    (StyleRule(KEEP, "customer", "client"), True),
)


def test_a_wish_that_speaks_against_the_house_style_is_not_followed() -> None:
    style = PolicySet(parse_policies(HOUSE, "p")).of(PersonFacts("local")).style
    recipe = load_recipes()["reply"].in_house_style(style)
    learnt = Personalization(rules=tuple(rule for rule, _ in WISHES))
    inputs = {"message": "Can you send us the list by Friday?", "owner_name": "Tom Fox"}
    minded = learnt.under(recipe, inputs)
    assert minded.rules == tuple(rule for rule, is_followed in WISHES if is_followed)
    german = learnt.under(recipe, {**inputs, "message": "Können Sie uns die Liste bis Freitag schicken?"})
    assert german.rules == learnt.rules
