"""What is written in two ways is found with the rarer form; what only looks alike is left alone."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.grounded.consistency import find_inconsistencies
from core.writing.result import Ask

RECIPE = load_recipes()["consistency"]


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("rules alone do this")


def found(text: str) -> list[str]:
    ask: Ask = no_model
    items = find_inconsistencies(RECIPE, {"text": text}, ask).items or ()
    assert all(item.quote in text for item in items)
    return [item.quote for item in items]


@pytest.mark.parametrize(
    ("text", "rare"),
    [
        ("Send an e-mail. The e-mail is short. No email, please.", "email"),
        ("The organisation meets. Our organisation and the organization.", "organization"),
        ("Use JavaScript here and JavaScript there, not Javascript.", "Javascript"),
        ("We met Keller. Then Keller spoke, and Kellar left.", "Kellar"),
        ("Die Strasse ist lang. Diese Straße und jene Straße.", "Strasse"),
    ],
)
def test_the_rarer_form_is_pointed_out(text: str, rare: str) -> None:
    assert found(text) == [rare]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The contract and the contracts. Contract law. A contract is a contract.",
        "Meeting notes. The meeting was long.",
        "Anna and Anne met Anne and Anna.",
        "We rise early; the horizon rises.",
    ],
)
def test_what_is_consistent_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_long_text_takes_little_time() -> None:
    assert found("Word after word, and name after Name. " * 20_000) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The deadline for applications is 3 May.", "The deadline for applications is 5 May."),
        ("The fee for the hall is 500 euros.", "For the hall, the fee is 600 euros."),
        ("Die Miete für den Saal beträgt 500 Euro.", "Die Miete für den Saal beträgt 600 Euro."),
    ],
)
def test_two_passages_that_contradict_are_both_quoted(first: str, second: str) -> None:
    text = f"{first} We look forward to it. {second}"
    items = find_inconsistencies(RECIPE, {"text": text}, no_model).items or ()
    assert [item.quote for item in items] == [second]
    assert first in items[0].text
    assert items[0].why


@pytest.mark.parametrize(
    "text",
    [
        "The fee for members is 500 euros. The fee for guests is 600 euros.",
        "The fee for the hall is 500 euros. The fee for the hall is EUR 500.",
        "In May the rent of the hall is 500 euros. In June the rent of the hall is 600 euros.",
        "Room 12 has a projector. Room 14 has a projector.",
        "The first part costs 500 euros in all. The second part costs 600 euros in all.",
    ],
)
def test_different_things_raise_no_alarm(text: str) -> None:
    assert found(text) == []
