"""How well scans find, merge and keep signals, and what a scan of many messages costs.

    .venv/bin/python -m benchmarks.signals [quality|merging|ranking|tree] [--json] [--messages N]

- `quality`: precision and recall of each kind on messages that the classifier was not taught
  (benchmarks/data/signals/held_out.tsv, English, German, French and Spanish; half of them say nothing of the kind).
  Each message is read by itself, as it stands in a source.
- `merging`: how many pairs of the same matter become one signal, and of different matters do not (pairs.tsv): the odd
  lines set the thresholds of `core.signals.merging`, the even ones judge them.
- `ranking`: where the signals stand that a person will confirm, before and after they decided on some others.
- `tree`: a scan of messages by the real processes, killed in the middle by SIGKILL: time, memory, what was done twice.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.signals_tree import scan_by_processes
from benchmarks.train_signals import read_labelled
from core.drafts import Item
from core.embeddings import load_embedder
from core.llm.ports import Embedder
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.signals.merging import matter_of, pack, same_matter, unpack
from core.signals.ranking import learnt
from core.writing.grounded.scan import scan_messages
from core.writing.plans import Ask
from core.writing.result import PlanOptions
from core.writing.roles.kinds import KINDS

SEEDS = 20
DATA = Path(__file__).parent / "data" / "signals"
Figures = dict[str, object]


def _no_model(*_arguments: object, **_named: object) -> str:
    raise AssertionError("rules alone")


def found_in(text: str, embedder: Embedder) -> Sequence[Item]:
    """Return what a scan without a model finds in a message."""
    recipe = load_recipes()["scan"]
    ask: Ask = _no_model
    return scan_messages(recipe, {"text": text}, ask, PlanOptions(embedder=lambda: embedder)).items or ()


def quality(embedder: Embedder) -> Figures:
    """Return precision and recall of each kind; see above."""
    right, found, meant = Counter[str](), Counter[str](), Counter[str]()
    plain = flagged = 0
    for _, kind, text in read_labelled(DATA / "held_out.tsv"):
        kinds = {item.kind for item in found_in(text, embedder)} & {*KINDS}
        found.update(kinds)
        meant.update([kind] if kind != "-" else [])
        right.update(kinds & {kind})
        plain += kind == "-"
        flagged += kind == "-" and bool(kinds)
    figures: Figures = {
        kind: {"precision": _share(right[kind], found[kind]), "recall": _share(right[kind], meant[kind])}
        for kind in KINDS
    }
    whole = {"precision": _share(right.total(), found.total()), "recall": _share(right.total(), meant.total())}
    return {**figures, "all": whole, "messages": meant.total(), "plain": plain, "plain_flagged": flagged}


def merging(embedder: Embedder) -> Figures:
    """Return how many pairs are judged rightly by the thresholds in force; see above."""
    counted = Counter[tuple[str, bool]]()
    rows = (line.split("\t") for line in (DATA / "pairs.tsv").read_text(encoding="utf-8").splitlines())
    for number, (label, row, other) in enumerate(rows, 1):
        matters = [
            matter_of("risk", text, unpack(pack(vector)))
            for text, vector in zip((row, other), embedder.embed([row, other], is_query=True), strict=True)
        ]
        is_one = bool(same_matter(matters[0], {"known": matters[1]}))
        counted[f"{label}_{'held_out' if number % 2 == 0 else 'taught'}", is_one] += 1
    return {
        half: {
            "same_merged": _share(counted[f"same_{half}", True], _of(counted, f"same_{half}")),
            "different_kept_apart": _share(counted[f"different_{half}", False], _of(counted, f"different_{half}")),
            "pairs": _of(counted, f"same_{half}") + _of(counted, f"different_{half}"),
        }
        for half in ("taught", "held_out")
    }


def _of(counted: Counter[tuple[str, bool]], name: str) -> int:
    return counted[name, True] + counted[name, False]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def ranking(embedder: Embedder) -> Figures:
    """Return which share of pairs of undecided signals stands in the wanted order before and after six decisions."""
    rows = [line.split("\t") for line in (DATA / "themes.tsv").read_text(encoding="utf-8").splitlines()]
    vectors = embedder.embed([text for _, text in rows], is_query=True)
    matters = {
        str(number): matter_of("complaint", text, unpack(pack(vector)))
        for number, ((_, text), vector) in enumerate(zip(rows, vectors, strict=True))
    }
    wanted = [str(number) for number, (theme, _) in enumerate(rows) if theme == "delivery"]
    others = [str(number) for number, (theme, _) in enumerate(rows) if theme != "delivery"]
    after: list[float] = []
    for seed in range(SEEDS):
        dice = random.Random(seed)
        decided = dict.fromkeys(dice.sample(wanted, 3), "confirmed") | dict.fromkeys(
            dice.sample(others, 3), "dismissed"
        )
        ranked = learnt(matters, {**dict.fromkeys(matters, "open"), **decided})
        pairs = [(ranked[one], ranked[two]) for one in wanted for two in others if one in ranked and two in ranked]
        after += [(pair > two) + 0.5 * (pair == two) for pair, two in pairs]
    return {"in_order_before": 0.5, "in_order_after": round(sum(after) / len(after), 3), "pairs": len(after)}


MEASURED: dict[str, Callable[[Embedder], Figures]] = {"quality": quality, "merging": merging, "ranking": ranking}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="quality", choices=[*MEASURED, "tree"])
    parser.add_argument("--messages", type=int, default=10_000, help="for tree: how many")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    if options.what == "tree":
        figures = scan_by_processes(options.messages)
    else:
        figures = MEASURED[options.what](load_embedder(Settings()))
    if options.as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        sys.stdout.writelines(f"{name}: {value}\n" for name, value in figures.items())


if __name__ == "__main__":
    main()
