"""What a recipe tells a model never stands in a draft, unless the source says it too."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.model import Example, Recipe
from core.writing.checks import check_draft
from core.writing.checks.grounds import Grounds
from core.writing.checks.residue import recites

RECIPES = load_recipes()


def grounds(recipe: Recipe, source: str = "The fee is 6,250 euros.") -> Grounds:
    return Grounds(recipe, {recipe.main_input: source}, source)


def found(recipe: Recipe, text: str, source: str = "The fee is 6,250 euros.") -> list[str]:
    return [finding.severity for finding in check_draft(grounds(recipe, source), text) if finding.check == "prompt"]


LEAKS = {
    "shorten": "We sail the regatta off the north pier on 6,250",
    "rewrite": "I need them today. The last ones were a mess.",
    "plain": "Keep the meaning, and all names, numbers, DATES, conditions. Write only the new text.",
    "translate": "Die Regatta von Frau Holt beginnt am 4. Mai",
    "summarize": "Write it again without these faults and change nothing",
    "title": "the regatta cannot start on 5 June since",
    "reply": "Around it: Answer every question and every request, from the earlier messages",
}


@pytest.mark.parametrize("recipe", LEAKS)
def test_words_of_the_prompt_block_in_every_recipe(recipe: str) -> None:
    unchecked = RECIPES[recipe].model_copy(update={"checks": ()})
    assert found(unchecked, LEAKS[recipe]) == ["block"]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_example_of_every_recipe_is_known_again(recipe: str) -> None:
    prompt = RECIPES[recipe].prompt
    for example in prompt.examples:
        if len(example.assistant.split()) >= 8:
            assert found(RECIPES[recipe], f"So: {example.assistant}") == ["block"]


@pytest.mark.parametrize("recipe", LEAKS)
def test_what_the_source_says_may_be_said(recipe: str) -> None:
    assert found(RECIPES[recipe], LEAKS[recipe], source=f"He wrote: {LEAKS[recipe]} 12 June") == []


@pytest.mark.parametrize("text", ["Release: 4.2.0\n<<<\nFix the importer\n>>>\nNotes:", "Fix the importer\n>>>"])
def test_a_fence_of_the_prompt_blocks_unless_the_source_has_its_marks(text: str) -> None:
    unchecked = RECIPES["compose"].model_copy(update={"checks": ()})
    assert found(unchecked, text) == ["block"]
    assert found(unchecked, text, source="<<<<<<< HEAD\nFix the importer\n>>>>>>> main") == []


def test_other_words_pass() -> None:
    assert found(RECIPES["shorten"], "We will hold the meeting in the garden.") == []


@pytest.mark.parametrize(("source", "severities"), [("Objet : retard", []), ("La livraison est en retard.", ["block"])])
def test_a_label_that_the_source_begins_with_is_part_of_its_translation(source: str, severities: list[str]) -> None:
    findings = check_draft(grounds(RECIPES["translate"], source), "Subject: Late delivery")
    assert [finding.severity for finding in findings if finding.check == "residue"] == severities


def test_past_work_of_a_person_may_be_said_again() -> None:
    line = "Please let me know if you have any questions about the offer."
    for is_own in (True, False):
        example = Example(user="Hello", assistant=line, is_own=is_own)
        prompt = RECIPES["reply"].prompt.model_copy(update={"examples": (example,)})
        recipe = RECIPES["reply"].model_copy(update={"prompt": prompt})
        assert found(recipe, f"Dear Ann, {line}") == ([] if is_own else ["block"])


@pytest.mark.parametrize(
    ("text", "objection"),
    [
        ('The name "OFF" does not stand in the source.', "The name “Acme” does not stand in the source."),
        ('The document defines the term "Services", which must be written just so.',
         "The document defines the term “Fees”, which must be written just so."),
        ("The draft has 165 characters; 94 are allowed.", "The draft has 165 characters; 94 are allowed."),
    ],
)  # fmt: skip
def test_an_objection_is_known_whatever_it_names(text: str, objection: str) -> None:
    assert recites(f"Fees. {text}", [objection], grounds(RECIPES["shorten"]))
    assert not recites("The fee is 6,250 euros a year.", [objection], grounds(RECIPES["shorten"]))
    assert not recites(text, [objection], grounds(RECIPES["shorten"], source=text))
