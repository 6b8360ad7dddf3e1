"""Titles name the matter in words of the text."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.title import title_of
from core.writing.plans import PLANS
from tests.core.writing.grounded.scripted_ask import ScriptedAsk


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Subject: RE: Acme renewal\n\nHi Tom,\n\nare you fine with 10 %?", "Acme renewal"),
        ("Protokoll Messe\nKarin: Die Messe ist verschoben.\nPetra: Gut.", "Protokoll Messe"),
        ("Anna: First point, the summer offsite. Where do we stand?\nBen: Nowhere.\nAnna: Next point: pricing. Ideas?",
         "Summer offsite and pricing"),
        ("Hi team,\n\nthe nightly backup of the archive server failed. The backup needs a tape.\n\nBest,\nAna",
         "Nightly backup of the archive server"),
        ("lukas: the beamer in room 3 is dead again\nbea: which one?\nlukas: the new one", "Beamer in room 3"),
        ("Anja: Thema Website. Die Agentur will 18.000 Euro dafür.\nBernd: Zu teuer. Wir hatten 12.000 eingeplant.\n"
         "Anja: Ohne Shop wären es 13.500.\nBernd: Brauchen wir den Shop?\nCarla: Nein, den Shop machen wir später.\n"
         "Bernd: Dann ohne Shop.", "Website"),
        ("Ana: hi\nBen: hi Ana\nAna: see you tomorrow", "Conversation of tomorrow"),
        ("ok", "Conversation"),
    ],
)  # fmt: skip
def test_a_title_names_the_matter(text: str, title: str) -> None:
    assert title_of(text) == title


def test_the_recipe_gives_one_line() -> None:
    recipe = load_recipes()["title"]
    result = PLANS["title"](
        recipe, validate_inputs(recipe, {"text": "Die Messe in Halle 4 ist verschoben."}), ScriptedAsk()
    )
    assert result.text
    assert "\n" not in result.text
    assert not result.skeleton
