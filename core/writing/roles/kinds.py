"""Of which kind of signal a sentence is, by itself: what a message tells does not hang on the messages beside it.

Learnt from messages in English, German, French and Spanish (`benchmarks/train_signals.py`), over the vectors of the
embedded model; without it there is nothing to go by, and the roles of sentences alone decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.classifier import RoledSentence, role_weights
from core.writing.roles.features import Row, Vector, rows_of

KINDS = ("risk", "opportunity", "idea", "complaint", "commitment", "deadline")
WEIGHTS = "kinds"
# A few words say nothing by themselves ("lunch?"), and of a question more is wanted.
_MIN_STEMS, _QUESTION_MARGIN = 2, 0.15
# The roles of a sentence that speak for a kind. Where they do not, as in long mails on other matters, more is wanted.
_SPEAKING: Mapping[str, Sequence[str]] = {
    "risk": ("risk", "cause"),
    "opportunity": ("opportunity", "idea"),
    "idea": ("idea", "proposal"),
    "complaint": ("complaint",),
    "commitment": ("commitment",),
    "deadline": ("duty", "request", "decision"),
}
_MOMENTS = ("day", "date", "time", "weekday")
# A few words hardly tell their language.
_ANY = "mul"
_MIN_SUPPORT, _MOMENT_SUPPORT, _UNSUPPORTED_MARGIN = 0.1, 0.1, 0.2


def kind_of_signal(sentence: RoledSentence) -> str:
    """Return the kind of a sentence, "" when it is surely of none."""
    statement = sentence.statement
    if not len(sentence.vector) or len(statement.stems) < _MIN_STEMS:
        return ""
    weights = role_weights(WEIGHTS)
    reading = sentence.reading
    scores = weights.scores(row_of(statement, sentence.vector), reading.kinds if reading else ())
    thresholds = weights.read_thresholds if reading else weights.thresholds
    best = max(KINDS, key=lambda kind: scores[kind] - thresholds[kind])
    if best == "deadline" and not has_end(statement):
        return ""
    if best == "commitment" and statement.has("done") and not statement.has("promise"):
        return ""
    margin = _QUESTION_MARGIN * statement.asks + _UNSUPPORTED_MARGIN * (_support(best, sentence) < _MIN_SUPPORT)
    return best if scores[best] >= thresholds[best] + margin else ""


def has_end(statement: Statement) -> bool:
    """Tell whether a sentence names one day or hour, or a span that ends; hours of each weekday are none."""
    if lexicon(_ANY)["signals.recurring"].search(statement.text):
        return False
    hours = sum(fact.category == "time" for fact in statement.details)
    is_moment = "day" in statement.values or hours == 1
    return is_moment or bool(lexicon(_ANY)["signals.ends"].search(statement.text))


def _support(kind: str, sentence: RoledSentence) -> float:
    """Return how much the roles of a sentence speak for a kind; a day speaks for a deadline."""
    names_moment = kind == "deadline" and any(name in sentence.statement.values for name in _MOMENTS)
    return sum(sentence.scores[role] for role in _SPEAKING[kind]) + _MOMENT_SUPPORT * names_moment


def row_of(statement: Statement, vector: Vector) -> Row:
    """Return the inputs of a sentence that stands alone."""
    return next(iter(rows_of([replace(statement, place=0, turn=0, speaker="")], [vector])))
