"""Labels of a brief within a line: a value is verbatim and sure, or it is none."""

import pytest

from core.writing.grounded.labels import labelled


def said(text: str, *names: str) -> dict[str, str]:
    return {found.label: found.value for found in labelled(text, names)}


@pytest.mark.parametrize(
    ("brief", "values"),
    [
        (
            "Customer is Nordwind AG, contact Ms Petra Lang. Product: 20 chairs model K2. Price = 1,900 euros.",
            {"customer": "Nordwind AG", "product": "20 chairs model K2", "price": "1,900 euros"},
        ),
        (
            "Der Kunde ist die Nordwind AG und der Ansprechpartner ist Petra Lang. Ware: 20 Stühle, Modell K2.",
            {"kunde": "die Nordwind AG", "ansprechpartner": "Petra Lang", "ware": "20 Stühle, Modell K2"},
        ),
        (
            "Bonjour, le client est Vent du Nord SA. Produit : 20 chaises.",
            {"client": "Vent du Nord SA", "produit": "20 chaises"},
        ),
        (
            "El cliente es Viento Norte SL y el contacto es Petra Lang.",
            {"cliente": "Viento Norte SL", "contacto": "Petra Lang"},
        ),
    ],
)
def test_a_clause_that_begins_with_a_name_says_its_value(brief: str, values: dict[str, str]) -> None:
    assert said(brief, *values, "contact") == values


@pytest.mark.parametrize(
    "brief",
    [
        "The customer is still open.",
        "If they order 20, the price is 300 euros.",
        "Unless it rains, the customer is Nordwind AG.",
        "Falls sie zusagen, ist alles klar, der Preis ist 300 Euro.",
        "Price is TBD. Customer is Unknown.",
        "The customer is Contoso or Nordwind.",
        "The customer is Contoso, they told us.",
        "The customer is Contoso if they sign.",
        "The customer is happy.",
        "The customer is Contoso and the boss is Ann.",
        "Our customer is Contoso?",
        "We know that customer is Contoso.",
    ],
)
def test_what_may_not_be_the_value_is_none(brief: str) -> None:
    assert said(brief, "customer", "price", "preis") == {}


def test_a_line_with_one_label_at_its_beginning_is_its_value_as_a_whole() -> None:
    assert said("Notes: One. Two, and three.", "notes", "price") == {"notes": "One. Two, and three."}


def test_the_quote_is_what_stands_there() -> None:
    found = list(labelled("Hello, the price is 300 euros.", ["price"]))
    assert [one.quote for one in found] == ["the price is 300 euros"]


@pytest.mark.parametrize(
    "brief",
    [
        "File number 412 O 26/26",
        "The file number is 412 O 26/26.",
        "Please write to the court, with file number 412 O 26/26, about the hearing.",
        "For Weber with file number 412 O 26/26, before the court.",
    ],
)
def test_a_reference_is_a_value_though_its_letter_is_a_small_word_of_some_language(brief: str) -> None:
    assert said(brief, "File number") == {"file number": "412 O 26/26"}


def test_a_figure_behind_its_name_is_its_value() -> None:
    assert said("Amount in dispute EUR 48,000.", "Amount in dispute") == {"amount in dispute": "EUR 48,000"}
    assert said("Weber, with a deposit of 300 euros.", "deposit") == {"deposit": "300 euros"}
    assert said("Weber, mit einer Anzahlung von 300 Euro.", "Anzahlung") == {"anzahlung": "300 Euro"}


@pytest.mark.parametrize(
    "brief",
    [
        "The deposit is waived; last year we had a deposit of 200 euros.",
        "Unlike last year's price of 300 euros, the new one is 350 euros.",
        "We refused a rent of 900 euros.",
        "A rent of 900 euros, we refused that.",
        "Our neighbour pays a rent of 900 euros, we pay less.",
        "Our neighbour has a flat with a rent of 900 euros.",
        "Ohne eine Anzahlung von 200 Euro, bitte.",
        "Statt einer Anzahlung von 200 Euro, bitte.",
        "Sin un depósito de 200 euros, por favor.",
        "Sans une caution de 200 euros, merci.",
    ],
)
def test_a_figure_of_something_else_or_that_is_denied_is_none(brief: str) -> None:
    assert said(brief, "deposit", "price", "rent", "Anzahlung", "depósito", "caution") == {}


def test_the_dot_of_a_name_stays_where_its_sentence_goes_on() -> None:
    found = said("The client is St. Mary & Co. and the price is 300 euros.", "client", "price")
    assert found == {"client": "St. Mary & Co.", "price": "300 euros"}
