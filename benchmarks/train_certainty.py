"""Learn when the likeliest sentence may be said to be the answer, and how often such a claim is right.

    .venv/bin/python -m benchmarks.train_certainty [--kept FILE.json] [--writers writer_2,writer_4]

Asks the questions of the documents that the layers of answers did not learn from (the sets `unseen_4` to `unseen_6`,
and every sixth document of the writers), some documents at a time, the real way: uploaded, indexed, searched. A claim
is right when the sentence, or one that is quoted with it, is a passage that the data names. Prints how many claims are
right and what share of all questions with an answer they are, by eight folds in the order of the documents, and the
weights that `core.writing.grounded.certainty` has. `--kept` keeps what was read, since that takes a
second of a processor for each question. Needs numpy.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.answers import opened
from benchmarks.answers_unseen import holds, read_set
from benchmarks.train_answers import EVERY, is_quoted, read_documents
from core.job import LOCAL_WORKSPACE
from core.sources.search import MAX_ABROAD, ground
from core.text.sentences import unwrap
from core.writing.grounded.answer import read_question
from core.writing.grounded.certainty import likeliest, row_of
from core.writing.grounded.follow_ups import looked_for
from core.writing.grounded.nearest import quote_of
from core.writing.grounded.passages import passages_value, read_passages, read_sentences
from core.writing.result import PlanOptions

# So many documents of a writer are one installation, and so many folds judge what was not learnt from.
TOGETHER, FOLDS = 8, 8
LEARNT_LOTS = ("4", "5", "6")
LIMITS = (0.75, 0.8, 0.84, 0.88, 0.92)
PENALTY, STEPS, NEAR = 10.0, 15, 1e-4
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question, what came before it, and the passages that answer it."""

    question: str
    before: str
    right: Sequence[str]


@dataclass(frozen=True)
class Claim:
    """What may be claimed of a question: by which fold it is judged, and whether it is right.

    `row` is empty where nothing was read; `is_sure` tells of a sentence that says all of the question.
    """

    lot: str
    has_answer: bool
    row: Sequence[float]
    is_sure: bool
    is_right: bool


def lots(writers: Sequence[str]) -> Iterator[tuple[str, dict[str, str], list[Asked]]]:
    """Yield installations: a name, its documents by file name, and what is asked."""
    for name in LEARNT_LOTS:
        documents, asked = read_set(name)
        yield name, documents, [Asked(one["question"], one["before"], one["passage"]) for one in asked]
    every = [one for at, one in enumerate(read_documents()) if at % EVERY == EVERY - 1]
    for writer in writers:
        mine = [one for one in every if one.group == writer]
        for first in range(0, len(mine), TOGETHER):
            some = mine[first : first + TOGETHER]
            documents = {f"{one.name.removesuffix('.md').replace('/', '-')}.md": one.text for one in some}
            yield (
                f"{writer} {first}",
                documents,
                [Asked(each.question, "", each.quotes) for one in some for each in one.asked],
            )


def claims_of(lot: str, documents: Mapping[str, str], asked: Sequence[Asked]) -> Iterator[Claim]:
    """Ask the questions of an installation, and yield what may be claimed."""
    with opened(documents) as session:
        sources, embedder = session.pipeline.sources, session.pipeline.embedder
        assert sources
        for one in asked:
            earlier = [one.before] if one.before else []
            hits = sources.search(
                LOCAL_WORKSPACE, sources.local_person, looked_for(one.question, earlier), abroad=MAX_ABROAD
            )
            passages = read_passages(passages_value(map(ground, hits)))
            reading, spots, _ = read_question(one.question, earlier, passages, PlanOptions(embedder=embedder))
            best = likeliest(spots)
            if best is None:
                yield Claim(lot, bool(one.right), (), is_sure=False, is_right=False)
                continue
            quote = quote_of(best, passages[best.passage])
            quoted = [best.sentence, unwrap(quote), *(sentence for _, sentence in read_sentences(quote))]
            is_right = any(holds(said, right) or is_quoted(said, [right]) for said in quoted for right in one.right)
            row = row_of(reading, best, spots, passages[best.passage])
            yield Claim(lot, bool(one.right), row, is_sure=best.is_sure, is_right=is_right)


def fit(inputs: Table, target: Table) -> Table:
    """Return the weights of a logistic regression, the bias last (Newton's steps)."""
    middle, spread = inputs.mean(0), inputs.std(0) + 1e-6
    scaled = np.c_[(inputs - middle) / spread, np.ones(len(inputs))]
    penalty = np.diag(np.r_[np.full(inputs.shape[1], PENALTY), 1e-6])
    weights = np.zeros(len(penalty))
    for _ in range(STEPS):
        likely = probability(scaled @ weights)
        slope = scaled.T @ (likely - target) + penalty @ weights
        bend = (scaled * (likely * (1 - likely))[:, None]).T @ scaled + penalty
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < NEAR:
            break
    plain = weights[:-1] / spread
    return np.asarray(np.r_[plain, weights[-1] - plain @ middle])


def probability(odds: Table) -> Table:
    return np.asarray(1 / (1 + np.exp(-odds)))


def report(claims: Sequence[Claim]) -> Table:
    """Print what claims come to by folds of installations, and return the weights that are learnt from all."""
    answerable, read = sum(claim.has_answer for claim in claims), [claim for claim in claims if claim.row]
    inputs = np.array([claim.row for claim in read])
    right = np.array([float(claim.is_right) for claim in read])
    folds = np.arange(len(read)) * FOLDS // len(read)
    found = np.zeros(len(read))
    for fold in range(FOLDS):
        learnt = folds != fold
        weights = fit(inputs[learnt], right[learnt])
        found[~learnt] = probability(inputs[~learnt] @ weights[:-1] + weights[-1])
    saying_all = np.array([claim.is_sure for claim in read])
    print(f"{len(claims)} questions, {answerable} with an answer")
    for name, some in (("all", np.ones(len(read), bool)), ("that say all of the question", saying_all)):
        for limit in LIMITS:
            claimed = some & (found >= limit)
            silent = sum(not claim.has_answer for claim, is_claimed in zip(read, claimed, strict=True) if is_claimed)
            print(
                f"  {name}, from {limit}: {claimed.sum()} claimed, {right[claimed].sum():.0f} right"
                f" ({right[claimed].mean() if claimed.any() else 0:.3f}), of the answerable"
                f" {right[claimed].sum() / answerable:.2f}; {silent} where nothing answers"
            )
    return fit(inputs, right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kept", type=Path, help="keep what was read in this file")
    parser.add_argument("--writers", default="writer_2,writer_4")
    chosen = parser.parse_args()
    if chosen.kept and chosen.kept.exists():
        claims = [Claim(**one) for one in json.loads(chosen.kept.read_text(encoding="utf-8"))]
    else:
        claims = [claim for lot in lots(chosen.writers.split(",")) for claim in claims_of(*lot)]
        if chosen.kept:
            chosen.kept.write_text(json.dumps([asdict(claim) for claim in claims]), encoding="utf-8")
    print("weights, the bias last:", report(claims).round(3).tolist())


if __name__ == "__main__":
    main()
