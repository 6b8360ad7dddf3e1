"""Whether a careful reader of messages would mark a sentence, and as what: by the role that stands out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.text.forms import WORD
from core.text.lexicon import either_of
from core.text.sentences import split_behind
from core.text.statements import Statement
from core.writing.roles.classifier import RoledSentence, role_weights

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
# "… not switched off": so short a last word belongs to the one before it.
_PARTICLE_CHARS, _CLAUSE_ENDS = 4, ",.;:!?"
_AND = either_of("small_words", "and", r"(?:^|\s)", r"(?:\s|$)")
# So far before a danger stands what denies it.
_DENIAL_CHARS = 80


@dataclass(frozen=True)
class Mark:
    """Of which kind a sentence is, and how much it is worth to be marked, from 0 on."""

    kind: str
    worth: float


def mark_by_roles(one: RoledSentence) -> Mark:
    """Return the mark of a sentence by the role that stands clearest above its limit; worth 0 where none does."""
    # A table knows what may hurt somebody, however calmly that is told; a rule that binds somebody stays a duty.
    if is_dangerous(one.statement):
        return Mark("duty" if _clearness(one, "duty") >= 1 else "risk", 1.0)
    kind = max(_SURE, key=lambda name: _clearness(one, name))
    says_little = one.read_scores["none"] + one.read_scores["social"] >= _SURELY_NONE
    is_empty = says_little or len(one.statement.text.split()) < _MIN_WORDS
    is_praise = kind == "complaint" and one.statement.words["signals.praise"].search(one.statement.text)
    is_asked = one.statement.asks and kind not in _ASKABLE
    clear = _clearness(one, kind)
    return Mark(kind, 0.0 if clear < 1 or is_empty or is_praise or is_asked else clear / (1 + clear))


def is_dangerous(one: Statement) -> bool:
    """Tell whether a sentence says that something may hurt somebody, by the table of its language."""
    found = () if one.asks else one.words["signals.danger"].finditer(one.text)
    return any(not (_is_denied(danger, one) or _is_sound(danger, one)) for danger in found)


def _is_denied(danger: re.Match[str], one: Statement) -> bool:
    """Tell whether a danger is denied: "no smell of gas"; what is a danger by its "not" is not ("is not working")."""
    text, start, end = one.text, danger.start(), danger.end()
    *_, before, last = 0, 0, *(word.start() for word in WORD.finditer(danger[0]))
    places = (0, last, before) if len(danger[0]) - last <= _PARTICLE_CHARS else (0, last)
    for place in places:
        begin = max(0, start + place - _DENIAL_CHARS)
        denial = one.words["signals.denied"].search(text[begin : start + place].rstrip())
        said = f"{text[start : max(start, begin + denial.start())]} {text[start + place : end]}" if denial else ""
        if denial and one.words["signals.danger"].search(said):
            return True
    clause = next(iter(split_behind(text[end:], _CLAUSE_ENDS)), "").strip(f" {_CLAUSE_ENDS}")
    return one.words["signals.denied_behind"].search(clause) is not None


def _is_sound(danger: re.Match[str], one: Statement) -> bool:
    """Tell whether a sentence says that what may be a danger is sound or mended, and nothing else of it, nor a doubt.

    "The brakes are fine", "the leak was repaired", "nothing wrong with the brakes"; not "fine apart from a squeal".
    """
    words, behind = one.words, one.text[danger.end() :]
    if words["signals.sound_unsure"].search(one.text):
        return False
    clauses = [
        part.strip(f" {_CLAUSE_ENDS}") for piece in split_behind(behind, _CLAUSE_ENDS) for part in _AND.split(piece)
    ]
    first, *others = clauses or [""]
    is_first = words["signals.sound_behind"].search(first) is not None
    if not first:
        is_first = words["signals.sound_before"].search(one.text[: danger.start()].rstrip()) is not None
    is_checked = bool(others) and words["signals.checked_behind"].search(first) is not None
    return (is_first or is_checked) and all(words["signals.sound_beside"].search(other) for other in others if other)


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
