"""What the sentences of a mail are for its reader: which want something, and which tell what may hurt somebody.

Learnt from mails and sentences in English, German, French and Spanish (`benchmarks/train_wants.py`, `train_dangers.py`)
over the vectors of the embedded model: wishes mostly have no question mark, and dangers are mostly told in passing, in
words that no table knows. Without the model nothing is found.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.sentences import unwrap
from core.text.statements import Statement, read_statements
from core.writing.roles.classifier import role_weights
from core.writing.roles.features import Vector, rows_of
from core.writing.roles.kinds import row_of
from core.writing.roles.reading import read_sentences

WANTS, DANGERS = "wants", "dangers"
# From here on a sentence wants something though it has no question, order or word of a wish.
SURE_UNSAID = 0.6
# From the first on what a sentence tells may hurt somebody, which a reader of one mail wants to see; from the second on
# it is a risk among the messages of a whole channel.
DANGEROUS, SURELY_DANGEROUS = 0.5, 0.6
_MAX_STATEMENTS = 300


class MailSentence(NamedTuple):
    """A sentence as its mail has it, how likely it wants something of its reader, and how likely it tells a danger."""

    raw: str
    wants: float
    danger: float


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
    dangers = map(danger_of, statements, vectors)
    return [
        MailSentence(statement.raw, wanted[WANTS], danger)
        for statement, wanted, danger in zip(statements, wants, dangers, strict=True)
    ]


def dangers_in(sentences: Sequence[MailSentence]) -> list[str]:
    """Return the sentences that tell what may hurt somebody, each once and in one line."""
    return list(dict.fromkeys(unwrap(line.raw) for line in sentences if line.danger >= DANGEROUS))


def danger_of(statement: Statement, vector: Vector) -> float:
    """Return how likely a sentence tells of something that may hurt somebody, by itself.

    Who says outright that they do not want to live is heard by their words.
    """
    if statement.words["signals.crisis"].search(statement.text):
        return 1.0
    return role_weights(DANGERS).scores(row_of(statement, vector))[DANGERS]
