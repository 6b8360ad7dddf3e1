"""Where the lines of a page stand, and which of them are shown."""

import pypdfium2
import pytest

from integrations.sources.pdf_page import read_page
from tests.integrations.sources.pdf_file import Words, pdf_file


def test_a_line_knows_its_place_from_the_top_its_size_and_its_weight() -> None:
    page = pypdfium2.PdfDocument(pdf_file([Words("26 days", x=100, y=700, size=20, font="bold")]))[0]
    [line] = read_page(page, draws=True).lines
    assert (line.text, line.is_bold) == ("26 days", True)
    assert line.left == pytest.approx(100, abs=3)
    assert line.top < 792 - 700 < line.bottom
    assert line.size == pytest.approx(22, abs=5)


def test_a_wide_gap_begins_another_piece() -> None:
    page = pypdfium2.PdfDocument(pdf_file([Words("Wedding", x=72), Words("2 days", x=300)]))[0]
    assert [line.text for line in read_page(page, draws=True).lines] == ["Wedding", "2 days"]


def test_without_drawing_what_is_not_shown_is_read_too() -> None:
    document = pypdfium2.PdfDocument(pdf_file([Words("26 days"), Words("secret", y=300, before="1 1 1 rg")]))
    assert len(read_page(document[0], draws=False).lines) == 2
    assert len(read_page(document[0], draws=True).lines) == 1


def test_a_page_without_measure_is_read() -> None:
    page = pypdfium2.PdfDocument(pdf_file([Words("26 days")], width=0, height=0))[0]
    assert read_page(page, draws=True).height >= 0
