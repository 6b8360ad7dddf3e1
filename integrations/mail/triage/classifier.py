"""What a mail is, as learnt from labelled ones: does it need a reply, did a program write it, does it deceive. Pure.

Three logistic heads over named signs and over the meaning of three passages, as vectors of the embedded model. Without
vectors a second set of weights judges by the signs alone, which is weaker: `benchmarks/train_triage.py` learns both
and says how well each holds on mails of writers that it did not learn from.
"""

import functools
import json
import math
from array import array
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path

from core.llm.ports import Embedder
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import split_text
from integrations.mail.message.senders import written_by_person

HEADS = ("reply", "program", "fraud")
WEIGHTS_FILE = Path(__file__).with_name("weights.json")
# Brings vectors to the size of signs, so that one penalty fits both: beginning, end and subject.
SCALES = (8.0, 6.0, 6.0)
_HEAD_CHARS, _TAIL_CHARS, _SUBJECT_CHARS = 400, 200, 200

Vectors = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Head:
    """One question: what counts for every mail, what each sign adds by its strength, and the weights of the vectors."""

    bias: float
    signs: Mapping[str, float]
    meaning: Sequence[float] = ()

    def parts(self, signs: Mapping[str, float], vectors: Vectors = ()) -> tuple[dict[str, float], float]:
        """Return what each sign adds, and what the meaning of the passages does; with the bias these are log-odds."""
        added = {name: self.signs[name] * strength for name, strength in signs.items() if name in self.signs}
        inputs = (scale * value for scale, vector in zip(SCALES, vectors, strict=False) for value in vector)
        return added, sum(map(mul, self.meaning, inputs)) if vectors else 0.0

    def probability(self, signs: Mapping[str, float], vectors: Vectors = ()) -> float:
        """Return how probable (0..1) the answer yes is."""
        added, meant = self.parts(signs, vectors)
        return probability(self.bias + sum(added.values()) + meant)


@dataclass(frozen=True)
class Classifier:
    """The heads, for mails with vectors of `embedder` and for those without any, and from where on fraud is said."""

    embedder: str
    with_meaning: Mapping[str, Head]
    by_signs: Mapping[str, Head]
    fraud_from: float
    fraud_from_by_signs: float

    def heads(self, vectors: Vectors) -> Mapping[str, Head]:
        """Return the heads that fit."""
        return self.with_meaning if vectors else self.by_signs

    def deceives(self, signs: Mapping[str, float], vectors: Vectors) -> bool:
        """Whether a mail reads so much like fraud that no draft may help it."""
        limit = self.fraud_from if vectors else self.fraud_from_by_signs
        return self.heads(vectors)["fraud"].probability(signs, vectors) >= limit


def probability(score: float) -> float:
    """Return how probable (0..1) log-odds are."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def passages(message: Message) -> tuple[str, str, str]:
    """Return what of a mail is turned into vectors: subject and beginning, end, subject."""
    text = " ".join(split_text(written_by_person(message).text).new_text.split())
    subject = message.subject[:_SUBJECT_CHARS]
    return f"{subject}. {text[:_HEAD_CHARS]}", text[-_TAIL_CHARS:], subject


def vectors_of(given: Sequence[str], embedder: Embedder) -> Vectors:
    """Return the vectors of passages, none when the weights were not learnt for this embedder."""
    if embedder.name != classifier().embedder:
        return ()
    return [tuple(vector) for vector in embedder.embed(given, is_query=True)]


@functools.cache
def classifier() -> Classifier:
    """Return the weights that are in force."""
    found = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    with_meaning, by_signs = (
        {name: _head(one) for name, one in found[kind].items()} for kind in ("with_meaning", "by_signs")
    )
    return Classifier(found["embedder"], with_meaning, by_signs, found["fraud_from"], found["fraud_from_by_signs"])


def _head(found: dict[str, object]) -> Head:
    numbers = array("b", b64decode(str(found.get("meaning", ""))))
    scale = float(str(found.get("scale", 0.0)))
    signs = found["signs"]
    assert isinstance(signs, dict)
    return Head(float(str(found["bias"])), signs, array("f", (scale * number for number in numbers)))
