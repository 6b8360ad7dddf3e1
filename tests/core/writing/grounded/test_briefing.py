"""Briefs: what they say of their reader is said to the reader, and nothing gets lost."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.briefing import brief_to_sentences
from core.writing.plans import PLANS
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["compose"]


@pytest.mark.parametrize(
    ("brief", "reader", "text"),
    [
        ("Tell Ann the plan is ready. Ask whether Monday morning suits her", "Ann Lee",
         "The plan is ready. Could you please tell me whether Monday morning suits you?"),
        ("tell Ann I will send her the plan; remind her to bring her badge", "Ann",
         "I will send you the plan. I would like to remind you to bring your badge."),
        ("Tell Ann that Ann's report is late and Ann has to call me", "Ann Lee",
         "Your report is late and you have to call me."),
        ("Write to Ann and ask whether she already knows when she's free", "Ann",
         "Could you please tell me whether you already know when you are free?"),
        ("Ask them whether Monday suits them", "Sales", "Could you please tell me whether Monday suits you?"),
        ("Tell Ann that Bob is ill. Ask whether the talk suits her", "Ann",
         "Bob is ill. Could you please tell me whether the talk suits her?"),
        ("Ask Ann whether the boss knows what suits her", "Ann",
         "Could you please tell me whether the boss knows what suits her?"),
        ("Tell Bob that Ann is ill", "Ann", "Ann is ill."),
        ("Tell Ann the Ann Arbor office moves", "Ann", "The Ann Arbor office moves."),
        ("Tell Ann her Monday is free", "Ann", "Your Monday is free."),
        ("tell Ann Monday works fine", "Ann", "Monday works fine."),
    ],
)  # fmt: skip
def test_what_a_brief_says_of_its_reader_is_said_to_them_unless_others_may_be_meant(
    brief: str, reader: str, text: str
) -> None:
    given = validate_inputs(RECIPE, {"brief": brief, "recipient_name": reader, "greeting": "Hi,", "closing": "Bye"})
    result = PLANS[RECIPE.plan](RECIPE, given, ScriptedAsk(""))
    assert result.text == f"Hi,\n\n{text}\n\nBye"


def test_only_the_order_to_write_is_left_out() -> None:
    assert brief_to_sentences("Write an email to Tom and ask for the list") == "Could you please send the list?"
    assert (
        brief_to_sentences("Prepare the plan; ask for the list") == "Prepare the plan. Could you please send the list?"
    )
