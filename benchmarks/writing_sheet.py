"""What the grounded lane gives on the held-out items: rows that people grade (`benchmarks.writing --sheet`)."""

import csv
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from pathlib import Path

from benchmarks.writing_items import Case
from core.drafts import Draft, Item, cut_at_word, with_hints
from core.embeddings import load_embedder
from core.errors import InlaidError
from core.insight.evaluation.drafting import pipeline_writer
from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.settings import Settings
from core.writing.grounded.proofread import CHECK as LIKELY_FAULT
from tests.in_memory import ScriptedChat


def _matter(item: Item) -> tuple[str, str]:
    return item.group, item.why


def _item_output(item: Item) -> str:
    details = ", ".join(part for part in (item.who, item.due) if part)
    quote = item.other_quote and f"\n    “{item.other_quote}”"
    return f"- {item.text}{f' ({details})' if details else ''}{quote}"


def grounded_output(draft: Draft) -> str:
    """A result as a person reads it."""
    lines = [draft.subject and f"[subject] {draft.subject}", with_hints(draft.text, draft.gaps)]
    lines += [line for (group, why), items in groupby((draft.items or ()) if not draft.text else (), _matter)
              for line in (group and f"{group}:", *map(_item_output, items), why and f"  {why}")]  # fmt: skip
    lines += [f"[beside the gap] {gap.question}" for gap in draft.gaps if gap.question not in gap.place]
    picks = {cut_at_word(gap.question, 60): gap.choices for gap in draft.gaps if gap.choices}
    lines += [f"[you may pick] {asked} -> {' / '.join(choices)}" for asked, choices in picks.items()]
    lines += [f"[or this] {other}" for other in draft.alternatives if not draft.gaps]
    lines += [f"[source {source.number}] {source.title}: “{source.quote}”" for source in draft.sources]
    lines += [f"[notice] {notice}" for notice in draft.notices]
    lines += [f"[remark] {finding.sentence}" for finding in draft.findings if finding.check == LIKELY_FAULT]
    if draft.skeleton and draft.gaps and draft.recipe == "reply":
        lines.append("[told] Nothing here answers it but you: in a mailbox no draft is placed.")
    return "\n".join(line for line in lines if line) or "[nothing found]"


def write_sheet(file: Path, given: Iterable[Case]) -> int:
    """Write what the grounded lane gives as rows to be graded, and print how long it took."""
    small = only(ScriptedChat([]))
    write = pipeline_writer(Pipeline(load_recipes(), small, embedder=partial(load_embedder, Settings())).generate)
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "recipe", "language", "lane", "system", "input", "output", "grade", "reason"])
        seconds: dict[str, list[float]] = defaultdict(list)
        for case in given:
            started = time.perf_counter()
            try:
                output = grounded_output(write(case.recipe, case.inputs))
            except InlaidError as error:
                output = f"[error] {error.message} {error.fix}"
            seconds[case.task].append(time.perf_counter() - started)
            read = "\n".join(f"{name}: {value}" for name, value in case.inputs.items() if value)
            rows.writerow([case.id, case.task, case.language, "grounded", "inlaid", read, output, "", ""])
    for task, taken in seconds.items():
        print(f"{task:20} n {len(taken):3}  p50 {statistics.median(taken):.3f} s  longest {max(taken):.3f} s")
    return sum(map(len, seconds.values()))
