"""From the lines of PDF pages to their text: columns in order, what repeats on each page left out, paragraphs whole.

Pure. What is a heading is told by its size, or by bold letters in a line of its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median

from core.text.content import content_stems
from integrations.sources.pdf_page import HYPHEN, PageText, PdfLine

# Lines of more pieces than this are a drawing; looking for columns in it takes long.
_MAX_LINES = 1_000
_MIN_COLUMN_LINES = 3
_MIN_COLUMN_CHARS = 18
_MAX_CROSSING_SHARE = 0.35
_MARGIN_SHARE = 0.09
_HEADING_RATIO = 1.15
_MAX_HEADING_CHARS = 150
_MAX_BOLD_HEADING_CHARS = 90
_MAX_HEADING_LEVELS = 4
_LINE_STEP = 1.7
_BULLETS = set("•▪◦‣\u2013-*·■●○➢✓")
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…")
_HYPHENS = ("-", HYPHEN)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a row of a table, or a heading: then `level` is 1 and more. `page` counts from 1."""

    text: str
    page: int
    level: int = 0


def blocks(pages: Sequence[PageText]) -> Iterator[Block]:
    """Yield what the pages of a document say, in the order in which people read it."""
    repeated = _repeated(pages)
    ordered = [_in_order([line for line in page.lines if _margin_key(line, page) not in repeated]) for page in pages]
    lines = [line for found in ordered for line in found]
    body = _body_size(lines)
    levels = _levels(lines, body)
    words = Counter(word.casefold() for line in lines for word in line.text.split())
    for number, found in enumerate(ordered, 1):
        for line in found:
            line.page = number
    for paragraph in _paragraphs(lines):
        yield Block(_joined(paragraph, words), paragraph[0].page, _level(paragraph, levels, body))


def _margin_key(line: PdfLine, page: PageText) -> tuple[str, int] | None:
    """Return what a line in the upper or lower margin looks like on each page; None elsewhere."""
    is_margin = line.bottom <= page.height * _MARGIN_SHARE or line.top >= page.height * (1 - _MARGIN_SHARE)
    if not is_margin or page.height <= 0:
        return None
    pattern = "".join("#" if letter.isdigit() else letter for letter in line.text)
    while "##" in pattern:
        pattern = pattern.replace("##", "#")
    return pattern, round(50 * line.top / page.height)


def _repeated(pages: Sequence[PageText]) -> set[tuple[str, int]]:
    """Return the keys of running headers and footers: what stands there on several pages, or is only a number."""
    keys = Counter(key for page in pages for key in {_margin_key(line, page) for line in page.lines} if key is not None)
    needed = 2 if len(pages) < 6 else 3
    return {key for key, count in keys.items() if count >= needed or not any(map(str.isalpha, key[0]))}


def _in_order(lines: list[PdfLine]) -> list[PdfLine]:
    """Return lines as people read them: column by column between what reaches over both, else row by row."""
    gutter = _gutter(lines)
    if gutter is None:
        return _rows(lines)
    ordered: list[PdfLine] = []
    band: list[PdfLine] = []
    for line in sorted(lines, key=lambda found: (found.top, found.left)):
        if line.left < gutter < line.right:
            ordered += _columns(band, gutter)
            band = []
            line.limit = line.right
            ordered.append(line)
        else:
            band.append(line)
    return ordered + _columns(band, gutter)


def _columns(lines: list[PdfLine], gutter: float) -> list[PdfLine]:
    """Return a stretch of the page: column by column, or row by row where its cells are those of a table."""
    left = [line for line in lines if line.right <= gutter]
    right = [line for line in lines if line.right > gutter]
    if not (left and right) or not (_is_column(left, min_lines=1) and _is_column(right, min_lines=1)):
        return _rows(lines)
    behind = _headings_below(left, right) or _headings_below(right, left)
    sides = ([line for line in side if line not in behind] for side in (left, right))
    return [line for side in (*sides, behind) if side for line in _in_order(side)]


def _headings_below(lines: list[PdfLine], other: list[PdfLine]) -> list[PdfLine]:
    """Return what ends a column below the end of the other one, and is the heading of what follows below both."""
    end = max(line.bottom for line in other)
    text_size = median(line.size for line in lines)
    upwards = sorted(lines, key=lambda line: -line.top)
    return list(
        takewhile(lambda line: line.top >= end and (line.is_bold or line.size >= text_size * _HEADING_RATIO), upwards)
    )


def _gutter(lines: list[PdfLine]) -> float | None:
    """Return where the space between two columns of text is; a table has no such space, since its cells are short."""
    if not 2 * _MIN_COLUMN_LINES <= len(lines) <= _MAX_LINES:
        return None
    found: list[tuple[int, float]] = []
    for place in sorted({line.left - 0.5 for line in lines}):
        left = [line for line in lines if line.right <= place]
        right = [line for line in lines if line.left >= place]
        crossing = len(lines) - len(left) - len(right)
        is_side_by_side = _is_column(left) and _is_column(right) and _overlap(left, right)
        if is_side_by_side and crossing <= _MAX_CROSSING_SHARE * len(lines):
            found.append((crossing, place))
    return min(found)[1] if found else None


def _is_column(lines: list[PdfLine], min_lines: int = _MIN_COLUMN_LINES) -> bool:
    if len(lines) < min_lines:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    is_wide = median(line.right - line.left for line in lines) >= 0.6 * width
    return is_wide and median(len(line.text) for line in lines) >= _MIN_COLUMN_CHARS


def _overlap(left: list[PdfLine], right: list[PdfLine]) -> bool:
    top = max(min(line.top for line in side) for side in (left, right))
    bottom = min(max(line.bottom for line in side) for side in (left, right))
    return bottom > top


def _rows(lines: list[PdfLine]) -> list[PdfLine]:
    """Return lines from top to bottom; pieces that stand beside each other are the cells of one row."""
    rows: list[list[PdfLine]] = []
    for line in sorted(lines, key=lambda found: (found.top + found.bottom, found.left)):
        middle = (line.top + line.bottom) / 2
        if rows and rows[-1][0].top < middle < rows[-1][0].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    limit = max((line.right for line in lines), default=0.0)
    merged = []
    for row in rows:
        row.sort(key=lambda found: found.left)
        first = row[0]
        if len(row) > 1:
            first.text = " | ".join(line.text for line in row)
            first.right, first.is_row = row[-1].right, True
        first.limit = limit
        merged.append(first)
    return merged


def _body_size(lines: Sequence[PdfLine]) -> float:
    """Return the size that most letters have."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size * 2) / 2] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 1.0


def _levels(lines: Sequence[PdfLine], body: float) -> dict[float, int]:
    """Return the level of each size of letters that is larger than the text's, the largest first."""
    large = {round(line.size * 2) / 2 for line in lines if line.size >= body * _HEADING_RATIO}
    return {size: min(level, _MAX_HEADING_LEVELS) for level, size in enumerate(sorted(large, reverse=True), 1)}


def _paragraphs(lines: Sequence[PdfLine]) -> Iterator[list[PdfLine]]:
    paragraph: list[PdfLine] = []
    for line in lines:
        if paragraph and not _continues(paragraph[-1], line):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _continues(before: PdfLine, line: PdfLine) -> bool:
    """Whether a line belongs to the paragraph of the line before it."""
    if before.is_row or line.is_row:
        return before.is_row and line.is_row and line.page == before.page
    if abs(before.size - line.size) > 0.1 * line.size or before.is_bold != line.is_bold:
        return False
    if line.text[0] in _BULLETS and line.text[1:2].isspace():
        return False
    step = line.top - before.top
    is_unfinished = not before.text.endswith(_SENTENCE_ENDS)
    if step <= 0 or line.page != before.page:  # the next column
        return is_unfinished and line.text[0].islower()
    return step <= _LINE_STEP * line.size and (is_unfinished or not _is_short(before, line))


def _is_short(before: PdfLine, line: PdfLine) -> bool:
    """Whether a line ends where it was meant to: the first word of the next one had room in it."""
    width = (line.right - line.left) / len(line.text)
    return before.right + width * (len(line.text.partition(" ")[0]) + 2) < before.limit


def _level(paragraph: list[PdfLine], levels: dict[float, int], body: float) -> int:
    first = paragraph[0]
    text_chars = sum(len(line.text) for line in paragraph)
    if first.is_row or text_chars > _MAX_HEADING_CHARS or not any(map(str.isalpha, first.text)):
        return 0
    if level := levels.get(round(first.size * 2) / 2, 0):
        return level
    is_heading = all(line.is_bold for line in paragraph) and text_chars <= _MAX_BOLD_HEADING_CHARS
    is_sentence = paragraph[-1].text.endswith((".", ",", ";"))
    return _MAX_HEADING_LEVELS + 1 if is_heading and not is_sentence and first.size >= 0.9 * body else 0


def _joined(paragraph: list[PdfLine], words: Counter[str]) -> str:
    text = paragraph[0].text
    for before, line in pairwise(paragraph):
        if before.is_row:
            text += f"\n{line.text}"
        elif text.endswith(_HYPHENS) and text[-2:-1].isalnum():
            text = _without_hyphen(text, line.text, words)
        else:
            text += ("\n" if _is_short(before, line) else " ") + line.text
    return text.replace(HYPHEN, "-")


def _without_hyphen(text: str, rest: str, words: Counter[str]) -> str:
    """Join a word that was cut at the end of a line; a hyphen of its own stays."""
    head, tail = text.rpartition(" ")[2][:-1], rest.partition(" ")[0]
    if not tail[:1].islower():
        return f"{text[:-1]}-{rest}"
    if not content_stems(tail):  # "Kranken- und Pflegeversicherung"
        return f"{text[:-1]}- {rest}"
    whole, hyphened = f"{head}{tail}".casefold(), f"{head}-{tail}".casefold()
    return f"{text[:-1]}-{rest}" if words[hyphened] > words[whole] else f"{text[:-1]}{rest}"
