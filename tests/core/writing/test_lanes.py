"""What a small model is not given to do, and what rules leave alone where it would have written."""

import pytest

from core.errors import ModelTooSmall
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.trimming import trim
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPES = load_recipes()


def run(name: str, ask: ScriptedAsk | None = None, **inputs: str) -> PlanResult:
    recipe = RECIPES[name]
    return PLANS[recipe.plan](recipe, validate_inputs(recipe, inputs), ask or ScriptedAsk(""))


@pytest.mark.parametrize(
    "inputs",
    [{"text": "The meeting is on Tuesday at 3 pm in room 4."}, {"text": "The list is here. " * 40},
     {"text": "Der Bericht liegt auf dem Tisch und ist neu."},
     {"text": "Send me the report.", "instruction": "as a poem"}],
)  # fmt: skip
def test_a_small_model_rewrites_nothing_in_its_own_words(inputs: dict[str, str]) -> None:
    ask = ScriptedAsk("Words.")
    with pytest.raises(ModelTooSmall) as caught:
        run("rewrite", ask, **inputs)
    assert "larger model" in caught.value.message
    assert "INLAID_MODEL_URL" in caught.value.fix
    assert ask.asked == []


def test_what_limits_or_compares_is_not_trimmed() -> None:
    assert trim("At least 30 days' notice is needed.") == "At least 30 days' notice is needed."
    assert trim("Pay within at least 5 days.") == "Pay within at least 5 days."
    assert trim("It is a loan rather than a gift.") == "It is a loan rather than a gift."


@pytest.mark.parametrize("text", ["OFF 48,000", "Fees and payment", "Julia Yilmaz", "Gebühren"])
def test_without_a_sentence_there_is_nothing_to_shorten(text: str) -> None:
    ask = ScriptedAsk("We will hold the summer party in the garden on 12 June.")
    result = run("shorten", ask, text=text)
    assert (result.text, result.skeleton, ask.asked) == (text, True, [])


def test_a_shortened_text_says_that_sentences_were_left_out() -> None:
    result = run(
        "shorten", text="The hall is closed on Monday. The garden is open all week long. Ask Anna for it. " * 2
    )
    assert any("left out" in notice for notice in result.notices)
