"""Learn what mails are, from labelled ones, and say how well that holds on mails of writers that were not learnt from.

    .venv/bin/python -m benchmarks.train_triage [--write] [--kept FILE.npz] [--only SET,SET] [--json]

Reads the sets of `data/decisions` (each by another writer, but `held_out_9` never), `data/needs_answer.tsv` and
`data/automatic.tsv`. Fits three logistic heads (needs a reply, written by a program, fraud) over signs, words and
vectors, and again without vectors. The figures are those of each set (or of those of `--only`), judged by what was
learnt from all others. `--write` puts the weights into `integrations/mail/triage/weights.json`; `--kept` keeps the
vectors between runs. Needs numpy. `REPLY_FROM` was chosen on the sets of
`--only held_out_5,held_out_6,held_out_7,held_out_8,training_3,training_4`. In force is the lowest limit of fraud.
"""

import argparse
import csv
import hashlib
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.decisions import DATA as SETS_FOLDER
from benchmarks.decisions import SETS, read_mails
from benchmarks.train_roles import Matrix
from core.embeddings.e5 import E5Embedder, load_e5
from integrations.mail.message.addresses import Address, OwnerAddresses, parse_sender
from integrations.mail.message.message import MailMessage
from integrations.mail.triage.classifier import HEADS, SCALES, WEIGHTS_FILE, WORD_PLACES, MailSigns, passages
from integrations.mail.triage.decide import SUSPECTED, evidence_of, facts_of

DATA = Path(__file__).parent / "data" / "needs_answer.tsv"
AUTOMATIC = DATA.with_name("automatic.tsv")
OWNER = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org")
# Never learnt from: what is said of mails that nobody has seen is measured on them.
UNSEEN = frozenset({"held_out_9"})
# In these sets a program's mail is labelled `none`: they teach nothing of programs.
WITHOUT_PROGRAMS = frozenset({"held_out_4"})
# How strongly weights are held to zero, against one mail.
PENALTY, STEPS = 1.5, 6
# How much a sign weighs in the inputs beside words and vectors: the penalty holds it so much the less.
SIGN_SCALE = 1.75
# What the bias weighs in the inputs: so much that the penalty does not hold it.
BIAS = 10.0
# The probability from which on fraud is said is the lowest at which at most this share of honest mail is suspected.
MOST_SUSPECTED, LOWEST_FRAUD = 0.01, 0.2
# From here on, by the heads as they are learnt, a reply is due: precision and recall are alike on held-out sets.
REPLY_FROM, PROGRAM_FROM, UNSURE_REPLY, SURELY_HONEST = 0.52, 0.5, 0.05, 0.1


@dataclass(frozen=True)
class Labelled:
    """A mail between people, and whether its owner owes an answer."""

    message: MailMessage
    needs_answer: bool


def read_labelled(path: Path = DATA) -> list[Labelled]:
    """Return the mails of a table with the columns needs, from, to, subject, text."""
    with path.open(encoding="utf-8", newline="") as table:
        return [_labelled(row) for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]


def read_automatic(path: Path = AUTOMATIC) -> list[MailMessage]:
    """Return the mails of programs in a table with the columns from, subject, text; no header says what they are."""
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [_labelled({"needs": "no", "to": "me", **row}).message for row in rows]


def _labelled(row: dict[str, str]) -> Labelled:
    is_answer = row["subject"].startswith("Re:")
    message = MailMessage(
        message_id="<one@example.org>",
        in_reply_to="<before@example.org>" if is_answer else "",
        sender=parse_sender(row["from"]),
        to=_recipients(row["to"]),
        subject=row["subject"],
        text=row["text"].replace("\\n", "\n"),
    )
    return Labelled(message, row["needs"] == "yes")


def _recipients(word: str) -> tuple[Address, ...]:
    if word == "staff":
        return (Address(address="all.staff@example.org"),)
    colleagues = ("Mia Brandt", "Dan Hill", "Ravi Shah", *(f"Person {number}" for number in range(9)))
    count = 11 if word == "many" else int(word.partition(",")[2] or 0)
    others = (Address(name=name, address=f"{name.lower().replace(' ', '.')}@example.org") for name in colleagues)
    return (OWNER, *list(others)[:count])


@dataclass(frozen=True)
class Example:
    """A labelled mail of a set, as the heads see it. `answers`: needs a reply, by a program, fraud."""

    group: str
    found: MailSigns
    texts: tuple[str, str]
    answers: tuple[bool, bool, bool]


def read_examples() -> list[Example]:
    """Return all mails that may be learnt from."""
    found = []
    for group in ("", *(name for name in SETS if name not in UNSEEN)):
        for mail in read_mails(SETS_FOLDER / group):
            answers = (mail.label == "reply", mail.label == "program", mail.label == "suspicious")
            found.append(_example(group or "own", mail.message, mail.owner, answers))
    found += [_example("needs", one.message, OWNER, (one.needs_answer, False, False)) for one in read_labelled()]
    found += [_example("automatic", one, OWNER, (False, True, False)) for one in read_automatic()]
    return found


def _example(group: str, message: MailMessage, owner: OwnerAddresses, answers: tuple[bool, bool, bool]) -> Example:
    return Example(group, evidence_of(facts_of(message, owner, "INBOX")), passages(message), answers)


def vectors_of(examples: Sequence[Example], kept: Path | None) -> Matrix:
    """Return the vectors of the passages of each mail, one row a mail, scaled as the product scales them."""
    known: dict[str, NDArray[np.float32]] = dict(np.load(kept)) if kept and kept.exists() else {}
    texts = {
        hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(): text for one in examples for text in one.texts
    }
    if missing := {key: text for key, text in texts.items() if key not in known}:
        new = load_e5().embed([*missing.values()], is_query=True)
        known |= {key: np.array(vector, np.float32) for key, vector in zip(missing, new, strict=True)}
        if kept:
            np.savez(kept, **known)  # type: ignore[arg-type]
    rows = [
        [
            scale * known[hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()]
            for scale, text in zip(SCALES, one.texts, strict=True)
        ]
        for one in examples
    ]
    return np.array(rows, np.float32).reshape(len(examples), -1)


def names_of(examples: Sequence[Example]) -> list[str]:
    """Return the signs that some mail has."""
    return sorted({name for one in examples for name in one.found.signs})


def inputs_of(examples: Sequence[Example], names: Sequence[str], vectors: Matrix | None) -> Matrix:
    """Return the inputs of the heads, a row a mail: the signs, the words, and the vectors where there are any."""
    signs = SIGN_SCALE * np.array([[one.found.signs.get(name, 0.0) for name in names] for one in examples], np.float32)
    words = np.zeros((len(examples), WORD_PLACES), np.float32)
    for row, one in zip(words, examples, strict=True):
        row[[*one.found.words]] = [*one.found.words.values()]
    return np.hstack([signs, words] if vectors is None else [signs, words, vectors])


def fit(products: Matrix, targets: Matrix) -> Matrix:
    """Return what each mail adds to the weights of logistic regressions, one a column (Newton, in the dual form).

    Args:
        products: what each two mails have in common, a row and a column a mail.
        targets: the right answers, 0 or 1; a column a regression.
    """
    found = np.zeros_like(targets)
    for column, answers in enumerate(targets.T):
        share = answers.mean()
        scores = np.full(len(answers), np.log(share / (1 - share)), np.float32)
        for _ in range(STEPS):
            likely = _probability(scores)
            spread = np.maximum(likely * (1 - likely), 1e-4)
            matrix = products + np.diag(PENALTY / spread)
            found[:, column] = np.linalg.solve(matrix, scores + (answers - likely) / spread)
            scores = products @ found[:, column]
    return found


def _probability(scores: NDArray[Any]) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


def _learners(examples: Sequence[Example]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return which heads learn from which mails."""
    of_programs = [at for at, one in enumerate(examples) if one.group not in WITHOUT_PROGRAMS]
    return [(np.array([0, 2]), np.arange(len(examples))), (np.array([1]), np.array(of_programs))]


def held_out(examples: Sequence[Example], inputs: Matrix, only: Sequence[str] = ()) -> Matrix:
    """Return the probabilities of each mail by heads that had no part in its set; of other sets than `only` none."""
    targets = np.array([one.answers for one in examples], np.float32)
    groups = np.array([one.group for one in examples])
    products = inputs @ inputs.T + BIAS * BIAS
    found = np.full_like(targets, np.nan)
    for group in only or sorted(set(groups)):
        judged = np.flatnonzero(groups == group)
        for heads, given in _learners(examples):
            learnt = given[groups[given] != group]
            added = fit(products[np.ix_(learnt, learnt)], targets[np.ix_(learnt, heads)])
            found[np.ix_(judged, heads)] = _probability(products[np.ix_(judged, learnt)] @ added)
    return found


def fraud_limit(examples: Sequence[Example], found: Matrix) -> float:
    """Return the lowest probability of fraud at which few mails that wait for a reply are suspected."""
    honest = np.sort([row[2] for one, row in zip(examples, found, strict=True) if one.answers[0] and row[2] >= 0])
    return round(max(LOWEST_FRAUD, float(honest[int(len(honest) * (1 - MOST_SUSPECTED))])), 3)


def figures(examples: Sequence[Example], found: Matrix, limit: float, group: str = "") -> dict[str, Any]:
    """Return how the mails of a set (or all) were judged."""
    counts: Counter[str] = Counter()
    for one, (reply, program, fraud) in zip(examples, found, strict=True):
        if (group and one.group != group) or np.isnan(reply):
            continue
        needs, _, deceives = one.answers
        suspected = fraud >= limit or (SUSPECTED in one.found.signs and fraud >= SURELY_HONEST)
        drafted = reply >= REPLY_FROM and not suspected
        counts["mails"] += 1
        counts["right"] += drafted and needs
        counts["drafted"] += bool(drafted)
        counts["needing"] += needs
        counts["fraud"] += deceives
        counts["fraud_helped"] += drafted and deceives
        counts["fraud_named"] += deceives and bool(suspected)
        counts["wrongly_suspected"] += bool(suspected) and not deceives
        counts["needing_and_suspected"] += bool(suspected) and needs
        counts["needing_and_taken_for_programs"] += bool(
            needs and reply < UNSURE_REPLY and program >= PROGRAM_FROM and not suspected
        )
    counts = Counter({name: int(count) for name, count in counts.items()})
    right = counts.pop("right")
    return {
        "precision": round(right / max(1, counts.pop("drafted")), 3),
        "recall": round(right / max(1, counts.pop("needing")), 3),
        **counts,
    }


def content_of(
    examples: Sequence[Example], names: Sequence[str], kinds: dict[str, Matrix], limits: dict[str, float]
) -> dict[str, Any]:
    """Return what the product reads, learnt from all mails, for each kind of inputs."""
    content: dict[str, Any] = {"embedder": E5Embedder.name}
    targets = np.array([one.answers for one in examples], np.float32)
    for kind, inputs in kinds.items():
        content["fraud_from" + ("" if kind == "with_meaning" else "_by_signs")] = limits[kind]
        content[kind] = {}
        for heads, given in _learners(examples):
            learnt = inputs[given]
            added = fit(learnt @ learnt.T + BIAS * BIAS, targets[np.ix_(given, heads)])
            for at, head in enumerate(heads):
                bias = BIAS * BIAS * float(added[:, at].sum())
                # For the product a reply is due from one half.
                bias += float(np.log((1 - REPLY_FROM) / REPLY_FROM)) if head == 0 else 0.0
                content[kind][HEADS[head]] = _head(names, learnt.T @ added[:, at], bias)
    return content


def _head(names: Sequence[str], weights: Matrix, bias: float) -> dict[str, Any]:
    signs = {
        name: rounded
        for name, weight in zip(names, weights, strict=False)
        if (rounded := round(SIGN_SCALE * float(weight), 3))
    }
    words, meaning = np.split(weights[len(names) :], [WORD_PLACES])
    found: dict[str, Any] = {"bias": round(bias, 4), "signs": signs, "words": _numbers(words)}
    return found | ({"meaning": _numbers(meaning)} if meaning.size else {})


def _numbers(weights: Matrix) -> dict[str, Any]:
    """Return weights as bytes and what one of their steps is worth."""
    scale = float(np.abs(weights).max()) / 127
    found = b64encode(np.round(weights / scale).astype(np.int8).tobytes()).decode()
    return {"scale": float(f"{scale:.5g}"), "numbers": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where triage reads them")
    parser.add_argument("--kept", type=Path, help="where the vectors are kept between runs")
    parser.add_argument("--judged", type=Path, help="where the held-out probabilities are written")
    parser.add_argument("--only", default="", help="judge these sets, all others are learnt from")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    examples = read_examples()
    names = names_of(examples)
    vectors = vectors_of(examples, arguments.kept)
    kinds = {"with_meaning": inputs_of(examples, names, vectors), "by_signs": inputs_of(examples, names, None)}
    only = [name for name in arguments.only.split(",") if name]
    result: dict[str, Any] = {}
    judged = {kind: held_out(examples, inputs, only) for kind, inputs in kinds.items()}
    if arguments.judged:
        np.savez(arguments.judged, **judged)  # type: ignore[arg-type]
    for kind, found in judged.items():
        limit = fraud_limit(examples, found)
        groups = ["", *(only or dict.fromkeys(one.group for one in examples))]
        result[kind] = {group or "all": figures(examples, found, limit, group) for group in groups}
        result[kind]["fraud_from"] = limit
    if arguments.write:
        limits = {kind: result[kind]["fraud_from"] for kind in kinds}
        content = content_of(examples, names, kinds, limits)
        WEIGHTS_FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if arguments.json:
        print(json.dumps(result))
        return
    for kind, sets in result.items():
        print(kind)
        for group, values in sets.items():
            print("   ", group, values)


if __name__ == "__main__":
    main()
