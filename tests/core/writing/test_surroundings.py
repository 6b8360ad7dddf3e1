"""What a writer is told of the place of a paragraph."""

from dataclasses import dataclass

from core.writing.surroundings import Surroundings


@dataclass(frozen=True)
class Line:
    text: str
    heading_level: int = 0


DOCUMENT = [
    Line("Supply agreement", 1),
    Line("Acme Ltd (the “Supplier”) and Borg plc agree as follows."),
    Line("Payment", 2),
    Line("Fees", 3),
    Line("“Fee” means the amount in Annex 1."),
    Line("The Supplier invoices the Fee monthly.\ufffc"),
    Line("Invoices are due in 30 days."),
    Line("Liability", 2),
    Line("Nobody is liable."),
]


def test_headings_neighbours_and_definitions() -> None:
    assert Surroundings(DOCUMENT).around(5).splitlines() == [
        "Under the heading: Supply agreement / Payment / Fees",
        "Before it: “Fee” means the amount in Annex 1.",
        "After it: Invoices are due in 30 days.",
        "Defined: Acme Ltd (the “Supplier”) and Borg plc agree as follows.",
        "Defined: “Fee” means the amount in Annex 1.",
    ]


def test_headings_end_where_one_of_their_level_begins_and_are_no_neighbours() -> None:
    assert Surroundings(DOCUMENT).around(8) == "Under the heading: Supply agreement / Liability"
    assert (
        Surroundings(DOCUMENT).around(7)
        == "Under the heading: Supply agreement\nBefore it: Invoices are due in 30 days.\nAfter it: Nobody is liable."
    )


def test_a_definition_is_not_told_to_its_own_paragraph() -> None:
    assert "Defined" not in Surroundings(DOCUMENT).around(4)


def test_neighbours_are_cut_at_the_side_away_from_the_paragraph() -> None:
    lines = [Line("begin " + "x " * 900 + "near"), Line("it"), Line("close " + "y " * 900 + "far")]
    around = Surroundings(lines).around(1)
    assert "near" in around
    assert "close" in around
    assert "begin" not in around
    assert "far" not in around
    assert Surroundings([Line("alone")]).around(0) == ""
