"""Everyday lines, typed in haste, get the tone that was asked for; what stays as it was says so."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.tidying import finished, is_english, with_apostrophes
from core.writing.model_lane.direct import write_directly
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["rewrite"]
REPORT = "hey can you send me teh report asap, i need it for the meeting on friday"
UNCHANGED = "The draft says the same words as its source."


def rewritten(text: str, tone: str, ask: ScriptedAsk | None = None) -> PlanResult:
    return PLANS["rewrite"](RECIPE, validate_inputs(RECIPE, {"text": text, "tone": tone}), ask or ScriptedAsk(""))


@pytest.mark.parametrize(
    ("tone", "text", "wanted"),
    [
        ("polite", REPORT,
         "Hello, could you please send me the report as soon as possible? I need it for the meeting on Friday."),
        ("friendly", REPORT,
         "Hey, can you send me the report as soon as possible? I need it for the meeting on Friday."),
        ("formal", "i dont have time tomorrow, lets meet on monday at 10",
         "I do not have time tomorrow, let us meet on Monday at 10."),
        ("polite", "can u pls check the invoice? thx", "Could you please check the invoice? Thanks."),
        ("polite", "call me back pls", "Could you please call me back?"),
        ("polite", "Hi Tom, send me the list by Friday.", "Hi Tom, could you please send me the list by Friday?"),
        ("polite", "Hi Tom, we need the numbers by noon. Don't forget.",
         "Hi Tom, we would need the numbers by noon. Please don't forget."),
        ("formal", "thanks for the info, ill get back to you asap",
         "Thank you for the information, I will get back to you as soon as possible."),
        ("direct", "sorry im late, the train was really full", "Sorry I'm late, the train was full."),
        ("plain", "gonna be 10 minutes late, start without me", "Going to be 10 minutes late, start without me."),
    ],
)  # fmt: skip
def test_an_everyday_line_is_finished_and_gets_its_tone(tone: str, text: str, wanted: str) -> None:
    ask = ScriptedAsk("")
    result = rewritten(text, tone, ask)
    assert (result.text, result.skeleton, ask.asked) == (wanted, False, [])


def test_each_correction_of_the_typing_is_told() -> None:
    assert rewritten(REPORT, "polite").notices == ("teh → the: “teh” is misspelt.",)


def test_a_text_that_only_lost_its_typing_errors_says_that_the_tone_is_as_it_was() -> None:
    result = rewritten("sorry im late, the train was cancelled", "polite")
    assert result.text == "Sorry I'm late, the train was cancelled."
    assert result.notices == ("No rule for this tone applies: only the typing was corrected.",)


def test_a_larger_models_unchanged_text_says_so() -> None:
    text = "The list is on the table."
    result = write_directly(RECIPE, validate_inputs(RECIPE, {"text": text}), ScriptedAsk(text))
    assert [(finding.sentence, finding.severity) for finding in result.findings] == [(UNCHANGED, "warn")]


@pytest.mark.parametrize(
    "text", ["What you need", "Plan for the office", "- can you read this", "see i.py and #i", "[[Who are you]]"]
)
def test_headings_entries_and_code_are_not_finished(text: str) -> None:
    assert finished(text) == text
    assert with_apostrophes(text) == text


def test_german_is_not_taken_for_english_with_missing_apostrophes() -> None:
    assert not is_english("bitte bis morgen antworten", "")
    assert not is_english("Wir treffen uns im Haus", "de")
    assert is_english("call me back pls", "")
