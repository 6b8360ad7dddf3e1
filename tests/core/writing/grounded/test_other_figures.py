"""What a text says otherwise elsewhere."""

import pytest

from core.text.statements import read_statements
from core.writing.grounded.other_figures import other_figures


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "A deposit of 20 % is due at signature. The chairs are of beech. "
            "If you cancel, the deposit of 25 % paid at signature stays with us.",
        ),
        (
            "de",
            "Die Halle muss bis 21:30 Uhr geräumt sein. Der Hausmeister hat die Schlüssel. "
            "Ist die Halle um 22 Uhr nicht geräumt, kostet es 40 Euro.",
        ),
        (
            "fr",
            "La cotisation annuelle des familles est de 45 euros. Le local ferme en août. "
            "Les familles versent une cotisation annuelle de 50 euros.",
        ),
        (
            "es",
            "El alquiler mensual del puesto es de 90 euros. Se paga por adelantado. "
            "Quien deje el puesto pierde el alquiler mensual de 110 euros.",
        ),
    ],
)
def test_another_figure_for_the_same_matter_is_found_from_either_side(language: str, text: str) -> None:
    first, between, last = statements = read_statements(text, language)
    assert other_figures(first, statements) == [last]
    assert other_figures(last, statements) == [first]
    assert other_figures(between, statements) == []


@pytest.mark.parametrize(
    "text",
    [
        # The same figure, said twice.
        "A deposit of 20 % is due at signature. The deposit of 20 % paid at signature stays with us.",
        # Rows of one list.
        "Tour 2 to Alden Mill, 38 pupils: 214 euros a term. Tour 5 to Brook Farm, 17 pupils: 139 euros a term.",
        # Only what the figure counts is the same.
        "The cold room costs 40 euros a day. Each further waiter is charged 38 euros.",
        "The gate opens at 9 am. Dinner is served at 8 pm.",
    ],
)
def test_the_same_figure_rows_of_a_list_and_other_matters_are_none(text: str) -> None:
    first, last = statements = read_statements(text, "en")
    assert other_figures(first, statements) == other_figures(last, statements) == []
