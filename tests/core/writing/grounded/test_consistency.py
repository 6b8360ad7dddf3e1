"""Passages that cannot both hold are quoted; sums, parts, conditions and other things raise no alarm."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.grounded.consistency import find_inconsistencies
from core.writing.result import Ask

RECIPE = load_recipes()["consistency"]


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("rules alone do this")


def found(text: str) -> list[str]:
    ask: Ask = no_model
    items = find_inconsistencies(RECIPE, {"text": text}, ask).items or ()
    assert all(item.quote in text for item in items)
    return [item.quote for item in items]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CONTRAT DE LOCATION\n\nLe contrat est signé. Le Contrat dure.",
        "Das Entgelt ist fällig. Die Entgelte steigen. Die Höhe des Entgelts. Miete und Mieter.",
        "Send an e-mail. The e-mail is short. No email, please.",
        "Anna and Anne met Anne and Anna.",
    ],
)
def test_spellings_capitals_and_inflections_are_not_told(text: str) -> None:
    assert found(text) == []


def test_a_long_text_takes_little_time() -> None:
    assert found("Word after word, and name after Name. " * 20_000) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The deadline for applications is 3 May.", "The deadline for applications is 5 May."),
        ("The fee for the hall is 500 euros.", "For the hall, the fee is 600 euros."),
        ("Die Miete für den Saal beträgt 500 Euro.", "Die Miete für den Saal beträgt 600 Euro."),
        ("The customer pays each invoice within 30 days of receipt.", "Payment: 14 days"),
        ("The annual fee is GBP 14,800.", "Annual fee: GBP 14,300"),
        ("The account manager is Helen Ward.", "Account manager: Peter Sloane"),
        ("The order has the contract no. HP-204817.", "Please quote contract no. HP-208417."),
        ("Der Vertrag kann mit einer Frist von sechs Monaten gekündigt werden.", "Kündigungsfrist: drei Monate"),
        ("Die Schulung dauert zwei Tage und beginnt früh.", "Schulung: drei Tage, 45 Mitarbeiter"),
        ("La convention peut être rompue avec un délai de quinze jours.", "Préavis : un mois"),
        ("Die Heizung wird jährlich gewartet.", "Wartung der Heizung: alle zwei Jahre"),
        ("Le musée de la ville est ouvert pour tous de 10 h 00 à 18 h 00.", "Horaires : de 10 h 00 à 17 h 00"),
        ("El contrato comienza el 3 de febrero de 2025.", "Inicio: 13 de febrero de 2025"),
    ],
)
def test_two_passages_that_contradict_are_both_quoted(first: str, second: str) -> None:
    text = f"{first}\n\n{second}"
    items = find_inconsistencies(RECIPE, {"text": text}, no_model).items or ()
    assert [item.quote for item in items] == [second]
    assert first in items[0].text
    assert items[0].why


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Each invoice is paid within 30 days.\n\nPayment: 14 days", "Payment: 30 days and 14 days"),
        ("Rechnungen sind binnen 30 Tagen zu zahlen.\n\nZahlungsziel: 14 Tage", "Zahlungsziel: 30 Tagen und 14 Tage"),
        ("Les factures sont payables sous 30 jours.\n\nPaiement : 45 jours", "Paiement: 30 jours et 45 jours"),
        ("Las facturas se pagan en 30 días.\n\nPago: 15 días", "Pago: 30 días y 15 días"),
    ],
)
def test_what_differs_is_named_in_the_language_of_the_text(text: str, said: str) -> None:
    items = find_inconsistencies(RECIPE, {"text": text}, no_model).items or ()
    assert [item.text.partition(" (")[0] for item in items] == [said]


@pytest.mark.parametrize(
    "text",
    [
        "The fee for members is 500 euros. The fee for guests is 600 euros.",
        "The fee for the hall is 500 euros. The fee for the hall is EUR 500.",
        "In May the rent of the hall is 500 euros. In June the rent of the hall is 600 euros.",
        "Room 12 has a projector. Room 14 has a projector.",
        "The first part costs 500 euros in all. The second part costs 600 euros in all.",
        "The fee for the hall is 500 euros. From the second year, the fee for the hall is 600 euros.",
        "The hall costs 500 euros a day. Of which for cleaning of the hall 50 euros.",
        "The fixed term is 12 months.\n\nTerm: one year",
        "Die Halle ist am Montag bis 17:00 Uhr geöffnet. Die Halle ist am Freitag bis 14:00 Uhr geöffnet.",
        "Delivery takes place on 3 May. Training takes place on 10 May.",
        "Die Lieferung der Stühle erfolgt am 4. Mai. Die Lieferung der Tische erfolgt am 11. Mai.",
        "The Supplier may terminate with six months' notice. The Customer may terminate with three months' notice.",
        "Priority 1 faults are answered within 2 hours. Priority 2 faults are answered within 8 hours.",
        "Sent: 09:23\n\nSent: 09:22\n\nSent: 09:21",
    ],
)
def test_different_things_raise_no_alarm(text: str) -> None:
    assert found(text) == []
