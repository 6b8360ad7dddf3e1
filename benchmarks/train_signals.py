"""Learn of which kind of signal a sentence is, each sentence by itself: messages are short, and stand beside others'.

    .venv/bin/python -m benchmarks.train_signals [--write] [--readings FILE]

Reads benchmarks/data/signals/taught.tsv (language, kind or "-", sentence), and of benchmarks/data/roles as many plain
sentences as `PLAIN`. Fits one logistic regression a kind over the vector and the words of the sentence; thresholds are
chosen on folds that had no part in the weights. `--write` puts them where the product reads them. What it comes to on
messages that it was not taught is said by `benchmarks.signals`. `--readings` is that of `train_roles`. Needs numpy.
"""

import argparse
import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_roles import DATA, FOLDS, OUTPUTS, Matrix, fit, read_passages, read_texts, with_readings
from core.embeddings.e5 import NAME, load_e5
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.classifier import VERSION
from core.writing.roles.features import BUCKETS
from core.writing.roles.kinds import KINDS, WEIGHTS, row_of
from core.writing.roles.reading import passage

TAUGHT = Path(__file__).parent / "data" / "signals" / "taught.tsv"
WRITTEN = Path(__file__).parent.parent / "core" / "writing" / "roles" / f"{WEIGHTS}.json"
PLAIN, PENALTY, MIN_PRECISION = 60, 4.0, 0.8
THRESHOLDS = [round(0.14 + 0.02 * step, 2) for step in range(24)]
Labelled = tuple[str, str, str]


def read_labelled(path: Path) -> list[Labelled]:
    """Return language, kind ("-" for none) and text of each line."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [(language, kind, text) for language, kind, text in rows]


def plain_sentences(count: int) -> list[Labelled]:
    """Return sentences of threads and documents that are nothing of the kind, always the same."""
    roles = {"none", "social", "outcome", "answer", "assent", "cause"}
    found = [
        (text.language, "-", statement.raw)
        for text in read_texts(DATA)
        for statement, said in zip(text.statements, text.roles, strict=True)
        if said <= roles
    ]
    return [found[at] for at in np.random.default_rng(5).choice(len(found), count, replace=False)]


def inputs_of(rows: Sequence[Labelled]) -> Matrix:
    """Return the inputs of the head, a row a sentence."""
    vectors = load_e5().embed([text for _, _, text in rows], is_query=True)
    found = []
    for (language, _, text), vector in zip(rows, vectors, strict=True):
        dense, words = row_of(Statement(0, 0, "", text, text, lexicon(language)), vector)
        whole = np.zeros(len(dense) + BUCKETS, np.float32)
        whole[: len(dense)] = dense
        whole[[len(dense) + place for place in words]] = [*words.values()]
        found.append(whole)
    return np.stack(found)


def threshold_of(scores: NDArray[np.float32], is_meant: NDArray[np.bool_]) -> float:
    """Return where most of what is meant is found with few others."""

    def worth(limit: float) -> tuple[bool, float]:
        found = scores >= limit
        precision = float((found & is_meant).sum()) / max(1, int(found.sum()))
        f1 = 2 * float((found & is_meant).sum()) / max(1, int(found.sum() + is_meant.sum()))
        return precision >= MIN_PRECISION, f1

    return max(THRESHOLDS, key=worth)


def told(scores: Matrix, targets: Matrix) -> dict[str, float]:
    """Return the threshold of each kind, and print how well it is found from there on."""
    thresholds = {name: threshold_of(scores[:, at], targets[:, at] > 0) for at, name in enumerate(KINDS)}
    for at, name in enumerate(KINDS):
        found, is_meant = scores[:, at] >= thresholds[name], targets[:, at] > 0
        right = int((found & is_meant).sum())
        precision, recall = right / max(1, int(found.sum())), right / max(1, int(is_meant.sum()))
        counted = f"{name:12} {int(is_meant.sum()):4} from {thresholds[name]:.2f}"
        print(f"{counted}: precision {precision:.2f} recall {recall:.2f}")
    return thresholds


def main() -> None:
    """Fit, and write when that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where the product reads them")
    parser.add_argument("--readings", type=Path, help="log-odds by passage, of layers not tuned on those")
    arguments = parser.parse_args()
    rows = [*read_labelled(TAUGHT), *plain_sentences(PLAIN)]
    inputs = inputs_of(rows)
    targets = np.array([[float(kind == name) for name in KINDS] for _, kind, _ in rows], np.float32)
    folds = np.random.default_rng(1).permutation(len(rows)) % FOLDS
    scores = np.zeros_like(targets)
    for fold in range(FOLDS):
        weights, bias = fit(inputs[folds != fold], targets[folds != fold], PENALTY)
        scores[folds == fold] = 1 / (1 + np.exp(-(inputs[folds == fold] @ weights + bias)))
    thresholds = told(scores, targets)
    passages = [passage([Statement(0, 0, "", text, text, lexicon(language))], 0) for language, _, text in rows]
    columns = slice(len(OUTPUTS), len(OUTPUTS) + len(KINDS))
    read = with_readings(scores, read_passages(arguments.readings, passages, columns))
    known = ~np.isnan(read[:, 0])
    read_thresholds = told(read[known], targets[known]) if known.any() else {}
    if arguments.write:
        weights, bias = fit(inputs, targets, PENALTY)
        scales = np.maximum(np.abs(weights).max(0), 1e-9) / 127
        content = {
            "version": VERSION, "embedder": NAME, "outputs": KINDS, "thresholds": thresholds,
            "read_thresholds": read_thresholds,
            "bias": [round(float(value), 4) for value in bias], "scales": [float(f"{scale:.5g}") for scale in scales],
            "links": [], "weights": b64encode(np.round(weights / scales).astype(np.int8).T.tobytes()).decode(),
        }  # fmt: skip
        WRITTEN.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
