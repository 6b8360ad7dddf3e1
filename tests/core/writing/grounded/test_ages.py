"""An answer from what is years old says so."""

from core.recipes.render import validate_inputs
from core.writing.grounded.passages import GroundPassage, passages_value
from core.writing.plans import PLANS
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.core.writing.grounded.test_answer import RECIPE


def test_an_answer_from_a_document_that_is_years_older_than_others_says_so() -> None:
    old = GroundPassage(0, "Prices 2023", "", "Hiring the hall costs 80 euros an evening.", date="2023")
    new = GroundPassage(0, "Prices 2026", "", "Hiring a piano costs 30 euros.", date="2026-01-08")
    asked = {"question": "What does hiring the hall cost?", "passages": passages_value([new, old])}
    result = PLANS["answer"](RECIPE, validate_inputs(RECIPE, asked), ScriptedAsk())
    assert result.notices == ("“Prices 2023” is of 2023: what it says may no longer hold.",)
    asked["question"] = "What does hiring a piano cost?"
    assert PLANS["answer"](RECIPE, validate_inputs(RECIPE, asked), ScriptedAsk()).notices == ()
    # What is due in years to come makes nothing old.
    plan = GroundPassage(0, "Roof 2093", "", "The roof is to be renewed in 2093.", date="2093")
    asked["passages"] = passages_value([new, plan])
    assert PLANS["answer"](RECIPE, validate_inputs(RECIPE, asked), ScriptedAsk()).notices == ()
