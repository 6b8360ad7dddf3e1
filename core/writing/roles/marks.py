"""Whether a careful reader would mark a sentence, and as what.

`marks_of` is learnt from whole texts of which was said what a colleague would name (`benchmarks/train_marks.py`), over
what layers that were tuned on the same texts, those of roles and the heads read of a sentence, its vector, its length
and place, and over the means of its text: what binds in a contract is in a visitors' notice only how things are done.
`mark_by_roles` goes by the role that stands out: for clauses, messages and a few sentences, which were not among those
texts, and where the layers do not run.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import fmean, pstdev

from core.text.forms import WORD
from core.text.lexicon import either_of
from core.text.sentences import split_behind
from core.text.statements import Statement
from core.writing.roles.classifier import RoledSentence, role_weights
from core.writing.roles.reading import read_marks

# From this probability on a sentence is of a kind where the tuned layers read it.
_SURE: Mapping[str, float] = {
    "risk": 0.33,
    "duty": 0.43,
    "opportunity": 0.4,
    "idea": 0.3,
    "complaint": 0.6,
    "commitment": 0.48,
    "open": 0.3,
}
# No role tells what has to be done by a day from what binds always.
MARKED_AS = (*_SURE, "deadline")
# Where they do not run, so many times the probability at which a role is found best by the head over vectors.
_BY_HEAD = 1.4
# From here on a sentence is surely none of these.
_SURELY_NONE = 0.5
# What a question may hold too: "Could you do this for our other sites?"
_ASKABLE = frozenset({"opportunity", "idea", "open"})
# What a deadline names one of: a day, an hour, or how many days.
NAMES_WHEN = frozenset({"day", "time", "number"})
_MIN_WORDS, _LEAST, _EVEN = 4, 1e-4, 0.5
# "… not switched off": so short a last word belongs to the one before it.
_PARTICLE_CHARS, _CLAUSE_ENDS = 4, ",.;:!?"
_AND = either_of("small_words", "and", r"(?:^|\s)", r"(?:\s|$)")
# So far before a danger stands what denies it.
_DENIAL_CHARS = 80


@dataclass(frozen=True)
class Mark:
    """How likely a sentence is to be marked, and how likely it then is of each kind.

    `stands_out` is how likely those mark it who name few things only: by it a text holds something or nothing.
    """

    worth: float
    kinds: Mapping[str, float]
    stands_out: float

    @property
    def kind(self) -> str:
        """What it is most likely."""
        return max(self.kinds, key=lambda name: self.kinds[name])


def marks_of(sentences: Sequence[RoledSentence]) -> list[Mark]:
    """Return how a reader would mark each sentence of a whole text that the tuned layers read, by what was learnt.

    Nothing where those for marks do not run.
    """
    readings = read_marks([sentence.statement for sentence in sentences])
    rows = beside_whole(rows_of(sentences, readings)) if readings else []
    return [_learnt(row, sentence.statement) for row, sentence in zip(rows, sentences, strict=False)]


def _learnt(row: Sequence[float], one: Statement) -> Mark:
    sums = (
        bias + sum(weight * value for weight, value in zip(weights, row, strict=True)) for bias, weights in _weights()
    )
    stands_out, worth, *kinds = (1 / (1 + math.exp(-total)) for total in sums)
    names_when = not NAMES_WHEN.isdisjoint(one.values)
    found = dict(zip(MARKED_AS, kinds, strict=True))
    return Mark(worth, found if names_when else {**found, "deadline": 0.0}, stands_out)


def mark_by_roles(one: RoledSentence) -> Mark:
    """Return the mark of a sentence by the role that stands clearest above its limit; worth 0 where none does."""
    # A table knows what may hurt somebody, however calmly that is told; a rule that binds somebody stays a duty.
    if is_dangerous(one.statement):
        return mark_as("duty" if _clearness(one, "duty") >= 1 else "risk", 1.0)
    kind = max(_SURE, key=lambda name: _clearness(one, name))
    says_little = one.read_scores["none"] + one.read_scores["social"] >= _SURELY_NONE
    is_empty = says_little or len(one.statement.text.split()) < _MIN_WORDS
    is_praise = kind == "complaint" and one.statement.words["signals.praise"].search(one.statement.text)
    is_asked = one.statement.asks and kind not in _ASKABLE
    clear = _clearness(one, kind)
    return mark_as(kind, 0.0 if clear < 1 or is_empty or is_praise or is_asked else clear / (1 + clear))


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


def rows_of(sentences: Sequence[RoledSentence], readings: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return what each sentence of a text is judged by.

    That is what was read of it for marks, the log-odds of roles, levels of importance and kinds of signals, its vector,
    its place, and its length: how far it is from what is usual in its text, and by itself.
    """
    lengths = [math.sqrt(len(sentence.statement.raw.split())) for sentence in sentences]
    usual, spread = fmean(lengths), pstdev(lengths) + _EVEN
    return [
        [*reading, *_read(sentence), *sentence.vector, at / len(sentences), (length - usual) / spread, length]
        for at, (reading, sentence, length) in enumerate(zip(readings, sentences, lengths, strict=True))
    ]


def _read(one: RoledSentence) -> list[float]:
    likely = (min(max(score, _LEAST), 1 - _LEAST) for score in one.read_scores.values())
    return [*(math.log(score / (1 - score)) for score in likely), *(one.reading.kinds if one.reading else ())]


def beside_whole(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the inputs of each sentence with the means of its text."""
    means = [fmean(column) for column in zip(*rows, strict=True)]
    return [[*row, *means] for row in rows]


def mark_as(kind: str, worth: float = 0.5) -> Mark:
    """Return the mark of a sentence that is surely of a kind, and counts so much."""
    return Mark(worth, {name: float(name == kind) for name in MARKED_AS}, worth)


def _clearness(one: RoledSentence, kind: str) -> float:
    """Return how surely a sentence is of a kind; from 1 on it is."""
    if one.reading:
        return one.read_scores[kind] / _SURE[kind]
    if len(one.vector):
        return one.scores[kind] / (_BY_HEAD * role_weights("meaning").thresholds[kind])
    return one.scores[kind] / role_weights("words").thresholds[kind]


@cache
def _weights() -> list[tuple[float, list[float]]]:
    """Return bias and weights of each output: of standing out, of being marked, then of each kind."""
    found = json.loads(files("core.writing.roles").joinpath("marks.json").read_text(encoding="utf-8"))
    return list(zip(found["bias"], found["rows"], strict=True))
