"""Files of text: plain, Markdown, and tables with separators. Pure; called in a child process (`isolated`)."""

import csv

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.sources.model import FileText
from core.sources.sections import MAX_TEXT_CHARS, Sections
from core.sources.tables import MAX_COLUMNS, TableRows
from core.text.charsets import clean_text, decode_bytes
from core.text.html_text import visible_text
from core.writing.grounded.rows import cells_of

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# A character has four bytes at most, so what is cut off here would not be kept.
_MAX_BYTES = 4 * MAX_TEXT_CHARS
_SEPARATORS = ",;\t|"
_SNIFFED_CHARS = 20_000
_FRONT_MATTER = "---\n"


def decoded(data: bytes) -> str:
    """Return the text of a file in whatever charset, without characters that nobody sees."""
    for mark, charset in _MARKS.items():
        if data.startswith(mark):
            return clean_text(data[len(mark) : _MAX_BYTES].decode(charset, "replace"))
    return clean_text(decode_bytes(data[:_MAX_BYTES]))


def read_text(data: bytes) -> FileText:
    """Return a plain text.

    Raises:
        DocumentError: it is empty.
    """
    sections = Sections()
    sections.add(decoded(data))
    return sections.file_text()


def read_markdown(data: bytes) -> FileText:
    """Return a text of Markdown as it is written, under its headings; comments are left out.

    Raises:
        DocumentError: it holds no text.
    """
    text = decoded(data)[:MAX_TEXT_CHARS]
    if text.startswith(_FRONT_MATTER) and (end := text.find("\n" + _FRONT_MATTER, len(_FRONT_MATTER))) > 0:
        text = text[end + 1 + len(_FRONT_MATTER) :]
    lines = text.split("\n")
    sections = Sections()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    comments = {
        piece.content
        for token in tokens
        for piece in token.children or ()
        if piece.type == "html_inline" and piece.content.startswith("<!--")
    }
    for number, token in enumerate(tokens):
        if token.level or not token.map or token.nesting < 0:
            continue
        if token.type == "heading_open":
            sections.heading(int(token.tag[1:]), tokens[number + 1].content)
        elif token.type == "table_open":
            _add_table(lines[token.map[0] : token.map[1]], sections)
        else:
            sections.add(_block(token, lines, comments))
    return sections.file_text()


def _add_table(lines: list[str], sections: Sections) -> None:
    table = TableRows(sections, level=9)
    table.row(cells_of(lines[0]), 1, is_header=True)
    for number, line in enumerate(lines[2:], 2):
        table.row(cells_of(line), number)
    table.end()


def _block(token: Token, lines: list[str], comments: set[str]) -> str:
    if token.type == "html_block":
        return visible_text(token.content).text
    if token.type in {"fence", "code_block"}:
        return token.content
    if token.type == "hr" or not token.map:
        return ""
    text = "\n".join(lines[token.map[0] : token.map[1]])
    for comment in comments if "<!--" in text else ():
        text = text.replace(comment, "")
    return text


def read_csv(data: bytes) -> FileText:
    """Return a table with commas, semicolons, tabs or bars between its cells.

    Raises:
        DocumentError: it holds no text.
    """
    text = decoded(data)[:MAX_TEXT_CHARS]
    sections = Sections()
    table = TableRows(sections)
    # A cell that was never closed is no reason to refuse the rows before it.
    csv.field_size_limit(MAX_TEXT_CHARS)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=_separator(text[:_SNIFFED_CHARS]))
    for number, row in enumerate(rows, 1):
        is_full = table.is_full
        table.row(row[:MAX_COLUMNS], number)
        if is_full:
            break
    table.end()
    return sections.file_text()


def _separator(text: str) -> str:
    """Return the separator that cuts most lines into the same number of cells, more than one."""
    lines = text.splitlines()[:50]

    def agreement(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=agreement)
