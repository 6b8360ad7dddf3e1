"""Paragraphs with numbers: as a model gets them, and as it gives them back."""

import pytest

from core.writing.model_lane.numbering import (
    NumberedParagraph,
    is_reason,
    number_end,
    numbered,
    read,
    with_atoms,
    without_headings,
)

ATOM = "\ufffc"


def test_each_paragraph_stands_behind_its_number_with_the_headings_above_it() -> None:
    places = [NumberedParagraph(3, "All is well."), NumberedParagraph(5, f"See {ATOM} and {ATOM}.", heading="## Costs")]
    assert numbered(places) == "[3] All is well.\n\n## Costs\n\n[5] See ⟦1⟧ and ⟦2⟧."


def test_an_answer_is_read_by_its_numbers_and_others_are_text() -> None:
    found = read("[3] All was well.\nWhy: tense\n[9] is a note.\n\n[5] See both.", [3, 5])
    assert list(found) == [3, 5]
    assert found[5] == ("See both.", "")
    assert read("All was well.", [3]) == {3: ("All was well.", "")}
    assert read("All was well.", [3, 5]) == {}


@pytest.mark.parametrize(
    ("written", "read_again"),
    [
        ("See ⟦1⟧ and ⟦2⟧.", f"See {ATOM} and {ATOM}."),
        (f"See {ATOM} and {ATOM}.", f"See {ATOM} and {ATOM}."),
        ("See ⟦2⟧ and ⟦1⟧.", None),
        ("See ⟦1⟧.", None),
        ("See ⟦1⟧, ⟦1⟧ and ⟦2⟧.", None),
    ],
)
def test_pictures_and_fields_come_back_once_each_and_in_order(written: str, read_again: str | None) -> None:
    assert with_atoms(written, f"Look at {ATOM} and {ATOM}.") == read_again


def test_headings_that_a_model_repeats_are_taken_out() -> None:
    assert without_headings("## Costs\n[5] Fine.", [NumberedParagraph(5, "Good.", heading="Costs")]) == "[5] Fine."


def test_a_line_with_a_reason_and_a_line_with_a_number_are_known() -> None:
    assert is_reason("Why: it was passive")
    assert not is_reason("Whyever it was passive")
    assert "[12] Text"[number_end("[12] Text") :].strip() == "Text"
    assert number_end("Text") == 0
