"""Which blanks of a template have a label, and what a value takes the place of."""

import pytest

from core.writing.blanks import Cell, find_blanks, with_values


@pytest.mark.parametrize(
    ("text", "value", "filled"),
    [
        ("Deposit: ____ euros", "300 euros", "Deposit: 300 euros"),
        ("Deposit: ____ euros", "300", "Deposit: 300 euros"),
        ("Deposit: \u20ac ____", "300 euros", "Deposit: 300 euros"),
        ("Deposit: XX.XX.XXXX.", "3 May", "Deposit: 3 May."),
        ("Deposit \u2610 cash \u2610 card", "card", "Deposit \u2610 cash \u2612 card"),
        ("Deposit: cash [ ] card [ ]", "cash", "Deposit: cash [x] card [ ]"),
        ("Deposit: Click or tap here to enter text.", "300 euros", "Deposit: 300 euros"),
        ("Deposit: Klicken oder tippen Sie hier, um Text einzugeben.", "300 euros", "Deposit: 300 euros"),
        ("We met on ____ in town.", "3 May", "We met on ____ in town."),
    ],
)
def test_a_value_takes_the_place_of_its_blank(text: str, value: str, filled: str) -> None:
    [own] = find_blanks([Cell(text)]).labelled
    assert with_values(text, own, {"Deposit": value}) == filled


def test_cells_that_people_write_lines_into_have_no_label() -> None:
    form = [Cell("Guests", "1"), Cell("", "1", 1)]
    grid = [Cell("Tom", "2"), Cell("", "2", 1), Cell("", "2", 2), Cell("", "3"), Cell("", "3", 1)]
    assert find_blanks([*form, *grid]).names == ["Guests"]
