"""Token buckets and growing waits, by a clock that the test moves."""

import random
from collections.abc import Callable

import pytest

from core.errors import RateLimited
from core.rate_limits import MAX_KEYS, MAX_WAIT_SECONDS, Buckets, Failures, PersonLimits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_no_key_gets_more_than_its_bucket_and_its_rate_whatever_it_does() -> None:
    random.seed(5)
    for _ in range(200):
        clock, per_minute = Clock(), random.choice([1, 7, 60, 600])
        buckets, taken, begun = Buckets(per_minute, clock=clock), 0, clock.now
        for _ in range(random.randrange(1, 400)):
            clock.now += random.choice([0, 0, 0, 0.01, 1, 30])
            wait = buckets.take("a")
            taken += wait == 0
            assert taken <= per_minute + (clock.now - begun) * per_minute / 60 + 0.01
            if wait and random.random() < 0.3:
                clock.now += wait
                assert buckets.take("a") == 0
                taken += 1
        assert buckets.take("b") == 0


def test_zero_allows_everything() -> None:
    assert all(Buckets(0).take("a") == 0 for _ in range(1000))
    failures = Failures(0)
    for _ in range(100):
        failures.note("a")
    assert failures.wait_seconds("a") == 0


def test_many_keys_do_not_fill_the_memory() -> None:
    buckets = Buckets(1)
    for number in range(MAX_KEYS + 10):
        buckets.take(number)
    assert len(buckets._left) == MAX_KEYS


def test_who_guesses_on_waits_twice_as_long_each_time_and_begins_anew_after_a_pause() -> None:
    clock = Clock()
    failures = Failures(10, clock=clock)

    def guess(times: int) -> float:
        for _ in range(times):
            failures.note("a")
        return failures.wait_seconds("a")

    assert guess(9) == 0
    waits = []
    for _ in range(12):
        waits.append(guess(1))
        clock.now += waits[-1]
    assert waits[:5] == [6, 12, 24, 48, 96]
    assert waits[-1] == MAX_WAIT_SECONDS
    assert failures.wait_seconds("b") == 0
    clock.now += 4 * 3600
    assert guess(9) == 0


def test_who_fails_now_and_then_never_waits() -> None:
    clock = Clock()
    failures = Failures(10, clock=clock)
    for _ in range(1000):
        failures.note("a")
        assert failures.wait_seconds("a") == 0
        clock.now += 7


@pytest.mark.parametrize("act", [PersonLimits.ask, PersonLimits.submit])
def test_a_person_who_asks_too_often_is_told_how_long_to_wait(
    act: Callable[[PersonLimits, tuple[str, str]], None],
) -> None:
    limits = PersonLimits(3, 3)
    for _ in range(3):
        act(limits, ("local", "ann"))
    with pytest.raises(RateLimited) as refused:
        act(limits, ("local", "ann"))
    assert 0 < refused.value.retry_after_seconds <= 20
    act(limits, ("local", "bea"))
    act(limits, ("T1", "ann"))
