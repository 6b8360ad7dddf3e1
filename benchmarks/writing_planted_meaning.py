"""Faults of meaning of six kinds, each beside its honest twin: how many are told of, and which honest ones are.

A line of data/writing/planted_meaning.jsonl is `{"key", "kind", "made", "was", "is", "words", "honest"?, "inputs"?}`:
the recorded draft whose words `was` became `is` (`made` by "rule" or by "hand"), the wrong or missing words, changes
that make the draft an honest one of other `inputs`. The kinds: `person` (who does or says it), `negation` (lost or
added), `corrected` (a value that the thread gives anew), `taken back` (what its writer takes back there), `left out`
(what a mail asks, without a gap), `promise` (or a day on which its owner is free, and they said none).

`.venv/bin/python -m benchmarks.writing --planted [--show]` prints them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.writing_items import DATA
from benchmarks.writing_planted import HONEST, PASSED, Sent, read_lines, send
from benchmarks.writing_recorded import RECORDED, read_answers

PLANTED_MEANING = DATA / "planted_meaning.jsonl"
KINDS = ("person", "negation", "corrected", "taken back", "left out", "promise")
# At most so many of the honest twins may be remarked on.
HONEST_BAR = 0.05


def drafts() -> Iterator[dict[str, Any]]:
    """Yield each draft with its fault, and behind it the honest one, as `writing_planted.send` takes them."""
    recorded = read_answers(RECORDED)
    for line in read_lines(PLANTED_MEANING):
        honest = recorded[line["key"]]
        for was, now in line.get("honest", ()):
            honest = honest.replace(was, now)
        given = {"key": line["key"], "class": line["kind"], "words": line["words"], "inputs": line.get("inputs", {})}
        yield {**given, "fault": line["kind"], "answer": honest.replace(line["was"], line["is"])}
        yield {**given, "fault": HONEST, "answer": honest}


def run() -> list[Sent]:
    """Send both drafts of each line through the pipeline, without a verifier."""
    return list(send(list(drafts()), {}, verify=False))


def figures_of(found: Sequence[Sent]) -> dict[str, tuple[int, int, int]]:
    """Return for each kind how many faults there are, how many of them are told, and how many honest drafts are."""
    figures = {}
    for kind in KINDS:
        faults = [item for item in found if item.group == kind and item.fault]
        alarms = [item for item in found if item.group == kind and not item.fault and item.findings]
        figures[kind] = (len(faults), sum(item.outcome != PASSED for item in faults), len(alarms))
    return figures


def report(*, every: bool) -> int:
    """Print what became of each kind; 0 when few enough honest drafts are remarked on."""
    found = run()
    for item in found if every else ():
        if item.outcome == PASSED if item.fault else item.findings:
            print(f"{item.group}: {item.key} {'planted' if item.fault else 'honest'} “{item.words}”")
            print("".join(f"  {finding.check}: {finding.sentence}\n" for finding in item.findings), end="")
    figures = figures_of(found)
    count, told, alarms = map(sum, zip(*figures.values(), strict=True))
    print(f"{'':12} planted  told  honest ones remarked on")
    for kind, row in {**figures, "all": (count, told, alarms)}.items():
        print(f"{kind:12} {row[0]:7} {row[1]:5} {row[2]:6}")
    return 0 if alarms <= HONEST_BAR * count else 1
