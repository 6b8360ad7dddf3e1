"""Shares and percentiles with their intervals."""

import random

import pytest

from core.insight.report.histograms import (
    DISTANCE_ENDS,
    SECONDS_ENDS,
    Estimate,
    bucket_name,
    histogram,
    percentile,
    share,
)


def test_a_share_has_wilsons_interval() -> None:
    found = share(8, 10)
    assert (found.value, found.n) == (0.8, 10)
    assert found.low == pytest.approx(0.4902, abs=1e-4)
    assert found.high == pytest.approx(0.9433, abs=1e-4)


def test_without_cases_there_is_no_share() -> None:
    assert share(0, 0) == Estimate(None, 0)
    assert percentile([0] * len(DISTANCE_ENDS), DISTANCE_ENDS, 0.5) == Estimate(None, 0)


@pytest.mark.parametrize("part", [0, 5])
def test_a_share_at_the_end_stays_within_0_and_1(part: int) -> None:
    found = share(part, 5)
    assert 0 <= (found.low or 0) <= (found.value or 0) <= (found.high or 0) <= 1


def test_percentiles_of_a_histogram_are_near_those_of_the_values() -> None:
    chance = random.Random(5)
    values = sorted(chance.lognormvariate(1.2, 0.8) for _ in range(4000))
    counts: dict[str, float] = {}
    for value in values:
        name = bucket_name("t", SECONDS_ENDS, value)
        counts[name] = counts.get(name, 0) + 1
    for part in (0.5, 0.95):
        found = percentile(histogram(counts, "t", SECONDS_ENDS), SECONDS_ENDS, part)
        true = values[int(part * len(values))]
        assert found.value == pytest.approx(true, rel=0.1)
        assert (found.low or 0) <= (found.value or 0) <= (found.high or 0)


def test_a_value_beyond_the_last_end_counts_in_the_last_bucket() -> None:
    assert bucket_name("t", SECONDS_ENDS, 1e9) == f"t{len(SECONDS_ENDS) - 1}"
    assert bucket_name("d", DISTANCE_ENDS, 0.0) == "d0"
