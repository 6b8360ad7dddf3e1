"""Evaluations that have run, for tests of sheets and judges."""

from collections.abc import Mapping, Sequence

from core.insight.evaluation import EvalItem, Evaluation, ModelOutput, summarize
from core.insight.evaluation.running import Judged
from core.insight.evaluation.scores import passed

SOURCES = (
    "Hi all, the hall is closed on Monday because of the water damage. Regards, Tom",
    "Please send us the numbers and the report by Friday, and tell us who signs.",
    "Guten Tag, können wir den Termin am Dienstag auf 15 Uhr verschieben? Viele Grüße, Jana",
)


def evaluation_of(outputs: Mapping[str, Sequence[str]]) -> Evaluation:
    """Return an evaluation in which each system wrote one text to each item; the last system is the main one."""
    judged = [
        Judged(
            EvalItem(id=f"item {at}", task="title", source=SOURCES[at % len(SOURCES)]),
            system,
            ModelOutput(text=text, seconds=1.0),
            {"passes_checks": passed(bool(text))},
        )
        for at in range(len(next(iter(outputs.values()))))
        for system, text in ((system, texts[at]) for system, texts in outputs.items())
    ]
    return summarize(judged, systems=tuple(outputs))
