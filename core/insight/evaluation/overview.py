"""What of an evaluation is worth a row: for tables and pages alike. Pure."""

from collections.abc import Callable, Mapping, Sequence

from core.insight.evaluation.grades import GradeCounts, Grading
from core.insight.evaluation.intervals import Interval
from core.insight.evaluation.running import Evaluation

HEADLINE = "passes_checks"
HEADLINE_WORDS = "keeps to the checks"
_DIGITS = 2


def tasks_of(result: Evaluation) -> list[str]:
    """Return the tasks in the order in which they were measured."""
    return list(dict.fromkeys(figure.task for figure in result.figures))


def figures_of(result: Evaluation, task: str) -> Mapping[tuple[str, str], Interval]:
    """Return the intervals of a task by measure and system."""
    return {(one.measure, one.system): one.interval for one in result.figures if one.task == task}


def measures_of(result: Evaluation, task: str) -> tuple[list[str], list[str]]:
    """Return the measures in which systems differ, the headline first, and those that are the same for all."""
    figures = figures_of(result, task)
    names = dict.fromkeys(measure for measure, _system in figures)
    differing, same = [], []
    for name in names:
        values = {
            round(one.value, _DIGITS)
            for (measure, system), one in figures.items()
            if measure == name and one.n and (system in result.systems or not result.systems)
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
    gradings = [one for one in result.readings.gradings if one.grade]
    rows = [("all", _by_system(gradings))] if gradings else []
    keys: Sequence[tuple[str, Callable[[Grading], str]]] = (
        ("recipe", lambda one: one.recipe),
        ("language", lambda one: one.language or "unclear"),
    )
    for title, key in keys:
        values = sorted({key(one) for one in gradings})
        if len(values) > 1:
            rows += [
                (f"{title} {value}", _by_system([one for one in gradings if key(one) == value])) for value in values
            ]
    return rows


def _by_system(gradings: Sequence[Grading]) -> Mapping[str, GradeCounts]:
    systems = dict.fromkeys(one.system for one in gradings)
    return {name: GradeCounts.of(one.grade for one in gradings if one.system == name) for name in systems}
