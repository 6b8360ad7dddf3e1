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
            "en",
            "The shop gives six months' warranty on bicycles. Saddles are of leather. "
            "Our warranty is twelve months for a bicycle.",
        ),
        (
            "de",
            "Die Halle muss bis 21:30 Uhr geräumt sein. Der Hausmeister hat die Schlüssel. "
            "Ist die Halle um 22 Uhr nicht geräumt, kostet es 40 Euro.",
        ),
        (
            "de",
            "Die Prüfung der Feuerlöscher ist am 3. Mai. Bitte die Türen offen lassen. "
            "Zur Prüfung der Feuerlöscher am 5. Mai kommt ein Techniker.",
        ),
        (
            "fr",
            "La cotisation annuelle des familles est de 45 euros. Le local ferme en août. "
            "Les familles versent une cotisation annuelle de 50 euros.",
        ),
        (
            "fr",
            "La réclamation se fait sous huit jours. Le magasin est au fond de la cour. "
            "Pour une réclamation, vous avez quinze jours.",
        ),
        (
            "es",
            "El alquiler mensual del puesto es de 90 euros. Se paga por adelantado. "
            "Quien deje el puesto pierde el alquiler mensual de 110 euros.",
        ),
        (
            "es",
            "El perro toma dos pastillas por la mañana. Duerme en la terraza. Por la noche, cuatro pastillas al perro.",
        ),
    ],
)
def test_another_figure_for_the_same_matter_is_found_from_either_side(language: str, text: str) -> None:
    first, between, last = statements = read_statements(text, language)
    assert other_figures(statements) == {first.place: [last], last.place: [first]}
    assert between.place == 1


@pytest.mark.parametrize(
    "text",
    [
        # The same figure, said twice.
        "A deposit of 20 % is due at signature. {} The deposit of 20 % paid at signature stays with us.",
        # Rows of one list.
        "Tour 2 to Alden Mill, 38 pupils: 214 euros a term. {} Tour 5 to Brook Farm, 17 pupils: 139 euros a term.",
        # Only what the figure counts is the same.
        "The cold room costs 40 euros a day. {} Each further waiter is charged 38 euros.",
        "The gate opens at 9 am. {} Dinner is served at 8 pm.",
        "The roof was guaranteed for ten years. {} Mr Hill served for twelve years.",
        # What is counted otherwise.
        "The barn stores 30 bales of hay. {} Hay of the barn lasts 40 days.",
        # Two meetings.
        "The committee meets at Ann's on 3 June. {} The committee meets at Ben's on 1 July.",
    ],
)
def test_the_same_figure_rows_of_a_list_and_other_matters_are_none(text: str) -> None:
    assert other_figures(read_statements(text.format("The floor is of oak."), "en")) == {}


def test_neighbours_that_differ_are_a_comparison() -> None:
    text = "A table cloth up to two metres costs 5 euros. A table cloth above two metres costs 7 euros."
    assert other_figures(read_statements(text, "en")) == {}
