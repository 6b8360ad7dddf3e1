"""Learn which words of a text are its title, and say how well that holds on texts not learnt from.

    .venv/bin/python -m benchmarks.train_titles [--write] [--inputs FILE]

Reads benchmarks/data/titles/LANGUAGE.jsonl: for a text of benchmarks/data/writing, by its id, the candidates that
readers would use as its title, those that say at least what it is about, and the others. Fits the two heads of
`core.writing.grounded.title_candidates`, over vectors and over words. All figures are of five folds of whole texts.
`--write` puts the heads where the product reads them; `--inputs` keeps their inputs in a file, since making them is
what takes time. Needs numpy.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_roles import Matrix, content_of, fit
from core.embeddings import WordEmbedder
from core.embeddings.e5 import load_e5
from core.llm.ports import Embedder
from core.writing.grounded.title import nameable, without_head
from core.writing.grounded.title_candidates import ABOUT, HEADS, USE, rows_of

DATA = Path(__file__).parent / "data"
WRITTEN = Path(__file__).parent.parent / "core" / "writing" / "roles"
FOLDS, STEPS, SHOWN = 5, 250, 3
PENALTY = {True: 100.0, False: 10.0}


@dataclass
class GradedText:
    """One text with the inputs of its graded candidates, and for each whether it is used, and whether it tells."""

    inputs: Matrix
    targets: Matrix


def read_sources() -> dict[str, str]:
    """Return the texts by their ids."""
    found: dict[str, str] = {}
    for path in sorted((DATA / "writing").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if isinstance(text := item.get("text") or item.get("message"), str) and "id" in item:
                found.setdefault(item["id"], text)
    return found


def read_texts(embedder: Embedder, *, by_meaning: bool) -> Iterator[GradedText]:
    """Yield the graded texts of all languages."""
    sources = read_sources()
    for path in sorted((DATA / "titles").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            graded: dict[str, Any] = json.loads(line)
            *_, source = without_head(sources[graded["id"]])
            statements, candidates = nameable(source)
            known = {*graded["use"], *graded["about"], *graded["others"]}
            named = [candidate for candidate in candidates if candidate.text in known]
            if named:
                rows = rows_of(named, source, statements, embedder, by_meaning=by_meaning)
                targets = [(each.text in graded["use"], each.text not in graded["others"]) for each in named]
                yield GradedText(np.array(rows, np.float32), np.array(targets, np.float32))


def judge(texts: Sequence[GradedText], folds: NDArray[np.int64], penalty: float) -> None:
    """Print what the best candidate of each text is, by weights that the text had no part in."""
    found: list[tuple[float, bool, bool, bool]] = []
    for fold in range(FOLDS):
        weights, bias = fitted([text for text, of in zip(texts, folds, strict=True) if of != fold], penalty)
        for text in (text for text, of in zip(texts, folds, strict=True) if of == fold):
            odds = 1 / (1 + np.exp(-(text.inputs @ weights + bias)))
            best, *others = np.argsort(-odds.sum(1))[:SHOWN]
            told = text.targets[best]
            found.append(
                (float(odds[best, 1]), bool(told[0]), bool(told[1]), bool(text.targets[[best, *others], 1].any()))
            )
    for least in (0.0, 0.5, 0.6, 0.7, 0.8):
        given = [each for each in found if each[0] >= least]
        used, tells, one_tells = (sum(each[at] for each in given) / len(given) for at in (1, 2, 3))
        print(
            f"    from {least}: a title for {len(given) / len(found):.2f}, used {used:.2f}, used or tells {tells:.2f}, "
            f"one of {SHOWN} tells {one_tells:.2f}"
        )


def fitted(texts: Sequence[GradedText], penalty: float) -> tuple[Matrix, Matrix]:
    """Return weights and bias of both outputs."""
    inputs, targets = np.concatenate([text.inputs for text in texts]), np.concatenate([text.targets for text in texts])
    return fit(inputs, targets, penalty, STEPS)


def kept(path: Path | None, *, by_meaning: bool) -> list[GradedText]:
    """Return the graded texts, from a file where they are there."""
    place = path.with_suffix(f".{by_meaning}.npz") if path else None
    if place and place.exists():
        with np.load(place) as file:
            ends = np.cumsum(file["sizes"])[:-1]
            parts = zip(np.split(file["inputs"], ends), np.split(file["targets"], ends), strict=True)
            return [GradedText(*part) for part in parts]
    texts = list(read_texts(load_e5() if by_meaning else WordEmbedder(), by_meaning=by_meaning))
    if place:
        inputs, targets = (np.concatenate(parts) for parts in zip(*((t.inputs, t.targets) for t in texts), strict=True))
        np.savez(place, inputs=inputs, targets=targets, sizes=[len(text.inputs) for text in texts])
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the heads where the product reads them")
    parser.add_argument("--inputs", type=Path, help="keeps the inputs")
    given = parser.parse_args()
    for by_meaning, name in HEADS.items():
        texts = kept(given.inputs, by_meaning=by_meaning)
        print(f"{name}: {len(texts)} texts, {sum(len(text.inputs) for text in texts)} candidates")
        judge(texts, np.random.default_rng(1).permutation(len(texts)) % FOLDS, PENALTY[by_meaning])
        if given.write:
            weights, bias = fitted(texts, PENALTY[by_meaning])
            content = content_of("meaning" if by_meaning else "words", weights, bias, {}, np.zeros(0, np.float32))
            content |= {"outputs": [USE, ABOUT]}
            (WRITTEN / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
