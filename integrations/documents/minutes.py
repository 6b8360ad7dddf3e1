"""Minutes as a Word document: headings and paragraphs of the text, the tasks as a table, and their quotes."""

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.drafts import Draft, Item
from core.writing.grounded.minutes import TASKS

if TYPE_CHECKING:
    from docx.document import Document

COLUMNS = ("No.", "Task", "Who", "Until when")
QUOTES = "Word for word"
AUTHOR = "Inlaid"
_TABLE_STYLE = "Table Grid"
# What XML 1.0 has no place for.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def minutes_document(draft: Draft) -> bytes:
    """Return the minutes of a draft as a .docx file."""
    from docx import Document

    document = Document()
    title = _fit(draft.subject or "Minutes")
    document.core_properties.title = title[:255]
    document.core_properties.author = AUTHOR
    document.core_properties.comments = ""
    document.add_heading(title, level=0)
    items = draft.items or ()
    for heading, lines in _sections(draft.text):
        if heading:
            document.add_heading(heading, level=1)
        if heading == TASKS and items:
            _add_table(document, items)
        else:
            _add_lines(document, lines)
    if quoted := [(number, item.quote) for number, item in enumerate(items, start=1) if item.quote]:
        document.add_heading(QUOTES, level=1)
        for number, quote in quoted:
            document.add_paragraph(f"{number}. \u201c{' '.join(_fit(quote).split())}\u201d")
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _sections(text: str) -> list[tuple[str, list[str]]]:
    """Return the headings of a text, each with the lines below it."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in _fit(text).splitlines():
        if line.startswith("## "):
            found.append((line.removeprefix("## ").strip(), []))
        elif line.strip():
            found[-1][1].append(line.strip())
    return found


def _add_lines(document: "Document", lines: Sequence[str]) -> None:
    for line in lines:
        if line.startswith("- "):
            document.add_paragraph(line.removeprefix("- "), style="List Bullet")
        else:
            document.add_paragraph(line)


def _add_table(document: "Document", items: Sequence[Item]) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = _TABLE_STYLE
    for cell, name in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for number, item in enumerate(items, start=1):
        values = (str(number), item.text, item.who, item.due)
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = _fit(value)


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)
