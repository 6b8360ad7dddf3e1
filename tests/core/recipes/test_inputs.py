"""What a person gave against a recipe's inputs."""

import pytest

from core.errors import InputError
from core.recipes.inputs import input_errors, validate_inputs
from core.recipes.model import Prompt, Recipe, RecipeInput


def recipe(*inputs: RecipeInput) -> Recipe:
    return Recipe(
        name="letter",
        title="Letter",
        inputs=inputs,
        main_input=inputs[0].name,
        prompt=Prompt(user="{{ text }}"),
        skeleton="{{ text }}",
    )


TEXT = RecipeInput(name="text", type="text", title="Text", required=True)


@pytest.mark.parametrize(
    ("wanted", "given", "value"),
    [
        (RecipeInput(name="tone", title="Tone", type="choice", choices=("Kind", "Plain")), "kind", "Kind"),
        (RecipeInput(name="urgent", title="Urgent", type="flag"), True, "yes"),
        (RecipeInput(name="urgent", title="Urgent", type="flag"), "No", ""),
        (RecipeInput(name="count", title="Count", type="number"), 2.5, "2.5"),
        (RecipeInput(name="count", title="Count", type="number"), "-3", "-3"),
        (RecipeInput(name="due", title="Due", type="date"), " 2026-03-31\n", "2026-03-31"),
        (RecipeInput(name="who", title="Who", type="line"), "Ann\n  Miller", "Ann Miller"),
        (RecipeInput(name="who", title="Who", type="line", default="Ann"), "  ", "Ann"),
    ],
)
def test_each_type_is_read_as_people_write_it(wanted: RecipeInput, given: object, value: str) -> None:
    assert validate_inputs(recipe(TEXT, wanted), {"text": "Hello", wanted.name: given})[wanted.name] == value


@pytest.mark.parametrize(
    ("wanted", "given", "message"),
    [
        (RecipeInput(name="tone", title="Tone", type="choice", choices=("Kind", "Plain")), "rude", "Kind, Plain"),
        (RecipeInput(name="urgent", title="Urgent", type="flag"), "perhaps", "yes or no"),
        (RecipeInput(name="count", title="Count", type="number"), "many", "such as 3 or 2.5"),
        (RecipeInput(name="count", title="Count", type="number"), "2.5.1", "such as 3 or 2.5"),
        (RecipeInput(name="count", title="Count", type="number"), "--3", "such as 3 or 2.5"),
        (RecipeInput(name="due", title="Due", type="date"), "31.03.2026", "2026-03-31"),
        (RecipeInput(name="who", title="Who", max_chars=3), "Anna", "3 characters; it has 4"),
        (RecipeInput(name="who", title="Who"), ["Ann"], "give text"),
        (RecipeInput(name="who", title="Who", required=True), "", "fill this in"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(wanted: RecipeInput, given: object, message: str) -> None:
    errors = input_errors(recipe(TEXT, wanted), {"text": "Hello", wanted.name: given})
    assert list(errors) == [wanted.name]
    assert message in errors[wanted.name]


def test_a_name_that_the_recipe_has_not_is_an_error_with_the_near_one() -> None:
    assert "Did you mean text?" in input_errors(recipe(TEXT), {"text": "Hello", "texts": "x"})["texts"]
    with pytest.raises(InputError, match=r"zzz: .*It has text.*recipe letter"):
        validate_inputs(recipe(TEXT), {"text": "Hello", "zzz": "x"})


def test_line_ends_are_one_kind_and_control_signs_are_gone() -> None:
    assert validate_inputs(recipe(TEXT), {"text": "a\r\nb\rc\x00\x07\td\ud800"})["text"] == "a\nb\nc\td?"
