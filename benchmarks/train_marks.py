"""Learn which sentences of a text a careful reader would mark, and as what, over what the product reads of each.

    .venv/bin/python -m benchmarks.train_marks [--write] [--kept FILE.json]

Reads the marked texts of `benchmarks.marked` (`data/signals/marked`, `data/signals/read`), notices and leaflets that
hold nothing to mark beside contracts and inspections that do (`data/signals/notices`), and labelled ones that tell
dangers flatly (`data/signals/told_flatly`, in the form of `data/roles`). Prints what it comes to by five folds of
texts, of the marked ones alone and of all; `--write` fits on all and puts the weights where the product reads them.
`--kept` keeps what is read of the sentences, since that takes minutes. Needs numpy.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.marked import DATA, NAMES, READ, MarkedText, read_marked
from benchmarks.train_roles import FOLDS, read_texts
from core.embeddings.e5 import load_e5
from core.text.statements import Statement
from core.writing.grounded.signals import read_text
from core.writing.roles import marks, roles_of

TOLD_FLATLY, NOTICES = DATA.parent / "told_flatly", DATA.parent / "notices"
WRITTEN = Path(marks.__file__).with_name("marks.json")
# What a text says on the whole is known of far fewer texts than sentences, and so counts less.
PENALTY, OF_WHOLE, STEPS, WEIGHTY = 10.0, 40.0, 25, 2
# Labelled texts hold more to note than others, and so count half.
LABELLED = 0.5
LIMITS = (0.25, 0.33, 0.4, 0.5)
_KINDS = {name: kind for kind, name in NAMES.items() if kind in marks.MARKED_AS}
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What is known of a sentence: as what a reader would mark it; None where it may be marked or not."""

    kinds: frozenset[str] | None


@dataclass(frozen=True)
class Text:
    """Sentences, and what is known of each."""

    statements: Sequence[Statement]
    known: Sequence[Known]
    is_marked_text: bool


def of_marked(marked: MarkedText) -> Text:
    """Return a marked text; what may stand for a mark is known of no sentence."""
    statements = read_text(marked.text)
    return Text(statements, [_known(one, marked) for one in statements], is_marked_text=True)


def _known(one: Statement, marked: MarkedText) -> Known:
    hits = [(rank, quote) for rank, quote in marked.quotes if is_of(one.raw, quote)]
    kinds = [marked.kinds[rank] for rank, quote in hits if quote == marked.own.get(rank)]
    return Known(frozenset(_KINDS.get(kind, kind) for kind in kinds) if kinds or not hits else None)


def is_of(raw: str, quote: str) -> bool:
    """Tell whether a sentence is the quote of a mark, or a good part of it."""
    return quote in raw or (raw in quote and len(raw) > len(quote) / 3)


def read_all() -> Iterator[Text]:
    """Yield all texts; labelled sentences of little weight are not known."""
    yield from map(of_marked, (*read_marked(DATA), *read_marked(READ), *read_marked(NOTICES)))
    for text in read_texts(TOLD_FLATLY):
        kinds = [roles & {*marks.MARKED_AS} for roles in text.roles]
        known = [Known(one if key >= WEIGHTY or not one else None) for one, key in zip(kinds, text.keys, strict=True)]
        yield Text(text.statements, known, is_marked_text=False)


def rows_of(texts: Sequence[Text], kept: Path | None) -> list[list[list[float]]]:
    """Return for each text the inputs of its sentences; of a file those that it has."""
    found: dict[str, list[list[float]]] = json.loads(kept.read_text("utf-8")) if kept and kept.exists() else {}
    embedder = load_e5()
    for text in texts:
        name = "\n".join(one.raw for one in text.statements)
        if name not in found:
            found[name] = [marks.row_of(one) for one in roles_of(text.statements, embedder, is_read=True)]
    if kept:
        kept.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return [marks.beside_whole(found["\n".join(one.raw for one in text.statements)]) for text in texts]


def fit(inputs: Table, targets: Table, counts: Table) -> Table:
    """Return the weights of logistic regressions, one a column of the targets, the bias last (Newton's steps)."""
    middle, spread = inputs.mean(0), inputs.std(0) + 1e-6
    scaled = np.c_[(inputs - middle) / spread, np.ones(len(inputs))]
    width = inputs.shape[1]
    penalty = np.diag([PENALTY] * (width - width // 2) + [OF_WHOLE] * (width // 2) + [1e-6])
    found = []
    for target in targets.T:
        weights = np.zeros(len(penalty))
        for _ in range(STEPS):
            likely = probability(scaled @ weights)
            slope = scaled.T @ (counts * (likely - target)) + penalty @ weights
            bend = (scaled * (counts * likely * (1 - likely))[:, None]).T @ scaled + penalty
            weights -= np.linalg.solve(bend, slope)
        plain = weights[:-1] / spread
        found.append(np.r_[plain, weights[-1] - plain @ middle])
    return np.array(found)


def probability(odds: Table) -> Table:
    return np.asarray(1 / (1 + np.exp(-odds)))


def fit_all(inputs: Table, kinds: Table, counts: Table) -> Table:
    """Return the weights of all outputs: whether a sentence is marked, and of which kind one that is."""
    marked = kinds.max(1) > 0
    of_kinds = fit(inputs[marked], kinds[marked], counts[marked])
    return np.vstack([fit(inputs, marked[:, None].astype(float), counts), of_kinds])


def report(name: str, found: Table, kinds: Table) -> None:
    """Print how well marks and kinds are found."""
    is_marked = kinds.max(1) > 0
    print(f"{name}: {len(kinds)} sentences, {is_marked.sum()} to be marked")
    for limit in LIMITS:
        right = (found[:, 0] >= limit) & is_marked
        precision, recall = right.sum() / (found[:, 0] >= limit).sum(), right.sum() / is_marked.sum()
        print(f"    from {limit}: precision {precision:.3f} recall {recall:.3f}")
    best = found[is_marked, 1:].argmax(1)
    print(f"    of the right kind {kinds[is_marked][np.arange(len(best)), best].mean():.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where the product reads them")
    parser.add_argument("--kept", type=Path, help="keep the inputs of the sentences in this file")
    asked = parser.parse_args()
    texts = list(read_all())
    rows = rows_of(texts, asked.kept)
    known = [(number, row, one.kinds) for number, text in enumerate(texts)
             for row, one in zip(rows[number], text.known, strict=True) if one.kinds is not None]  # fmt: skip
    inputs = np.array([row for _, row, _ in known])
    kinds = np.array([[float(kind in told) for kind in marks.MARKED_AS] for _, _, told in known])
    of_text = np.array([number for number, _, _ in known])
    folds = (np.random.default_rng(0).permutation(len(texts)) % FOLDS)[of_text]
    is_of_marked = np.array([texts[number].is_marked_text for number in of_text])
    counts = np.where(is_of_marked, 1.0, LABELLED)
    found = np.zeros((len(known), 1 + len(marks.MARKED_AS)))
    for fold in range(FOLDS):
        learnt = folds != fold
        weights = fit_all(inputs[learnt], kinds[learnt], counts[learnt])
        found[folds == fold] = probability(inputs[folds == fold] @ weights[:, :-1].T + weights[:, -1])
    report("marked texts", found[is_of_marked], kinds[is_of_marked])
    report("all", found, kinds)
    if asked.write:
        weights = fit_all(inputs, kinds, counts).round(4)
        content = {"bias": weights[:, -1].tolist(), "rows": weights[:, :-1].tolist()}
        WRITTEN.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
