"""An evaluation as one JSON object."""

from dataclasses import asdict
from typing import Any

from core.insight.evaluation.running import Evaluation, Judged


def public_evaluation(result: Evaluation) -> dict[str, Any]:
    """Return figures, differences, costs, the lines left out, and every single answer with its measures."""
    return {
        "figures": [_flat(asdict(figure)) for figure in result.figures],
        "differences": [_flat(asdict(difference)) for difference in result.differences],
        "costs": [asdict(cost) for cost in result.costs],
        "left_out": [asdict(line) for line in result.broken],
        "answers": [_answer(one) for one in result.judged],
    }


def _flat(figure: dict[str, Any]) -> dict[str, Any]:
    interval = figure.pop("interval")
    return {**figure, **{key: round(value, 4) for key, value in interval.items()}}


def _answer(one: Judged) -> dict[str, Any]:
    scores = {name: round(score.part / score.whole, 4) for name, score in one.scores.items() if score.whole}
    return {"id": one.item.id, "task": one.item.task, "system": one.system, "scores": scores, **asdict(one.output)}
