"""Which variant is tried next, and who cannot tilt that."""

import random

import pytest

from core.insight.learning.bandit import Arm, TrialCount, arms_of, choose, rank, regressions

NAMES = ("a", "b")


def test_the_better_variant_is_tried_more_and_the_other_not_never() -> None:
    arms = {"a": Arm(100, 70), "b": Arm(100, 40)}
    chance = random.Random(1)
    chosen = [choose(arms, explore=0.05, chance=chance) for _ in range(2000)]
    assert 0.03 < chosen.count("b") / 2000 < 0.08


def test_what_nobody_tried_is_tried() -> None:
    chance = random.Random(1)
    chosen = [choose({"a": Arm(10, 5), "b": Arm()}, explore=0.0, chance=chance) for _ in range(400)]
    assert 100 < chosen.count("b") < 300


def test_a_flood_by_one_person_weighs_little() -> None:
    crowd = [TrialCount("a", f"p{number}", 10, 8) for number in range(10)]
    crowd += [TrialCount("b", f"p{number}", 10, 2) for number in range(10)]
    flood = [TrialCount("b", "flooder", 5000, 5000)]
    arms = arms_of(NAMES, [*crowd, *flood])
    assert arms["b"].trials <= 100 + 60
    assert arms["a"].rate > arms["b"].rate


def test_a_person_alone_counts_fully() -> None:
    arms = arms_of(NAMES, [TrialCount("a", "me", 40, 30), TrialCount("b", "me", 30, 3)])
    assert arms == {"a": Arm(40, 30), "b": Arm(30, 3)}


def test_a_variant_that_no_longer_exists_is_left_out() -> None:
    assert set(arms_of(NAMES, [TrialCount("gone", "me", 9, 9)])) == set(NAMES)


@pytest.mark.parametrize(
    ("other", "worse"),
    [(Arm(200, 60), {"b"}), (Arm(200, 118), set()), (Arm(10, 0), set()), (Arm(200, 180), set())],
)
def test_only_a_variant_that_is_surely_worse_is_stopped(other: Arm, worse: set[str]) -> None:
    assert regressions({"a": Arm(200, 120), "b": other}, "a") == worse


def test_the_most_promising_come_first() -> None:
    arms = {"a": Arm(1000, 100), "b": Arm(1000, 900), "c": Arm(1000, 500)}
    assert rank(arms, chance=random.Random(2)) == ["b", "c", "a"]
