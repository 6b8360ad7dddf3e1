"""What the panes know of recipes: their texts in German, and how what a reply is to show first begins."""

import re
import tomllib
from pathlib import Path

import core.text
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


def test_a_pane_knows_in_every_language_how_what_is_to_be_seen_first_begins() -> None:
    known = (PANE / "src/draftText.ts").read_text().partition("LOOK_FIRST = [")[2].partition("];")[0]
    said: set[str] = set()
    for path in sorted((Path(core.text.__file__).parent / "data").glob("*/replies.toml")):
        words = tomllib.loads(path.read_text())
        forms = [value for name, value in words.items() if name.startswith("look_first")]
        assert forms, path
        said |= {form.partition("{quotes}")[0].strip() for form in forms}
    begins = {line.strip(" ,")[1:-1] for line in known.splitlines() if line.strip()}
    assert begins <= said
    assert not [form for form in said if not form.startswith(tuple(begins))]
