"""What an evaluation comes to, in sentences. Grades say whether a result is good; checks, whether it keeps to rules."""

from core.insight.evaluation.grades import FEW, GradeCounts, Readings
from core.insight.evaluation.running import Evaluation
from core.insight.report.histograms import Estimate

NOT_GRADED = "Not graded: the numbers below say how far results keep to the rules, not whether they are good."
TO_GRADE = "For grades: --grade FOLDER writes a blind sheet for people, --judge ENDPOINT asks a model."


def conclude(result: Evaluation) -> list[str]:
    """Return the sentence of conclusion, and what has to be known beside it."""
    readings = result.readings
    counts = readings.counts_by(lambda one: one.system) if readings else {}
    if readings is None or not counts:
        told = [NOT_GRADED] if readings is None else [f"{NOT_GRADED} {readings.ungraded} could not be graded."]
        return [*told, TO_GRADE] if readings is None else told
    return [_sentence(result, readings, counts), *_remarks(readings, counts)]


def _sentence(result: Evaluation, readings: Readings, counts: dict[str, GradeCounts]) -> str:
    main = next(name for name in (*reversed(result.systems), *counts) if name in counts)
    ours = counts[main]
    others = [f"{_named(name)} in {_percent(one.used)}" for name, one in counts.items() if name != main]
    harmful = f"{ours.h} harmful" if ours.h else "none harmful"
    interval = f"{_percent(ours.used)} % ({_points(ours.used.low)} to {_points(ours.used.high)})"
    compared = "".join(f", {one} %" for one in others)
    return (
        f"Read by {readings.by}: {_named(main)[:1].upper()}{_named(main)[1:]} is used as is or after light edits in"
        f" {interval} of {ours.n} results{compared}; {harmful}."
    )


def _remarks(readings: Readings, counts: dict[str, GradeCounts]) -> list[str]:
    told = []
    fewest = min(one.n for one in counts.values())
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


def _percent(one: Estimate) -> str:
    return _points(one.value)


def _points(value: float | None) -> str:
    return f"{100 * (value or 0.0):.0f}"
