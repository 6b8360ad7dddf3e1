"""Rows of tables answer by the cells that the question names and asks for, and are silent when a word is missing."""

import pytest

from core.text.same_words import content_words
from core.writing.grounded.answers import kinds_asked
from core.writing.grounded.rows import fit_row, is_row, with_rows, with_tables_apart

BOB = "Name: Bob Miller; Team: Sales; Desk: A-12; Extension: 4412"
ALVA = "Article: T-110; Product: Dining table Alva; Wood: walnut; Price in EUR: 1190; Delivery in weeks: 7"
LIFT = "Task: Lifts; Person: Elevia service; Extension: 0800 441122"
DRILL = "Herramienta: Taladro; Cantidad: 8; Ubicación: Estante 3; Responsable: Marta Gil"
SHIFT = "Name: Jonas Brandt; Montag: Früh; Dienstag: Spät; Freitag: frei"


@pytest.mark.parametrize(
    ("question", "row", "asked"),
    [
        ("At which desk does Bob Miller sit?", BOB, "A-12"),
        ("What is Bob Miller's extension?", BOB, "4412"),
        ("Where does Bob sit?", BOB, "A-12"),
        ("What does the dining table Alva in walnut cost?", ALVA, "1190"),
        ("How many weeks does delivery of the table Alva take?", ALVA, "7"),
        ("Which number do I call for the lifts?", LIFT, "0800 441122"),
        ("Who is responsible for the lifts?", LIFT, "Elevia service"),
        ("¿Dónde está el taladro?", DRILL, "Estante 3"),
        ("¿Quién es responsable del taladro?", DRILL, "Marta Gil"),
        ("¿Cuántos taladros hay?", DRILL, "8"),
        ("Was macht Jonas Brandt am Freitag?", SHIFT, "frei"),
    ],
)
def test_the_cell_that_is_asked_for_is_found(question: str, row: str, asked: str) -> None:
    fit = fit_row(content_words(question), kinds_asked(question), row, "List")
    assert (fit.asked, fit.missing) == (asked, tuple(word for word in fit.missing if word == "macht"))
    assert all(part in row for part in fit.quote.split(" … "))


ROOM = "Salle: Ravel; Étage: 3; Capacité: 6 personnes; Équipement: tableau blanc"


def test_what_is_counted_stands_beside_its_number() -> None:
    question = "Combien de personnes peut accueillir la salle Ravel ?"
    fit = fit_row(content_words(question), kinds_asked(question), ROOM, "Salles")
    assert (fit.asked, fit.missing) == ("6 personnes", ())


def test_rows_of_a_table_of_markdown_tell_the_names_of_their_columns() -> None:
    text = "Prices:\n\n| Plan | Fee: |\n|:--|--:|\n| Basic | 12 euros |\n| A \\| B | |\n\nThat is all | for now.\n---"
    assert with_rows(text) == ("Prices:\n\nPlan: Basic; Fee: 12 euros\nPlan: A | B\n\nThat is all | for now.\n---")
    assert with_rows("Plan | Fee\n--- | ---\nBasic | 12") == "Plan: Basic; Fee: 12"


@pytest.mark.parametrize("text", ["a | b\nc | d", "Heading\n---\ntext", "| a | b |\n|---|\n| c | d |", ""])
def test_what_is_no_table_stays_as_it_is(text: str) -> None:
    assert with_rows(text) == text


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("At which desk does Omar Haddad sit?", BOB),
        ("What does the dining table Alva in oak cost?", ALVA),
        ("At which desk does Bob Miller sit on Fridays?", BOB),
        ("When does Bob Miller start?", BOB),
    ],
)
def test_a_row_that_lacks_a_word_or_the_cell_is_no_answer(question: str, row: str) -> None:
    fit = fit_row(content_words(question), kinds_asked(question), row, "List")
    assert fit.missing or not fit.asked


def test_rows_are_told_from_sentences() -> None:
    assert is_row(BOB)
    assert is_row("Name: Bob; Sales; Desk: A-12")
    assert not is_row("We need: paper; pens; ink; and a stapler.")
    assert not is_row("The office closes at 16:00; on Fridays at 15:00.")


def test_lines_in_as_many_columns_are_a_table_of_their_own() -> None:
    text = "Can you deliver these?\nDay  Item    Qty\nMon  Soup    80\nTue  Quiche  95\nBest"
    assert with_tables_apart(text) == (
        "Can you deliver these?\n\nDay | Item | Qty;\nMon | Soup | 80;\nTue | Quiche | 95\n\nBest"
    )
    for prose in (
        "It is late.  We go.\nIt is dark.  We stay.",
        "One\tline\nand another",
        "•\tWhat is the fee?\n•\tIs there parking?",
        "-  Please send the plan\n-  Please send the key",
        "we would like to  know whether\nthe hall is free  on Monday and\nwhat it costs?",
    ):
        assert with_tables_apart(prose) == prose


def test_two_columns_are_told_from_prose_by_wide_gaps() -> None:
    assert with_tables_apart("Soup    80\nQuiche  95") == "\nSoup | 80;\nQuiche | 95\n"
