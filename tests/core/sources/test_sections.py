"""Sections keep the outline of a file, its places, and what was left out."""

import pytest

from core.errors import DocumentError
from core.sources.model import Passage
from core.sources.sections import Sections


def test_paragraphs_stand_under_their_headings_and_at_their_places() -> None:
    sections = Sections()
    sections.add("Preface.")
    sections.heading(1, "Leave")
    sections.add("26 days.")
    sections.heading(2, " Special\n leave ")
    sections.at("page=2")
    sections.add("Two days.")
    sections.add("  ")
    sections.add("For weddings.")
    sections.heading(1, "Sickness")
    sections.heading(3, "Notes")
    sections.add("Call before nine.")
    sections.heading(1, "")
    sections.add("End.")
    assert sections.file_text().sections == [
        Passage("Preface."),
        Passage("26 days.", "Leave"),
        Passage("Two days.\n\nFor weddings.", "Leave > Special leave", "page=2"),
        Passage("Call before nine.", "Sickness > Notes", "page=2"),
        Passage("End.", "", "page=2"),
    ]
    assert sections.file_text().remark == ""


def test_what_is_too_much_is_left_out_and_said() -> None:
    sections = Sections(max_chars=10)
    sections.add("26 days")
    assert not sections.is_full
    sections.add("of leave")
    sections.add("a year")
    sections.remark("2 hidden sheets")
    sections.remark("2 hidden sheets")
    assert sections.is_full
    found = sections.file_text()
    assert [section.text for section in found.sections] == ["26 days\n\nof "]
    assert found.remark == "Left out: the end of it, since it holds too much text; 2 hidden sheets."


def test_a_file_without_text_is_refused() -> None:
    sections = Sections()
    sections.add("  ")
    with pytest.raises(DocumentError, match=r"^Scanned\."):
        sections.file_text(without_text="Scanned.")


def test_a_heading_with_nothing_below_it_is_a_text_itself() -> None:
    sections = Sections()
    sections.heading(1, "Agenda")
    sections.heading(2, "Budget")
    sections.heading(2, "Dates")
    sections.add("Monday.")
    sections.heading(1, "The end")
    assert sections.file_text().sections == [
        Passage("Budget", "Agenda"),
        Passage("Monday.", "Agenda > Dates"),
        Passage("The end"),
    ]


def test_a_sign_of_a_symbol_font_is_a_bullet_before_words_and_nothing_elsewhere() -> None:
    sections = Sections()
    sections.add("\uf0b7 Call before nine.\n  \uf0a7\tAsk\ue001 Ann.")
    assert sections.file_text().sections[0].text == "\u2022 Call before nine.\n\u2022\tAsk Ann."
