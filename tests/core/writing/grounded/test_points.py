"""Points of short conversations: plain decisions and promises stand in them, what was put right does not."""

import pytest

from core.embeddings import load_embedder
from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.writing.grounded.summarize import summarize
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["summarize"]
STAGE = (
    "Jonas: Good morning all, I hope everybody slept well.\n"
    "Jonas: The lift came late, so the stage opens at 09:00 tomorrow, not at 08:00.\n"
    "Mira: Understood. Then the sound check moves to 10:30, and I tell the band tonight.\n"
    "Jonas: The florist asked about the colours again, I sent her the plan from March.\n"
    "Mira: Nice, it looked good last year.\n"
    "Jonas: We decided to let the sponsors in from 12:00, since the hall is not ready before.\n"
    "Mira: We still need the badge list from the press office by Friday, otherwise nobody gets in.\n"
    "Jonas: I will call them this afternoon and send you the list.\n"
    "Mira: Perfect. Does anybody have the key of the cloakroom?\n"
    "Jonas: It hangs in the office.\n"
)


def told(text: str, *, with_model: bool = True) -> str:
    options = PlanOptions(embedder=(lambda: load_embedder(Settings())) if with_model else None)
    return summarize(RECIPE, validate_inputs(RECIPE, {"text": text}), ScriptedAsk(), options).text


@pytest.mark.parametrize("with_model", [True, False])
def test_what_people_say_that_they_decided_is_settled(with_model: bool) -> None:
    assert "We decided to let the sponsors in from 12:00" in told(STAGE, with_model=with_model)


def test_a_promise_is_told_with_what_it_is_about_where_a_later_question_is_answered_in_a_like_word() -> None:
    text = told(STAGE)
    assert "We still need the badge list" in text
    assert "I will call them this afternoon and send you the list." in text


@pytest.mark.parametrize(
    "correction",
    ["Jonas: 13:00, sorry.", "Mira: No, 13:00.", "Jonas: Sorry, I meant 13:00."],
)
def test_a_decision_that_a_few_words_put_right_is_not_told_without_them(correction: str) -> None:
    text = told(f"{STAGE}Mira: The caterer comes through the back door.\n{correction}\n")
    assert "from 12:00" not in text or "13:00" in text


def test_a_decision_is_told_also_where_somebody_opens_with_it_and_a_proposal_is_not() -> None:
    rest = "Lea: Good to know.\nTom: The posters are at the printer.\nLea: And the flyers lie in my car.\n"
    assert "We decided to move the open day" in told(f"Tom: We decided to move the open day to the town hall.\n{rest}")
    assert "move the open day" not in told(f"Tom: Let's move the open day to the town hall.\n{rest}")
