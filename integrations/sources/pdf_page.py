"""The lines of a PDF page as a person sees them: their text, place and size; what is not shown is left out.

PDFium says where each character stands. Text that cannot be seen where it stands (white on white, under a black bar,
outside of the page) is found by drawing the page: where nothing is drawn, nothing is read. The invisible text that a
text recognition has laid over a scan stands on the picture of its words, so it stays.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

# Coordinates come as whole numbers, so a page is measured in tenths of a point.
_TENTHS = 10
# A gap of so many letters' heights between two words begins another column, or another cell of a table.
_GAP_HEIGHTS = 1.5
_BOLD_WEIGHT = 600
_BOLD_NAMES = (b"bold", b"black", b"heavy", b"semibold")
_MAX_DRAWN_PIXELS = 1_200
# How much darker or lighter than its surroundings text has to be for anybody to see it.
_MIN_CONTRAST = 12
# What is no letter of a text: PDFium's ends of lines, unknown characters, places where a word may be cut.
_NO_LETTERS = {"\r", "\n", "\x00", "\xad"}
# The hyphen of a word that is cut at the end of a line.
HYPHEN = "\u2010"
_HYPHEN_MARKS = {0x2, 0xFFFE}
_LINE_ENDS = {"\n", HYPHEN}


@dataclass(slots=True)
class PdfLine:
    """A line of one column or cell.

    Coordinates are points from the top left corner; `size` is the letters' height. `limit` is where the lines of its
    column end, and `is_row` tells that it is a row of cells: the layout says both, and the page, from 1.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_bold: bool
    is_row: bool = False
    limit: float = 0.0
    page: int = 0

    @property
    def is_upright(self) -> bool:
        """Whether it is read from left to right; watermarks and stamps in margins are not."""
        return len(self.text) < 3 or self.right - self.left > self.bottom - self.top


@dataclass(frozen=True, slots=True)
class PageText:
    """The lines of a page in the order of the file, and how high the page is, in points."""

    lines: Sequence[PdfLine]
    height: float


def read_page(page: pypdfium2.PdfPage, *, draws: bool) -> PageText:
    """Return the lines of a page.

    Args:
        page: of an open document.
        draws: whether text that is not shown is looked for, which takes some milliseconds a page, or some hundred.
    """
    reader = _Reader(page)
    lines = [line for line in reader.lines() if line.text and line.is_upright]
    if draws and lines:
        shown = _Drawing(page)
        lines = [line for line in lines if shown.holds(line)]
    return PageText(lines, reader.height)


class _Reader:
    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        width, self.height = page.get_size()
        self._device = (0, 0, max(1, round(width * _TENTHS)), max(1, round(self.height * _TENTHS)), 0)
        self._text = page.get_textpage()
        count = self._text.count_chars()
        self._letters = [_letter(pdfium.FPDFText_GetUnicode(self._text, place)) for place in range(count)]

    def lines(self) -> Iterator[PdfLine]:
        """Yield the lines; one is cut where a wide gap is."""
        start = 0
        for place, letter in enumerate([*self._letters, "\n"]):
            if letter in _LINE_ENDS:
                yield from self._pieces(start, place + (letter == HYPHEN))
                start = place + 1

    def _pieces(self, start: int, end: int) -> Iterator[PdfLine]:
        begin, last = start, -1
        for place in range(start, end):
            letter = self._letters[place]
            if letter.isspace() or letter in _NO_LETTERS:
                continue
            if last >= 0 and place - last > 1 and self._is_gap(last, place):
                yield self._line(begin, last)
                begin = place
            elif last < 0:
                begin = place
            last = place
        if last >= 0:
            yield self._line(begin, last)

    def _is_gap(self, before: int, after: int) -> bool:
        left, right = self._box(before), self._box(after)
        return right[0] - left[2] > _GAP_HEIGHTS * max(1.0, left[3] - left[1])

    def _line(self, begin: int, last: int) -> PdfLine:
        first, end = self._box(begin), self._box(last)
        text = "".join(letter for letter in self._letters[begin : last + 1] if letter not in _NO_LETTERS)
        left, right = min(first[0], end[0]), max(first[2], end[2])
        top, bottom = min(first[1], end[1]), max(first[3], end[3])
        is_bold = self._is_bold(begin) and self._is_bold(last)
        return PdfLine(" ".join(text.split()), left, top, right, bottom, max(1.0, first[3] - first[1]), is_bold)

    def _box(self, place: int) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a character with the room of its font."""
        found = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._text, place, found)
        left, top = self._point(found.left, found.top)
        right, bottom = self._point(found.right, found.bottom)
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page, *self._device, x, y, across, down)
        return across.value / _TENTHS, down.value / _TENTHS

    def _is_bold(self, place: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._text, place) >= _BOLD_WEIGHT:
            return True
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self._text, place, name, len(name), flags)
        return any(bold in name.value.lower() for bold in _BOLD_NAMES)


class _Drawing:
    """The page as a picture in shades of grey."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        width, height = page.get_size()
        self._scale = min(1.5, _MAX_DRAWN_PIXELS / max(width, height, 1.0))
        bitmap = page.render(scale=self._scale, grayscale=True, may_draw_forms=False)
        self._width, self._height, self._stride = bitmap.width, bitmap.height, bitmap.stride
        self._pixels = bytes(bitmap.buffer)

    def holds(self, line: PdfLine) -> bool:
        """Whether there is anything to see where a line stands."""
        left, right = max(0, int(line.left * self._scale)), min(self._width, int(line.right * self._scale) + 1)
        top, bottom = max(0, int(line.top * self._scale)), min(self._height, int(line.bottom * self._scale) + 1)
        if right <= left or bottom <= top:
            return False
        darkest, lightest = 255, 0
        for row in range(top, bottom):
            pixels = self._pixels[row * self._stride + left : row * self._stride + right]
            darkest, lightest = min(darkest, min(pixels)), max(lightest, max(pixels))
            if lightest - darkest >= _MIN_CONTRAST:
                return True
        return False


def _letter(code: int) -> str:
    """Return a character. For a hyphen at the end of a line PDFium gives a mark, and no end of the line."""
    if code in _HYPHEN_MARKS:
        return HYPHEN
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\0"
