"""Which findings are one matter."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from core.text.content import content_stems
from core.text.facts import extract_facts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
# Measured by `benchmarks.signals merging` with the embedded model: what is the same by meaning, or by words alone. A
# matter that hides in another's is worse than one that stands twice.
SAME_MEANING, SAME_WORDS = 0.94, 0.6
_VALUES = frozenset({"money", "date", "weekday", "day", "percent"})
_MAX_REMEMBERED = 10_000


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
    vector: "Vector | None" = None


def matter_of(kind: str, text: str, vector: "Vector | None") -> Matter:
    """Return what a text is about."""
    return Matter(kind, *_words_of(text), vector)


@lru_cache(maxsize=_MAX_REMEMBERED)
def _words_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return stems and names of a text; those of a scan are asked for with each of its parts."""
    facts = extract_facts(text).items
    names = {
        reading
        for fact in facts
        if fact.category in ("number", "id") and not fact.has_unit
        for reading in fact.readings
    }
    return frozenset(content_stems(text)), frozenset(names)


def names_value(quote: str) -> bool:
    """Whether a text names an amount, a share, a date or a day."""
    return any(fact.category in _VALUES and not fact.is_weak for fact in extract_facts(quote).items)


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
        words = shared_words(matter, other)
        meaning = likeness(matter.vector, other.vector)
        is_same = words >= SAME_WORDS or meaning >= SAME_MEANING
        if is_same and meaning + words > best:
            best, found = meaning + words, signal_id
    return found


def shared_words(one: Matter, other: Matter) -> float:
    """Return which share of the words of two matters both have, 0 to 1."""
    return len(one.stems & other.stems) / (len(one.stems | other.stems) or 1)


def likeness(one: "Vector | None", other: "Vector | None") -> float:
    """Return the cosine of two vectors of length 1, 0 when one is missing or they are not of one embedder."""
    if one is None or other is None or one.shape != other.shape:
        return 0.0
    return float(one @ other)


def pack(vector: Sequence[float] | None) -> bytes | None:
    """Return a vector as it is stored, of length 1."""
    if vector is None:
        return None
    import numpy as np

    values = np.asarray(vector, dtype=np.float32)
    length = float(np.linalg.norm(values))
    return array("f", values / length if length else values).tobytes()


def unpack(data: bytes | None) -> "Vector | None":
    """Return what `pack` made."""
    import numpy as np

    return None if data is None else np.frombuffer(bytes(data), dtype=np.float32)
