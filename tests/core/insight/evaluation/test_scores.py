import pytest

from core.insight.evaluation.scores import (
    Ratio,
    answer_f1,
    count_edits,
    edit_f_half,
    edit_similarity,
    gleu,
    holds_answer,
    interval,
    paired_difference,
    rouge_l,
    tokens,
)

SOURCE = "He go to school yesterday ."


RIGHT = "He went to school yesterday ."


def test_rouge_takes_the_nearest_reference() -> None:
    assert rouge_l("the red fox ran", ["a blue whale", "the fox ran"]) == pytest.approx(6 / 7)
    assert rouge_l("", ["a"]) == rouge_l("a", []) == 0


def test_gleu_punishes_what_should_have_been_changed() -> None:
    assert gleu(SOURCE, RIGHT, [RIGHT]) == pytest.approx(1.0)
    assert gleu(SOURCE, SOURCE, [RIGHT]) < gleu(SOURCE, "He goes to school yesterday .", [RIGHT]) < 1
    assert gleu(SOURCE, "", [RIGHT]) == 0


def test_edits_are_counted_against_the_reference_that_agrees_best() -> None:
    assert count_edits(SOURCE, RIGHT, ["He goes to school yesterday .", RIGHT]) == (1, 1, 1)
    assert count_edits(SOURCE, "She went to school yesterday .", [RIGHT]) == (1, 2, 1)
    assert count_edits(SOURCE, "She went for school yesterday .", [RIGHT]) == (1, 3, 1)


def test_f_half_of_sums_is_the_usual_formula() -> None:
    right, made, wanted = 3, 4, 6
    precision, recall = right / made, right / wanted
    part, whole = edit_f_half(count_edits("a", "b", ["b"])._replace(right=right, made=made, wanted=wanted))
    assert part / whole == pytest.approx(1.25 * precision * recall / (0.25 * precision + recall))


def test_marks_and_split_contractions_are_the_same_tokens() -> None:
    assert tokens("I do n't know .") == tokens("I don\u2019t know.")


def test_an_answer_is_held_in_one_run_without_articles() -> None:
    assert holds_answer("It was founded by Greta Holm in 1911.", ["the Greta Holm"])
    assert not holds_answer("Greta and Holm", ["Greta Holm"])
    assert answer_f1("a Greta", ["Greta Holm"]) == pytest.approx(2 / 3)
    assert edit_similarity("one two three", ["one two four"]) == pytest.approx(2 / 3)


def test_an_interval_holds_its_value_and_is_the_same_each_time() -> None:
    ratios = [Ratio(1)] * 12 + [Ratio(0)] * 8 + [Ratio(0, 0)]
    found = interval(ratios)
    assert (found.value, found.n) == (0.6, 20)
    assert 0.3 < found.low < 0.6 < found.high < 0.9
    assert interval(ratios) == found
    assert interval([]).n == 0


def test_a_paired_difference_is_tighter_than_two_intervals() -> None:
    ours = [Ratio(at % 2) for at in range(40)]
    theirs = [Ratio(at % 2 if at else 1) for at in range(40)]
    difference = paired_difference(ours, theirs)
    assert difference.value == pytest.approx(-1 / 40)
    assert difference.high - difference.low < interval(ours).high - interval(ours).low
