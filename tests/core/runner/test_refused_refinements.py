"""Changes that nothing can be made of: they are refused before they are versions."""

from typing import Any

import pytest

from core.drafts import DraftSource
from core.errors import InputError
from core.job import Job
from core.people import load_people
from core.recipes.loader import load_recipes
from core.runner.refinements import Refinements
from core.settings import Settings
from core.store import Store
from core.text.lexicon import lexicon
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
