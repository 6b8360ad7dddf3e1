"""Does a scan mark what a careful reader would: 88 work texts of which was said what is to be marked, and what not.

    .venv/bin/python -m benchmarks.marked [--all] [--json]

`data/signals/marked/LANGUAGE.txt`: below `=== ID KIND` a text with marks `<<KIND RANK|sentence>>`, `<<also RANK|…>>`
for what may be marked instead or with it (of rank 0: by itself), `<<silly; why|…>>` for what would be a silly thing to
mark; their writer said so. `data/signals/read` holds the texts of two blind readings, marked by the readers' reasons.
A mark counts as right where it quotes one of the first two. What is marked was learnt from all of them: how well it is
done on texts that were not learnt from, `benchmarks.train_marks` says.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from core.drafts import Item
from core.embeddings import load_embedder
from core.insight.evaluation.drafting import pipeline_writer
from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.settings import Settings
from tests.in_memory import ScriptedChat

DATA = Path(__file__).parent / "data" / "signals" / "marked"
READ, CHOSEN = DATA.parent / "read", DATA.parent / "chosen"
# What the writers call otherwise.
NAMES = {"commitment": "promise"}
SHARED, FEWEST = 0.6, 4
_MARK = re.compile(r"<<([^|<>]*)\|(.*?)>>", re.DOTALL)


@dataclass
class MarkedText:
    """A text, the sentences to mark by rank with their kinds, those that may stand for them, and silly ones.

    `own` are the sentences to mark themselves.
    """

    name: str
    text: str
    kinds: dict[int, str] = field(default_factory=dict)
    quotes: list[tuple[int, str]] = field(default_factory=list)
    silly: list[str] = field(default_factory=list)
    own: dict[int, str] = field(default_factory=dict)


def read_marked(folder: Path = DATA) -> Iterator[MarkedText]:
    """Yield the marked texts of all languages."""
    for path in sorted(folder.glob("*.txt")):
        for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            head, body = block.split("\n", 1)
            found = MarkedText(head.split()[0], _MARK.sub(r"\2", body).strip())
            for mark, quote in _MARK.findall(body):
                first, *rest = mark.partition(";")[0].split()
                if first == "silly":
                    found.silly.append(quote)
                    continue
                rank = int(rest[0])
                found.quotes.append((rank, quote))
                if first != "also":
                    found.kinds[rank], found.own[rank] = first, quote
            yield found


def is_same(one: str, other: str) -> bool:
    """Tell whether two quotes are of one place."""
    one, other = " ".join(one.split()), " ".join(other.split())
    words, others = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    fewer = min(len(words), len(others))
    return one in other or other in one or (fewer >= FEWEST and len(words & others) >= SHARED * fewer)


def judge(marked: MarkedText, items: tuple[Item, ...]) -> Counter[str]:
    """Return the counts of a scan: its marks, the right and the silly ones; what was to be marked and was found."""
    counts, found = Counter(wanted=len(marked.kinds)), set[int]()
    for item in items:
        ranks = {rank for rank, quote in marked.quotes if is_same(item.quote, quote)}
        kinds, kind = {marked.kinds[rank] for rank in ranks & marked.kinds.keys()}, NAMES.get(item.kind, item.kind)
        found |= ranks
        counts["marks"] += 1
        counts["right"] += bool(ranks)
        counts["of_right_kind"] += kind in kinds or (bool(kinds) and kinds | {kind} <= {"idea", "opportunity"})
        counts["silly"] += not ranks and any(is_same(item.quote, quote) for quote in marked.silly)
    counts["found"] = len(found & marked.kinds.keys())
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="print each text's counts")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    pipeline = Pipeline(load_recipes(), only(ScriptedChat([])), embedder=partial(load_embedder, Settings()))
    write = pipeline_writer(pipeline.generate)
    whole: Counter[str] = Counter()
    for marked in (*read_marked(), *read_marked(READ)):
        counts = judge(marked, write("scan", {"text": marked.text}).items or ())
        whole.update(counts)
        if asked.all:
            print(marked.name, dict(counts))
    figures = {
        "precision": round(whole["right"] / max(1, whole["marks"]), 3),
        "recall": round(whole["found"] / max(1, whole["wanted"]), 3),
        "of_right_kind": round(whole["of_right_kind"] / max(1, whole["right"]), 3),
    }
    found = {**whole, **figures}
    print(json.dumps(found) if asked.json else found)


if __name__ == "__main__":
    main()
