"""Which prompt variant to try next: Thompson sampling with a floor, a guard and a cap for each person. Pure.

Thompson sampling: draw a success rate for each variant from what is known of it (Beta posterior) and take the best
draw (Thompson, 1933; Chapelle and Li, 2011). Uncertain variants are tried, clearly worse ones fade away.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

# How many tries of one person always count in full, and how many times the usual number count at most.
MIN_CAP = 5.0
CAP_FACTOR = 3.0
GUARD_TRIALS = 20.0
GUARD_MARGIN = 0.02
GUARD_Z = 1.959964


@dataclass(frozen=True)
class Arm:
    """What is known of a variant; `wins` of `trials` counted, which need not be whole numbers."""

    trials: float = 0.0
    wins: float = 0.0

    @property
    def rate(self) -> float:
        """The expected success rate, pulled to one half while little is known."""
        return (self.wins + 1) / (self.trials + 2)


@dataclass(frozen=True)
class TrialCount:
    """How often one person tried one variant, and how much of that was a success."""

    variant: str
    person: str
    trials: float
    wins: float


def arms_of(names: Iterable[str], tried: Sequence[TrialCount]) -> dict[str, Arm]:
    """Return what is known of each variant; nobody counts for much more than people usually do.

    A person's tries weigh at most three times the median of all people's, so that a flood by one decides nothing.
    """
    by_person: dict[str, float] = {}
    for count in tried:
        by_person[count.person] = by_person.get(count.person, 0.0) + count.trials
    cap = max(MIN_CAP, CAP_FACTOR * median_low(by_person.values())) if by_person else MIN_CAP
    arms = {name: Arm() for name in names}
    for count in tried:
        if count.variant in arms:
            weight = min(1.0, cap / by_person[count.person])
            arm = arms[count.variant]
            arms[count.variant] = Arm(arm.trials + weight * count.trials, arm.wins + weight * count.wins)
    return arms


def regressions(arms: Mapping[str, Arm], champion: str) -> frozenset[str]:
    """Return the variants that are known to be worse than the champion; they are not tried any more.

    Worse: after 20 tries, the 95 % interval of the difference lies below -2 points.
    """
    best = arms[champion]
    worse = set()
    for name, arm in arms.items():
        if name == champion or min(arm.trials, best.trials) < GUARD_TRIALS:
            continue
        spread = math.sqrt(_variance(arm) + _variance(best))
        if arm.rate - best.rate + GUARD_Z * spread < -GUARD_MARGIN:
            worse.add(name)
    return frozenset(worse)


def choose(arms: Mapping[str, Arm], *, explore: float, chance: random.Random) -> str:
    """Return the variant to try next.

    Args:
        arms: those that may be tried.
        explore: the least share of tries that each gets.
        chance: where the draws come from.
    """
    names = list(arms)
    if chance.random() < min(1.0, explore * len(names)):
        return chance.choice(names)
    return rank(arms, chance=chance)[0]


def rank(arms: Mapping[str, Arm], *, chance: random.Random) -> list[str]:
    """Return all variants, best draw first."""
    drawn = {name: chance.betavariate(1 + arm.wins, 1 + arm.trials - arm.wins) for name, arm in arms.items()}
    return sorted(drawn, key=lambda name: -drawn[name])


def _variance(arm: Arm) -> float:
    return arm.rate * (1 - arm.rate) / (arm.trials + 3)
