"""The trained heads: from the inputs of a sentence to a probability for each role, and for each link to another one."""

import json
import math
from array import array
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import mul
from typing import Any

from core.cached_property import cached_property
from core.llm.ports import Embedder
from core.text.statements import Statement
from core.writing.roles.features import Row, Vector, differs, rows_of, tokens_of
from core.writing.roles.reading import SPREAD, Reading, read_sentences

# So far back the earlier sentence is looked for.
FARTHEST = 25
_PAIRS = (
    ("answer", "question"),
    ("assent", "request"),
    ("assent", "proposal"),
    ("assent", "decision"),
    ("refusal", "request"),
    ("refusal", "proposal"),
    ("refusal", "decision"),
    ("correction", "decision"),
    ("correction", "commitment"),
    ("correction", "outcome"),
    ("correction", "proposal"),
    ("answer", "open"),
    ("assent", "question"),
    ("refusal", "question"),
)
_DISTANCES = (1, 2, 3, 5, 8)
ROLES = (
    "decision",
    "proposal",
    "commitment",
    "request",
    "question",
    "answer",
    "assent",
    "refusal",
    "outcome",
    "cause",
    "correction",
    "open",
    "risk",
    "duty",
    "opportunity",
    "idea",
    "complaint",
    "social",
    "none",
)
LEVELS = ("key_1", "key_2", "key_3")
# The speaker takes on what is to be done.
OWN = "own"
REFERRING = frozenset({"answer", "assent", "refusal", "correction"})
VERSION = 1
# Below it, two sentences have nothing in common for the embedded model.
_MIN_COSINE = 0.75


def link_rows(
    place: int, statements: Sequence[Statement], scores: Sequence[Mapping[str, float]], vectors: Sequence[Vector]
) -> Iterator[list[float]]:
    """Yield for each earlier sentence that is near enough the inputs of the link head, the farthest first."""
    one, score = statements[place], scores[place]
    values, names = one.values, {word.casefold() for word in tokens_of(one.raw)}
    for at in range(max(0, place - FARTHEST), place):
        two, other = statements[at], scores[at]
        theirs, common = two.values, len(one.stems & two.stems)
        shared = theirs.keys() & values.keys()
        is_other = one.speaker != two.speaker
        is_last_asked = two.asks and is_other and not any(three.asks for three in statements[at + 1 : place])
        yield [
            10 * sum(map(mul, vectors[place], vectors[at])) if vectors else 0.0,
            min(common, 3),
            common / (len(one.stems) or 1),
            math.log(place - at),
            *(float(place - at <= limit) for limit in _DISTANCES),
            *map(
                float,
                (
                    one.turn == two.turn,
                    one.turn == two.turn + 1,
                    is_other,
                    two.asks,
                    is_last_asked,
                    differs(theirs, values),
                    any(theirs[kind] & values[kind] for kind in shared),
                    any(word.casefold() in names for word in two.speaker.split()),
                ),
            ),
            other["key_1"] + other["key_2"] + other["key_3"],
            other["social"],
            other["none"],
            *(3 * score[this] * other[that] for this, that in _PAIRS),
            score["correction"] * bool(shared),
        ]


@dataclass(frozen=True, eq=False)
class RoledSentence:
    """A sentence with what it does.

    `scores` are what the head over vectors or words says, from which threads and summaries are told; `read_scores` are
    surer, since the tuned layers have read the sentence too: the same where they do not run.
    """

    statement: Statement
    scores: Mapping[str, float]
    read_scores: Mapping[str, float]
    roles: frozenset[str]
    importance: float
    about: int | None = None
    vector: Vector = ()
    reading: Reading | None = None

    @property
    def place(self) -> int:
        """Its number in the text."""
        return self.statement.place

    def likeness(self, other: "RoledSentence") -> float:
        """Return how much two sentences of a text speak of one matter, from 0 to 1."""
        if len(self.vector) and len(other.vector):
            cosine: float = sum(map(mul, self.vector, other.vector))
            return min(1.0, max(0.0, (cosine - _MIN_COSINE) / (1 - _MIN_COSINE)))
        one, two = self.statement.stems, other.statement.stems
        return len(one & two) / (min(len(one), len(two)) or 1)

    def does(self, *roles: str) -> bool:
        """Tell whether it has one of the roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True)
class RoleWeights:
    """One trained head: a row of weights for each output, made whole again from bytes.

    `thresholds` are those from which on an output is found best by the head alone, `read_thresholds` with a reading.
    """

    embedder: str
    outputs: tuple[str, ...]
    bias: tuple[float, ...]
    rows: tuple[Vector, ...]
    thresholds: Mapping[str, float]
    links: tuple[float, ...]
    read_thresholds: Mapping[str, float]

    @cached_property
    def columns(self) -> list[list[float]]:
        """The weights by input, for inputs of which few are given."""
        return [list(column) for column in zip(*self.rows, strict=True)]

    def scores(self, row: Row, reading: Sequence[float] = ()) -> dict[str, float]:
        """Return a probability for each output, with the log-odds of a reading where there is one."""
        sums = self._sums(row)
        if reading:
            sums = [SPREAD * (own + read) for own, read in zip(sums, reading, strict=True)]
        return dict(zip(self.outputs, map(_probability, sums), strict=True))

    def _sums(self, row: Row) -> list[float]:
        dense, words = row
        sums = [first + sum(map(mul, weights, dense)) for first, weights in zip(self.bias, self.rows, strict=True)]
        for place, value in words.items():
            column = self.columns[len(dense) + place]
            sums = [total + value * weight for total, weight in zip(sums, column, strict=True)]
        return sums


def roles_of(
    statements: Sequence[Statement], embedder: Embedder | None = None, *, is_read: bool = False
) -> list[RoledSentence]:
    """Return the sentences of one text with their roles, in their order; without the model it goes by words.

    `is_read` has the tuned layers read each sentence too, for `read_scores`, which takes three times as long.
    """
    weights, vectors, readings = role_weights("meaning"), list[Vector](), list[Reading]()
    if statements and embedder is not None and embedder.name == weights.embedder:
        vectors += embedder.embed([statement.raw for statement in statements], is_query=True)
        readings += read_sentences(statements) if is_read else []
    else:
        weights = role_weights("words")
    rows = list(rows_of(statements, vectors))
    scored = [weights.scores(row) for row in rows]
    read = (
        [weights.scores(row, reading.roles) for row, reading in zip(rows, readings, strict=True)]
        if readings
        else scored
    )
    found: list[RoledSentence] = []
    for at, (statement, scores) in enumerate(zip(statements, scored, strict=True)):
        roles = frozenset(role for role in ROLES if scores[role] >= weights.thresholds[role])
        importance = sum(scores[name] for name in LEVELS)
        links = link_rows(at, statements, scored, vectors) if roles & REFERRING else ()
        rated = [sum(map(mul, weights.links, row)) for row in links]
        about = max(0, at - FARTHEST) + rated.index(max(rated)) if rated else None
        vector, reading = (vectors[at] if vectors else ()), (readings[at] if readings else None)
        found.append(RoledSentence(statement, scores, read[at], roles, importance, about, vector, reading))
    return found


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@cache
def role_weights(head: str) -> RoleWeights:
    """Return a trained head: "meaning" over vectors, "words" without."""
    return read_weights(files("core.writing.roles").joinpath(f"{head}.json").read_text(encoding="utf-8"))


def read_weights(content: str) -> RoleWeights:
    """Return a head from the text of its file.

    Raises:
        ValueError: it is of another version.
    """
    found: dict[str, Any] = json.loads(content)
    if found["version"] != VERSION:
        raise ValueError(f"version {found['version']} of the weights")
    numbers = array("b", b64decode(found["weights"]))
    width = len(numbers) // len(found["outputs"])
    rows = (
        array("f", (scale * number for number in numbers[at * width : (at + 1) * width]))
        for at, scale in enumerate(found["scales"])
    )
    return RoleWeights(
        found["embedder"],
        tuple(found["outputs"]),
        tuple(found["bias"]),
        tuple(rows),
        found["thresholds"],
        tuple(found["links"]),
        found.get("read_thresholds", {}),
    )
