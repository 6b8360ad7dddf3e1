"""The words that carry content, and texts ranked by them."""

from core.text.content import Ranking, content_stems, is_empty_word


def test_stems_join_the_forms_of_a_word() -> None:
    assert content_stems("decided the decisions") != []
    assert content_stems("printers") == content_stems("printer")


def test_small_words_of_the_four_languages_carry_no_content() -> None:
    assert all(map(is_empty_word, ("the", "und", "les", "los")))
    assert content_stems("And what is it that they would do?") == []


def test_a_text_ranks_higher_for_rare_words_and_a_text_with_none_is_not_named() -> None:
    texts = ["the crane needs a part", "a part of the list", "lunch at noon", "a part, a part, a list"]
    ranking = Ranking([content_stems(text) for text in texts])
    assert ranking.best(set(content_stems("Which part does the crane need?")), 3)[0] == 0
    assert 2 not in ranking.best({"part", "list"}, 10)
    assert ranking.best(set(), 3) == []
    assert ranking.shared({"part", "list", "crane"}, 3) == 2


def test_an_index_over_nothing_finds_nothing() -> None:
    assert Ranking([]).best({"part"}, 3) == []
    assert Ranking([[]]).best({"part"}, 3) == []
