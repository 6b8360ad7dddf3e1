"""A Word document as knowledge: its text under its headings, tables row by row. Called in a child process."""

from itertools import groupby

from core.sources.model import FileText
from core.sources.sections import Sections
from core.sources.tables import TableRows
from integrations.documents.model import ViewParagraph
from integrations.documents.reading import shown_paragraphs

# Headers and footers repeat on each page, and comments are what people said about the document.
_STORIES = ("body", "textboxes", "footnotes", "endnotes")
_TITLE = "title"


def read_file_text(data: bytes) -> FileText:
    """Return what a person reads in a document whose changes are all accepted, without hidden text.

    Raises:
        DocumentError: as `reading.read_document`, or it holds no text.
    """
    sections = Sections()
    paragraphs = [paragraph for paragraph in shown_paragraphs(data) if paragraph.story in _STORIES]
    for place, group in groupby(paragraphs, key=_table_of):
        if place is None:
            for paragraph in group:
                _add(paragraph, sections)
        else:
            _add_table(list(group), sections)
    return sections.file_text()


def _table_of(paragraph: ViewParagraph) -> tuple[str, int] | None:
    return (paragraph.story, paragraph.table.table) if paragraph.table else None


def _add(paragraph: ViewParagraph, sections: Sections) -> None:
    text = _text(paragraph)
    level = paragraph.heading_level
    if not text:
        return
    if paragraph.style.casefold() == _TITLE:
        sections.heading(1, text)
    elif level:
        sections.heading(level + 1, text)
    else:
        sections.add(f"- {text}" if paragraph.list_level is not None else text)


def _add_table(paragraphs: list[ViewParagraph], sections: Sections) -> None:
    table = TableRows(sections, level=9)
    for number, (_, row) in enumerate(groupby(paragraphs, key=_row_of), 1):
        cells: dict[int, str] = {}
        for paragraph in row:
            assert paragraph.table
            column = paragraph.table.column
            cells[column] = f"{cells.get(column, '')} {_text(paragraph)}".strip()
        width = max(cells) + 1
        table.row([cells.get(column, "") for column in range(width)], number)
    table.end()


def _row_of(paragraph: ViewParagraph) -> int:
    return paragraph.table.row if paragraph.table else 0


def _text(paragraph: ViewParagraph) -> str:
    return paragraph.text.replace("\ufffc", " ").strip()
