"""A letter built with python-docx and what is made of it: edits of words, of paragraphs, comments, a comparison."""

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document as Draft
from docx.enum.text import WD_ALIGN_PARAGRAPH

from integrations.documents import DocumentEdit, apply_edits, compare_documents, read_document
from tests.integrations.documents.build import CORPUS, DATE

AUTHORS = ("Inlaid", "Ann Example")


def saved(draft: Draft) -> bytes:
    """Return the file of a document built with python-docx."""
    out = io.BytesIO()
    draft.save(out)
    return out.getvalue()


def changed(data: bytes, wishes: Sequence[dict[str, str]], author: str = AUTHORS[0]) -> bytes:
    """Apply edits whose `id` is the beginning of a paragraph; every one of them has to be made."""
    rows = read_document(data).paragraphs

    def address(beginning: str) -> str:
        return next(row.id for row in rows if row.text.startswith(beginning))

    edits = []
    for wish in wishes:
        places = {key: address(value) for key, value in wish.items() if key in ("id", "target") and not value.isdigit()}
        values: dict[str, Any] = {**wish, **places}
        edits.append(DocumentEdit(**values))
    result = apply_edits(data, edits, author=author, date=DATE, strict=True)
    assert result.data is not None, result.results
    return result.data


def corpus(name: str, *wishes: dict[str, str]) -> bytes:
    """Return a real file with edits."""
    return changed((CORPUS / f"{name}.docx").read_bytes(), wishes)


def letter() -> Draft:
    """Return a document with headings, looks, a list and a table."""
    draft = docx.Document()
    draft.add_heading("Agreement on paper", 1)
    looks = draft.add_paragraph("The supplier delivers ")
    looks.add_run("twenty boxes").bold = True
    looks.add_run(" of paper each month, ")
    looks.add_run("free of charge").italic = True
    looks.add_run(".")
    draft.add_paragraph("The first of three paragraphs about nothing.").alignment = WD_ALIGN_PARAGRAPH.CENTER
    draft.add_paragraph("The second of three paragraphs about nothing at all.")
    draft.add_paragraph("The third paragraph ends it.")
    for item in ("White paper", "Yellow paper", "Recycled paper"):
        draft.add_paragraph(item, style="List Bullet")
    table(draft, [("Item", "Price"), ("Paper", "10"), ("Ink", "20"), ("Glue", "30")])
    draft.add_paragraph("Signed by nobody.")
    return draft


def table(draft: Draft, rows: Sequence[tuple[str, ...]]) -> None:
    """Add a table with lines."""
    made = draft.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = text


def words() -> bytes:
    """Change words across looks, with spaces, tabs and signs."""
    return changed(
        saved(letter()),
        [
            {"id": "The supplier", "text": "The seller delivers thirty crates of paper each week, at no cost."},
            {"id": "The third", "text": "The third paragraph\tends it \u2013 with a tab & two  spaces."},
            {"id": "White", "text": "White paper, A4"},
            {"id": "Ink", "text": "Ink, black"},
        ],
    )


def paragraphs() -> bytes:
    """Insert, delete, split, merge and move paragraphs."""
    return changed(
        saved(letter()),
        [
            {"id": "Agreement", "op": "insert_after", "text": "A new line below the heading.", "style": "Normal"},
            {"id": "The first", "op": "merge"},
            {"id": "The third", "op": "split", "find": "The third paragraph"},
            {"id": "Yellow", "op": "delete"},
            {"id": "White", "op": "move", "target": "Recycled"},
            {"id": "Signed", "op": "insert_after", "text": "And by somebody."},
        ],
    )


def reviewed() -> bytes:
    """Change what somebody else has changed before."""
    first = changed(
        saved(letter()),
        [
            {"id": "The second", "text": "The second of four quite long paragraphs about nothing."},
            {"id": "Signed", "text": "Signed by almost nobody today."},
        ],
        author=AUTHORS[1],
    )
    return changed(
        first,
        [
            {"id": "The second", "text": "The second of four rather long paragraphs about something."},
            {"id": "Signed", "text": "Signed by hardly nobody."},
        ],
    )


def comments() -> bytes:
    """Comment, answer, resolve, and comment on a change."""
    first = changed(
        saved(letter()),
        [
            {"id": "The supplier", "find": "twenty boxes", "comment": "Is this enough?"},
            {"id": "The second", "comment": "Can this go?\nIt says nothing."},
            {"id": "Ink", "comment": "Which colour?"},
        ],
        author=AUTHORS[1],
    )
    return changed(
        first,
        [
            {"op": "comment", "target": "0", "comment": "Yes, for a month."},
            {"op": "resolve", "target": "1"},
            {"id": "Signed", "find": "nobody", "text": "both", "comment": "Somebody has to."},
        ],
    )


def compared() -> bytes:
    """Compare with a document that has other rows, columns, tables and paragraphs."""
    other = docx.Document()
    other.add_heading("Agreement on paper", 1)
    other.add_paragraph("The supplier delivers twenty boxes of paper each month, free of charge.")
    other.add_paragraph("The second of three paragraphs about nothing at all.")
    table(other, [("Quite", "a", "new"), ("table", "with", "columns")])
    other.add_paragraph("The third paragraph ends it all.")
    for item in ("White paper", "Yellow paper", "Recycled paper"):
        other.add_paragraph(item, style="List Bullet")
    table(other, [("Item", "Price"), ("Pens", "5"), ("Paper", "12"), ("Glue", "30"), ("all", "47")])
    other.add_paragraph("Signed by nobody.")
    table(other, [("One", "more"), ("at", "the end")])
    other.add_paragraph("The end.")
    result = compare_documents(saved(letter()), saved(other), author=AUTHORS[0], date=DATE)
    assert result.data is not None
    return result.data
