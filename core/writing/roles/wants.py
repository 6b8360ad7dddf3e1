"""Which sentences of a message want something of its reader: questions, orders, wishes, conditions, bills that wait.

Learnt from mails in English, German, French and Spanish (`benchmarks/train_wants.py`), which mostly ask without a
question mark, too, over the vectors of the embedded model. Without it nothing is found, and tables of phrases decide.
"""

from collections.abc import Callable, Iterator

from core.errors import InlaidError
from core.llm.ports import Embedder
from core.text.statements import read_statements
from core.writing.roles.classifier import role_weights
from core.writing.roles.features import rows_of
from core.writing.roles.reading import read_sentences

WEIGHTS = "wants"
# From the first on a sentence is one thing asked; from the second on it may be, and its reader is shown it.
SURE, LIKELY = 0.5, 0.2
# So likely is one that nothing but its likeness to wishes shows: no question, order or word of a wish.
SURE_UNSAID = 0.8
_MAX_STATEMENTS = 200


def wants_in(text: str, language: str, embedder: Callable[[], Embedder] | None) -> Iterator[tuple[str, float]]:
    """Yield the sentences of a message, in its order, each with how likely it wants something of its reader."""
    statements, weights = read_statements(text, language)[:_MAX_STATEMENTS], role_weights(WEIGHTS)
    found = embedder() if embedder and statements else None
    if found is None or found.name != weights.embedder:
        return
    try:
        vectors = found.embed([statement.raw for statement in statements], is_query=True)
    except InlaidError:
        return
    readings = [sentence.wants for sentence in read_sentences(statements)] or [()] * len(statements)
    rows = zip(rows_of(statements, vectors), readings, strict=True)
    scores = (weights.scores(row, read)[WEIGHTS] for row, read in rows)
    yield from zip((statement.raw for statement in statements), scores, strict=True)
