"""Minutes as Word document: headings and paragraphs of the text, the tasks as a table, and their quotes."""

import io
import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from core.drafts import Draft, Item
from core.text.forms import LIST_MARK
from core.text.language import detect_language
from core.text.lexicon import Lexicon, lexicon
from integrations.documents.editing.plans import FORBIDDEN

if TYPE_CHECKING:
    from docx.document import Document

COLUMNS = ("number", "task", "who", "due")
AUTHOR = "Inlaid"
_TABLE_STYLE = "Table Grid"
_HEADING_MARKS = frozenset("#" * level for level in range(1, 7))
_BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*")


def minutes_document(draft: Draft) -> bytes:
    """Return the minutes of a draft as a .docx file, in the language of their headings."""
    from docx import Document

    sections = _sections(draft.text)
    words = lexicon(detect_language(draft.text))
    document = Document()
    title = _fit(draft.subject or words.wording("conversation.minutes"))
    document.core_properties.title = title[:255]
    document.core_properties.author = AUTHOR
    document.core_properties.comments = ""
    document.add_heading(title, level=0)
    items = draft.items or ()
    tasks = _task_lines([line for _, lines in sections for line in lines], items)
    for heading, lines in sections:
        if heading:
            document.add_heading(heading, level=1)
        for are_tasks, found in groupby(lines, key=tasks.__contains__):
            if not are_tasks:
                _add_lines(document, list(found))
            elif here := [(number, item) for line in found for number, item in tasks[line]]:
                _add_table(document, here, words)
    if quoted := [(number, item.quote) for number, item in enumerate(items, start=1) if item.quote]:
        document.add_heading(words.wording("conversation.word_for_word"), level=1)
        for number, quote in quoted:
            document.add_paragraph(f"{number}. \u201c{' '.join(_fit(quote).split())}\u201d")
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _task_lines(lines: Sequence[str], items: Sequence[Item]) -> dict[str, list[tuple[int, Item]]]:
    """Return the lines that are tasks, each with what it says and its number; none when a task has no line.

    The heading says nothing: a model writes it in any language, and other lines may follow it. A task without a
    line means that a person changed the text, which then stands as it is.
    """
    found: dict[str, list[tuple[int, Item]]] = {}
    left = [line for line in lines if LIST_MARK.match(line)]
    for number, item in enumerate(items, start=1):
        parts = [_letters(value) for value in (item.text, item.who, item.due)]
        at = next((at for at, line in enumerate(left) if all(part in _letters(line) for part in parts)), None)
        if at is None:
            return {}
        found.setdefault(left[at], []).append((number, item))
        left = left[at + 1 :]
    return found


def _letters(text: str) -> str:
    """Return what tells texts apart, without punctuation and formatting marks."""
    return "".join(sign for sign in _fit(text).casefold() if sign.isalnum())


def _sections(text: str) -> list[tuple[str, list[str]]]:
    """Return the headings of a text, each with the lines below it."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in _fit(text).splitlines():
        marks, _, heading = line.partition(" ")
        if marks in _HEADING_MARKS and heading.strip():
            found.append((heading.strip("# \t"), []))
        elif line.strip():
            found[-1][1].append(line.strip())
    return found


def _add_lines(document: "Document", lines: Sequence[str]) -> None:
    for line in lines:
        entry = LIST_MARK.match(line)
        paragraph = document.add_paragraph(style="List Bullet" if entry else None)
        for number, part in enumerate(_BOLD.split(line[entry.end() :] if entry else line)):
            paragraph.add_run(part).bold = number % 2 == 1 or None


def _add_table(document: "Document", items: Sequence[tuple[int, Item]], words: Lexicon) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = _TABLE_STYLE
    for cell, name in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.paragraphs[0].add_run(words.wording(f"conversation.{name}")).bold = True
    for number, item in items:
        values = (str(number), item.text, item.who, item.due)
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = _fit(value)


def _fit(text: str) -> str:
    return "".join(char for char in text.replace("\r\n", "\n").replace("\r", "\n") if char not in FORBIDDEN)
