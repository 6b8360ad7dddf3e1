"""Sentences that bind or threaten are listed with their own words; the others are not."""

from core.recipes.loader import load_recipes
from core.writing.grounded.risks import find_risks

RECIPE = load_recipes()["risks"]
TEXT = (
    "The agreement renews automatically each year. The weather was fine. "
    "A penalty of 5 % is due for late delivery. Der Vertrag kann fristlos gekündigt werden."
)


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("rules alone do this")


def test_each_risk_is_quoted_word_for_word_with_its_kind() -> None:
    items = find_risks(RECIPE, {"text": TEXT}, no_model).items or ()
    assert [(item.text.split(":")[0], item.quote) for item in items] == [
        ("Renewal", "The agreement renews automatically each year."),
        ("Penalty", "A penalty of 5 % is due for late delivery."),
        ("Ending", "Der Vertrag kann fristlos gekündigt werden."),
    ]


def test_a_harmless_text_has_none() -> None:
    assert find_risks(RECIPE, {"text": "The sun shines. We had lunch."}, no_model).items == ()
