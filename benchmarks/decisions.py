"""Does a mailbox get drafts for the right mails: precision, recall, people taken for machines, fraud helped.

    .venv/bin/python -m benchmarks.decisions [--set held_out_10,held_out_12] [--signs] [--all] [--json]

The mails of `data/decisions` (English, German, French, Spanish; written for this) are those of a working week with
traps: people named like machines, buyers who talk of prices, web forms, complaints, fraud. Each is labelled `reply`,
`none`, `program` (none, and no person wrote it to the owner; in `held_out_4` such are `none`) or `suspicious`.

`held_out` to `held_out_4` were each written by somebody who had seen no rule, and measured once before anybody looked:
precision .84, .839, .882, .98, recall .82, .743, .750, .817, people taken for machines 8, 9 and 3 in the last three,
frauds helped 4, 3, 4, 0 of twenty. `held_out_5` (200 mails) had precision .897, recall .96, one person
taken for a machine, no fraud helped, `held_out_6` and `held_out_7` (120 mails each) precision .949 and .862, recall
.933 both, two people and none taken for machines, `held_out_8` (100 mails) .845 and .961, `held_out_9` (200 mails) .898
and .846, one person. Triage now learns from all of them, from `held_out_11` and from `training` to `training_13`,
written in the kinds in which it was weak, most of them in the mailboxes of other people; on these sets it has to be
right. `training_7` to `training_10` (180 mails each, harder: wishes in reports and small talk, gateways, letters with
figures of speech) were unseen too: precision .852, .862, .776, .791, recall .882, .931, .894, .847, people taken for
machines 2, 0, 1, 0, frauds helped 0, 0, 1, 0 of twenty each.

What to expect of other mails: before layers were tuned, `held_out_10` (200 mails, never learnt from) had precision .888
and recall .913, `held_out_11` (200, harder) .771 and .925, `training_11` to `training_13` (180 each) .776, .656, .776
and .917, .819, .917. With tuned layers `held_out_11` had .864 and .95, one of 24 helped, before it was learnt too;
`training_14` (240 mails, written to be chatty: wishes within letters, letters without any) .898 and .88. Layers that
had learnt it did no better on the others, and missed a plain ask of real mail: they did not stay.
Nobody has learnt from `held_out_10`, `held_out_12`, `held_out_13` and `held_out_14` (200 mails each, the last two of
nine and eight other people): precision .98, .949, .941, .959, recall .962, .938, .96, .979, together .958 and .961;
none of 88 frauds helped. Since a danger gets a draft, from a limit chosen after these were looked at, together .956 and
.966. One person in each of the first and the third, behind a gateway and a desk's portal, was taken
for a machine before anything was changed after them. What such a tool shows below "NAME wrote:" is its message now, and
none is. Nothing was changed after `held_out_14`.
Bars: precision and recall at least .95, no person taken for a machine, no fraud helped.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from integrations.mail.message.addresses import OwnerAddresses, parse_sender
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.message.senders import split_to_people
from integrations.mail.triage.classifier import read
from integrations.mail.triage.decide import decide, passage_to_read, tells_danger, told_danger
from integrations.mail.triage.weighing import TriageDecision

DATA = Path(__file__).parent / "data" / "decisions"
SETS = tuple(sorted(folder.name for folder in DATA.iterdir() if folder.is_dir()))
OWNER = OwnerAddresses(
    name="Claire Bennett", address="claire.bennett@alderwood.example", aliases=("sales@alderwood.example",)
)
# Rules that say that no person wrote a mail.
MACHINE_RULES = frozenset(
    {
        "bounce",
        "automatic",
        "generated",
        "calendar",
        "list",
        "unread_sender",
        "machine_sender",
        "no_reply_text",
        "notification",
    }
)
BAR = 0.95


@dataclass(frozen=True)
class LabelledMail:
    """A mail, what is right for it, and what is tricky about it."""

    language: str
    label: str
    trap: str
    message: MailMessage
    owner: OwnerAddresses = OWNER


def read_mails(folder: Path) -> Iterator[LabelledMail]:
    """Read the files of a folder: mails between lines of `%%`, each below a line `# label: trap`.

    The mails of a folder below it are those of the mailbox of somebody else, whom its file OWNER names.
    """
    yield from _mails_of(folder, OWNER)
    for file in sorted(folder.glob("*/OWNER")):
        owner = parse_sender(file.read_text(encoding="utf-8").strip())
        yield from _mails_of(file.parent, OwnerAddresses(name=owner.name, address=owner.address))


def _mails_of(folder: Path, owner: OwnerAddresses) -> Iterator[LabelledMail]:
    for file in sorted(folder.glob("*.txt")):
        for block in file.read_text(encoding="utf-8").split("\n%%\n"):
            first, _, raw = block.strip().removesuffix("\n%%").partition("\n")
            label, _, trap = first.removeprefix("# ").partition(": ")
            head = raw.partition("\n\n")[0]
            to = "" if "\nTo: " in f"\n{head}" else f"To: {owner.name} <{owner.address}>\n"
            yield LabelledMail(file.stem, label, trap, parse_message((to + raw).encode()), owner)


def is_right(label: str, decision: TriageDecision) -> bool:
    """Whether a decision is the one that a person would have made."""
    if label == "suspicious":
        return decision.rule == "suspicious"
    return decision.needs_reply == (label == "reply")


def decided_by(mail: LabelledMail, *, with_model: bool) -> TriageDecision:
    """Return the decision about a mail in the inbox."""
    message = mail.message
    reading = read(passage_to_read(message, mail.owner, "INBOX")) if with_model else ()
    decision = decide(message, mail.owner, folder="INBOX", reading=reading)
    turns = with_model and decision.turns_on_danger
    danger = told_danger(split_to_people(message).new_text, decision) if turns else None
    told = danger.sentence if danger and danger.is_sure else ""
    return tells_danger(told) if told else decision


def measure(mails: list[tuple[LabelledMail, TriageDecision]]) -> dict[str, float]:
    """Return the figures of decided mails."""
    counts: Counter[tuple[bool, bool]] = Counter(
        (mail.label == "reply", decision.needs_reply) for mail, decision in mails
    )
    drafted = counts[True, True] + counts[False, True]
    wanted = counts[True, True] + counts[True, False]
    fraud = [decision for mail, decision in mails if mail.label == "suspicious"]
    return {
        "mails": len(mails),
        "precision": round(counts[True, True] / max(1, drafted), 3),
        "recall": round(counts[True, True] / max(1, wanted), 3),
        "people_taken_for_machines": sum(
            mail.label == "reply" and decision.rule in MACHINE_RULES for mail, decision in mails
        ),
        "fraud": len(fraud),
        "fraud_helped": sum(decision.needs_reply for decision in fraud),
        "fraud_named": sum(decision.rule == "suspicious" for decision in fraud),
        "wrongly_suspected": sum(
            mail.label != "suspicious" and decision.rule == "suspicious" for mail, decision in mails
        ),
    }


def main() -> None:
    """Print the figures, and with `--all` each mail that was decided otherwise than labelled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="", help=f"which mails, with a comma between sets: {', '.join(SETS)}")
    parser.add_argument("--signs", action="store_true", help="decide as where the embedded model does not run")
    parser.add_argument("--all", action="store_true", help="print each wrong decision")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    names = asked.set.split(",")
    if unknown := {*names} - {"", *SETS}:
        parser.error(f"there is no set {', '.join(sorted(unknown))}")
    mails = [mail for name in names for mail in read_mails(DATA / name)]
    decided = [(mail, decided_by(mail, with_model=not asked.signs)) for mail in mails]
    groups = {"all": decided}
    for pair in decided:
        groups.setdefault(pair[0].language, []).append(pair)
    figures = {name: measure(pairs) for name, pairs in groups.items()}
    if asked.json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(f"{name:4}", "  ".join(f"{key} {value}" for key, value in values.items()))
    for mail, decision in decided if asked.all else ():
        if not is_right(mail.label, decision):
            print(
                f"{mail.language} {mail.label:10} [{mail.trap}]\n    {decision.rule}: {decision.reason}", decision.signs
            )
    whole = figures["all"]
    missed = [name for name in ("precision", "recall") if whole[name] < BAR]
    missed += [name for name in ("people_taken_for_machines", "fraud_helped") if whole[name]]
    print("bars:", f"MISSED {', '.join(missed)}" if missed else "met")


if __name__ == "__main__":
    main()
