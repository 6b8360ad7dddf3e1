"""How probable it is that a sentence answers a question: read by tuned layers, and beside how near it is in meaning.

`benchmarks/tuning/lists.py` trains the layers beside the nearness, so that their log-odds add up. A question and a
sentence that no layers read are compared by nearness alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.embeddings.tuned import tuned
from core.errors import InlaidError
from core.logs import logger
from core.text.sentences import unwrap
from core.writing.grounded.answers import Spot

log = logger(__name__)

LAYERS_FILE = Path(__file__).with_name("answers.layers")
# What nearness adds to the log-odds, and from where on: the layers were trained beside 45, and of documents that they
# did not learn from 60 chose better.
_PULL, _PULLS_FROM = 60.0, 0.84
_MAX_CHARS, _BEFORE_CHARS = 400, 200


def passage(question: str, spot: Spot) -> str:
    """Return what is read: the layers were trained on this very form, a change of it asks for new layers."""
    said = spot.row or spot.compared
    return f"{question} | {said[:_MAX_CHARS]} | {spot.title} | {unwrap(spot.before)[-_BEFORE_CHARS:]}"


def with_odds_of(question: str, spots: Sequence[Spot]) -> list[Spot]:
    """Return sentences with the log-odds of each that it answers a question; as they are where no layers read."""
    read = odds_of([passage(question, spot) for spot in spots])
    if not read:
        return [*spots]
    return [
        replace(spot, odds=odds + _PULL * (spot.nearness - _PULLS_FROM)) for spot, odds in zip(spots, read, strict=True)
    ]


def odds_of(passages: Sequence[str], layers: Path = LAYERS_FILE) -> list[float]:
    """Return the log-odds that each passage holds the answer to its question; [] where no layers read."""
    model = tuned(layers) if passages else None
    try:
        return [odds for (odds,) in model.read(passages)] if model else []
    except InlaidError as error:
        log.warning("answers are compared without the tuned model", code=error.code)
        return []
