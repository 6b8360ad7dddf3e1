"""Defined terms stay as they are written, and names are known."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft

SOURCE = "The Supplier shall send the invoice to the Customer."
CONTEXT = "Defined: Acme Ltd (the “Supplier”) and Borg plc (the “Customer”) agree.\nBefore it: It costs 400 EUR."


def findings(recipe: str, draft: str, *, source: str = SOURCE, context: str = CONTEXT) -> list[tuple[str, str]]:
    values = {"text": source, "context": context, "tone": "polite"}
    found = check_draft(Grounds(load_recipes()[recipe], values, source), draft)
    return [(finding.check, finding.severity) for finding in found if finding.check in ("terms", "facts", "names")]


def test_another_word_for_a_defined_term_blocks() -> None:
    assert findings("rewrite", "The vendor sends the invoice to the Customer.") == [("terms", "block")]
    assert findings("rewrite", "The supplier sends the invoice to the Customer.") == [("terms", "block")]
    assert findings("rewrite", "The Supplier sends the invoice to the Customer.") == []


def test_a_term_that_the_paragraph_itself_defines_stays() -> None:
    source = "“Fee” means the amount in Annex 1."
    assert ("terms", "block") in findings("plain", "A charge is the amount in Annex 1.", source=source, context="")


def test_a_shorter_text_may_leave_a_term_out_but_not_change_it() -> None:
    assert findings("shorten", "The Supplier sends it.") == []
    assert findings("shorten", "The supplier sends it.") == [("terms", "block")]


def test_a_definition_stays_a_definition_even_in_a_shorter_text() -> None:
    source = "Acme Ltd (the “Supplier”) agrees with all of this."
    assert findings("shorten", "Acme Ltd agrees.", source=source, context="") == [("terms", "block")]
    assert findings("shorten", "The Supplier agrees.", source=source, context="") == [("terms", "block")]
    assert findings("shorten", "Acme Ltd (the “Supplier”) agrees.", source=source, context="") == []


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


def test_what_a_message_made_of_a_conversation_leaves_out_is_not_asked_for() -> None:
    source = "Ann: Our cost is 2,300 EUR, so 2,700 EUR is the least.\nTom: Good, then offer 3,100 EUR."
    draft = "Dear Ms Holt,\n\nWe offer it for 3,100 EUR.\n\nKind regards"

    def missing(**told: str) -> int:
        grounds = Grounds(load_recipes()["compose"], {"brief": source, **told}, source)
        return len([finding for finding in check_draft(grounds, draft) if finding.check == "kept"])

    assert (missing(), missing(from_thread="yes")) == (2, 0)


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
    ("source", "instruction", "draft", "found"),
    [
        ("Die Miete beträgt 9.920,00 EUR im Monat.", "raise the rent to 10,400",
         "Die Miete beträgt 10.400,00 EUR im Monat.", []),
        ("The term is 24 months from acceptance.", "36 months", "The term is 36 months from acceptance.", []),
        ("Please pay by Friday, 4 May 2026.", "they have until 11 May", "Please pay by 11 May 2026.", []),
        ("The fee is EUR 3,400 for 24 months.", "raise the fee to 3,600", "The fee is EUR 3,600.", ["kept"]),
        ("The fee is EUR 3,400.", "raise the fee to 3,600", "The fee is due.", ["kept"]),
        ("The fee is EUR 3,400.", "keep the EUR 3,400", "The fee is due.", ["kept"]),
    ],
)  # fmt: skip
def test_what_its_person_wants_changed_may_go(source: str, instruction: str, draft: str, found: list[str]) -> None:
    assert said_of("rewrite", source, draft, tone="polite", instruction=instruction) == found


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
    ("source", "draft", "missing"),
    [
        (
            "Le l0yer est payab1e d'avance et le bailleur d0it une quittance.",
            "Le loyer est payable d'avance et le bailleur doit une quittance.",
            0,
        ),
        ("Le l0yer est dû par le preneur au bailleur.", "Le bail est dû par le preneur au bailleur.", 1),
        ("Le code ab0cd1e est envoyé au bailleur avec la lettre.", "Le code abocdle est envoyé au bailleur.", 1),
        ("Le dossier x0y est envoyé au bailleur avec la lettre.", "Le dossier xoy est envoyé au bailleur.", 1),
    ],
)
def test_a_word_with_a_figure_that_a_scan_read_is_no_number(source: str, draft: str, missing: int) -> None:
    found = check_draft(Grounds(load_recipes()["proofread"], {"text": source}, source), draft)
    assert [finding.check for finding in found].count("kept") == missing
