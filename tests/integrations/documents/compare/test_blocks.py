"""Paragraphs and tables as they nest, and which of two documents belong together."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.documents import read_document, resolve_revisions
from integrations.documents.compare.blocks import BlockPair, align
from tests.integrations.documents.build import (
    body_of,
    document,
    p,
    table,
)
from tests.integrations.documents.compare.tables import compared, grid, marked, words
from tests.integrations.documents.parts import old_box


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


def test_a_text_box_in_a_cell_is_compared_as_a_story_of_its_own() -> None:
    def boxed(text: str) -> bytes:
        return document(table([p(old_box(words(text)))]), p())

    result = compared(boxed("one two three"), boxed("one 2 three"))
    assert result.data is not None
    assert "one 2 three" in [row.text for row in read_document(result.data).paragraphs]


WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "alphabet", "betas"]), max_size=12)


def similarity(left: str, right: str) -> float:
    return 0.5 if left[:4] == right[:4] else 0.0


def aligned(old: list[str], new: list[str]) -> list[BlockPair[str]]:
    return align(old, new, lambda word: word, similarity)


def test_equal_blocks_are_paired_first_and_similar_ones_between_them() -> None:
    assert aligned(["alpha", "beta", "gamma"], ["alphabet", "beta", "delta"]) == [
        BlockPair("alpha", "alphabet"),
        BlockPair("beta", "beta"),
        BlockPair("gamma", None),
        BlockPair(None, "delta"),
    ]


@given(WORDS, WORDS)
def test_every_block_of_both_sides_stands_once_and_in_order(old: list[str], new: list[str]) -> None:
    pairs = aligned(old, new)
    assert [pair.old for pair in pairs if pair.old is not None] == old
    assert [pair.new for pair in pairs if pair.new is not None] == new
    assert all(similarity(pair.old, pair.new) for pair in pairs if pair.old is not None and pair.new is not None)
