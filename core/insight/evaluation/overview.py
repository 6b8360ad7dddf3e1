"""What an evaluation comes to: rows for tables and pages, sentences, and one JSON object. Pure.

What it says about the route is one sentence, and nothing when no grade or no interval carries it.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from core.drafts import JsonObject
from core.insight.evaluation.grades import FEW, GradeCounts, Grading, Readings
from core.insight.evaluation.running import Evaluation, Judged
from core.insight.evaluation.scores import Interval
from core.insight.report.figures import Estimate

HEADLINE = "passes_checks"
HEADLINE_WORDS = "keeps to the checks"
_DIGITS = 2
NOT_GRADED = "Not graded: the numbers below say how far results keep to the rules, not whether they are good."
TO_GRADE = "For grades: --grade FOLDER writes a blind sheet for people, --judge ENDPOINT asks a model."
# Below this lower end of the interval a smaller model is not put first.
MIN_SHARE = 0.8
MIN_ITEMS = 20
WITH_MODEL = "inlaid with "
_RESAMPLES, _SEED = 1000, 7


def tasks_of(result: Evaluation) -> list[str]:
    """Return the tasks in the order in which they were measured."""
    return list(dict.fromkeys(figure.task for figure in result.figures))


def figures_of(result: Evaluation, task: str) -> Mapping[tuple[str, str], Interval]:
    """Return the intervals of a task by measure and system."""
    return {(figure.measure, figure.system): figure.interval for figure in result.figures if figure.task == task}


def measures_of(result: Evaluation, task: str) -> tuple[list[str], list[str]]:
    """Return the measures in which systems differ, the headline first, and those that are the same for all."""
    figures = figures_of(result, task)
    names = dict.fromkeys(measure for measure, _system in figures)
    differing, same = [], []
    for name in names:
        values = {
            round(figure.value, _DIGITS)
            for (measure, system), figure in figures.items()
            if measure == name and figure.n and (system in result.systems or not result.systems)
        }
        if len(values) > 1 or name == HEADLINE:
            differing.append(name)
        elif values:
            same.append(f"{name.replace('_', ' ')} {values.pop():.2f}")
    return sorted(differing, key=lambda name: name != HEADLINE), same


def named(measure: str) -> str:
    """Return how people read the name of a measure."""
    return HEADLINE_WORDS if measure == HEADLINE else measure.replace("_", " ")


def grade_rows(result: Evaluation) -> list[tuple[str, Mapping[str, GradeCounts]]]:
    """Return the grades by system: of all results, then by recipe and by language where there are several."""
    if result.readings is None:
        return []
    gradings = [grading for grading in result.readings.gradings if grading.grade]
    rows = [("all", _by_system(gradings))] if gradings else []
    keys: Sequence[tuple[str, Callable[[Grading], str]]] = (
        ("recipe", lambda grading: grading.recipe),
        ("language", lambda grading: grading.language or "unclear"),
    )
    for title, key in keys:
        values = sorted({key(grading) for grading in gradings})
        if len(values) > 1:
            rows += [
                (f"{title} {value}", _by_system([grading for grading in gradings if key(grading) == value]))
                for value in values
            ]
    return rows


def _by_system(gradings: Sequence[Grading]) -> Mapping[str, GradeCounts]:
    systems = dict.fromkeys(grading.system for grading in gradings)
    return {name: GradeCounts.of(grading.grade for grading in gradings if grading.system == name) for name in systems}


def conclude(result: Evaluation) -> list[str]:
    """Return the sentence of conclusion, and what has to be known beside it."""
    readings = result.readings
    counts = readings.counts_by(lambda grading: grading.system) if readings else {}
    if readings is None or not counts:
        told = [NOT_GRADED] if readings is None else [f"{NOT_GRADED} {readings.ungraded} could not be graded."]
        return [*told, TO_GRADE] if readings is None else told
    return [_sentence(result, readings, counts), *_remarks(readings, counts)]


def _sentence(result: Evaluation, readings: Readings, counts: dict[str, GradeCounts]) -> str:
    main = next(name for name in (*reversed(result.systems), *counts) if name in counts)
    ours = counts[main]
    others = [f"{_named(name)} in {_percent(count.used)}" for name, count in counts.items() if name != main]
    harmful = f"{ours.h} harmful" if ours.h else "none harmful"
    interval = f"{_percent(ours.used)} % ({_points(ours.used.low)} to {_points(ours.used.high)})"
    compared = "".join(f", {other} %" for other in others)
    return (
        f"Read by {readings.by}: {_named(main)[:1].upper()}{_named(main)[1:]} is used as is or after light edits in"
        f" {interval} of {ours.n} results{compared}; {harmful}."
    )


def _remarks(readings: Readings, counts: dict[str, GradeCounts]) -> list[str]:
    told = []
    fewest = min(count.n for count in counts.values())
    if fewest < FEW:
        told.append(f"Only {fewest} results were read: with fewer than {FEW} the interval is too wide to decide by.")
    if readings.ungraded:
        told.append(f"{readings.ungraded} of {len(readings.gradings)} results were not graded and do not count.")
    agreement = readings.agreement
    if agreement.value is not None:
        told.append(
            f"A second reading gave the same grade in {_percent(agreement)} % ({_points(agreement.low)} to"
            f" {_points(agreement.high)}) of {agreement.n} results."
        )
    return told


def _named(system: str) -> str:
    return f"the {system}" if system.startswith("bare model") else system


def _percent(estimate: Estimate) -> str:
    return _points(estimate.value)


def _points(value: float | None) -> str:
    return f"{100 * (value or 0.0):.0f}"


def public_evaluation(result: Evaluation) -> dict[str, object]:
    """Return conclusion, grades, figures, differences, costs, what checks did, and every answer with its measures."""
    return {
        "conclusion": conclude(result),
        "grades": _grades(result),
        "checks": [asdict(effect) for effect in result.effects],
        "figures": [_flat(asdict(figure)) for figure in result.figures],
        "differences": [_flat(asdict(difference)) for difference in result.differences],
        "costs": [asdict(cost) for cost in result.costs],
        "left_out": [asdict(line) for line in result.broken],
        "answers": [_answer(judged) for judged in result.judged],
    }


def _grades(result: Evaluation) -> dict[str, object] | None:
    readings = result.readings
    if readings is None:
        return None
    return {
        "by": readings.by,
        "ungraded": readings.ungraded,
        "agreement": asdict(readings.agreement),
        "groups": [
            {
                "group": title,
                "system": system,
                **vars(counts),
                "n": counts.n,
                "is_few": counts.n < FEW,
                "used": asdict(counts.used),
                "harmful": asdict(counts.harmful),
            }
            for title, by_system in grade_rows(result)
            for system, counts in by_system.items()
        ],
        "results": [asdict(grading) for grading in readings.gradings],
    }


def _flat(figure: JsonObject) -> dict[str, object]:
    interval = figure.pop("interval")
    return {**figure, **{key: round(value, 4) for key, value in interval.items()}}


def _answer(judged: Judged) -> dict[str, object]:
    scores = {name: round(score.part / score.whole, 4) for name, score in judged.scores.items() if score.whole}
    return {
        "id": judged.item.id,
        "task": judged.item.task,
        "system": judged.system,
        "scores": scores,
        **asdict(judged.output),
    }


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
