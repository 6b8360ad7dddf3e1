"""Words that the house style avoids, in drafts: found with the term in their place, and not in what others said."""

import pytest

from core.policies.parsing import parse_policies
from core.policies.resolution import PersonFacts, PolicySet
from core.recipes.loader import load_recipes
from core.recipes.model import Recipe
from core.writing.checks import Grounds, check_draft

TEXT = """
[installation.style.en]
use = { customer = ["client"], customers = ["clients"] }
avoid = { synergy = "say what works together" }
[installation.style.de]
use = { Kunde = ["Klient"] }
"""
RECIPES = load_recipes()


def styled(name: str, text: str = TEXT) -> Recipe:
    style = PolicySet(parse_policies(text, "p")).of(PersonFacts("local")).style
    return RECIPES[name].in_house_style(style)


def found(recipe: Recipe, values: dict[str, str], draft: str) -> list[tuple[str, str]]:
    findings = check_draft(Grounds(recipe, values, values[recipe.main_input]), draft)
    return [(finding.place, finding.sentence) for finding in findings if finding.check == "house_style"]


def test_each_avoided_word_is_found_once_with_what_to_write() -> None:
    draft = "The client asked the other clients, and the client agreed to the synergy of it all."
    assert found(styled("compose"), {"brief": "tell them what was agreed"}, draft) == [
        ("client", "The house style writes “customer” instead of “client”."),
        ("clients", "The house style writes “customers” instead of “clients”."),
        ("synergy", "The house style avoids “synergy”: say what works together."),
    ]


def test_nothing_is_found_without_a_style() -> None:
    assert not found(RECIPES["compose"], {"brief": "x"}, "The client and the synergy of it are here.")


def test_the_terms_are_those_of_the_language_of_the_draft() -> None:
    german = "Der Klient hat uns geschrieben, und der client läuft auf dem Server."
    assert [place for place, _ in found(styled("compose"), {"brief": "x"}, german)] == ["Klient"]


def test_what_others_said_is_left_as_they_said_it() -> None:
    thread = "The client wants it by Friday. We have to tell the client today."
    values = {"text": thread}
    assert not found(styled("summarize"), values, "- The client wants it by Friday.")
    assert found(styled("summarize"), values, "- The client wants it, and we tell them.")


@pytest.mark.parametrize("draft", ["Dear Client Manager,\n\nsee you.", "Ann wrote: “the client is here”, I think."])
def test_names_and_quotations_are_left_alone(draft: str) -> None:
    assert not found(styled("compose"), {"brief": "x", "recipient_name": "Client Manager"}, draft)


def test_a_defined_term_is_left_alone_whatever_its_case() -> None:
    contract = "Example Ltd (the “Client”) pays. What the client has paid is the client's."
    assert not found(styled("rewrite"), {"text": contract}, "What the client paid belongs to the client.")
