"""Facts and names of a draft stand in its source."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft

SOURCE = "The Supplier shall send the invoice to the Customer."
CONTEXT = "Defined: Acme Ltd (the “Supplier”) and Borg plc (the “Customer”) agree.\nBefore it: It costs 400 EUR."


def findings(recipe: str, draft: str, *, source: str = SOURCE, context: str = CONTEXT) -> list[tuple[str, str]]:
    values = {"text": source, "context": context, "tone": "polite"}
    found = check_draft(Grounds(load_recipes()[recipe], values, source), draft)
    return [(finding.check, finding.severity) for finding in found if finding.check in ("terms", "facts", "names")]


def test_facts_and_names_of_the_surroundings_are_not_invented() -> None:
    draft = "The Supplier, Acme Ltd, sends the invoice of 400 EUR to the Customer."
    assert findings("rewrite", draft) == []
    assert {check for check, _ in findings("rewrite", draft, context="")} == {"facts", "names"}


def test_what_a_translation_puts_into_words_is_no_name() -> None:
    source = "Die Stelle in der Igelgruppe hat seit 1. März Frau Dembinski."
    values = {"text": source, "target_language": "English"}
    draft = "Since 1 March the post in the Hedgehog group is held by Ms {name}."
    grounds = Grounds(load_recipes()["translate"], values, source)
    found = {
        name: [finding.place for finding in check_draft(grounds, draft.format(name=name)) if finding.check == "names"]
        for name in ("Dembinski", "Kowalczyk")
    }
    assert found == {"Dembinski": [], "Kowalczyk": ["Kowalczyk"]}


def test_a_person_whom_nobody_names_is_one_remark() -> None:
    source = "The lift is repaired on Friday, writes Julia Meyer."
    for draft, expected in {
        "The lift is repaired by Tove Hartmann, and Hartmann calls; ask Kim.": ["Tove Hartmann", "Kim"],
        "The lift is repaired by Julia Hartmann on Friday.": ["Hartmann"],
        "The lift is repaired by Hartmann, Tove and Kim.": ["Hartmann", "Tove", "Kim"],
    }.items():
        grounds = Grounds(load_recipes()["summarize"], {"text": source}, source)
        assert [one.place for one in check_draft(grounds, draft) if one.check == "names"] == expected


def said_of(recipe: str, source: str, draft: str, **values: str) -> list[str]:
    grounds = Grounds(load_recipes()[recipe], {"text": source, **values}, source)
    return [finding.check for finding in check_draft(grounds, draft) if finding.check in ("kept", "facts", "names")]


@pytest.mark.parametrize(
    ("source", "language", "target", "draft"),
    [
        ("Marseille, le 18 novembre 2026", "fr", "English", "Marseille, 18 November 2026"),
        ("18. November 2026", "de", "French", "18 novembre 2026"),
        ("Der Vermieter vermietet an den Mieter die Räume.", "de", "English",
         "The Landlord leases the premises to the Tenant."),
        ("Receipt means arrival at x@y.org before 4 pm.", "en", "German",
         "Zugang bedeutet Eingang unter x@y.org vor 16:00 Uhr."),
    ],
)  # fmt: skip
def test_a_short_translation_is_read_in_its_language(source: str, language: str, target: str, draft: str) -> None:
    assert said_of("translate", source, draft, target_language=target, language=language) == []


def test_a_short_paragraph_is_read_in_the_language_of_its_document() -> None:
    source, draft = "Zugang: Eingang vor 16:00 Uhr", "Zugang bedeutet Eingang vor 16:00 Uhr"
    assert said_of("rewrite", source, draft.replace("vor", "am Schalter vor"), language="de") == []


@pytest.mark.parametrize(
    ("draft", "names"),
    [
        ("She comes on Monday with mister Stone and the lady called Rose.", ["Stone", "Rose"]),
        ("The post in the group is now held by Mr. Stone alone.", ["Stone"]),
        ("The post in the group is now held by Rose Dembinski alone.", ["Rose"]),
        ("The post in the group is now held by Julia Stone alone.", ["Julia"]),
        ("The post in the Hedgehog group is now with the Landlord of Super 8.", []),
        ("The post in the group is now held by Director Dembinski alone.", []),
    ],
)
def test_a_person_in_a_translation_is_named_by_its_source(draft: str, names: list[str]) -> None:
    source = "Frau Dembinski und Herr Braun von der Igelgruppe gehen zum Vermieter, Filiale Super 8."
    grounds = Grounds(load_recipes()["translate"], {"text": source, "target_language": "English"}, source)
    assert [one.place for one in check_draft(grounds, draft) if one.check == "names"] == names


def test_a_word_behind_a_title_is_a_name_in_german_only_with_a_capital() -> None:
    source = "The lady comes with Ms Holt."
    grounds = Grounds(load_recipes()["translate"], {"text": source, "target_language": "German"}, source)
    found = check_draft(grounds, "Die Frau kommt mit Frau Stein.")
    assert [one.place for one in found if one.check == "names"] == ["Stein"]


def test_whom_to_call_in_danger_is_no_invention_and_a_count_is() -> None:
    source = "My son has drunk some of the oil that we bought from you. What is in it?"
    grounds = Grounds(load_recipes()["reply"], {"message": source}, source)
    for draft, places in {
        "Please call 112 at once.": [],
        "Rufen Sie sofort den Notruf 112.": [],
        "There are 112 seats.": ["112"],
    }.items():
        assert [one.place for one in check_draft(grounds, draft) if one.check == "facts"] == places


def test_a_sum_of_what_is_given_is_a_remark_and_a_new_price_is_written_again() -> None:
    source = "We need 4 chairs. A chair costs 85 EUR, a table 430 EUR, and delivery 60 EUR."
    grounds = Grounds(load_recipes()["reply"], {"message": source}, source)
    for draft, severity in {"Together that is 830 EUR.": "warn", "A table costs 441 EUR.": "repair"}.items():
        assert [one.severity for one in check_draft(grounds, draft) if one.check == "facts"] == [severity]


def test_a_talk_in_two_languages_is_read_in_both() -> None:
    source = (
        "Ann: Wir brauchen die Lieferung so bald wie möglich, sagt der Kunde aus Lyon.\n"
        "Luc: Le camion part mardi et arrive chez vous mercredi 2 décembre."
    )
    grounds = Grounds(load_recipes()["summarize"], {"text": source}, source)
    found = check_draft(grounds, "Der Laster fährt am Dienstag los und kommt am Mittwoch, 2. Dezember, an.")
    assert [one.place for one in found if one.check == "facts"] == []


@pytest.mark.parametrize(
    ("draft", "offered", "places"),
    [
        ("Hallo Tom. [[Darf Thomas am Dienstag, 9. Dezember um 7 Uhr anliefern?]]", [], ["9. Dezember"]),
        ("Hallo Tom. [[Darf er um 9 Uhr anliefern?]]", [], ["9 Uhr"]),
        ("Hallo Tom. [[Welcher Tag passt?]]", ["Ja, der 10. Dezember für 490 Euro."], ["10. Dezember", "490 Euro"]),
        ("Hallo Tom. [[An welchem Tag?]]", [], []),
        ("Hallo Tom. [[Passt Dienstag, 8. Dezember, um 7 Uhr?]]", ["Ja, der 8. Dezember passt.", "Nein."], []),
        # What the source only lists may be counted.
        ("Hallo Tom. [[Was antworten Sie auf die vier Fragen?]]", [], []),
        ("Hallo Tom. Das sind vier Fragen.", [], ["vier"]),
    ],
)
def test_what_is_asked_names_only_facts_of_the_source(draft: str, offered: list[str], places: list[str]) -> None:
    source = "Die Lieferung kommt am Dienstag, 8. Dezember, um 7 Uhr. Es sind drei Fragen und kostet 480 Euro."
    grounds = Grounds(load_recipes()["reply"], {"message": source}, source)
    assert [one.place for one in check_draft(grounds, draft, offered) if one.check == "facts"] == places
