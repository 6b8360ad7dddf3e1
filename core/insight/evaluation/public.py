"""An evaluation as one JSON object."""

from dataclasses import asdict
from typing import Any

from core.insight.evaluation.conclusion import conclude
from core.insight.evaluation.grades import FEW
from core.insight.evaluation.overview import grade_rows
from core.insight.evaluation.running import Evaluation, Judged


def public_evaluation(result: Evaluation) -> dict[str, Any]:
    """Return conclusion, grades, figures, differences, costs, what checks did, and every answer with its measures."""
    return {
        "conclusion": conclude(result),
        "grades": _grades(result),
        "checks": [asdict(effect) for effect in result.effects],
        "figures": [_flat(asdict(figure)) for figure in result.figures],
        "differences": [_flat(asdict(difference)) for difference in result.differences],
        "costs": [asdict(cost) for cost in result.costs],
        "left_out": [asdict(line) for line in result.broken],
        "answers": [_answer(one) for one in result.judged],
    }


def _grades(result: Evaluation) -> dict[str, Any] | None:
    readings = result.readings
    if readings is None:
        return None
    return {
        "by": readings.by,
        "ungraded": readings.ungraded,
        "agreement": asdict(readings.agreement),
        "groups": [
            {"group": title, "system": system, **vars(counts), "n": counts.n, "is_few": counts.n < FEW,
             "used": asdict(counts.used), "harmful": asdict(counts.harmful)}
            for title, by_system in grade_rows(result)
            for system, counts in by_system.items()
        ],
        "results": [asdict(one) for one in readings.gradings],
    }  # fmt: skip


def _flat(figure: dict[str, Any]) -> dict[str, Any]:
    interval = figure.pop("interval")
    return {**figure, **{key: round(value, 4) for key, value in interval.items()}}


def _answer(one: Judged) -> dict[str, Any]:
    scores = {name: round(score.part / score.whole, 4) for name, score in one.scores.items() if score.whole}
    return {"id": one.item.id, "task": one.item.task, "system": one.system, "scores": scores, **asdict(one.output)}
