"""Changes that nothing can be made of: they are refused before they are versions."""

import re
from typing import Any

import pytest

from core.drafts import DraftSource
from core.errors import InputError
from core.job import Job
from core.llm.models_file import load_models_file
from core.people import load_people
from core.policies.resolution import NO_POLICY
from core.recipes.loader import load_recipes
from core.runner.refinements import Refinements, wish_hint
from core.settings import Settings
from core.store import Store
from core.text.lexicon import lexicon
from core.text.wishes import read_act
from core.writing.grounded.passages import PASSAGES
from core.writing.lanes import Lane
from tests.core.insight.making import finished_job

RECIPES = load_recipes()
FIRST = "Hi Maria,\n\nThe oak table comes on Friday.\n\nBest regards\nTom"
CITED = DraftSource(number=1, title="Travel policy", quote="A hotel costs up to 140 euros.", place="s/travel")


@pytest.fixture
def refinements(sqlite_store: Store, settings: Settings) -> Refinements:
    return Refinements(sqlite_store.jobs, sqlite_store.outcomes, load_people(settings, sqlite_store.records))


def first(store: Store) -> Job:
    return finished_job(store, text=FIRST, inputs={"message": "Can you deliver the oak table on Friday?"})


@pytest.mark.parametrize("lane", ["grounded", "model"])
@pytest.mark.parametrize("wish", ["shorter", "more formal", "friendlier", "leave out the second point", "in German"])
def test_an_impossible_change_of_an_answer_is_refused_with_what_can_be_said_whatever_model_there_is(
    sqlite_store: Store, refinements: Refinements, wish: str, lane: Lane
) -> None:
    given: dict[str, Any] = {"recipe": "ask", "text": f"{CITED.quote} [1]", "sources": (CITED,)}
    job = finished_job(sqlite_store, inputs={"question": "What may a hotel cost?", PASSAGES: "[]"}, **given)
    with pytest.raises(InputError, match=r"^Nothing was changed: ") as refused:
        refinements.reply(job, RECIPES["ask"], wish, lane, may_ask=False)
    assert refused.value.fix == lexicon("en").wording("talk.can_quoted")


def test_what_rules_make_nothing_of_is_refused_before_it_is_a_version_unless_a_model_writes(
    sqlite_store: Store, refinements: Refinements
) -> None:
    job = first(sqlite_store)
    with pytest.raises(InputError) as refused:
        refinements.reply(job, RECIPES["reply"], "warmer", "grounded")
    can = lexicon("en").wording("talk.can")
    assert str(refused.value) == f"Nothing was changed: “warmer” takes a larger model. {can}"
    for wish in ("without the greeting", "tell her it is sold out", "warmer, and without the greeting"):
        assert refinements.reply(job, RECIPES["reply"], wish, "grounded").inputs
    assert refinements.reply(job, RECIPES["reply"], "warmer", "model").inputs


def test_a_wish_is_tried_on_the_text_that_its_person_has_now(sqlite_store: Store, refinements: Refinements) -> None:
    job, wish = first(sqlite_store), "use Sunday instead of Saturday"
    with pytest.raises(InputError, match="“Saturday” does not stand"):
        refinements.reply(job, RECIPES["reply"], wish, "grounded")
    own = FIRST.replace("Friday", "Saturday")
    assert refinements.reply(job, RECIPES["reply"], wish, "grounded", text=own).inputs
    sqlite_store.outcomes.add(job, "edited", person="ann", distance=None, detail={"text": own})
    assert refinements.reply(job, RECIPES["reply"], wish, "grounded").inputs


def test_each_change_that_is_suggested_for_an_answer_can_be_made_of_one_that_quotes_a_passage(
    sqlite_store: Store, refinements: Refinements, settings: Settings
) -> None:
    hint = wish_hint(RECIPES["ask"], load_models_file(settings), NO_POLICY).partition(": ")[2].replace("or: ", "")
    examples = [*re.split("[,;] ", hint), *re.findall("“(.+?)”", lexicon("en").wording("talk.can_quoted"))]
    text = "The price is 35 EUR per half hour. A driver takes two hours. [1]"
    job = finished_job(sqlite_store, recipe="ask", text=text, sources=(CITED,), inputs={"question": "?"})
    for wish in {example for example in examples if read_act(example) == "change"}:
        assert refinements.reply(job, RECIPES["ask"], wish, "grounded", may_ask=False).inputs, wish
