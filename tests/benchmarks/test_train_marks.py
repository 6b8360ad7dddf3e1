"""What marks are learnt from: sentences of marked texts, and nothing of those that may be marked or not."""

import numpy as np

from benchmarks.marked import CHOSEN, MarkedText
from benchmarks.train_marks import answers_of, fit, is_of, of_marked, probability
from core.writing.roles.marks import MARKED_AS


def test_a_sentence_is_marked_plain_or_not_known() -> None:
    text = "The valve leaks. It was seen twice. The staff are kind."
    own, also = "The valve leaks.", "It was seen twice."
    marked = MarkedText("one", text, {1: "promise"}, [(1, own), (1, also)], own={1: own})
    assert [one.kinds for one in of_marked(marked, CHOSEN).known] == [frozenset({"commitment"}), None, frozenset()]


def test_layers_learn_of_each_sentence_whether_it_is_marked_whether_its_text_holds_anything_and_of_which_kind() -> None:
    own, also = "The valve leaks.", "It was seen twice."
    marked = MarkedText("one", f"{own} {also} The staff are kind.", {1: "risk"}, [(1, own), (1, also)], own={1: own})
    risk, nothing = [float(kind == "risk") for kind in MARKED_AS], [None] * len(MARKED_AS)
    assert list(answers_of(of_marked(marked, CHOSEN))) == [
        [1.0, 1.0, *risk],
        [None, 1.0, *nothing],
        [0.0, 1.0, *nothing],
    ]


def test_a_short_piece_of_a_quote_is_not_its_sentence() -> None:
    assert is_of("The valve leaks since May.", "The valve leaks")
    assert is_of("The valve leaks since May", "The valve leaks since May. It drips.")
    assert not is_of("ok", "it looks ok to me, though the valve leaks")


def test_a_regression_tells_what_its_inputs_tell() -> None:
    inputs = np.random.default_rng(1).normal(size=(200, 3))
    target = (inputs[:, 0] > 0).astype(float)
    weights = fit(inputs, target, np.ones(200))
    found = probability(inputs @ weights[:-1] + weights[-1]) >= 0.5
    assert (found == target).mean() > 0.95
