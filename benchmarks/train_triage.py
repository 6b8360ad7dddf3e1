"""Learn what each sign of triage weighs, from labelled mail, and say how well that holds on mail not learnt from.

    .venv/bin/python -m benchmarks.train_triage [--write] [--json]

A logistic model over the named signs, drawn towards weights that were chosen by hand before any data was seen: a sign
that the data says nothing about keeps its weight, and a few mails cannot move one far. `--write` puts the weights into
`integrations/mail/triage/needs_answer.json`; without it nothing is changed.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.text.asks import find_wanted
from integrations.mail.message.addresses import Address, OwnerAddresses, parse_sender
from integrations.mail.message.message import Message
from integrations.mail.message.quotes import split_text
from integrations.mail.triage.automated import automated_verdict
from integrations.mail.triage.decide import WEIGHTS_FILE, probability
from integrations.mail.triage.features import SENTENCES, TriageInput, find_features

DATA = Path(__file__).parent / "data" / "needs_answer.tsv"
AUTOMATIC = DATA.with_name("automatic.tsv")
OWNER = OwnerAddresses(name="Bob Ray", address="bob.ray@example.org")
FOLDS = 5
STEPS = 600
PULL = 1.0  # how strongly a weight is held to the one chosen by hand, against one mail
STEP = 0.05

DOUBT = -3.0
BY_HAND = {
    "asks": 3.0, "asks_again": 0.75, "question": 1.5, "order": 0.75, "subject_asks": 0.75, "asks_little": -0.75,
    "no_recipient": -1.5, "one_recipient": 0.75, "many": -3.75, "group": -1.5, "group_address": -3.0, "desk": -1.5,
    "not_in_to": -1.5, "list_copy": -1.5, "greets_many": -1.5, "greets_owner": 1.5, "greets_other": -3.0,
    "colleague": 0.75, "conversation": 0.75, "signed": 0.75, "to_self": -3.0, "stranger": -1.5, "information": -1.5,
    "closes": -3.0, "complains": 1.5, "reminds": 1.5, "plain": 0.75, "long": -1.5, "links": -1.5, "mass": -2.25,
    "notification": -1.5, "sells": -0.75, "shouts": -1.5, "exclaims": -0.75, "odd_sender": -1.5,
}  # fmt: skip


@dataclass(frozen=True)
class Labelled:
    """A mail between people, and whether its owner owes an answer."""

    message: Message
    needs_answer: bool


@dataclass(frozen=True)
class Model:
    doubt: float
    weights: dict[str, float]

    def probability(self, signs: dict[str, float]) -> float:
        return probability(self.doubt + sum(self.weights[name] * strength for name, strength in signs.items()))


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


def signs_of(one: Labelled) -> dict[str, float] | None:
    """Return the signs of a mail; None when a rule decides about it, or it asks nothing: both mean no."""
    facts = TriageInput(one.message, split_text(one.message.text), OWNER, "INBOX")
    asked = find_wanted(facts.split.new_text)
    if automated_verdict(facts) or not (asked.clear or asked.questions or asked.orders):
        return None
    return find_features(facts, asked)


def learn(mails: Sequence[Labelled]) -> Model:
    """Return the weights that explain the labels best, each held to the one chosen by hand."""
    rows = [(signs, one.needs_answer) for one in mails if (signs := signs_of(one)) is not None]
    model = Model(DOUBT, dict(BY_HAND))
    for _ in range(STEPS):
        slope = dict.fromkeys(BY_HAND, 0.0)
        doubt_slope = 0.0
        for signs, label in rows:
            error = float(label) - model.probability(signs)
            doubt_slope += error
            for name, strength in signs.items():
                slope[name] += error * strength
        weights = {
            name: weight + STEP * (slope[name] - PULL * (weight - BY_HAND[name]))
            for name, weight in model.weights.items()
        }
        model = Model(model.doubt + STEP * (doubt_slope - PULL * (model.doubt - DOUBT)), weights)
    return model


def confusion(mails: Sequence[Labelled], model: Model, threshold: float = 0.5) -> Counter[tuple[bool, bool]]:
    """Return how often each (label, decision) occurs."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for one in mails:
        signs = signs_of(one)
        counts[one.needs_answer, signs is not None and model.probability(signs) >= threshold] += 1
    return counts


def held_out(mails: Sequence[Labelled]) -> Counter[tuple[bool, bool]]:
    """Return the confusion over all mails, each judged by weights that it had no part in."""
    counts: Counter[tuple[bool, bool]] = Counter()
    for fold in range(FOLDS):
        model = learn([one for number, one in enumerate(mails) if number % FOLDS != fold])
        counts += confusion([one for number, one in enumerate(mails) if number % FOLDS == fold], model)
    return counts


def figures(counts: Counter[tuple[bool, bool]]) -> dict[str, object]:
    """Return the confusion table with precision and recall."""
    drafted, needing = counts[True, True] + counts[False, True], counts[True, True] + counts[True, False]
    return {
        "needs_and_gets_draft": counts[True, True],
        "needs_but_gets_none": counts[True, False],
        "needs_none_but_gets_draft": counts[False, True],
        "needs_none_and_gets_none": counts[False, False],
        "precision": round(counts[True, True] / drafted, 3) if drafted else None,
        "recall": round(counts[True, True] / needing, 3) if needing else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the weights where triage reads them")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    mails = read_labelled()
    model = learn(mails)
    result = {
        "mails": len(mails),
        "by_hand": figures(confusion(mails, Model(DOUBT, BY_HAND))),
        "held_out": figures(held_out(mails)),
        "learnt_from": figures(confusion(mails, model)),
    }
    if arguments.write:
        content = {"doubt": round(model.doubt, 3), "signs": {name: round(model.weights[name], 3) for name in SENTENCES}}
        WEIGHTS_FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
