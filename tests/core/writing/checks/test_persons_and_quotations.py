"""Who is greeted, who signs, and what stands in quotation marks."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.model import CheckUse, Recipe
from core.writing.checks import Grounds, check_draft

REPLY = load_recipes()["reply"]
VALUES = {"message": "Can you come on Friday? Please bring the keys of the small hall.", "sender_name": "Ana Lima",
          "owner_name": "Tom Fox"}  # fmt: skip


def found(check: str, text: str, recipe: Recipe = REPLY, values: dict[str, str] = VALUES) -> list[str]:
    alone = recipe.model_copy(update={"checks": (CheckUse(name=check),)})
    return [finding.sentence for finding in check_draft(Grounds(alone, values, values[recipe.main_input]), text)]


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ana,\n\nYes.\n\nBest regards,\nTom Fox",
        "Dear Ms Lima,\n\nYes.\n\nCheers\nTom",
        "Hello everyone,\n\nYes.",
        "Sehr geehrte Damen und Herren,\n\nJa.",
        "Hi Ana and all,\n\nYes.",
    ],
)
def test_the_reader_and_the_owner_are_the_right_persons(text: str) -> None:
    assert found("persons", text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi Tom,\n\nYes.", "greets somebody else"),
        ("Bonjour Berta,\n\nOui.", "greets somebody else"),
        ("Hi Ana,\n\nYes.\n\nBest regards,\nAna Lima", "that is not you"),
    ],
)
def test_anybody_else_is_a_finding(text: str, words: str) -> None:
    assert words in found("persons", text)[0]


def test_without_names_nobody_is_wrong() -> None:
    assert found("persons", "Hi Tom,\n\nYes.", values={"message": "Come."}) == []


@pytest.mark.parametrize(
    "text",
    ["She said “bring the keys of the small hall”.", "She said “bring the keys … hall.”", "The “small hall”."],
)
def test_a_quotation_may_leave_words_out(text: str) -> None:
    assert found("quotations", text) == []


@pytest.mark.parametrize(
    "text", ["She said “bring the chairs of the small hall”.", 'She said "the small hall of the keys".']
)
def test_a_quotation_with_words_that_nobody_said_is_a_finding(text: str) -> None:
    assert "Nobody says" in found("quotations", text)[0]


def test_a_title_is_one_line_without_a_stop() -> None:
    title, values = load_recipes()["title"], {"text": "The hall is closed."}
    assert found("line", "Hall closed", title, values) == []
    assert found("line", "Hall closed.", title, values) == ["The line ends in “.”."]
    assert "several lines" in found("line", "Hall\nclosed", title, values)[0]
