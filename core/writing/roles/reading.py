"""How the embedded model reads a sentence between its neighbours: its last layers are tuned for what sentences do.

One reading gives the log-odds of every role and level of importance, of each kind of signal, and of whether the
sentence wants something of its reader. `benchmarks/tuning` trains the layers on what `benchmarks.sentence_rows`
writes; the heads over vectors and words add theirs. Where the model does not run, those judge alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.embeddings.tuned import tuned
from core.errors import InlaidError
from core.logs import logger
from core.text.statements import Statement

log = logger(__name__)

LAYERS_FILE = Path(__file__).with_name("roles.layers")
# Log-odds of two who learnt from the same sentences say too much together: so far are their sums flattened.
SPREAD = 0.45
_MAX_CHARS, _BEFORE_CHARS, _AFTER_CHARS = 500, 150, 95
_CUT = "\u2026"
# So many answers are of roles (with levels of importance, and whose task it is), and so many of kinds of signals.
_OF_ROLES, _OF_KINDS = 23, 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a sentence: log-odds, in the order of the heads for roles, kinds of signals and wants."""

    roles: Sequence[float]
    kinds: Sequence[float]
    wants: Sequence[float]


def passage(statements: Sequence[Statement], at: int) -> str:
    """Return what is read of a sentence: itself, and of those beside it what is near, `+` in the same turn.

    The layers were trained on this very form: a change of it asks for new layers.
    """
    one = statements[at]
    before = _beside(one, statements[at - 1]) if at else ""
    after = _beside(one, statements[at + 1]) if at + 1 < len(statements) else ""
    if len(before) > _BEFORE_CHARS + 10:
        before = f"{before[:2]}{_CUT}{before[-_BEFORE_CHARS:]}"
    if len(after) > _AFTER_CHARS + 5:
        after = f"{after[:_AFTER_CHARS]}{_CUT}"
    return f"{'me: ' if one.speaker else ''}{one.raw[:_MAX_CHARS]} | {before} | {after}"


def _beside(one: Statement, other: Statement) -> str:
    return f"{'+' if other.turn == one.turn else '>'} {other.raw}"


def read_sentences(statements: Sequence[Statement], layers: Path = LAYERS_FILE) -> list[Reading]:
    """Return what is read of each sentence; nothing where the model does not run."""
    model = tuned(layers) if statements else None
    passages = [passage(statements, at) for at in range(len(statements))]
    try:
        found = model.read(passages) if model else []
    except InlaidError as error:
        log.warning("sentences are judged without the tuned model", code=error.code)
        return []
    ends = _OF_ROLES, _OF_ROLES + _OF_KINDS
    return [Reading(row[: ends[0]], row[ends[0] : ends[1]], row[ends[1] :]) for row in found]
