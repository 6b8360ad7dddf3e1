"""Which findings are one matter, how grave it is, and what decisions teach about others."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.text.content import content_stems
from core.text.facts import extract_facts

Vector = NDArray[np.float32]
# Measured by `benchmarks.signals` with the embedded model: what is the same by meaning, and when words have to agree.
SAME_MEANING, NEAR_MEANING = 0.945, 0.9
SAME_WORDS, NEAR_WORDS = 0.6, 0.25
# Cosines of the embedded model lie above it: what is nearer than this begins to be alike.
ALIKE = 0.86
_GRAVE_KINDS = frozenset({"risk", "complaint", "duty", "deadline"})
_MAX_SEVERITY = 3
_OFTEN = 3


@dataclass(frozen=True)
class Matter:
    """What a text is about.

    Attributes:
        kind: of the finding or signal.
        stems: of its words.
        names: numbers that tell one thing from another, as of an invoice or a pump; amounts and dates are none.
        vector: of length 1, None without embeddings.
    """

    kind: str
    stems: frozenset[str]
    names: frozenset[str]
    vector: Vector | None = None


def matter_of(kind: str, text: str, vector: Vector | None) -> Matter:
    """Return what a text is about."""
    facts = extract_facts(text).items
    names = {
        reading
        for fact in facts
        if fact.category in ("number", "id") and not fact.has_unit
        for reading in fact.readings
    }
    return Matter(kind, frozenset(content_stems(text)), frozenset(names), vector)


def same_matter(matter: Matter, known: Mapping[str, Matter]) -> str:
    """Return the id of the signal that a finding belongs to, "" for none: the nearest of its kind that is near enough.

    Args:
        matter: of the finding.
        known: the signals of the scan, by id.
    """
    best, found = 0.0, ""
    for signal_id, other in known.items():
        if other.kind != matter.kind or (matter.names and other.names and not matter.names & other.names):
            continue
        words = len(matter.stems & other.stems) / (len(matter.stems | other.stems) or 1)
        meaning = likeness(matter.vector, other.vector)
        is_same = words >= SAME_WORDS or meaning >= SAME_MEANING or (meaning >= NEAR_MEANING and words >= NEAR_WORDS)
        if is_same and meaning + words > best:
            best, found = meaning + words, signal_id
    return found


def likeness(one: Vector | None, other: Vector | None) -> float:
    """Return the cosine of two vectors of length 1, 0 when one is missing or they are not of one embedder."""
    if one is None or other is None or one.shape != other.shape:
        return 0.0
    return float(one @ other)


def severity_of(kind: str, *, items: int, has_value: bool) -> tuple[int, tuple[str, ...]]:
    """Return how grave a matter is, 1 to 3, and why.

    Args:
        kind: of the signal.
        items: how many items hold it.
        has_value: whether a quote names an amount of money or a date.
    """
    reasons = [f"a {kind}"] if kind in _GRAVE_KINDS else []
    if has_value:
        reasons.append("names an amount or a date")
    if items >= _OFTEN:
        reasons.append(f"said in {items} places")
    return min(_MAX_SEVERITY, 1 + len(reasons)), tuple(reasons)


def preferences(
    vectors: Mapping[str, Vector], decided: Mapping[str, Literal["confirmed", "dismissed"]]
) -> dict[str, float]:
    """Return for each signal how much more it is like a confirmed one than like a dismissed one, -1 to 1.

    Args:
        vectors: of signals of one kind, by id.
        decided: what somebody said of some of them.
    """
    found = {}
    for signal_id, vector in vectors.items():
        if signal_id not in decided:
            found[signal_id] = _nearest(vector, vectors, decided, "confirmed")
            found[signal_id] -= _nearest(vector, vectors, decided, "dismissed")
    return found


def _nearest(vector: Vector, vectors: Mapping[str, Vector], decided: Mapping[str, str], state: str) -> float:
    others = (vectors[other] for other, said in decided.items() if said == state and other in vectors)
    return max((_nearness(vector, other) for other in others), default=0.0)


def _nearness(one: Vector, other: Vector) -> float:
    return max(0.0, (likeness(one, other) - ALIKE) / (1 - ALIKE))


def pack(vector: Sequence[float] | None) -> bytes | None:
    """Return a vector as it is stored, of length 1."""
    if vector is None:
        return None
    values = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(values))
    return array("f", values / length if length else values).tobytes()


def unpack(data: bytes | None) -> Vector | None:
    """Return what `pack` made."""
    return None if data is None else np.frombuffer(bytes(data), dtype=np.float32)
