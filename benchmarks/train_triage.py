"""Learn what mails are, from labelled ones, and say how well that holds on mails of writers that were not learnt from.

    .venv/bin/python -m benchmarks.train_triage [--write] [--kept FILE.npz] [--json]

Reads the sets of `data/decisions` (each by another writer, but `held_out_4` never), `data/needs_answer.tsv` and
`data/automatic.tsv`. Fits three logistic heads (needs a reply, written by a program, fraud) over signs and vectors, and
again over signs alone. The figures are those of each set, judged by what was learnt from all others. `--write` puts
the weights into `integrations/mail/triage/weights.json`; `--kept` keeps the vectors between runs. Needs numpy.
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
from benchmarks.decisions import OWNER as SETS_OWNER
from benchmarks.decisions import SETS, read_mails
from benchmarks.train_roles import Matrix, fit
from core.embeddings.e5 import E5Embedder, load_e5
from integrations.mail.message.addresses import Address, OwnerAddresses, parse_sender
from integrations.mail.message.message import Message
from integrations.mail.triage.classifier import HEADS, SCALES, WEIGHTS_FILE, passages
from integrations.mail.triage.decide import facts_of, signs_of

DATA = Path(__file__).parent / "data" / "needs_answer.tsv"
AUTOMATIC = DATA.with_name("automatic.tsv")
OWNER = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org")
# Never learnt from: what is said of mails that nobody has seen is measured on them.
UNSEEN = frozenset({"held_out_4"})
# How strongly weights are held to zero, against one mail.
PENALTY = 1.5
# The probability from which on fraud is said is the lowest at which at most this share of honest mail is suspected.
MOST_SUSPECTED, LOWEST_FRAUD = 0.02, 0.15
# From here on, by the heads as they are learnt, a reply is due: where precision and recall are alike on held-out sets.
REPLY_FROM, PROGRAM_FROM = 0.33, 0.5


@dataclass(frozen=True)
class Labelled:
    """A mail between people, and whether its owner owes an answer."""

    message: Message
    needs_answer: bool


def read_labelled(path: Path = DATA) -> list[Labelled]:
    """Return the mails of a table with the columns needs, from, to, subject, text."""
    with path.open(encoding="utf-8", newline="") as table:
        return [_labelled(row) for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]


def read_automatic(path: Path = AUTOMATIC) -> list[Message]:
    """Return the mails of programs in a table with the columns from, subject, text; no header says what they are."""
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [_labelled({"needs": "no", "to": "me", **row}).message for row in rows]


def _labelled(row: dict[str, str]) -> Labelled:
    is_answer = row["subject"].startswith("Re:")
    message = Message(
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
    signs: dict[str, float]
    texts: tuple[str, str, str]
    answers: tuple[bool, bool, bool]


def read_examples() -> list[Example]:
    """Return all mails that may be learnt from."""
    found = []
    for group in ("", *(name for name in SETS if name not in UNSEEN)):
        for mail in read_mails(SETS_FOLDER / group):
            answers = (mail.label == "reply", mail.label == "program", mail.label == "suspicious")
            found.append(_example(group or "own", mail.message, SETS_OWNER, answers))
    found += [_example("needs", one.message, OWNER, (one.needs_answer, False, False)) for one in read_labelled()]
    found += [_example("automatic", one, OWNER, (False, True, False)) for one in read_automatic()]
    return found


def _example(group: str, message: Message, owner: OwnerAddresses, answers: tuple[bool, bool, bool]) -> Example:
    return Example(group, signs_of(facts_of(message, owner, "INBOX")), passages(message), answers)


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
    return sorted({name for one in examples for name in one.signs})


def inputs_of(examples: Sequence[Example], names: Sequence[str], vectors: Matrix | None) -> Matrix:
    """Return the inputs of the heads, a row a mail: the signs, and the vectors where there are any."""
    signs = np.array([[one.signs.get(name, 0.0) for name in names] for one in examples], np.float32)
    return signs if vectors is None else np.hstack([signs, vectors])


def held_out(examples: Sequence[Example], inputs: Matrix) -> Matrix:
    """Return the probabilities of each mail by heads that had no part in its set."""
    targets = np.array([one.answers for one in examples], np.float32)
    groups = np.array([one.group for one in examples])
    found = np.zeros_like(targets)
    for group in sorted(set(groups)):
        learnt, judged = groups != group, groups == group
        weights, bias = fit(inputs[learnt], targets[learnt], PENALTY)
        found[judged] = 1 / (1 + np.exp(-np.clip(inputs[judged] @ weights + bias, -30, 30)))
    return found


def fraud_limit(examples: Sequence[Example], found: Matrix) -> float:
    """Return the lowest probability of fraud at which few mails that wait for a reply are suspected."""
    honest = np.sort(found[[one.answers[0] for one in examples], 2])
    return round(max(LOWEST_FRAUD, float(honest[int(len(honest) * (1 - MOST_SUSPECTED))])), 3)


def figures(examples: Sequence[Example], found: Matrix, limit: float, group: str = "") -> dict[str, Any]:
    """Return how the mails of a set (or all) were judged."""
    counts: Counter[str] = Counter()
    for one, (reply, program, fraud) in zip(examples, found, strict=True):
        if group and one.group != group:
            continue
        needs, _, deceives = one.answers
        drafted = reply >= REPLY_FROM and fraud < limit
        counts["mails"] += 1
        counts["right"] += drafted and needs
        counts["drafted"] += bool(drafted)
        counts["needing"] += needs
        counts["fraud"] += deceives
        counts["fraud_helped"] += drafted and deceives
        counts["fraud_named"] += deceives and bool(fraud >= limit)
        counts["wrongly_suspected"] += bool(fraud >= limit) and not deceives
        counts["needing_and_suspected"] += bool(fraud >= limit) and needs
        counts["needing_and_taken_for_programs"] += needs and not drafted and program > PROGRAM_FROM
    counts = Counter({name: int(count) for name, count in counts.items()})
    right = counts.pop("right")
    return {
        "precision": round(right / max(1, counts.pop("drafted")), 3),
        "recall": round(right / max(1, counts.pop("needing")), 3),
        **counts,
    }


def content_of(examples: Sequence[Example], names: Sequence[str], vectors: Matrix) -> dict[str, Any]:
    """Return what the product reads, learnt from all mails."""
    content: dict[str, Any] = {"embedder": E5Embedder.name}
    targets = np.array([one.answers for one in examples], np.float32)
    for kind, given in (("with_meaning", vectors), ("by_signs", None)):
        inputs = inputs_of(examples, names, given)
        suffix = "" if given is not None else "_by_signs"
        content[f"fraud_from{suffix}"] = fraud_limit(examples, held_out(examples, inputs))
        weights, bias = fit(inputs, targets, PENALTY)
        bias[0] += np.log((1 - REPLY_FROM) / REPLY_FROM)  # for the product it is one half
        content[kind] = {
            head: _head(names, weights[:, at], float(bias[at]), has_meaning=given is not None)
            for at, head in enumerate(HEADS)
        }
    return content


def _head(names: Sequence[str], weights: Matrix, bias: float, *, has_meaning: bool) -> dict[str, Any]:
    signs = {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=False)}
    found: dict[str, Any] = {"bias": round(bias, 4), "signs": signs}
    if has_meaning:
        meaning = weights[len(names) :]
        scale = float(np.abs(meaning).max()) / 127
        found |= {
            "scale": float(f"{scale:.5g}"),
            "meaning": b64encode(np.round(meaning / scale).astype(np.int8).tobytes()).decode(),
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where triage reads them")
    parser.add_argument("--kept", type=Path, help="where the vectors are kept between runs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    examples = read_examples()
    vectors, names = vectors_of(examples, arguments.kept), names_of(examples)
    result: dict[str, Any] = {}
    for kind, given in (("with_meaning", vectors), ("by_signs", None)):
        found = held_out(examples, inputs_of(examples, names, given))
        limit = fraud_limit(examples, found)
        groups = ["", *dict.fromkeys(one.group for one in examples)]
        result[kind] = {group or "all": figures(examples, found, limit, group) for group in groups}
        result[kind]["fraud_from"] = limit
    if arguments.write:
        WEIGHTS_FILE.write_text(json.dumps(content_of(examples, names, vectors), indent=1) + "\n", encoding="utf-8")
    if arguments.json:
        print(json.dumps(result))
        return
    for kind, sets in result.items():
        print(kind)
        for group, values in sets.items():
            print("   ", group, values)


if __name__ == "__main__":
    main()
