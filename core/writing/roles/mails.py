"""What the sentences of a mail are for its reader: which want something, and which are to be seen before all others.

Those tell what may hurt somebody, put right what was told before, or are told in confidence. Learnt from mails and
sentences in English, German, French and Spanish (`benchmarks/train_wants.py`, `train_alerts.py`) over the vectors of
the embedded model: wishes mostly have no question mark, and dangers are mostly told in passing, in words that no table
knows. Without the model nothing is found.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements
from core.writing.roles.classifier import role_weights
from core.writing.roles.features import Vector, rows_of
from core.writing.roles.kinds import row_of
from core.writing.roles.reading import read_sentences

WANTS = "wants"
ALERTS = (DANGER, CORRECTION, CONFIDENCE) = ("danger", "correction", "confidence")
# From here on a sentence wants something though it has no question, order or word of a wish.
SURE_UNSAID = 0.6
# From here on a reader of one mail wants to see a sentence before all others; from the second on a danger is a risk
# among the messages of a whole channel.
ALERTING: Mapping[str, float] = {DANGER: 0.5, CORRECTION: 0.6, CONFIDENCE: 0.6}
SURELY_DANGEROUS = 0.6
_MAX_STATEMENTS = 300


class MailSentence(NamedTuple):
    """A sentence as its mail has it, how likely it wants something of its reader, and how likely it is each alert."""

    raw: str
    wants: float
    alerts: Mapping[str, float]


def read_mail(text: str, language: str, embedder: Callable[[], Embedder] | None) -> list[MailSentence]:
    """Return the sentences of a mail in its order; nothing without the embedded model."""
    statements, weights = read_statements(text, language)[:_MAX_STATEMENTS], role_weights(WANTS)
    found = embedder() if embedder and statements else None
    if found is None or found.name != weights.embedder:
        return []
    try:
        vectors = found.embed([statement.raw for statement in statements], is_query=True)
    except InlaidError:
        return []
    readings = [sentence.wants for sentence in read_sentences(statements)] or [()] * len(statements)
    wants = map(weights.scores, rows_of(statements, vectors), readings)
    return [
        MailSentence(statement.raw, wanted[WANTS], alerts_of(statement, vector))
        for statement, wanted, vector in zip(statements, wants, vectors, strict=True)
    ]


def alerts_in(sentences: Sequence[MailSentence], kinds: Collection[str] = ALERTS) -> list[str]:
    """Return the sentences that are to be seen before all others, each once and in one line."""
    found = (line for line in sentences if any(line.alerts[kind] >= ALERTING[kind] for kind in kinds))
    return list(dict.fromkeys(unwrap(line.raw) for line in found))


def alerts_of(statement: Statement, vector: Vector) -> Mapping[str, float]:
    """Return how likely a sentence by itself tells a danger, a correction or a confidence.

    Who says outright that they do not want to live is heard by their words.
    """
    scores = role_weights("alerts").scores(row_of(statement, vector))
    return scores | {DANGER: 1.0} if statement.words["signals.crisis"].search(statement.text) else scores
