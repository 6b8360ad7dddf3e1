"""What people want who write to the app, in their own words."""

import pytest

from core.recipes.loader import load_recipes
from integrations.slack.intent import parse_intent

RECIPES = load_recipes()


@pytest.mark.parametrize(
    ("text", "recipe", "language", "own"),
    [
        ("Aufgaben auf Deutsch bitte", "actions", "German", ""),
        ("fasse diesen Thread auf Deutsch zusammen", "summarize", "German", ""),
        ("Fasse auf Deutsch zusammen: the roof is new", "summarize", "German", "the roof is new"),
        ("summarize this thread in German", "summarize", "German", ""),
        ("résume ce fil en anglais", "summarize", "English", ""),
        ("Protokoll auf Polnisch", "minutes", "Polish", ""),
        ("tareas en inglés, por favor", "actions", "English", ""),
        ("summarize: the manual is in German", "summarize", None, "the manual is in German"),
        ("summarize what she said in German", "summarize", None, "what she said in German"),
    ],
)
def test_the_language_that_words_name_is_the_one_to_read_in(
    text: str, recipe: str, language: str | None, own: str
) -> None:
    intent = parse_intent(text, RECIPES, in_thread=True)
    assert (intent.recipe, intent.inputs.get("wished_language"), intent.text) == (recipe, language, own)
