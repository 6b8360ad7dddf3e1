"""Labels of a brief within a line: a value is verbatim, or it is none."""

import pytest

from core.writing.grounded.labels import labelled


def said(text: str, *names: str) -> dict[str, str]:
    return {found.label: found.value for found in labelled(text, names)}


@pytest.mark.parametrize(
    ("brief", "values"),
    [
        (
            "Customer: Nordwind AG, contact: Ms Petra Lang. Product: 20 chairs, model K2. Price = 1,900 euros.",
            {
                "customer": "Nordwind AG",
                "contact": "Ms Petra Lang",
                "product": "20 chairs, model K2",
                "price": "1,900 euros",
            },
        ),
        ("Hello! Time: 10:30. We meet at noon: bring cake.", {"time": "10:30"}),
        (
            "Bonjour, client : Vent du Nord SA. Produit : 20 chaises.",
            {"client": "Vent du Nord SA", "produit": "20 chaises"},
        ),
        ("The customer is Contoso.", {}),
    ],
)
def test_a_clause_that_begins_with_a_label_says_its_value(brief: str, values: dict[str, str]) -> None:
    assert said(brief, "customer", "contact", "product", "price", "time", "client", "produit") == values


def test_a_line_with_one_label_at_its_beginning_is_its_value_as_a_whole() -> None:
    assert said("Notes: One. Two, and three.", "notes", "price") == {"notes": "One. Two, and three."}


def test_the_quote_is_what_stands_there() -> None:
    found = list(labelled("Hello, price: 300 euros.", ["price"]))
    assert [one.quote for one in found] == ["price: 300 euros"]
