"""The shape of a draft: its length and its language."""

import pytest

from core.recipes.loader import load_recipes, parse_recipe
from core.recipes.model import Recipe
from core.writing.checks import check_draft
from core.writing.checks.grounds import LANGUAGE, Grounds


def recipe_with(check: str, **output: object) -> Recipe:
    limits = "".join(f"{key} = {value}\n" for key, value in output.items())
    return parse_recipe(
        f"""
name = "one"
title = "One"
main_input = "text"
checks = ["{check}"]
skeleton = "x"
[[inputs]]
name = "text"
title = "Text"
type = "text"
[output]
{limits}
[prompt]
user = "{{{{ text }}}}"
""",
        "one.toml",
    )


def sentences(check: str, source: str, text: str, **output: object) -> list[str]:
    recipe = recipe_with(check, **output)
    return [finding.sentence for finding in check_draft(Grounds(recipe, {"text": source}, source), text)]


def test_length_has_bounds_in_characters_and_in_ratios() -> None:
    source = "word " * 40
    assert sentences("length", source, "x" * 150, max_ratio=0.5) == ["The draft has 150 characters; 114 are allowed."]
    assert sentences("length", source, "x" * 9, min_chars=10) == ["The draft has 9 characters; it needs 10."]
    assert sentences("length", source, "", min_chars=1) == ["The draft is empty."]
    assert sentences("length", source, "x" * 90, max_ratio=0.5, min_chars=10) == []


def test_what_is_far_shorter_than_its_text_is_told_in_words() -> None:
    source = "word " * 40
    told = ["The draft is far too short for its text: most of that is missing."]
    assert sentences("length", source, "I cannot do that.", min_ratio=0.2, min_chars=10) == told
    assert sentences("length", source, "x" * 90, min_ratio=0.2, min_chars=10) == []


def test_a_short_source_is_not_bound_by_ratios() -> None:
    assert sentences("length", "Send it.", "Could you please send it?", max_ratio=0.5) == []


def test_what_is_to_be_shortened_is_never_longer() -> None:
    recipe, source = load_recipes()["shorten"], "48,000"
    findings = check_draft(Grounds(recipe, {"text": source}, source), "48,00048,000")
    assert ("length", "block") in [(finding.check, finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("language", "target", "text", "is_told"),
    [
        ("fr", "English", "3 000,00 €", False),
        ("de", "English", "01.02.2027", False),
        ("fr", "English", "SARL Dupont, Lyon", False),
        ("de", "English", "Berlin, 12", False),
        ("de", "English", "Preis", True),
        ("fr", "English", "Montant de la remise", True),
        ("fr", "Polish", "Nous livrons la table lundi.", True),
    ],
)
def test_figures_and_names_are_no_words_to_translate(language: str, target: str, text: str, is_told: bool) -> None:
    recipe = load_recipes()["translate"]
    grounds = Grounds(recipe, {"text": text, "target_language": target, LANGUAGE: language}, text)
    assert ("unchanged" in [finding.check for finding in check_draft(grounds, text.replace(",00", ".00"))]) is is_told


FRENCH = "Bonjour Camille, la livraison arrive vendredi et nous vous envoyons les plans dans la semaine."
GERMAN = "Hallo Camille, die Lieferung kommt am Freitag, und wir schicken dir die Pläne noch in dieser Woche."


def refused_languages(recipe: str, values: dict[str, str], text: str) -> list[str]:
    grounds = Grounds(load_recipes()[recipe], values, values[load_recipes()[recipe].main_input])
    return [finding.sentence for finding in check_draft(grounds, text) if finding.check == "language"]


@pytest.mark.parametrize(
    "brief",
    [
        "eine Mail auf Französisch an Camille: ",
        "eine französische Mail an Camille: ",
        "write a French email to Camille. ",
        "un correo en francés para Camille: ",
    ],
)
def test_a_language_that_the_persons_own_words_name_is_wanted(brief: str) -> None:
    assert refused_languages("compose", {"brief": f"{brief}{GERMAN} {GERMAN}"}, FRENCH) == []
    assert refused_languages("compose", {"brief": f"{GERMAN} {GERMAN}"}, FRENCH)


def test_a_language_that_somebody_elses_text_names_is_not_wanted() -> None:
    text = f"{GERMAN} Sie spricht Französisch. {GERMAN}"
    assert refused_languages("summarize", {"text": text, "focus": "diesen Thread auf Französisch"}, FRENCH) == []
    assert refused_languages("summarize", {"text": text}, FRENCH)


def test_a_message_of_a_conversation_is_in_its_readers_language() -> None:
    assert refused_languages("compose", {"brief": f"Tom: {GERMAN} {GERMAN}", "from_thread": "yes"}, FRENCH) == []


def test_what_is_rewritten_may_speak_of_a_language() -> None:
    text = f"{GERMAN} Das sagt unser französischer Kunde. {GERMAN}"
    values = {"text": text, "tone": "polite", "instruction": ""}
    assert refused_languages("rewrite", values, FRENCH)
    assert refused_languages("rewrite", {**values, "instruction": "auf Französisch"}, FRENCH) == []
