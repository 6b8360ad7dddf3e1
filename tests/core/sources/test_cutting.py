"""Texts are cut where people would cut."""

import pytest

from core.sources.cutting import MAX_PASSAGE_CHARS, MAX_PASSAGES, cut_sections
from core.sources.model import Passage

POLICY = """\
# Travel

Hotel costs are refunded up to 140 EUR per night.

# Holidays

Everybody has 28 days of paid leave a year.
"""


def test_a_text_is_cut_at_headings_and_paragraphs() -> None:
    assert cut_sections([Passage(POLICY)]) == (
        [
            Passage("Hotel costs are refunded up to 140 EUR per night.", "Travel"),
            Passage("Everybody has 28 days of paid leave a year.", "Holidays"),
        ],
        False,
    )


@pytest.mark.parametrize("text", ["One sentence here. " * 400, "x" * 5_000, "word " * 3_000])
def test_what_is_long_is_cut_without_losing_a_letter(text: str) -> None:
    parts, is_cut = cut_sections([Passage(text, "Heading", "page=2")])
    assert not is_cut
    assert all(len(part.text) <= MAX_PASSAGE_CHARS for part in parts)
    assert {(part.heading, part.place) for part in parts} == {("Heading", "page=2")}
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())


def test_short_sections_become_one_passage_at_the_same_place_only() -> None:
    parts, _ = cut_sections([Passage("a", "H", "page=1"), Passage("b", "H", "page=1"), Passage("c", "H", "page=2")])
    assert parts == [Passage("a\n\nb", "H", "page=1"), Passage("c", "H", "page=2")]


def test_a_hash_in_a_section_with_a_heading_is_text() -> None:
    assert cut_sections([Passage("#1 is first", "Ranks")])[0] == [Passage("#1 is first", "Ranks")]


@pytest.mark.parametrize("text", ["", " \n ", "# Only a heading"])
def test_what_holds_no_passage_gives_none(text: str) -> None:
    assert cut_sections([Passage(text)]) == ([], False)


def test_of_a_table_without_end_the_beginning_is_kept_and_it_is_told() -> None:
    rows = (Passage(f"row {number} " + "x" * 300) for number in range(MAX_PASSAGES + 10))
    parts, is_cut = cut_sections(rows)
    assert is_cut
    assert len(parts) == MAX_PASSAGES
