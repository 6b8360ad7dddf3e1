"""Intervals of shares and differences."""

import pytest

from core.insight.evaluation.intervals import interval, paired_difference
from core.insight.evaluation.scores import (
    Ratio,
)


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
