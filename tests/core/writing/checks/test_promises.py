"""What a draft says in its owner's name they said, in whatever language and words."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft
from tests.core.writing.checks.test_checks import reply_findings


def test_what_the_person_said_may_be_promised_what_the_sender_said_not() -> None:
    text = "I will send the report."
    assert reply_findings("promises", text, message="Will you send it?")
    assert reply_findings("promises", text, message="Will you?", instruction="yes, on Friday") == []
    assert reply_findings("promises", "I will get back to you.", message="Will you send it?") == []
    assert reply_findings("promises", "I will let you know by Friday.", message="Will you send it?")


def test_what_shares_no_word_with_what_the_person_said_is_no_promise_of_theirs() -> None:
    told = "I take the call, not the training"
    assert reply_findings("promises", "I will take the call.", message="Call or training?", instruction=told) == []
    assert reply_findings("promises", "I will not be there.", message="Call or training?", instruction=told) == []
    assert reply_findings("promises", "I will write to Ann by tomorrow.", message="What now?", instruction=told)


@pytest.mark.parametrize(
    "text",
    ["I agree to the new price.", "We are available on Tuesday.", "The invoice has been paid.", "We apologise.",
     "Ich bin am Dienstag gern mit dabei.", "Nous acceptons votre offre.", "Estamos disponibles el martes."],
)  # fmt: skip
def test_consent_availability_approval_and_apology_need_the_owners_word(text: str) -> None:
    assert reply_findings("promises", text, message="What do you say? Was sagen Sie dazu?")
    assert reply_findings("promises", text, message="What do you say?", instruction="tell them yes") == []


@pytest.mark.parametrize(
    ("told", "draft"),
    [
        ("sag ihm, wir liefern die Ware am Freitag", "We will deliver the goods on Friday."),
        ("no", "I will not come on Tuesday."),
        ("nein", "Ich werde am Freitag leider nicht kommen."),
        ("nein", "Ich habe am Freitag leider keine Zeit."),
        ("no", "No voy a pagar la factura, y no estoy disponible el martes."),
        ("yes, no problem", "We will send it."),
        ("yes but not friday", "I will come on another day."),
        ("that's fine", "We will deliver."),
    ],
)
def test_what_its_owner_said_in_other_words_is_no_remark(told: str, draft: str) -> None:
    assert reply_findings("promises", draft, message="What do you say to it?", instruction=told) == []


@pytest.mark.parametrize(
    "told", ["dile a Ana que le pagamos el viernes", "tell anna we send the package fri, reimburse her"]
)
def test_what_a_composed_message_promises_is_held_against_all_that_was_told(told: str) -> None:
    compose = load_recipes()["compose"]
    draft = "Dear Ana, we'll send the package by Friday and we will reimburse you."
    found = check_draft(Grounds(compose, {compose.main_input: told}, told), draft)
    assert [one.sentence for one in found if one.check == "promises"] == []


@pytest.mark.parametrize(
    ("told", "draft"),
    [
        ("I do not agree", "We will pay the invoice by Friday."),
        ("no, not ok", "We will pay the invoice by Friday."),
        ("nein, das passt mir nicht", "Wir werden die Rechnung bis Freitag bezahlen."),
        ("the fine is 200", "We will pay the invoice by Friday."),
        ("thank him", "I will pay the invoice by Friday, no later."),
        ("thank him", "I will pay the invoice without delay."),
        ("danke ihm", "Ich werde die Rechnung bis Freitag bezahlen, nicht später."),
        ("thank him", "I'll let you know tomorrow."),
    ],
)
def test_a_denial_is_no_consent_and_a_promise_with_one_is_no_refusal(told: str, draft: str) -> None:
    assert reply_findings("promises", draft, message="What do you say to it?", instruction=told)


@pytest.mark.parametrize(
    ("message", "told", "draft"),
    [
        ("Can you come?", "Tell her Tuesday suits us, thanks.", "I will send you the signed contract for Tuesday."),
        ("Kommen Sie?", "Sag ihr gern ab.", "Bis Freitag schicke ich Ihnen den unterschriebenen Vertrag."),
        ("Vous venez ?", "Merci, mais mardi ne va pas.", "Je vous enverrai le contrat signé avant vendredi."),
        ("¿Viene?", "Gracias, pero el martes no puedo.", "Le enviaré el contrato firmado antes del viernes."),
    ],
)
def test_a_promise_most_of_whose_words_are_new_is_not_its_owners(message: str, told: str, draft: str) -> None:
    assert reply_findings("promises", draft, message=message, instruction=told)


@pytest.mark.parametrize(
    ("told", "draft"),
    [
        ("Sag ihr, der Vertrag geht am Freitag raus.", "Am Freitag senden wir Ihnen den Vertrag."),
        ("Sag ihr, der Termin passt nicht.", "Bis Freitag bitte ich um einen neuen Vorschlag."),
        ("Dis-lui que le contrat part vendredi.", "Nous vous enverrons le contrat vendredi."),
        ("Dile que el contrato sale el viernes.", "Le enviaremos el contrato el viernes."),
    ],
)
def test_what_its_owner_said_may_be_promised_in_the_future_and_by_a_day(told: str, draft: str) -> None:
    assert reply_findings("promises", draft, message="?", instruction=told) == []


def test_french_promises_in_the_present_bind_by_a_day() -> None:
    asked = "Quand venez-vous avec les chaises ?"
    assert reply_findings("promises", "Je vous rappelle demain matin.", message=asked)
    assert reply_findings("promises", "Je vous rappelle que la facture est due demain.", message=asked) == []
    assert reply_findings("promises", "Je vous envoie le devis.", message=asked) == []
