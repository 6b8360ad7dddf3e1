import pytest

from core.drafts import Item
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.cues import kind_of
from core.writing.grounded.scan import TOPICS
from core.writing.plans import PLANS
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["scan"]
TALK = (
    "Ana: We could rent out the hall on weekends. The weather was fine.\n"
    "Ben: Many guests asked for a vegetarian menu. I am worried that the oven might fail before the party.\n"
    "Ana: The fence costs 90 euros, by the way."
)


def scan(text: str, focus: str = "") -> tuple[Item, ...]:
    values = validate_inputs(RECIPE, {"text": text, "focus": focus})
    return PLANS["scan"](RECIPE, values, ScriptedAsk()).items or ()


def test_ideas_opportunities_and_risks_are_quoted_with_who_says_them() -> None:
    found = [(item.group, item.who, item.quote) for item in scan(TALK)]
    assert found == [
        ("Risk", "Ben", "I am worried that the oven might fail before the party."),
        ("Idea", "Ana", "We could rent out the hall on weekends."),
        ("Opportunity or request", "Ben", "Many guests asked for a vegetarian menu."),
    ]


def test_a_question_brings_what_bears_on_it_word_for_word() -> None:
    items = scan(TALK, "What does the fence cost?")
    assert "The fence costs 90 euros, by the way." in [item.quote for item in items]
    assert all(item.quote in TALK for item in items)


@pytest.mark.parametrize(
    ("language", "sentence", "kind"),
    [
        ("en", "They could get a bit easily lost.", "objection"),
        ("en", "How about a bright colour instead?", "idea"),
        ("de", "Wir könnten den Saal vermieten.", "idea"),
        ("de", "Das ist zu teuer und bringt nichts.", "objection"),
        ("fr", "Je propose de fermer à midi.", "idea"),
        ("fr", "Je ne suis pas convaincue.", "objection"),
        ("es", "La demanda crece cada año.", "opportunity"),
        ("es", "Es demasiado caro y no me convence.", "objection"),
        ("de", "Es besteht die Gefahr, dass wir zu spät liefern.", "risk"),
        ("en", "The brewery would sponsor new chairs.", "opportunity"),
        ("de", "Die Nachbarfirma fragt an, ob sie Flächen mieten darf.", "opportunity"),
        ("fr", "La banque est intéressée par un mécénat.", "opportunity"),
        ("es", "El ayuntamiento ofrece una ayuda de 3.000 euros.", "opportunity"),
        ("es", "Se podría abrir los domingos.", "idea"),
        ("en", "If the deposit is late, the booking is lost.", "penalty"),
        ("de", "Gefahrene Kilometer werden vergütet.", None),
        ("en", "The risk assessment is on the shelf.", None),
        ("en", "The sun shines.", None),
        ("en", "We could not find the hall.", None),
    ],
)
def test_kinds_are_known_in_four_languages(language: str, sentence: str, kind: str | None) -> None:
    found = kind_of(sentence, language, TOPICS)
    assert (found and found[2]) == kind


def test_nothing_found_is_an_empty_list_and_too_much_is_said() -> None:
    assert scan("The sun shines. We had lunch.") == ()
    text = " ".join(f"We could paint wall number {number} soon." for number in range(10, 90))
    values = validate_inputs(RECIPE, {"text": text})
    result = PLANS["scan"](RECIPE, values, ScriptedAsk())
    assert len(result.items or ()) == 60
    assert result.notices == ("20 further entries were left out.",)
