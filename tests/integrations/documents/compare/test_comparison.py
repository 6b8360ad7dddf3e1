"""Comparisons: accepting gives the new document, rejecting the old one, in text and in the shape of tables."""

import random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from lxml import etree

from integrations.documents import compare_documents, read_document, resolve_revisions
from integrations.documents.model import ApplyResult
from tests.integrations.documents.build import (
    BOT,
    DATE,
    W,
    body_of,
    deleted,
    document,
    files_of,
    ins,
    p,
    run,
    table,
)
from tests.integrations.documents.parts import control, old_box, settings
from tests.integrations.documents.strategies import blocks, documents

LOCK = '<w:lock w:val="contentLocked"/>'
OLD_ROWS = [["Item", "Price"], ["Paper", "10"], ["Ink", "20"]]


def words(text: str) -> str:
    return p(run(text))


def grid(rows: list[list[str]]) -> str:
    return table(*[[words(cell) for cell in row] for row in rows])


def structure(data: bytes, part: str = "word/document.xml") -> list[object]:
    """Return the text of the paragraphs as they nest in rows and cells; shares no code with the engine."""

    def described(container: etree._Element) -> list[object]:
        found: list[object] = []
        for child in container:
            if child.tag == f"{{{W}}}p":
                found.append("".join(node.text or "" for node in child.iter(f"{{{W}}}t")))
            elif child.tag == f"{{{W}}}tbl":
                found.append([[described(cell) for cell in row.iter(f"{{{W}}}tc")] for row in _rows(child)])
        return found

    root = etree.fromstring(files_of(data)[part])
    return described(root[0] if part == "word/document.xml" else root)


def _rows(element: etree._Element) -> list[etree._Element]:
    return list(element.iterchildren(f"{{{W}}}tr"))


def compared(old: bytes, new: bytes) -> ApplyResult:
    return compare_documents(old, new, author=BOT, date=DATE)


def marked(old: bytes, new: bytes) -> bytes:
    """Return the comparison after checking that it is complete both ways."""
    result = compared(old, new)
    assert result.warnings == ()
    assert [row.status for row in result.results] == ["applied"] * len(result.results), result.results
    assert result.data is not None
    assert structure(resolve_revisions(result.data, accept=False)) == structure(old)
    assert structure(resolve_revisions(result.data, accept=True)) == structure(new)
    assert [row.text for row in read_document(result.data, view="original").paragraphs] == [
        row.text for row in read_document(old).paragraphs
    ]
    return result.data


@pytest.mark.parametrize(
    "rows",
    [
        [*OLD_ROWS, ["Glue", "30"]],
        [["First", "row"], *OLD_ROWS],
        OLD_ROWS[:1] + OLD_ROWS[2:],
        OLD_ROWS[1:],
        [OLD_ROWS[2], OLD_ROWS[0], OLD_ROWS[1]],
        [["Item", "Price"], ["Paper, white", "11"], ["Pens", "5"], ["Ink", "20"]],
        [["Quite", "other"], ["words", "here"]],
        [["Item", "Price", "Count"], ["Paper", "10", "1"], ["Ink", "20", "2"]],
        [["Item"], ["Paper"]],
        [["Item", "Price"], ["Paper", "10"], ["Ink", "20"], ["all in one"]],
    ],
)
def test_rows_and_columns_that_were_added_removed_and_changed(rows: list[list[str]]) -> None:
    old = document(words("before"), grid(OLD_ROWS), words("after"))
    out = marked(old, document(words("before"), grid(rows), words("after")))
    assert body_of(out).count("<w:tbl>") == 1
    assert not body_of(out).count("<w:cellIns")


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


def test_a_table_in_a_cell() -> None:
    inner = [["deep", "cell"]]
    old = document(table([words("left"), words("right")]), p())
    new = document(table([words("left") + grid(inner) + words("end"), words("right")]), p())
    marked(old, new)
    marked(new, old)
    both = document(words("a"), table([grid(inner) + p(), words("right")]), p())
    marked(document(words("a"), p()), both)


def test_merged_cells_are_part_of_a_rows_shape() -> None:
    def cell(text: str, properties: str) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{words(text)}</w:tc>"

    def rows(*merges: str) -> str:
        body = "".join(f"<w:tr>{cell('x', merge)}{cell(str(n), '')}</w:tr>" for n, merge in enumerate(merges))
        return f"<w:tbl><w:tblPr/><w:tblGrid/>{body}</w:tbl>"

    plain, joined = rows("", "", ""), rows('<w:vMerge w:val="restart"/>', "<w:vMerge/>", "")
    out = marked(document(plain, p()), document(joined, p()))
    assert body_of(resolve_revisions(out, accept=True)).count("<w:vMerge") == 2
    assert body_of(resolve_revisions(out, accept=False)).count("<w:vMerge") == 0


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


def test_a_text_box_in_a_cell_is_compared_as_a_story_of_its_own() -> None:
    def boxed(text: str) -> bytes:
        return document(table([p(old_box(words(text)))]), p())

    result = compared(boxed("one two three"), boxed("one 2 three"))
    assert result.data is not None
    assert "one 2 three" in [row.text for row in read_document(result.data).paragraphs]


def test_pictures_that_were_added_are_named() -> None:
    picture = "<w:r><w:drawing/></w:r>"
    result = compared(document(words("a")), document(p(run("a"), picture)))
    assert any("left out" in warning for warning in result.warnings)
    assert any("not wholly" in warning for warning in result.warnings)


@given(blocks(), blocks())
def test_random_tables_and_paragraphs_come_out_right_both_ways(old: str, new: str) -> None:
    before, after = document(old, p(run("end"))), document(new, p(run("end")))
    result = compared(before, after)
    assert not any("check of the result" in row.reason for row in result.results), result.results
    if result.data is None:
        assert structure(before) == structure(after) or any(row.status == "refused" for row in result.results)
        return
    assert structure(resolve_revisions(result.data, accept=False)) == structure(before)
    complete = not result.warnings and all(row.status == "applied" for row in result.results)
    if complete:
        assert structure(resolve_revisions(result.data, accept=True)) == structure(after)


@hypothesis_settings(max_examples=30)
@given(documents(), documents())
def test_comparing_never_changes_the_original_view(old: bytes, new: bytes) -> None:
    result = compared(old, new)
    assert not any("check of the result" in row.reason for row in result.results), result.results
    if result.data is not None:
        originals = [read_document(data, view="original").paragraphs for data in (old, result.data)]
        assert [row.text for row in originals[0]] == [row.text for row in originals[1]]


def test_a_long_table_is_compared_in_reasonable_time() -> None:
    dice = random.Random(3)
    rows = [[f"item {n}", str(dice.random()), "same words in every row"] for n in range(600)]
    new = [row if n % 9 else [row[0], "changed", row[2]] for n, row in enumerate(rows) if n % 50]
    result = compared(document(grid(rows), p()), document(grid(new), p()))
    assert {row.status for row in result.results} == {"applied"}
