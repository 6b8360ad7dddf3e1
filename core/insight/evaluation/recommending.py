"""What an evaluation says about the route, in one sentence; nothing when its interval does not carry it."""

import random
from collections.abc import Sequence

from core.insight.evaluation.running import Evaluation

# Below this lower end of the interval a smaller model is not put first.
LEAST_SHARE = 0.8
LEAST_ITEMS = 20
_RESAMPLES, _SEED = 1000, 7


def recommend(result: Evaluation, small: str, large: str) -> str:
    """Return the sentence for two systems over the items that both answered.

    Args:
        result: the evaluation.
        small: the system that would be asked first.
        large: the one that it is held against.
    """
    pairs = _pairs(result, small, large)
    if len(pairs) < LEAST_ITEMS:
        return f"No recommendation: {len(pairs)} items are too few, it takes {LEAST_ITEMS}."
    share, low, high = _share(pairs)
    if low < LEAST_SHARE:
        return (
            f"No recommendation for {small}: it passes {share:.0%} of what {large} passes, and the 95 % interval"
            f" ({low:.0%} to {high:.0%}) does not exclude less than {LEAST_SHARE:.0%}. It does not enter the route."
        )
    return (
        f"{small} passes {share:.0%} (95 % interval {low:.0%} to {high:.0%}) of what {large} passes"
        f" {_price(result, small, large)}: put it first in the route."
    )


def _pairs(result: Evaluation, small: str, large: str) -> list[tuple[float, float]]:
    passes: dict[str, dict[str, float]] = {small: {}, large: {}}
    for one in result.judged:
        if one.system in passes:
            passes[one.system][one.item.id] = one.scores["usable"].part
    return [(ours, passes[large][item]) for item, ours in passes[small].items() if item in passes[large]]


def _share(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    chance = random.Random(_SEED)  # noqa: S311 - the same sentence each time
    drawn = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(_RESAMPLES))
    return _ratio(pairs), drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES)]


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Return what the first passes by what the second passes; 0 when the second passes nothing: that proves nothing."""
    whole = sum(other for _, other in pairs)
    return sum(one for one, _ in pairs) / whole if whole else 0.0


def _price(result: Evaluation, small: str, large: str) -> str:
    ours, theirs = (sum(cost.usd for cost in result.costs if cost.system == name) for name in (small, large))
    if theirs:
        return f"at {ours / theirs:.0%} of the cost"
    seconds = [sum(one.output.seconds for one in result.judged if one.system == name) for name in (small, large)]
    return f"in {seconds[0] / seconds[1]:.0%} of the time (neither has a price)" if seconds[1] else "at no cost"
