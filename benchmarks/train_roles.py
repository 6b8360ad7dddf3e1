"""Learn what sentences do in threads, meetings and documents, and say how well that holds on texts not learnt from.

    .venv/bin/python -m benchmarks.train_roles [--write] [--vectors FILE] [--readings FILE]

Reads benchmarks/data/roles/LANGUAGE.txt: one sentence a line with its importance (0 to 3), its roles, the earlier
sentence that it answers or corrects, who and until when. Fits one logistic regression a role and a level of importance
for each of the two heads of `core.writing.roles`, and one that tells which earlier sentence is meant. All
figures are of five folds of whole texts: no text is in both parts. `--write` puts the weights where the product reads
them. `--vectors` keeps the vectors of the sentences in a file, since making them is what takes time. Needs numpy.
"""

import argparse
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.embeddings.e5 import NAME, load_e5
from core.text.lexicon import lexicon
from core.text.statements import Statement
from core.writing.roles.classifier import FARTHEST, LEVELS, OWN, REFERRING, ROLES, VERSION, link_rows
from core.writing.roles.features import BUCKETS, rows_of
from core.writing.roles.reading import SPREAD, passage

DATA = Path(__file__).parent / "data" / "roles"
WEIGHTS = Path(__file__).parent.parent / "core" / "writing" / "roles"
FOLDS, STEPS, LINK_STEPS = 5, 250, 400
PENALTY = {"meaning": 100.0, "words": 5.0}
LINK_PENALTY = 10.0
THRESHOLDS = [round(0.1 + 0.025 * step, 3) for step in range(29)]
OUTPUTS = (*ROLES, *LEVELS, OWN)
_LINE = re.compile(r"([0-3]) ([a-z,]+)((?: (?:>\d+|who=.*?|due=.*?))*?) ?\| ?(.+)")

Matrix = NDArray[np.float32]


@dataclass
class LabelledText:
    """One text: its sentences, and of each the importance, the roles, the earlier sentences that it is about.

    `is_own` says of which the speaker takes something on.
    """

    language: str
    statements: list[Statement] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    roles: list[frozenset[str]] = field(default_factory=list)
    about: list[tuple[int, ...]] = field(default_factory=list)
    is_own: list[bool] = field(default_factory=list)

    @property
    def targets(self) -> list[list[float]]:
        return [[*(float(role in roles) for role in ROLES), *(float(key >= level) for level in (1, 2, 3)), float(own)]
                for key, roles, own in zip(self.keys, self.roles, self.is_own, strict=True)]  # fmt: skip


def read_texts(folder: Path = DATA) -> list[LabelledText]:
    """Return the labelled texts of all languages.

    Raises:
        ValueError: a line is not in the format; names file and line.
    """
    return [text for path in sorted(folder.glob("*.txt")) for text in _read_file(path)]


def _read_file(path: Path) -> list[LabelledText]:
    texts: list[LabelledText] = []
    genre, speaker, turn = "", "", -1
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("==="):
            texts.append(LabelledText(path.stem))
            genre, speaker, turn = line[3:].partition("|")[0].strip(), "", -1
        elif line.startswith("---"):
            turn += 1
            speaker = "" if genre == "document" else line[3:].partition(",")[0].strip()
        elif line.strip():
            found = _LINE.fullmatch(line.strip())
            roles = frozenset(found[2].split(",")) if found else frozenset({""})
            if not found or not roles <= set(ROLES):
                raise ValueError(f"{path.name}:{number}: {line[:60]}")
            text = texts[-1]
            text.statements.append(Statement(len(text.statements), max(0, turn), speaker, found[4], found[4],
                                             lexicon(path.stem)))  # fmt: skip
            text.keys.append(int(found[1]))
            text.roles.append(roles)
            who = re.search(r"who=(.*?)(?= due=|$)", found[3])
            text.is_own.append(bool(who and set(who[1].split()) & set(speaker.split())))
            text.about.append(tuple(int(place) - 1 for place in re.findall(r">(\d+)", found[3])))
    return [_without_lone_speaker(text) for text in texts if text.statements]


def _without_lone_speaker(text: LabelledText) -> LabelledText:
    """Return a text of one writer as it is met in use: nobody is named as speaking."""
    if len({statement.speaker for statement in text.statements}) == 1:
        text.statements = [
            Statement(statement.place, 0, "", statement.text, statement.raw, statement.words)
            for statement in text.statements
        ]
    return text


def vectors_of(texts: Sequence[LabelledText], kept: Path | None) -> list[Matrix]:
    """Return the vectors of the sentences of each text."""
    sentences = list(dict.fromkeys(statement.raw for text in texts for statement in text.statements))
    known: dict[str, Any] = dict(np.load(kept, allow_pickle=True)["vectors"].item()) if kept and kept.exists() else {}
    missing = [sentence for sentence in sentences if sentence not in known]
    if missing:
        known.update((one, np.array(vector, np.float32)) for one, vector in
                     zip(missing, load_e5().embed(missing, is_query=True), strict=True))  # fmt: skip
    if kept:
        np.savez_compressed(kept, vectors=np.array(known, dtype=object))
    return [np.stack([known[statement.raw] for statement in text.statements]) for text in texts]


def inputs_of(texts: Sequence[LabelledText], vectors: Sequence[Matrix]) -> Matrix:
    """Return the inputs of a head, a row a sentence."""
    rows = [row for text, found in zip(texts, vectors, strict=True) for row in rows_of(text.statements, found.tolist())]
    width = len(rows[0][0])
    matrix = np.zeros((len(rows), width + BUCKETS), np.float32)
    for at, (dense, words) in enumerate(rows):
        matrix[at, :width] = dense
        matrix[at, [width + place for place in words]] = list(words.values())
    return matrix


def rarity_of(inputs: Matrix) -> Matrix:
    """Return how much an input counts: rare words more than common ones."""
    rarity = np.ones(inputs.shape[1], np.float32)
    rarity[-BUCKETS:] = np.log(len(inputs) / (1.0 + (inputs[:, -BUCKETS:] > 0).sum(0))) / 6
    return rarity


def fit(inputs: Matrix, targets: Matrix, penalty: float, steps: int = STEPS) -> tuple[Matrix, Matrix]:
    """Return weights and bias of logistic regressions, one a column of the targets (Nesterov's gradient descent)."""
    middle = inputs.mean(0)
    centred = inputs - middle
    direction = np.ones(centred.shape[1], np.float32)
    for _ in range(15):
        direction = centred.T @ (centred @ direction)
        size = float(np.linalg.norm(direction))
        direction /= size
    rate, bias_rate = 1 / (size / 4 + penalty), 4 / len(centred)
    share = np.clip(targets.mean(0), 1e-4, 1 - 1e-4)
    weights = ahead = np.zeros((centred.shape[1], targets.shape[1]), np.float32)
    bias = bias_ahead = np.log(share / (1 - share)).astype(np.float32)
    pace = 1.0
    for _ in range(steps):
        error = _probability(centred @ ahead + bias_ahead) - targets
        stepped = ahead - rate * (centred.T @ error + penalty * ahead)
        bias_stepped = bias_ahead - bias_rate * error.sum(0)
        following = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = stepped + (pace - 1) / following * (stepped - weights)
        bias_ahead = bias_stepped + (pace - 1) / following * (bias_stepped - bias)
        weights, bias, pace = stepped, bias_stepped, following
    return weights, bias - middle @ weights


def _probability(logits: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def folds_of(texts: Sequence[LabelledText]) -> NDArray[np.int64]:
    """Return the fold of each text."""
    return np.random.default_rng(1).permutation(len(texts)) % FOLDS


def held_out(inputs: Matrix, targets: Matrix, folds: NDArray[np.int64], penalty: float) -> Matrix:
    """Return the probabilities of each sentence by weights that its text had no part in."""
    scores = np.zeros_like(targets)
    for fold in range(FOLDS):
        weights, bias = fit(inputs[folds != fold], targets[folds != fold], penalty)
        scores[folds == fold] = _probability(inputs[folds == fold] @ weights + bias)
    return scores


def f1(found: NDArray[np.bool_], meant: NDArray[np.bool_]) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * float((found & meant).sum()) / max(1, int(found.sum() + meant.sum()))


def with_readings(scores: Matrix, readings: Matrix) -> Matrix:
    """Return probabilities with the log-odds of tuned layers added, as the product does; nan where there are none."""
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    return _probability(SPREAD * (np.log(clipped / (1 - clipped)) + readings))


def read_passages(path: Path | None, passages: Sequence[str], outputs: slice) -> Matrix:
    """Return the outputs of a file of log-odds by passage, a row a passage; nan for those that it does not have."""
    known: dict[str, list[float]] = json.loads(path.read_text(encoding="utf-8")) if path else {}
    width = len(next(iter(known.values()), ())) or outputs.stop or 1
    nothing = [float("nan")] * width
    return np.array([known.get(passage, nothing)[outputs] for passage in passages], np.float32)


def thresholds_of(scores: Matrix, targets: Matrix) -> dict[str, float]:
    """Return the threshold of each role at which it is found best."""
    return {role: max(THRESHOLDS, key=lambda limit, at=at: f1(scores[:, at] >= limit, targets[:, at] > 0))  # type: ignore[misc]
            for at, role in enumerate(ROLES)}  # fmt: skip


def link_data(
    texts: Sequence[LabelledText], vectors: Sequence[Matrix], scores: Matrix
) -> tuple[Matrix, Matrix, NDArray[np.int64], list[tuple[int, ...]]]:
    """Return a row for each pair, whether it is meant, and the sentence (and its meant places) that a row is of."""
    rows: list[list[float]] = []
    meant: list[float] = []
    owner: list[int] = []
    answers: list[tuple[int, ...]] = []
    begin = 0
    for text, found in zip(texts, vectors, strict=True):
        told = [dict(zip(OUTPUTS, row, strict=True)) for row in scores[begin : begin + len(text.statements)].tolist()]
        begin += len(text.statements)
        for place, about in enumerate(text.about):
            first = max(0, place - FARTHEST)
            if not any(first <= one < place for one in about) or not text.roles[place] & REFERRING:
                continue
            rows += link_rows(place, text.statements, told, found.tolist() if len(found) else ())
            meant += [float(at in about) for at in range(first, place)]
            owner += [len(answers)] * (place - first)
            answers.append(tuple(one - first for one in about))
    return np.array(rows, np.float32), np.array(meant, np.float32)[:, None], np.array(owner), answers


def link_report(rows: Matrix, meant: Matrix, owner: NDArray[np.int64], answers: list[tuple[int, ...]]) -> float:
    """Return how often the right earlier sentence comes first, by weights that had no part in it."""
    right = 0
    for fold in range(FOLDS):
        is_tested = owner // (1 + len(answers) // FOLDS) == fold
        weights, _ = fit(rows[~is_tested], meant[~is_tested], LINK_PENALTY, LINK_STEPS)
        for one in np.unique(owner[is_tested]):
            right += int(np.argmax(rows[owner == one] @ weights[:, 0])) in answers[one]
    return right / len(answers)


def content_of(head: str, weights: Matrix, bias: Matrix, thresholds: dict[str, float], links: Matrix) -> dict[str, Any]:
    """Return a head as its file holds it: each output's weights as bytes of one scale."""
    scales = np.maximum(np.abs(weights).max(0), 1e-9) / 127
    numbers = np.round(weights / scales).astype(np.int8).T
    return {
        "version": VERSION, "embedder": NAME if head == "meaning" else "", "outputs": OUTPUTS,
        "thresholds": thresholds, "bias": [round(float(number), 4) for number in bias],
        "scales": [float(f"{one:.5g}") for one in scales], "links": [round(float(link), 4) for link in links],
        "weights": b64encode(numbers.tobytes()).decode(),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where the product reads them")
    parser.add_argument("--vectors", type=Path, help="keep the vectors of the sentences in this file (.npz)")
    parser.add_argument("--readings", type=Path, help="log-odds by passage, of layers not tuned on those")
    arguments = parser.parse_args()
    texts = read_texts()
    vectors = vectors_of(texts, arguments.vectors)
    sizes = [len(text.statements) for text in texts]
    folds = np.repeat(folds_of(texts), sizes)
    language = np.repeat([text.language for text in texts], sizes)
    targets = np.array([row for text in texts for row in text.targets], np.float32)
    passages = [passage(text.statements, at) for text in texts for at in range(len(text.statements))]
    readings = read_passages(arguments.readings, passages, slice(0, len(OUTPUTS)))
    print(f"{len(texts)} texts, {len(targets)} sentences")
    for head in ("meaning", "words"):
        known = vectors if head == "meaning" else [np.zeros((0, 0), np.float32) for _ in texts]
        inputs = inputs_of(texts, known)
        rarity = rarity_of(inputs)
        scores = held_out(inputs * rarity, targets, folds, PENALTY[head])
        thresholds = thresholds_of(scores, targets)
        print_roles(head, scores, targets, thresholds, language)
        together = with_readings(scores, readings)
        read = ~np.isnan(together[:, 0]) & (head == "meaning")
        read_thresholds = thresholds_of(together[read], targets[read]) if read.any() else {}
        if read.any():
            print_roles("of these", scores[read], targets[read], thresholds, language[read])
            print_roles("with layers", together[read], targets[read], read_thresholds, language[read])
        rows, meant, owner, answers = link_data(texts, known, scores)
        print(f"right earlier sentence first {link_report(rows, meant, owner, answers):.3f} of {len(answers)}\n")
        if arguments.write:
            weights, bias = fit(inputs * rarity, targets, PENALTY[head])
            links, _ = fit(rows, meant, LINK_PENALTY, LINK_STEPS)
            content = content_of(head, weights * rarity[:, None], bias, thresholds, links[:, 0])
            path = WEIGHTS / f"{head}.json"
            path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def print_roles(
    head: str, scores: Matrix, targets: Matrix, thresholds: dict[str, float], language: NDArray[np.str_]
) -> None:
    """Print F1 of each role, in all and by language, and how the importance agrees."""
    names = sorted(set(language))
    print(f"{head:12}    n threshold   all  " + "    ".join(names))
    for at, role in enumerate(ROLES):
        found, meant = scores[:, at] >= thresholds[role], targets[:, at] > 0
        each = "  ".join(f"{f1(found[language == name], meant[language == name]):.2f}" for name in names)
        print(f"{role:12} {int(meant.sum()):4} {thresholds[role]:8} {f1(found, meant):6.2f}  {each}")
    print(f"taken on by the speaker: {f1(scores[:, -1] >= 1 / 3, targets[:, -1] > 0):.2f}")
    given, told = targets[:, len(ROLES) : -1].sum(1), scores[:, len(ROLES) : -1].sum(1)
    print(f"importance: r {np.corrcoef(given, told)[0, 1]:.3f}, off by {np.abs(given - told).mean():.2f} on average")


if __name__ == "__main__":
    main()
