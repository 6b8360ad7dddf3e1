"""Which blocks of two documents belong together."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.documents.compare.alignment import Pair, align

WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "alphabet", "betas"]), max_size=12)


def similarity(left: str, right: str) -> float:
    return 0.5 if left[:4] == right[:4] else 0.0


def aligned(old: list[str], new: list[str]) -> list[Pair[str]]:
    return align(old, new, lambda word: word, similarity)


def test_equal_blocks_are_paired_first_and_similar_ones_between_them() -> None:
    assert aligned(["alpha", "beta", "gamma"], ["alphabet", "beta", "delta"]) == [
        Pair("alpha", "alphabet"),
        Pair("beta", "beta"),
        Pair("gamma", None),
        Pair(None, "delta"),
    ]


@given(WORDS, WORDS)
def test_every_block_of_both_sides_stands_once_and_in_order(old: list[str], new: list[str]) -> None:
    pairs = aligned(old, new)
    assert [pair.old for pair in pairs if pair.old is not None] == old
    assert [pair.new for pair in pairs if pair.new is not None] == new
    assert all(similarity(pair.old, pair.new) for pair in pairs if pair.old is not None and pair.new is not None)
