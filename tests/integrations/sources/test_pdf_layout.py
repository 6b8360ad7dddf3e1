"""Lines in any order become paragraphs in the order of reading."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.sources.pdf_layout import Block, blocks
from integrations.sources.pdf_page import PageText, PdfLine


def line(text: str, left: float = 72, top: float = 100, *, width: float = 400, size: float = 12) -> PdfLine:
    return PdfLine(text, left, top, left + width, top + size, size, is_bold=False)


def test_lines_of_one_paragraph_are_joined_and_a_gap_ends_it() -> None:
    lines = [line("First", top=100), line("goes on.", top=114, width=80), line("Second.", top=160)]
    assert list(blocks([PageText(lines, 800)])) == [Block("First goes on.", 1), Block("Second.", 1)]


def test_bullets_begin_paragraphs_of_their_own() -> None:
    lines = [line("\u2022 one", top=100), line("\u2022 two", top=114)]
    assert [block.text for block in blocks([PageText(lines, 800)])] == ["\u2022 one", "\u2022 two"]


PIECES = st.builds(
    PdfLine,
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=40),
    *[st.floats(0, 800)] * 4,
    st.floats(1, 40),
    st.booleans(),
)


@given(st.lists(st.lists(PIECES, max_size=30), max_size=4))
def test_no_word_is_lost_and_none_is_doubled_whatever_stands_where(pages: list[list[PdfLine]]) -> None:
    """Hyphens aside, and what only repeats in the margins."""

    def letters(texts: list[str]) -> list[str]:
        return sorted(letter for text in texts for letter in text if letter.isalnum())

    inner = [[piece for piece in page if 100 <= piece.top <= 600 and 100 <= piece.bottom <= 600] for page in pages]
    given_texts = [piece.text for page in inner for piece in page]
    found = [block.text for block in blocks([PageText(page, 800) for page in inner])]
    assert letters(found) == letters(given_texts)
