"""Learn what mails are, from labelled ones, and say how well that holds on mails of writers that were not learnt from.

    .venv/bin/python -m benchmarks.train_triage [--write] [--only SET,SET] [--readings FILE] [--rows FILE] [--json]

Reads the sets of `data/decisions` (each by another writer, but those of `UNSEEN` never), `data/needs_answer.tsv` and
`data/automatic.tsv`. Fits three logistic heads (needs a reply, written by a program, fraud) over signs and words. The
figures are those of each set (or of those of `--only`), judged as if it had not been learnt from. `--rows` writes all
mails, the unseen ones too, as `benchmarks.tuning.labels` reads them; `--readings` judges with the log-odds that it gave
for sets which its layers were not tuned on. `--write` puts the weights into `integrations/mail/triage/weights.json`.
Needs numpy. `SHIFTS` were chosen on `held_out_9`, `training_9` and `training_10`, left out.
"""

import argparse
import csv
import json
from array import array
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.decisions import DATA as SETS_FOLDER
from benchmarks.decisions import SETS, read_mails
from benchmarks.train_roles import Matrix
from integrations.mail.message.addresses import Address, OwnerAddresses, parse_sender
from integrations.mail.message.message import MailMessage
from integrations.mail.triage.classifier import HEADS, WEIGHTS_FILE, MailSigns, passage
from integrations.mail.triage.weighing import SUSPECTED, WeighedMail, facts_of

DATA = Path(__file__).parent / "data" / "needs_answer.tsv"
AUTOMATIC = DATA.with_name("automatic.tsv")
OWNER = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org")
# Never learnt from: what is said of mails that nobody has seen is measured on them.
UNSEEN = frozenset({"held_out_10", "held_out_12", "held_out_13", "held_out_14", "training_14"})
# In these sets a program's mail is labelled `none`: they teach nothing of programs.
WITHOUT_PROGRAMS = frozenset({"held_out_4"})
# How often a plain mail counts in tuning.
PLAIN_TIMES = 4
# How strongly weights are held to zero, against one mail.
PENALTY, STEPS = 1.5, 6
# In so many mails a word or a pair of words has to stand that it is learnt.
FEWEST_MAILS = 4
# How much a sign weighs in the inputs beside words: the penalty holds it so much the less.
SIGN_SCALE = 1.75
# What the bias weighs in the inputs: so much that the penalty does not hold it.
BIAS = 10.0
# The probability from which on fraud is said is the lowest at which at most this share of honest mail is suspected.
MAX_SUSPECTED, LOWEST_FRAUD = 0.01, 0.2
# The same with the tuned layers.
FRAUD_FROM = 0.2
# From here on, by the heads as they are learnt, a reply is due: precision and recall are alike on held-out sets.
REPLY_FROM, PROGRAM_FROM, UNSURE_REPLY, SURELY_HONEST = 0.5, 0.5, 0.05, 0.03
# What is added to the log-odds of signs, words and tuned layers, and by how much the sums are flattened.
SHIFTS = {"reply": -1.0, "program": 0.0, "fraud": 0.0}
SPREADS = {"reply": 0.4, "program": 1.0, "fraud": 1.0}


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
    text: str
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
    return Example(group, WeighedMail(facts_of(message, owner, "INBOX")).evidence, passage(message, owner), answers)


def with_readings(examples: Sequence[Example], found: Matrix, readings: Mapping[str, Sequence[float]]) -> Matrix:
    """Return the probabilities with the log-odds of tuned layers added, as the product adds them; nan without any."""
    score = np.log(np.clip(found, 1e-6, 1 - 1e-6) / np.clip(1 - found, 1e-6, 1 - 1e-6))
    shifts = np.array([SHIFTS[name] for name in HEADS])
    read = np.array([readings.get(example.text, (np.nan,) * len(HEADS)) for example in examples])
    spreads = np.array([SPREADS[name] for name in HEADS])
    return _probability(spreads * (score + read + shifts))


def tuning_rows() -> list[dict[str, Any]]:
    """Return all mails as the upper layers are tuned on them; None where a set does not say what a mail is."""
    rows = []
    for group in ("", *SETS):
        for mail in read_mails(SETS_FOLDER / group):
            program = None if group in WITHOUT_PROGRAMS else mail.label == "program"
            rows.append(
                _row(
                    group or "own", mail.message, mail.owner, mail.label == "reply", program, mail.label == "suspicious"
                )
            )
    # The sets were written to be hard: what is plain has to count as well.
    plain = [_row("needs", one.message, OWNER, one.needs_answer, False, False) for one in read_labelled()]
    rows += PLAIN_TIMES * plain
    return rows + [_row("automatic", one, OWNER, False, True, False) for one in read_automatic()]


def _row(group: str, message: MailMessage, owner: OwnerAddresses, *answers: bool | None) -> dict[str, Any]:
    return {"group": group, "text": passage(message, owner), "answers": answers}


def names_of(examples: Sequence[Example]) -> list[str]:
    """Return the signs that some mail has."""
    return sorted({name for example in examples for name in example.found.signs})


def words_of(examples: Sequence[Example]) -> list[int]:
    """Return the checksums of the words that are learnt, in order."""
    counts = Counter(word for example in examples for word in example.found.words)
    return sorted(word for word, count in counts.items() if count >= FEWEST_MAILS)


def inputs_of(examples: Sequence[Example], names: Sequence[str], words: Sequence[int]) -> Matrix:
    """Return the inputs of the heads, a row a mail: the signs and the words."""
    places = {word: len(names) + place for place, word in enumerate(words)}
    found = np.zeros((len(examples), len(names) + len(words)), np.float32)
    for row, one in zip(found, examples, strict=True):
        row[: len(names)] = [SIGN_SCALE * one.found.signs.get(name, 0.0) for name in names]
        known = {places[word]: strength for word, strength in one.found.words.items() if word in places}
        row[[*known]] = [*known.values()]
    return found


def fit(products: Matrix, answers: Matrix, groups: NDArray[Any]) -> tuple[Matrix, Matrix]:
    """Learn a logistic regression (Newton, in the dual form).

    Args:
        products: what each two mails have in common, a row and a column a mail.
        answers: the right answers, 0 or 1.
        groups: the set of each mail.

    Returns:
        What each mail adds to the weights, and the log-odds of each mail had its set not been there: as in Gaussian
        processes, from the last step alone, which differs little from learning again without it.
    """
    share = answers.mean()
    scores = np.full(len(answers), np.log(share / (1 - share)), np.float32)
    for step in range(STEPS):
        likely = _probability(scores)
        spread = np.maximum(likely * (1 - likely), 1e-4)
        matrix = products + np.diag(PENALTY / spread)
        aims = scores + (answers - likely) / spread
        if step < STEPS - 1:
            scores = products @ np.linalg.solve(matrix, aims)
    inverse = np.linalg.inv(matrix)
    added = inverse @ aims
    apart = np.empty_like(aims)
    for group in set(groups):
        own = np.flatnonzero(groups == group)
        apart[own] = aims[own] - np.linalg.solve(inverse[np.ix_(own, own)], added[own])
    return added, apart


def _probability(scores: NDArray[Any]) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), np.float32)


def learn(examples: Sequence[Example], inputs: Matrix) -> tuple[Matrix, Matrix]:
    """Return what each mail adds to the weights of each head, and its probabilities by heads without its set."""
    groups = np.array([example.group for example in examples])
    answers = np.array([example.answers for example in examples], np.float32)
    products = inputs @ inputs.T + BIAS * BIAS
    added, apart = np.zeros_like(answers), np.full_like(answers, np.nan)
    for head, name in enumerate(HEADS):
        given = np.flatnonzero([name != "program" or example.group not in WITHOUT_PROGRAMS for example in examples])
        shared = products[np.ix_(given, given)]
        added[given, head], scores = fit(shared, answers[given, head], groups[given])
        apart[given, head] = _probability(scores)
    return added, apart


def fraud_limit(examples: Sequence[Example], found: Matrix) -> float:
    """Return the lowest probability of fraud at which few mails that wait for a reply are suspected."""
    honest = np.sort([row[2] for one, row in zip(examples, found, strict=True) if one.answers[0] and row[2] >= 0])
    return round(max(LOWEST_FRAUD, float(honest[int(len(honest) * (1 - MAX_SUSPECTED))])), 3)


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


def heads_of(inputs: Matrix, added: Matrix, names: Sequence[str]) -> dict[str, Any]:
    """Return what the product reads of each head."""
    found: dict[str, Any] = {}
    for head, name in enumerate(HEADS):
        of_signs, of_words = np.split(inputs.T @ added[:, head], [len(names)])
        rounded = {sign: round(SIGN_SCALE * float(weight), 3) for sign, weight in zip(names, of_signs, strict=True)}
        found[name] = {
            "bias": round(BIAS * BIAS * float(added[:, head].sum()), 4),
            "signs": {sign: weight for sign, weight in rounded.items() if weight},
            "words": _numbers(of_words),
        }
    return found


def _numbers(weights: Matrix) -> dict[str, Any]:
    """Return weights as bytes and what one of their steps is worth."""
    scale = float(np.abs(weights).max()) / 127
    found = b64encode(np.round(weights / scale).astype(np.int8).tobytes()).decode()
    return {"scale": float(f"{scale:.5g}"), "numbers": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where triage reads them")
    parser.add_argument("--rows", type=Path, help="write the mails for tuning to this file, and no more")
    parser.add_argument("--readings", type=Path, help="log-odds of mails by their text, of layers not tuned on them")
    parser.add_argument("--only", default="", help="judge these sets, all others are learnt from")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.rows:
        arguments.rows.write_text(json.dumps(tuning_rows(), ensure_ascii=False), encoding="utf-8")
        return
    examples = read_examples()
    names, words = names_of(examples), words_of(examples)
    inputs = inputs_of(examples, names, words)
    added, by_signs = learn(examples, inputs)
    kinds = {"by signs and words": by_signs}
    if arguments.readings:
        readings = json.loads(arguments.readings.read_text(encoding="utf-8"))
        kinds["with the tuned layers"] = with_readings(examples, by_signs, readings)
    only = [name for name in arguments.only.split(",") if name]
    result = {kind: _figures_of(examples, found, only) for kind, found in kinds.items()}
    if arguments.write:
        limits = {"fraud_from_by_signs": fraud_limit(examples, by_signs), "fraud_from": FRAUD_FROM}
        content = {"words": b64encode(array("I", words).tobytes()).decode(), **limits}
        content |= {"spreads": SPREADS, "shifts": SHIFTS, "heads": heads_of(inputs, added, names)}
        WEIGHTS_FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if arguments.json:
        print(json.dumps(result))
        return
    for kind, sets in result.items():
        print(kind)
        for group, values in sets.items():
            print("   ", group, values)


def _figures_of(examples: Sequence[Example], found: Matrix, only: Sequence[str]) -> dict[str, Any]:
    """Return the figures of all judged mails and of each set of them, and the limit of fraud that fits them."""
    found = found.copy()
    found[[bool(only) and example.group not in only for example in examples]] = np.nan
    judged = [one.group for one, row in zip(examples, found, strict=True) if not np.isnan(row[0])]
    limit = fraud_limit(examples, found)
    sets = {group or "all": figures(examples, found, limit, group) for group in ("", *dict.fromkeys(judged))}
    return {**sets, "fraud_from": limit}


if __name__ == "__main__":
    main()
