"""Documents say when they were written in their titles and first lines; what happens then is no date of theirs."""

import pytest

from core.text.dating import is_day_number, stated_date


@pytest.mark.parametrize(
    ("title", "beginning", "date"),
    [
        ("Handbook 2024.docx", "Issued on 4 March 2024 by the people team.", "2024-03-04"),
        ("Handbook 2024.docx", "The firm was founded on 1 May 1960.", "2024"),
        ("Memo", "Date: 12 January 2026\nTo: everybody", "2026-01-12"),
        ("Rundschreiben", "Kassel, 9. Februar 2026\nDie Frühschicht beginnt um 5:30 Uhr.", "2026-02-09"),
        ("Stand", "Stand: 01.02.2026\nDie Pause dauert eine halbe Stunde.", "2026-02-01"),
        ("Charte", "Lyon, le 3 novembre 2025\nLe télétravail est possible.", "2025-11-03"),
        ("Aviso", "Aviso del 2 de marzo de 2026\n\nEl almacén abre a las 6:30.", "2026-03-02"),
        ("Roof", "The roof works at the house behind the gate begin on 4 May 2026 and take three weeks.", ""),
        ("Price list 2023-2026", "", "2026"),
        ("Leave", "Everybody has 28 days.", ""),
        ("", "", ""),
    ],
)
def test_a_document_is_dated_by_what_it_says_of_itself(title: str, beginning: str, date: str) -> None:
    assert stated_date(title, beginning) == date


@pytest.mark.parametrize(
    ("text", "is_day"), [("1", True), ("31", True), ("0", False), ("32", False), ("03", False), ("3.", False)]
)
def test_digits_up_to_31_can_be_a_day(text: str, is_day: bool) -> None:
    assert is_day_number(text) is is_day
