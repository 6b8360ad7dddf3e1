"""Passages as the value of an input: what surfaces write is read again, and so is what people paste."""

import pytest

from core.writing.grounded.passages import GroundPassage, passages_value, read_passages, read_sentences


def test_what_is_written_is_read_with_its_numbers() -> None:
    value = passages_value([("Travel rules", "https://example.org/t", "Trains only."), ("", "", "A second one.")])
    first, second = read_passages(value)
    assert (first.number, first.title, first.link, first.text) == (
        1,
        "Travel rules",
        "https://example.org/t",
        "Trains only.",
    )
    assert (second.number, second.title) == (2, "A second one.")


def test_a_passage_of_a_page_opens_at_words_of_it_and_at_cells_of_its_rows() -> None:
    text = "Prices hold from May.\n\nPlan: Basic; Price: 12 euros; Users: 5"
    page = GroundPassage(1, "Prices", "https://example.org/prices#plans", text)
    assert page.link_to("Prices hold from May.") == (
        "https://example.org/prices#plans:~:text=Prices%20hold%20from%20May."
    )
    assert page.link_to("Plan: Basic … Users: 5") == "https://example.org/prices#plans:~:text=Basic,5"
    assert page.link_to("") == "https://example.org/prices#plans"


def test_a_long_title_is_its_document_and_the_last_heading() -> None:
    document, outline = "Guide_for_new_people_2026.md", f"Welcome to {'the first weeks of ' * 5}work"
    value = passages_value([GroundPassage(0, f"{document}, {outline} > Pay", "", "On the 28th.", document)])
    assert read_passages(value)[0].title == f"{document}, … > Pay"


def test_lines_in_columns_are_read_each_by_itself() -> None:
    text = "Prices from 1 May:\nCrate, 10 kg        4.50 EUR\nLid\t1.10 EUR"
    said = [sentence for _, sentence in read_sentences(text)]
    assert said == ["Prices from 1 May:", "Crate, 10 kg        4.50 EUR", "Lid\t1.10 EUR"]


def test_pasted_blocks_lose_their_numbers() -> None:
    found = read_passages("[1] Trains only.\n\n2. Book early.")
    assert [passage.text for passage in found] == ["Trains only.", "Book early."]


@pytest.mark.parametrize("value", ["[not json", '["a", "b"]', '[{"title": "no text"}]', "[" * 5000])
def test_what_only_looks_like_json_is_read_as_text(value: str) -> None:
    assert [passage.number for passage in read_passages(value)] == [1]


def test_sentences_know_the_heading_that_they_stand_under() -> None:
    text = "# Travel\nTrains only. Book early.\n\nNo taxis."
    assert list(read_sentences(text)) == [
        ("Travel", "Trains only."),
        ("Travel", "Book early."),
        ("Travel", "No taxis."),
    ]


def test_short_lines_with_a_number_each_are_read_each_by_itself() -> None:
    text = "Buffet Klassik 24,50 € pro Person\nFingerfood 17,00 € pro Person\nStehtische kosten 9,00 € pro Stück."
    assert [sentence for _, sentence in read_sentences(text)] == text.split("\n")
    prose = "The hall opened in 1990 and was\nRestored in 2001 by the people who\nlive there."
    assert len([*read_sentences(prose)]) == 1
