"""Whether a careful reader of messages would mark a sentence, and as what: by the role that stands out."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.text.statements import Statement
from core.writing.roles.classifier import RoledSentence, role_weights
from core.writing.roles.mails import ALERTING, DANGER, alerts_of

# From this probability on a sentence is of a kind where the tuned layers read it. What is open is told of nowhere, and
# is a kind so that it is taken for no other.
_SURE: Mapping[str, float] = {
    "risk": 0.33,
    "duty": 0.43,
    "opportunity": 0.4,
    "idea": 0.3,
    "complaint": 0.6,
    "commitment": 0.48,
    "open": 0.3,
}
# Where they do not run, so many times the probability at which a role is found best by the head over vectors.
_BY_HEAD = 1.4
# From here on a sentence is surely none of these.
_SURELY_NONE = 0.5
# What a question may hold too: "Could you do this for our other sites?"
_ASKABLE = frozenset({"opportunity", "idea", "open"})
_MIN_WORDS = 4


@dataclass(frozen=True)
class Mark:
    """Of which kind a sentence is, and how much it is worth to be marked, from 0 on."""

    kind: str
    worth: float


def mark_by_roles(one: RoledSentence) -> Mark:
    """Return the mark of a sentence by the role that stands clearest above its limit; worth 0 where none does."""
    # What may hurt somebody is mostly told calmly; a rule that binds somebody stays a duty.
    if is_dangerous(one):
        return Mark("duty" if _clearness(one, "duty") >= 1 else "risk", 1.0)
    kind = max(_SURE, key=lambda name: _clearness(one, name))
    says_little = one.read_scores["none"] + one.read_scores["social"] >= _SURELY_NONE
    is_empty = says_little or len(one.statement.text.split()) < _MIN_WORDS
    is_praise = kind == "complaint" and one.statement.words["signals.praise"].search(one.statement.text)
    is_asked = one.statement.asks and kind not in _ASKABLE
    clear = _clearness(one, kind)
    return Mark(kind, 0.0 if clear < 1 or is_empty or is_praise or is_asked else clear / (1 + clear))


def is_dangerous(one: RoledSentence) -> bool:
    """Tell whether a sentence says that something may hurt somebody; nothing does without the embedded model."""
    return bool(len(one.vector)) and alerts_of(one.statement, one.vector)[DANGER] >= ALERTING[DANGER]


def is_grave(one: Statement) -> bool:
    """Tell whether a term is of those that cost or bind most, by the table of its language."""
    return bool(one.words["signals.grave"].search(one.text))


def _clearness(one: RoledSentence, kind: str) -> float:
    """Return how surely a sentence is of a kind; from 1 on it is."""
    if one.reading:
        return one.read_scores[kind] / _SURE[kind]
    if len(one.vector):
        return one.scores[kind] / (_BY_HEAD * role_weights("meaning").thresholds[kind])
    return one.scores[kind] / role_weights("words").thresholds[kind]
