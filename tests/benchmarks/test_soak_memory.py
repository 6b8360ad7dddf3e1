"""What is said of memory under a load: growth after the warm-up, whatever one sample was."""

import pytest

from benchmarks.soak_memory import grown_percent, memory_figures, slope_per_hour


def test_growth_is_that_after_the_warm_up_in_the_median() -> None:
    warm_up, level = [float(number) for number in range(25)], [100.0] * 75
    assert grown_percent(warm_up + level) == 0.0
    level[-10] = 500.0  # a moment
    assert grown_percent(warm_up + level) == 0.0
    assert grown_percent([*warm_up, *([100.0] * 25), *([105.0] * 25), *([110.0] * 25)]) == 10.0


def test_a_part_that_grows_misses_the_bar_and_the_broker_does_not_count() -> None:
    samples = [{"web": 100.0, "second worker": 100.0, "valkey": 10.0 * number} for number in range(1, 41)]
    times = [5.0 * number for number in range(40)]
    *_, ours = memory_figures(samples, times)
    assert ours.is_met
    *_, ours = memory_figures([{**sample, "web": 100.0 + number} for number, sample in enumerate(samples)], times)
    assert not ours.is_met


def test_the_slope_is_that_of_the_time_after_the_warm_up() -> None:
    times = [60.0 * minute for minute in range(60)]
    assert slope_per_hour(times, [0.0] * 15 + [100.0 + minute for minute in range(45)]) == pytest.approx(60.0)
