"""LanguageTool's rules: what they are sure of is a correction, else a remark; names and taste are nothing."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.proofread import CHECK
from core.writing.grounded.rule_sets import find_by_rules, has_rules
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["proofread"]
pytestmark = pytest.mark.skipif(not has_rules("en"), reason="there is no wheel of the rules for this platform")


def run(text: str, language: str) -> PlanResult:
    return PLANS["proofread"](RECIPE, validate_inputs(RECIPE, {"text": text}) | {"language": language}, ScriptedAsk(""))


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("en", "Everyone must bring there own lunch.", "Everyone must bring their own lunch."),
        ("en", "Could you please sent me the file?", "Could you please send me the file?"),
        ("de", "Kannst du mir sagen wann der Zug fährt?", "Kannst du mir sagen, wann der Zug fährt?"),
        ("de", "Das Auto meines Vater steht im Hof.", "Das Auto meines Vaters steht im Hof."),
        ("fr", "Les horaires d'été commence le 1er juin.", "Les horaires d'été commencent le 1er juin."),
        ("fr", "La voiture que nous avons loué est en panne.", "La voiture que nous avons louée est en panne."),
        ("es", "Hubieron tres quejas esta semana.", "Hubo tres quejas esta semana."),
        ("es", "Dijiste que ibas a traer mas sillas.", "Dijiste que ibas a traer más sillas."),
        ("es", "Puede venir mañana?", "¿Puede venir mañana?"),
        ("es", "Compramos una mesa y cuatro silla.", "Compramos una mesa y cuatro sillas."),
    ],
)
def test_a_fault_with_one_right_form_is_corrected(language: str, wrong: str, right: str) -> None:
    assert run(wrong, language).text == right


def test_a_fault_with_several_right_forms_is_a_remark_at_its_place() -> None:
    found = run("La porte de la cave est rester ouverte toute la nuit.", "fr")
    (remark,) = found.findings
    assert found.text == "La porte de la cave est rester ouverte toute la nuit."
    assert (remark.check, remark.severity, remark.place) == (CHECK, "warn", "rester")
    assert remark.sentence.startswith("À vérifier : « rester », peut-être « resté / restée / restés » ?")


def test_of_two_words_that_do_not_agree_one_is_corrected() -> None:
    assert run("This are the last copies.", "en").text == "These are the last copies."


def test_a_correction_that_leaves_a_fault_is_a_remark() -> None:
    found = run("Les chaises qui sont cassé doivent être jetées.", "fr")
    assert found.text == "Les chaises qui sont cassé doivent être jetées."
    assert [remark.place for remark in found.findings] == ["cassé"]


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("en", "Priya and Huw met Ms Oyelaran; the colour of the centre was organised by 9 per cent."),
        ("de", "Heuer war der Pegel im Jänner hoch. Die Huberin half am Stadel von Möderbrugg."),
        ("fr", "Soizic tenait la buvette de Kervénanec avec le père Guivarc'h."),
        ("es", "La Pilarín, de Sabiñánigo, sirvió catorce longanizas."),
    ],
)
def test_names_dialect_and_taste_are_left_alone(language: str, sound: str) -> None:
    found = run(sound, language)
    assert (found.text, found.findings) == (sound, ())


def test_places_are_counted_in_characters_and_a_long_text_is_read_in_parts() -> None:
    text = "Müller hat „Grüße“ geschrieben. " * 150 + "Kannst du mir sagen wann der Zug fährt?"
    found = [one for one in find_by_rules(text, "de") if one.is_sure]
    assert [(text[one.start : one.end], one.text) for one in found] == [(" wann", ", wann")]


def test_a_line_in_another_language_is_left_alone() -> None:
    text = "Le titre du message est le suivant :\nIt is also referred to as a user agent by the people who use a vote."
    assert list(find_by_rules(text, "fr")) == []


def test_a_greeting_in_another_language_is_no_line_in_it() -> None:
    assert run("Hola, please recieve the file", "en").text == "Hola, please receive the file"


def test_a_language_without_rules_has_none() -> None:
    assert list(find_by_rules("Dit is een brief en hij is niet goed geschreven.", "nl")) == []
