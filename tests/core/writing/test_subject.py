"""The subject of a new mail is the matter that it names, or nothing: never a cut clause."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.subject import NO_SUBJECT, skeleton_result, subject_line


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Unfortunately, I have to decline the offer of Acme for 18,500 euro.", "Offer of Acme"),
        ("The slides will be one day late.", "Slides"),
        ("Am Montag wird das Wasser von 8 bis 12 Uhr abgestellt.", "Wasser am Montag"),
        ("La réunion de lundi est annulée.", "Réunion de lundi"),
        ("El curso TIG son 40 horas, hasta el 29 de enero.", "Curso TIG hasta el 29 de enero"),
        ("Plot 17b rent for the year is £48, water £12 on top, due by 31 October.", "Plot 17b rent due by 31 October"),
        ("Thank you! The hearing aids have arrived.", "Hearing aids"),
        # "ß" is two small letters to some, and "neue" does not stand in the text as it is said here.
        ("Viele Grüße, das Angebot kommt am Freitag.", "Angebot am Freitag"),
        ("Ich melde mich am Freitag wegen der neuen Trikots.", "Trikots am Freitag"),
        ("Elle peut commencer la trompette à partir de 7 ans, le mercredi ou le vendredi.", "Trompette le mercredi"),
    ],
)
def test_a_subject_is_the_first_matter_that_a_text_names(text: str, subject: str) -> None:
    assert subject_line(text) == subject


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, see you then.",
        "Could you quote us soon?",
        "Ich kann leider nicht kommen.",
        # What owns the matter is not the matter.
        "The returners' squad goes out on Sundays.",
        "many words " * 40,
        "",
    ],
)
def test_a_text_that_names_no_matter_has_no_subject(text: str) -> None:
    assert subject_line(text) == ""


@pytest.mark.parametrize(("brief", "notices"), [("see you then", (NO_SUBJECT,)), ("The budget is ready.", ())])
def test_a_draft_without_a_model_says_that_it_has_no_subject(brief: str, notices: tuple[str, ...]) -> None:
    recipe = load_recipes()["compose"]
    assert skeleton_result(recipe, validate_inputs(recipe, {"brief": brief}), (), "No model.").notices == notices
