"""What is said of memory under a load: growth after the warm-up, whatever one sample was."""

from benchmarks.soak import grown_percent, memory_figures


def test_growth_is_that_after_the_warm_up_in_the_median() -> None:
    warm_up, level = [float(number) for number in range(25)], [100.0] * 75
    assert grown_percent(warm_up + level) == 0.0
    level[-10] = 500.0  # a moment
    assert grown_percent(warm_up + level) == 0.0
    assert grown_percent([*warm_up, *([100.0] * 25), *([105.0] * 25), *([110.0] * 25)]) == 10.0


def test_a_part_that_grows_misses_the_bar_and_the_broker_does_not_count() -> None:
    samples = [{"web": 100.0, "second worker": 100.0, "valkey": 10.0 * number} for number in range(1, 41)]
    *_, ours = memory_figures(samples)
    assert ours.is_met
    *_, ours = memory_figures([{**sample, "web": 100.0 + number} for number, sample in enumerate(samples)])
    assert not ours.is_met
