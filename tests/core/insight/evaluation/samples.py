"""The bundled samples."""

from pathlib import Path

from core.insight.evaluation import EvalItem, read_items

SAMPLES = Path(__file__).parent / "samples.jsonl"


def samples(*tasks: str) -> list[EvalItem]:
    data = read_items(SAMPLES.read_text().splitlines())
    assert data.broken == ()
    return [item for item in data.items if item.task in tasks or not tasks]
