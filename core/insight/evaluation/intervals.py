"""95 % intervals: Wilson's of shares, of all others by bootstrap over items with a fixed seed.

Drawing from a few items that all pass gives an interval of no width, which would promise what two items cannot.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from core.insight.evaluation.scores import Ratio
from core.insight.report.histograms import share

_RESAMPLES = 1000
_SEED = 7
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval; `n` is the number of items that count."""

    value: float
    low: float
    high: float
    n: int


def ratio_of_sums(ratios: Sequence[Ratio]) -> float:
    """Return the parts by the wholes, 0 when nothing counts."""
    whole = sum(ratio.whole for ratio in ratios)
    return sum(ratio.part for ratio in ratios) / whole if whole else 0.0


def interval(ratios: Sequence[Ratio]) -> Interval:
    """Return the ratio of sums over items with its interval: Wilson's where each item passes or does not."""
    counted = [ratio for ratio in ratios if ratio.whole]
    if counted and all(ratio.whole == 1 and ratio.part in {0, 1} for ratio in counted):
        passing = share(sum(ratio.part for ratio in counted), len(counted))
        return Interval(passing.value or 0.0, passing.low or 0.0, passing.high or 0.0, n=len(counted))
    drawn = sorted(ratio_of_sums([counted[at] for at in draw]) for draw in _draws(len(counted)))
    return Interval(ratio_of_sums(counted), *_ends(drawn), n=len(counted))


def paired_difference(ours: Sequence[Ratio], theirs: Sequence[Ratio]) -> Interval:
    """Return the first minus the second over the same items in the same order, with the interval of the difference."""
    pairs = [(own, other) for own, other in zip(ours, theirs, strict=True) if own.whole or other.whole]
    drawn = sorted(_difference([pairs[at] for at in draw]) for draw in _draws(len(pairs)))
    return Interval(_difference(pairs), *_ends(drawn), n=len(pairs))


def _difference(pairs: Sequence[tuple[Ratio, Ratio]]) -> float:
    return ratio_of_sums([own for own, _ in pairs]) - ratio_of_sums([other for _, other in pairs])


def _draws(count: int) -> list[list[int]]:
    # Not for secrets: a fixed seed is the point.
    chance = random.Random(_SEED)  # noqa: S311
    return [chance.choices(range(count), k=count) for _ in range(_RESAMPLES)] if count else []


def _ends(drawn: Sequence[float]) -> tuple[float, float]:
    if not drawn:
        return 0.0, 0.0
    return drawn[int(_LOW * len(drawn))], drawn[min(int(_HIGH * len(drawn)), len(drawn) - 1)]
