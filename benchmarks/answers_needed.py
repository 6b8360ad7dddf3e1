"""How many of the passages that a right answer takes are shown, without a model that writes.

Readers who know no code marked for each question which of its passages somebody has to see to answer it: those with the
answer, and those that limit it or take it back (`data/writing/needed_passages.jsonl`).

`.venv/bin/python -m benchmarks.answers_needed`
"""

import json
from collections import Counter
from pathlib import Path

from benchmarks.writing_items import Case, cases_in
from core.embeddings import load_embedder
from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.writing.grounded.answer import answer
from core.writing.result import PlanOptions
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

DATA = Path(__file__).with_name("data") / "writing"


def shown_in(case: Case, options: PlanOptions) -> list[int]:
    """Return the numbers of the passages that an answer shows, in its order."""
    recipe = load_recipes()[case.recipe]
    result = answer(recipe, validate_inputs(recipe, case.inputs), ScriptedAsk(), options)
    return list(dict.fromkeys(source.number for source in result.sources))


def main() -> None:
    marked = {row["id"]: row for row in map(json.loads, (DATA / "needed_passages.jsonl").read_text().splitlines())}
    embedder = load_embedder(Settings())
    options = PlanOptions(embedder=lambda: embedder)
    found = Counter[str]()
    for file in sorted((DATA / "unread").glob("*.jsonl")):
        for case in cases_in(file, grounded=True, tasks=["answer"]):
            if not (row := marked.get(case.id)):
                continue
            shown, needed, best = shown_in(case, options), row["needed"], row["best"]
            kind = "with" if needed else "without"
            found.update({kind: 1, f"shown {kind}": len(shown)})
            if needed:
                found.update(all={*needed} <= {*shown}, best=best in shown, first=shown[:1] == [best])
    for kind in ("with", "without"):
        print(f"questions {kind} an answer: {found[kind]}; passages shown: {found[f'shown {kind}'] / found[kind]:.2f}")
    print(f"all that it takes is shown: {found['all']}; the best passage: {found['best']}, first: {found['first']}")


if __name__ == "__main__":
    main()
