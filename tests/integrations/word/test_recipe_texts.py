"""What the panes show of recipes is there in German, too."""

import re

from core.recipes.loader import load_recipes
from tests.integrations.word.conftest import PANE

# A text in English, as TypeScript writes the key of a table: in quotes where it is no name.
KEY = re.compile(r"""^  (?:'(.*)'|"(.*)"|(\w+)):(?: |$)""", re.M)


def test_every_recipe_that_a_pane_offers_for_texts_speaks_german() -> None:
    known = (PANE / "src/recipeTexts.ts").read_text()
    said: set[str] = set()
    for recipe in load_recipes().values():
        main = recipe.input_named(recipe.main_input)
        if (
            not {"word", "outlook"} & set(recipe.surfaces)
            or main is None
            or main.type != "text"
            or recipe.name == "reply"
        ):
            continue
        said |= {recipe.title, recipe.description}
        for one in recipe.asked_inputs:
            if one.name != recipe.main_input:
                said |= {one.title, one.help, *one.choices}
    keys = {first or second or bare for first, second, bare in KEY.findall(known)}
    assert sorted(said - {""} - keys) == []
