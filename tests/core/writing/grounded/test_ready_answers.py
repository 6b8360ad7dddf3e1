"""Which answers may be picked by a click: none that accepts what its gap does not show, none that hurts."""

import re

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.plans import PLANS
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk
from tests.core.writing.grounded.test_reply import RECIPE, reply


@pytest.mark.parametrize(
    ("first", "second", "yes"),
    [
        ("Could you bring the ladder on Friday?", "And may Rita park her van in the yard?", "Yes"),
        ("Können Sie die Leiter am Freitag mitbringen?", "Und darf Rita ihren Wagen im Hof abstellen?", "Ja"),
        ("Pouvez-vous apporter l'échelle vendredi ?", "Et Rita peut-elle garer son camion dans la cour ?", "Oui"),
        ("¿Puede usted traer la escalera el viernes?", "¿Y puede Rita aparcar la furgoneta en el patio?", "Sí"),
    ],
)
def test_a_yes_is_offered_where_nothing_else_is_asked_or_the_mail_is_short(first: str, second: str, yes: str) -> None:
    (one,) = reply(message=first).gaps
    assert any(choice.startswith(yes) for choice in one.choices)
    in_short = reply(message=f"{first} {second}").gaps
    assert any(choice.startswith(yes) for choice in in_short[0].choices)
    between = "Robin. " * 40
    both = reply(message=f"{first}\n\n{between}\n\n{second}").gaps
    assert [len(gap.choices) for gap in both] == [1, 1]  # no more than that an answer follows
    assert not any(choice.startswith(yes) for gap in both for choice in gap.choices)


@pytest.mark.parametrize(
    "message",
    [
        "Just so you know, it is cancer, caught early. There is nothing you have to do.",
        "Zur Information: Es ist Krebs, früh erkannt. Es gibt nichts zu tun.",
        "Pour information, c'est un cancer, pris tôt. Il n'y a rien à faire.",
        "Para su información: es un cáncer, cogido a tiempo. No hay nada que hacer.",
    ],
)
def test_nobody_thanks_for_news_of_an_illness_by_a_click(message: str) -> None:
    asked, told = reply(message=message).gaps
    assert asked.choices == ()
    assert re.search("canc|krebs|cánc", told.question, re.I)


def test_news_of_an_illness_is_promised_no_look_into_it() -> None:
    message = "Please keep to yourself until Monday that it is a tumour. Will you take my case over?"
    told, asked = reply(message=message).gaps
    assert "tumour" in told.question
    assert told.choices == ()
    assert asked.choices


def test_what_weighs_stands_with_what_is_asked_of_it() -> None:
    message = "One of us has an allergy to hazelnuts. Please make sure that nothing in the order holds any."
    (asked,) = reply(message=message).gaps
    assert "hazelnuts" in asked.question


def test_no_day_is_accepted_where_it_is_asked_when_something_was_done() -> None:
    message = (
        "We propose three dates:\n\nTuesday 7 October, 9 am\nThursday 16 October, 2 pm\n\nPlease tell me whether the "
        "bar was built, and on which date. Please tell me which date suits."
    )
    built, suits = reply(message=message).gaps
    assert "bar" in built.question
    assert not any("October" in choice for choice in built.choices)
    assert any("16 October" in choice for choice in suits.choices)


LOGGED = (
    "Hi Ann,\n\nhere is the weekend for the book.\nWater was 34 degrees. The sling with the fraying strap is at the "
    "bottom of the pile. It smelt of chlorine in the cupboard with both pumps off, so I shut the door on it. A hearing "
    "aid was lost and found. The new thermometer is in your drawer.\n\nDov"
)


def test_a_danger_is_shown_where_nothing_is_asked_and_nobody_thanks_for_it_by_a_click() -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not here")
    options = PlanOptions(embedder=lambda: embedder)
    given = validate_inputs(RECIPE, {"message": LOGGED, "sender_name": "Dov Hale", "owner_name": "Ann Lee"})
    result = PLANS[RECIPE.plan](RECIPE, given, ScriptedAsk(""), options)
    assert "fraying strap" in result.text
    assert not any(gap.choices for gap in result.gaps)
