"""Comparisons: accepting gives the new document, rejecting the old one, in text and in the shape of tables."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from integrations.documents import read_document, resolve_revisions
from tests.integrations.documents.build import (
    body_of,
    document,
    p,
    run,
)
from tests.integrations.documents.compare.tables import OLD_ROWS, compared, grid, marked, structure, words
from tests.integrations.documents.strategies import blocks, documents


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


def test_pictures_that_were_added_are_named() -> None:
    picture = "<w:r><w:drawing/></w:r>"
    result = compared(document(words("a")), document(p(run("a"), picture)))
    assert any("left out" in warning for warning in result.warnings)
    assert any("not wholly" in warning for warning in result.warnings)


@pytest.mark.parametrize("text", ["", "hello"])
def test_a_paragraph_before_a_table_that_begins_the_document_has_no_place_and_that_is_said(text: str) -> None:
    before = document(grid(OLD_ROWS), words("after"))
    result = compared(before, document(words(text), grid(OLD_ROWS), words("after")))
    assert result.data is None
    assert f'There is no place for the new paragraph "{text}".' in result.warnings


@given(blocks(), blocks())
def test_random_tables_and_paragraphs_come_out_right_both_ways(old: str, new: str) -> None:
    before, after = document(old, p(run("end"))), document(new, p(run("end")))
    result = compared(before, after)
    assert not any("check of the result" in row.reason for row in result.results), result.results
    if result.data is None:
        refused = any(row.status == "refused" for row in result.results)
        assert structure(before) == structure(after) or refused or result.warnings
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
