"""What each sign weighs: a logistic model in `needs_answer.json`, made by `benchmarks/train_triage.py`. Pure."""

import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path

WEIGHTS_FILE = Path(__file__).with_name("needs_answer.json")


@dataclass(frozen=True)
class Weights:
    """Log-odds: what counts against every mail, and what each sign adds by its strength."""

    doubt: float
    by_sign: dict[str, float]


@functools.cache
def load_weights() -> Weights:
    """Return the weights that are in force."""
    found = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return Weights(float(found["doubt"]), {name: float(weight) for name, weight in found["signs"].items()})


def probability(score: float) -> float:
    """Return how probable it is that a mail of that score needs an answer."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))
