"""Rows and tables that only one of two documents has."""

import random

import pytest

from integrations.documents import read_document, resolve_revisions
from tests.integrations.documents.build import (
    BOT,
    body_of,
    deleted,
    document,
    ins,
    p,
    run,
    table,
)
from tests.integrations.documents.compare.tables import OLD_ROWS, compared, grid, marked, structure, words
from tests.integrations.documents.parts import control, old_box, settings

LOCK = '<w:lock w:val="contentLocked"/>'


def test_single_rows_are_marked_alone() -> None:
    old, new = document(grid(OLD_ROWS), p()), document(grid([OLD_ROWS[0], ["Pens", "5"], *OLD_ROWS[1:]]), p())
    kinds = [row.kind for row in read_document(marked(old, new)).revisions]
    assert kinds == ["row_insertion", "insertion", "insertion"]
    kinds = [row.kind for row in read_document(marked(new, old)).revisions]
    assert kinds == ["row_deletion", "deletion", "deletion"]


def test_columns_are_said_to_be_marked_by_whole_rows() -> None:
    wide = grid([["Item", "Price", "Count"], *OLD_ROWS[1:]])
    result = compared(document(grid(OLD_ROWS), p()), document(wide, p()))
    reasons = {row.id: row.reason for row in result.results}
    assert "whole row is marked" in reasons['body: row "Item Price Count"']
    assert reasons['body: row "Item Price"'] == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "b"], ["a", OLD_ROWS, "b"]),
        (["a", "b"], [OLD_ROWS, "a", "b"]),
        (["a"], ["a", OLD_ROWS, ""]),
        (["a"], ["a", OLD_ROWS, "behind it"]),
        (["a"], ["a", "heading", OLD_ROWS, "behind", "it"]),
        (["a", "b"], ["a", OLD_ROWS, "between", [["x"]], "b"]),
        (["a", "b"], ["heading", OLD_ROWS, "a", "b"]),
        (["a", "b"], ["a", "heading", OLD_ROWS, "caption", "b"]),
        (["a", "lost words", "b"], ["a", OLD_ROWS, "b"]),
        (["a", "lost words"], ["a", OLD_ROWS, "something quite different"]),
        (["a", [["x"]], "b"], ["a", [["x"]], "between", OLD_ROWS, "b"]),
        (["a", [["x"]], "b"], ["a", OLD_ROWS, "between", [["x"]], "b"]),
        (["lost words"], ["something quite different", OLD_ROWS, "and else"]),
    ],
)
def test_whole_tables(old: list[object], new: list[object]) -> None:
    def made(blocks: list[object]) -> bytes:
        return document(*[words(block) if isinstance(block, str) else grid(block) for block in blocks])  # type: ignore[arg-type]

    out = marked(made(old), made(new))
    assert {row.author for row in read_document(out).revisions} == {BOT}
    marked(made(new), made(old))


@pytest.mark.parametrize(
    ("old", "new", "words_of_reason"),
    [
        (words("a") + grid(OLD_ROWS), grid([["new"]]) + grid(OLD_ROWS), "no paragraph stays"),
        (
            control(grid(OLD_ROWS), LOCK),
            grid(OLD_ROWS[:2]),
            "locked content control",
        ),
        (
            control(grid(OLD_ROWS), LOCK),
            grid([*OLD_ROWS, ["more", "of it"]]),
            "locked content control",
        ),
    ],
)
def test_what_cannot_be_marked_is_refused_with_the_reason(old: str, new: str, words_of_reason: str) -> None:
    result = compared(document(old, p()), document(new, p()))
    refused = [row for row in result.results if row.status == "refused"]
    assert words_of_reason in " ".join(row.reason for row in refused)


def test_a_row_with_a_text_box_stays() -> None:
    boxed = table([words("a"), words("b")], [p(old_box(words("in a box"))), words("c")])
    result = compared(document(boxed, p()), document(table([words("a"), words("b")]), p()))
    assert result.results[0].status == "refused"
    assert "text box" in result.results[0].reason
    assert result.data is None or "<w:trPr>" not in body_of(result.data)


def test_protected_documents_keep_their_tables() -> None:
    protection = settings('<w:documentProtection w:edit="readOnly" w:enforcement="1"/>')
    old, new = document(grid(OLD_ROWS), p(), settings=protection), document(grid(OLD_ROWS[1:]), p())
    result = compared(old, new)
    assert result.data is None
    assert "protected" in result.results[0].reason


def test_a_long_table_is_compared_in_reasonable_time() -> None:
    dice = random.Random(3)
    rows = [[f"item {n}", str(dice.random()), "same words in every row"] for n in range(600)]
    new = [row if n % 9 else [row[0], "changed", row[2]] for n, row in enumerate(rows) if n % 50]
    result = compared(document(grid(rows), p()), document(grid(new), p()))
    assert {row.status for row in result.results} == {"applied"}


def test_new_rows_bring_their_look_but_nothing_that_points_elsewhere() -> None:
    link = f'<w:hyperlink r:id="rId99">{run("a link", "<w:b/>")}</w:hyperlink>'
    numbered = p(run("item"), properties='<w:pStyle w:val="Unknown"/><w:numPr><w:numId w:val="77"/></w:numPr>')
    earlier = p(ins(run("kept ")), deleted("gone "), run("words"))
    new = document(words("a"), table([p(link), numbered], [earlier, p(run("x"))]), words("b"))
    out = compared(document(words("a"), words("b")), new).data
    assert out is not None
    body = body_of(out)
    assert "<w:b/>" in body
    assert "Ann" not in body
    for foreign in ("rId99", "Unknown", "w:numPr", "hyperlink", "gone"):
        assert foreign not in body
    assert structure(resolve_revisions(out, accept=True)) == [
        "a",
        [[["a link"], ["item"]], [["kept words"], ["x"]]],
        "b",
    ]
