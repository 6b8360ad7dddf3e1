"""How much of a question a passage holds."""

import pytest

from core.sources.model import IndexQuery
from core.sources.question_share import rarity, whole_score


def query(*words: list[str]) -> IndexQuery:
    return IndexQuery([term for word in words for term in word], None, frozenset(), words=words)


def test_what_fewer_passages_hold_weighs_more_and_nothing_weighs_nothing() -> None:
    weights = [rarity(holding, 1_000) for holding in (0, 1, 10, 400, 900, 1_000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0
    assert rarity(0, 0) > 0


def test_a_word_counts_once_by_the_form_that_is_held() -> None:
    weights = {"leave": 2.0, "leav": 9.0, "paid": 3.0}
    assert whole_score(query(["leave", "leav"], ["paid"]), weights) == 5.0
    assert whole_score(IndexQuery(["leave", "paid"], None, frozenset()), weights) == 5.0


@pytest.mark.parametrize("words", [[], [["unknown"]]])
def test_a_question_without_words_divides_nothing_by_zero(words: list[list[str]]) -> None:
    assert whole_score(query(*words), {}) > 0
