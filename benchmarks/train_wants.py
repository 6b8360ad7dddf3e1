"""Learn which sentences of a mail want something of its reader.

    .venv/bin/python -m benchmarks.train_wants [--write] [--readings FILE]

Reads benchmarks/data/wants/LANGUAGE.txt. Below `=== MAIL` stand what its reader wrote before (`> SENTENCE`), and the
sentences of the mail: 2 wants something, 1 may, 0 does not, each with the numbers of what answers it (`2 >1,3 | …`).
Fits the head of `core.writing.roles.mails`; `benchmarks/earlier.py` learns from what answers.
All figures are of six folds of whole mails; sentences that end with a question mark do not count, rules find those.
`--write` puts the head where the product reads it; `--readings` is that of `train_roles`. Needs numpy.
"""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_roles import (
    LabelledText,
    Matrix,
    content_of,
    fit,
    inputs_of,
    rarity_of,
    read_passages,
    vectors_of,
    with_readings,
)
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.mails import SURE_UNSAID, WANTS
from core.writing.roles.reading import passage

DATA = Path(__file__).parent / "data" / "wants"
WRITTEN = Path(__file__).parent.parent / "core" / "writing" / "roles" / f"{WANTS}.json"
FOLDS, STEPS = 6, 150
PENALTY = 60.0
Row = NDArray[Any]
_LINE = re.compile(r"([012])(?: >([\d,]+))? \| (.+)")


@dataclass
class Mail:
    """One mail: its sentences, how far each wants something, what its reader wrote before, and what of it answers."""

    language: str
    name: str = ""
    statements: list[Statement] = field(default_factory=list)
    wants: list[float] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    answers: list[frozenset[int]] = field(default_factory=list)


def read_mails(folder: Path = DATA) -> list[Mail]:
    """Return the labelled mails of all languages.

    Raises:
        ValueError: a line is not in the format; names file and line.
    """
    mails: list[Mail] = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("==="):
                mails.append(Mail(path.stem, line.removeprefix("===").strip()))
            elif line.startswith("> "):
                mails[-1].earlier.append(line[2:])
            elif found := _LINE.fullmatch(line):
                mail, text = mails[-1], found[3]
                mail.statements.append(Statement(len(mail.statements), 0, "", text, text, lexicon(path.stem)))
                mail.wants.append(int(found[1]) / 2)
                mail.answers.append(frozenset(int(one) - 1 for one in (found[2] or "").split(",") if one))
            else:
                raise ValueError(f"{path.name}:{number}: {line[:60]}")
    return [mail for mail in mails if mail.statements]


def held_out(inputs: Matrix, targets: Matrix, folds: Row, penalty: float) -> Matrix:
    """Return the probability of each row by weights that its mail had no part in."""
    scores = np.zeros(len(inputs), np.float32)
    for fold in range(FOLDS):
        weights, bias = fit(inputs[folds != fold], targets[folds != fold], penalty, STEPS)
        scores[folds == fold] = 1 / (1 + np.exp(-(inputs[folds == fold] @ weights + bias)[:, 0]))
    return scores


def print_wants(head: str, scores: Matrix, wants: Matrix, counts: Row) -> None:
    """Print precision and recall of the sentences that count."""
    found, meant = scores[counts], wants[counts] == 1
    for least in (0.2, 0.35, 0.5, 0.65, SURE_UNSAID):
        right = int(((found >= least) & meant).sum())
        print(f"{head:13} from {least:.2f}: precision {right / max(1, int((found >= least).sum())):.2f}, "
              f"recall {right / max(1, int(meant.sum())):.2f} of {int(meant.sum())}")  # fmt: skip


def train_wants(
    mails: Sequence[Mail], vectors: Sequence[Matrix], folds: Row, readings: Path | None, *, is_written: bool
) -> None:
    """Fit the head."""
    texts = [LabelledText(mail.language, mail.statements) for mail in mails]
    # Mails are long here, and short ones are met too: each sentence is learnt from by itself as well.
    alone = [LabelledText(mail.language, [replace(two, place=0)]) for mail in mails for two in mail.statements]
    alone_vectors = [vector[at : at + 1] for vector in vectors for at in range(len(vector))]
    wants = np.array([want for mail in mails for want in mail.wants], np.float32)
    asks = np.array([statement.asks for mail in mails for statement in mail.statements])
    rows = np.repeat(folds, [len(mail.statements) for mail in mails])
    counts, rows, both = ~asks & (wants != 0.5), np.tile(rows, 2), np.tile(wants, 2)[:, None]
    inputs = inputs_of([*texts, *alone], [*vectors, *alone_vectors])
    rarity = rarity_of(inputs)
    scores = held_out(inputs * rarity, both, rows, PENALTY)
    print_wants("in their mail", scores[: len(wants)], wants, counts)
    print_wants("alone", scores[len(wants) :], wants, counts)
    passages = [passage(mail.statements, at) for mail in mails for at in range(len(mail.statements))]
    read = with_readings(scores[: len(wants), None], read_passages(readings, passages, slice(-1, None)))[:, 0]
    if (known := ~np.isnan(read)).any():
        print_wants("of these", scores[: len(wants)], wants, counts & known)
        print_wants("with layers", np.nan_to_num(read), wants, counts & known)
    if is_written:
        weights, bias = fit(inputs * rarity, both, PENALTY, STEPS)
        content = content_of("meaning", weights * rarity[:, None], bias, {}, np.zeros(0, np.float32)) | {
            "outputs": [WANTS]
        }
        WRITTEN.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the head where the product reads it")
    parser.add_argument("--readings", type=Path, help="log-odds by passage, of layers not tuned on those")
    given = parser.parse_args()
    mails = read_mails()
    folds = np.random.default_rng(1).permutation(len(mails)) % FOLDS
    texts = [LabelledText(mail.language, mail.statements) for mail in mails]
    print(f"{len(mails)} mails, {sum(len(mail.statements) for mail in mails)} sentences")
    train_wants(mails, vectors_of(texts, None), folds, given.readings, is_written=given.write)


if __name__ == "__main__":
    main()
