"""Learn which sentences of a mail tell of something that may hurt somebody.

    .venv/bin/python -m benchmarks.train_dangers [--write]

Reads benchmarks/data/dangers: LANGUAGE.jsonl to learn from (sentences written for it, half of them near misses, and
those of mails), and held_out*.jsonl to judge by. Each line is a sentence with its danger: 1, 0, or
0.5 for a slight one, which is not judged. Fits the head of `core.writing.roles.mails`, prints what it finds, and
with `--write` puts it where the product reads it. Needs numpy.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_roles import LabelledText, Matrix, content_of, fit, inputs_of, rarity_of, vectors_of
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.mails import DANGERS

DATA = Path(__file__).parent / "data" / "dangers"
WRITTEN = Path(__file__).parent.parent / "core" / "writing" / "roles" / f"{DANGERS}.json"
LANGUAGES = ("en", "de", "fr", "es")
STEPS, PENALTY = 300, 100.0


def read_sentences(path: Path) -> tuple[list[LabelledText], NDArray[Any]]:
    """Return the sentences of a file, each as a text, and which of them tell of a danger."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [
        LabelledText(line.get("language", path.stem), [_statement(line["text"], line.get("language", path.stem))])
        for line in lines
    ]
    return texts, np.array([line["danger"] for line in lines], np.float32)


def _statement(text: str, language: str) -> Statement:
    return Statement(0, 0, "", text, text, lexicon(language))


def judge(name: str, weights: Matrix, bias: Matrix, rarity: Matrix) -> None:
    """Print what is found of the sentences of a file that were not learnt from."""
    texts, meant = read_sentences(DATA / f"{name}.jsonl")
    scores = 1 / (1 + np.exp(-(inputs_of(texts, vectors_of(texts, None)) * rarity @ weights + bias)[:, 0]))
    dangers, harmless = meant == 1, meant == 0
    ranks = (scores[dangers][:, None] > scores[harmless][None]).mean()
    print(f"{name}: {dangers.sum()} dangers, {harmless.sum()} others; a danger ranks above one: {ranks:.3f}")
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        found = scores >= least
        print(f"from {least:.2f}: {found[dangers].mean():.2f} of dangers, {found[harmless].mean():.3f} of others")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the head where the product reads it")
    given = parser.parse_args()
    read = [read_sentences(DATA / f"{language}.jsonl") for language in LANGUAGES]
    texts = [text for found, _ in read for text in found]
    meant = np.concatenate([labels for _, labels in read])
    inputs = inputs_of(texts, vectors_of(texts, None))
    rarity = rarity_of(inputs)
    print(f"{len(texts)} sentences to learn from, {int((meant == 1).sum())} tell of a danger")
    weights, bias = fit(inputs * rarity, meant[:, None], PENALTY, STEPS)
    for name in ("held_out", "held_out_mails", "held_out_short"):
        judge(name, weights, bias, rarity)
    if given.write:
        content = content_of("meaning", weights * rarity[:, None], bias, {}, np.zeros(0, np.float32))
        WRITTEN.write_text(json.dumps(content | {"outputs": [DANGERS]}, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
