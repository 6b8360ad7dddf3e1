"""What an evaluation says about the route, in one sentence; nothing when no grade or no interval carries it."""

import random
from collections.abc import Sequence

from core.insight.evaluation.running import Evaluation

# Below this lower end of the interval a smaller model is not put first.
MIN_SHARE = 0.8
MIN_ITEMS = 20
WITH_MODEL = "inlaid with "
_RESAMPLES, _SEED = 1000, 7


def route_sentences(result: Evaluation) -> list[str]:
    """Return for each model but the largest what the evaluation says about putting it first."""
    names = [name for name in result.systems if name.startswith(WITH_MODEL) and "," not in name]
    return [recommend(result, name, names[-1]) for name in names[:-1]]


def recommend(result: Evaluation, small: str, large: str) -> str:
    """Return the sentence for two systems over the items that were read of both.

    Args:
        result: the evaluation.
        small: the system that would be asked first.
        large: the one that it is held against.
    """
    if result.readings is None:
        return (
            f"No recommendation for {small}: its results were not graded, and checks do not say whether they are good."
        )
    pairs = _pairs(result, small, large)
    if len(pairs) < MIN_ITEMS:
        return f"No recommendation: {len(pairs)} items are too few, it takes {MIN_ITEMS}."
    harmful = {name: _harmful(result, name) for name in (small, large)}
    if harmful[small] > harmful[large]:
        return (
            f"No recommendation for {small}: {harmful[small]} of its results are harmful, {harmful[large]} of {large}."
        )
    share, low, high = _share(pairs)
    if low < MIN_SHARE:
        return (
            f"No recommendation for {small}: {share:.0%} as many of its results are used as of {large}, and the 95 %"
            f" interval ({low:.0%} to {high:.0%}) does not exclude less than {MIN_SHARE:.0%}. It does not enter the"
            " route."
        )
    return (
        f"{share:.0%} (95 % interval {low:.0%} to {high:.0%}) as many results of {small} are used as of {large},"
        f" {_price(result, small, large)}: put it first in the route."
    )


def _pairs(result: Evaluation, small: str, large: str) -> list[tuple[float, float]]:
    used: dict[str, dict[str, float]] = {small: {}, large: {}}
    for grading in result.readings.gradings if result.readings else ():
        if grading.system in used and grading.grade:
            used[grading.system][grading.item] = float(grading.grade in "AB")
    return [(ours, used[large][item]) for item, ours in used[small].items() if item in used[large]]


def _harmful(result: Evaluation, system: str) -> int:
    return (
        sum(grading.grade == "H" for grading in result.readings.gradings if grading.system == system)
        if result.readings
        else 0
    )


def _share(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    chance = random.Random(_SEED)  # noqa: S311 - the same sentence each time
    drawn = sorted(_ratio(chance.choices(pairs, k=len(pairs))) for _ in range(_RESAMPLES))
    return _ratio(pairs), drawn[int(0.025 * _RESAMPLES)], drawn[int(0.975 * _RESAMPLES)]


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Return what is used of the first by what is used of the second; 0 when nothing is: that proves nothing."""
    whole = sum(other for _, other in pairs)
    return sum(difference for difference, _ in pairs) / whole if whole else 0.0


def _price(result: Evaluation, small: str, large: str) -> str:
    ours, theirs = (sum(cost.usd for cost in result.costs if cost.system == name) for name in (small, large))
    if theirs:
        return f"at {ours / theirs:.0%} of the cost"
    seconds = [
        sum(answer.output.seconds for answer in result.judged if answer.system == name) for name in (small, large)
    ]
    return f"in {seconds[0] / seconds[1]:.0%} of the time (neither has a price)" if seconds[1] else "at no cost"
