import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.headline import headline
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["title"]


def title(text: str) -> PlanResult:
    return PLANS["title"](RECIPE, validate_inputs(RECIPE, {"text": text}), ScriptedAsk())


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("The lift in the north wing will be out of service because the cables are old.",
         "Lift in north wing out of service"),
        ("I went through the draft of the lease last night.", "Draft of lease last night"),
        ("Can you help me with the projector in room B?", "Projector in room B"),
        ("Thank you for the samples of the oak flooring.", "Samples of oak flooring"),
        ("The roof has to be repaired before winter.", "Roof to be repaired"),
        ("It is so!", ""),
    ],
)  # fmt: skip
def test_a_sentence_becomes_a_headline_by_leaving_words_out(sentence: str, wanted: str) -> None:
    assert headline(sentence, english=True) == wanted


def test_the_title_names_the_matter_and_not_the_greeting() -> None:
    text = (
        "Hi team,\n\nthe nightly backup of the archive server failed three times. I ordered a cartridge.\n\nBest,\nAna"
    )
    result = title(text)
    assert result.text.startswith("Nightly backup of archive server failed")
    assert "\n" not in result.text
    assert not result.text.endswith(".")
    assert not result.skeleton


def test_a_german_title_keeps_its_articles() -> None:
    assert "die Rauchmelder" in title("Am Montag tauscht die Firma Brand die Rauchmelder. Bitte räumt auf.").text


def test_nothing_to_name_is_a_gap() -> None:
    assert title("ok").skeleton
