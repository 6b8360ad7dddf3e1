"""Learn which sentences of a mail its reader has to see before all others: dangers, corrections, confidences.

    .venv/bin/python -m benchmarks.train_alerts [--write] [--vectors FILE]

Reads benchmarks/data/dangers and benchmarks/data/alerts: LANGUAGE.jsonl to learn from, and held_out*.jsonl to judge by.
A line of the first is a sentence with its `danger`: 1, 0, or 0.5 for a slight one, which is not judged; of the second a
sentence with its `kind`: correction, confidence, near misses of both, calm ones that are no danger, and what somebody
does not bear ("allergy"), which is one. Two thirds of `held_out_jokes` joke, the others tell a danger as lightly.

Fits a head each of `core.writing.roles.mails`, prints what they find, and with `--write` puts them where the product
reads them. `--vectors` keeps the vectors in a file. Needs numpy.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_roles import LabelledText, Matrix, content_of, fit, inputs_of, rarity_of, vectors_of
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.mails import ALERTING, ALERTS

DATA = Path(__file__).parent / "data"
WRITTEN = Path(__file__).parent.parent / "core" / "writing" / "roles" / "alerts.json"
LANGUAGES = ("en", "de", "fr", "es")
STEPS, PENALTY = 300, 100.0
# Of the sentences about dangers one in so many is learnt from as neither correction nor confidence.
_OTHERS = 3


class Head(NamedTuple):
    """What is learnt and judged for an alert: what a line says of it, None where it says nothing."""

    meant: Callable[[Mapping[str, Any]], float | None]
    judged: tuple[str, ...]


def _danger(line: Mapping[str, Any]) -> float | None:
    said = {"calm": 0.0, "allergy": 1.0}
    return float(line["danger"]) if "danger" in line else said.get(line["kind"])


def _is_kind(kind: str) -> Callable[[Mapping[str, Any]], float | None]:
    def meant(line: Mapping[str, Any]) -> float | None:
        is_other = line.get("danger") == 0 and len(line["text"]) % _OTHERS == 0
        return float(line["kind"] == kind) if "kind" in line else 0.0 if is_other else None

    return meant


_DANGERS = ("", "_mails", "_short", "_jokes")
HEADS = {
    "danger": Head(
        _danger, (*(f"dangers/held_out{kind}" for kind in ("", "_mails", "_short", "_jokes")), "alerts/held_out")
    ),
    "correction": Head(_is_kind("correction"), ("alerts/held_out", "alerts/held_out_mails")),
    "confidence": Head(_is_kind("confidence"), ("alerts/held_out", "alerts/held_out_mails")),
}


def read_lines(name: str) -> list[dict[str, Any]]:
    """Return the lines of a file of sentences, each with its language."""
    path = DATA / f"{name}.jsonl"
    return [{"language": path.stem, **json.loads(line)} for line in path.read_text(encoding="utf-8").splitlines()]


def texts_of(lines: list[dict[str, Any]]) -> list[LabelledText]:
    """Return each sentence as a text of its own."""
    return [
        LabelledText(line["language"], [Statement(0, 0, "", line["text"], line["text"], lexicon(line["language"]))])
        for line in lines
    ]


def judge(name: str, head: str, weights: Matrix, bias: Matrix, kept: Path | None) -> None:
    """Print what a head finds of the sentences of a file that were not learnt from."""
    lines = [line for line in read_lines(name) if HEADS[head].meant(line) is not None]
    texts, meant = texts_of(lines), np.array([HEADS[head].meant(line) for line in lines])
    scores = 1 / (1 + np.exp(-(inputs_of(texts, vectors_of(texts, kept)) @ weights + bias)))
    found, others = scores[meant == 1], scores[meant == 0]
    if not (len(found) and len(others)):
        return
    ranks = (found[:, None] > others[None]).mean()
    print(f"{head}, {name}: {len(found)}, {len(others)} others; one ranks above another: {ranks:.3f}")
    limits = sorted({*_LIMITS, ALERTING[head]})
    shares = (f"{least}: {(found >= least).mean():.2f}, {(others >= least).mean():.3f}" for least in limits)
    print(f"    found of them, of others, from {'; '.join(shares)}")


_LIMITS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def learn(head: str, lines: list[dict[str, Any]], kept: Path | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the weights and the bias of one head."""
    known = [line for line in lines if HEADS[head].meant(line) is not None]
    texts, meant = texts_of(known), np.array([[HEADS[head].meant(line)] for line in known], np.float32)
    inputs = inputs_of(texts, vectors_of(texts, kept))
    rarity = rarity_of(inputs)
    print(f"{head}: {len(known)} sentences to learn from, {int((meant == 1).sum())} of them are one")
    weights, bias = fit(inputs * rarity, meant, PENALTY, STEPS)
    return (weights * rarity[:, None])[:, 0], bias[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the heads where the product reads them")
    parser.add_argument("--vectors", type=Path, help="keeps the vectors of the sentences")
    given = parser.parse_args()
    lines = [line for folder in ("dangers", "alerts") for name in LANGUAGES for line in read_lines(f"{folder}/{name}")]
    learnt = {head: learn(head, lines, given.vectors) for head in ALERTS}
    for head, (weights, bias) in learnt.items():
        for name in HEADS[head].judged:
            judge(name, head, weights, bias, given.vectors)
    if given.write:
        columns, biases = zip(*learnt.values(), strict=True)
        content = content_of("meaning", np.stack(columns, 1), np.array(biases), {}, np.zeros(0, np.float32))
        WRITTEN.write_text(json.dumps(content | {"outputs": ALERTS}, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
