"""What claims come to is told by questions that the weights did not learn from."""

import numpy as np
import pytest

from benchmarks.train_certainty import FOLDS, Claim, fit, lots, probability, report


def test_claims_that_are_right_more_often_get_more_weight_and_silent_ones_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    claims = [
        Claim("a", has_answer, (odds, 0.0), is_sure=is_right, is_right=is_right)
        for odds, has_answer, is_right in [(4.0, True, True), (-4.0, True, False), (-5.0, False, False)] * FOLDS * 6
    ]
    weights = report([*claims, Claim("a", True, (), is_sure=False, is_right=False)])
    assert weights[0] > 0
    said = capsys.readouterr().out
    assert f"{len(claims) + 1} questions, {FOLDS * 12 + 1} with an answer" in said
    assert f"all, from 0.75: {FOLDS * 6} claimed, {FOLDS * 6} right (1.000)" in said
    assert "0 where nothing answers" in said


def test_the_sets_are_those_that_layers_did_not_learn_from() -> None:
    found = [name for name, documents, asked in lots([]) if documents and asked]
    assert found == ["4", "5", "6"]


def test_a_regression_tells_what_its_inputs_tell() -> None:
    inputs = np.random.default_rng(1).normal(size=(200, 3))
    target = (inputs[:, 0] > 0).astype(float)
    weights = fit(inputs, target)
    found = probability(inputs @ weights[:-1] + weights[-1]) >= 0.5
    assert (found == target).mean() > 0.95
