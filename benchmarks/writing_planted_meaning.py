"""Faults of meaning of five kinds, each beside its honest twin: how many are told of, and which honest ones are.

A line of data/writing/planted_meaning.jsonl is `{"key", "kind", "made", "was", "is", "words", "honest"?, "inputs"?}`:
the recorded draft whose words `was` became `is` (`made` by "rule" or by "hand"), the wrong or missing words, changes
that make the draft an honest one of other `inputs`. The kinds: `person` (who does or says it), `negation` (lost or
added), `corrected` (a value that the thread takes back), `left out` (what a mail asks, without a gap), `promise` (or a
day on which its owner is free, and they said none).

`.venv/bin/python -m benchmarks.writing_planted_meaning [--show]`
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.writing_items import DATA
from benchmarks.writing_planted import HONEST, PASSED, TOLD, Sent, read_lines, send
from benchmarks.writing_recorded import RECORDED, read_answers

PLANTED_MEANING = DATA / "planted_meaning.jsonl"
KINDS = ("person", "negation", "corrected", "left out", "promise")
# At most so many of the honest twins may be remarked on.
HONEST_BAR = 0.05


def drafts() -> Iterator[dict[str, Any]]:
    """Yield each draft with its fault, and behind it the honest one, as `benchmarks.writing_planted.send` takes them."""
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
    """Return for each kind how many faults there are, how many are told or kept back, and how many honest ones are."""
    counts = Counter(
        (item.group, bool(item.fault), bool(item.findings) if not item.fault else item.outcome != PASSED)
        for item in found
    )
    return {
        kind: (sum(counts[kind, True, told] for told in (True, False)), counts[kind, True, True], counts[kind, False, True])
        for kind in KINDS
    }  # fmt: skip


def show(found: Sequence[Sent], *, every: bool) -> bool:
    """Print what became of each kind; say whether few enough honest drafts are remarked on."""
    for item in found if every else ():
        if item.fault and item.outcome != TOLD or not item.fault and item.findings:
            print(f"{item.group}: {item.key} {'planted' if item.fault else 'HONEST'} “{item.words}”")
            print("".join(f"  {finding.check}: {finding.sentence}\n" for finding in item.findings), end="")
    figures = figures_of(found)
    print(f"{'':12} planted  told  honest ones remarked on")
    for kind, (count, told, alarms) in {**figures, "all": tuple(map(sum, zip(*figures.values(), strict=True)))}.items():
        print(f"{kind:12} {count:7} {told:5} {alarms:6}")
    alarms = sum(alarms for _, _, alarms in figures.values())
    return alarms <= HONEST_BAR * sum(count for count, _, _ in figures.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print each fault that is not told of, and false remarks")
    return 0 if show(run(), every=parser.parse_args().show) else 1


if __name__ == "__main__":
    raise SystemExit(main())
