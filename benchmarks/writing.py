"""What a strong model writes, sent through the pipeline; and what the grounded lane gives, as a sheet to be graded.

.venv/bin/python -m benchmarks.writing --prompts OUT.jsonl     the prompts of every case, for a model to answer
.venv/bin/python -m benchmarks.writing [--show] [--json]       its recorded drafts, replayed, beside the bars
.venv/bin/python -m benchmarks.writing --overhead              milliseconds around an instant model
.venv/bin/python -m benchmarks.writing --sheet OUT.csv         the grounded lane on the same items, to be graded
.venv/bin/python -m benchmarks.writing --planted [--verify]    faults planted in its drafts, and who is told of them

`--items FILE.jsonl ...` takes other items for prompts, drafts and sheet, as those of data/writing/unread.
"""

import argparse
import contextlib
import json
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.writing_items import LANGUAGES, Case, chosen_cases
from benchmarks.writing_recorded import RECORDED, RecordedModel, is_verifier, models_of, read_answers
from benchmarks.writing_sheet import write_sheet
from core.drafts import Draft
from core.errors import InlaidError
from core.insight.evaluation.drafting import pipeline_writer
from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline

# Measure: (bar, whether more is better).
OVERHEAD_BAR_MS = 15.0
# The first ones load word lists and compile templates.
COLD_CASES = 20
BARS = {"unchanged": (0.97, True), "lost": (0.0, False), "objected": (0.05, False), "calls": (1.1, False)}
_SUBJECT = re.compile(r"\A(?:Subject|Betreff|Objet|Asunto):[^\n]*\n+", re.I)
_CITED = re.compile(r" \[\d+\](?= |$)", re.M)
_OFFERED = re.compile(r"\[\[([^\[\]|\n]+?) *\|[^\[\]\n]*\]\]")


def write_prompts(file: Path, of: Iterable[Case]) -> int:
    """Write the first prompt of each case."""
    model = RecordedModel({}, name="recorder")
    write = pipeline_writer(Pipeline(load_recipes(), only(model)).generate)
    with file.open("w", encoding="utf-8") as out:
        count = 0
        for case in of:
            count += 1
            model.asked.clear()
            with contextlib.suppress(InlaidError):  # it is answered with nothing
                write(case.recipe, case.inputs)
            messages = [message.model_dump() for message in model.asked[0]] if model.asked else []
            out.write(json.dumps({"key": case.key, "messages": messages}, ensure_ascii=False) + "\n")
    return count


@dataclass
class Replayed:
    """What became of one recorded draft."""

    case: Case
    written: str
    draft: Draft | None
    calls: int
    error: str = ""

    @property
    def is_lost(self) -> bool:
        if self.draft is None or not (self.draft.text or self.draft.items is not None):
            return True
        return self.draft.skeleton and bool(self.said)

    @property
    def said(self) -> str:
        """What the model says; of JSON the answer to the question, "" when nothing answers it."""
        if self.case.task != "answer":
            return self.written
        said = json.loads(self.written)["answer"]
        return said if isinstance(said, str) else " ".join(str(one["text"]) for one in said)

    @property
    def is_unchanged(self) -> bool:
        if self.draft is None or self.is_lost:
            return False
        if self.draft.items is not None and not self.draft.text:
            return len(self.draft.items) == len(json.loads(self.written)["items"])
        if self.case.task == "answer":
            return not self.said or _CITED.sub("", self.draft.text).startswith(self.said)
        return _plain(self.written) == _plain(self.draft.text)

    @property
    def objections(self) -> list[str]:
        if self.draft is None:
            return [self.error]
        # That a text holds an instruction for a model is no objection to the draft.
        return [
            f"{finding.check}: {finding.sentence}" for finding in self.draft.findings if finding.check != "injection"
        ]


def _plain(text: str) -> str:
    """The words of a text without its subject line, its ready answers and the marks of tasks."""
    text = _OFFERED.sub(r"[[\1]]", _SUBJECT.sub("", text.strip()))
    return " ".join(re.sub(r"- \[[ x]\] ", "- ", text).split())


def replay(answers: dict[str, str], of: Iterable[Case], *, verify: bool = False) -> list[Replayed]:
    """Send each recorded draft through the pipeline."""
    model = RecordedModel(answers)
    write = pipeline_writer(Pipeline(load_recipes(), models_of(model, verify=verify)).generate)
    found: list[Replayed] = []
    for case in of:
        if case.key not in answers:
            continue
        model.key = case.key
        model.asked.clear()
        try:
            draft, error = write(case.recipe, case.inputs), ""
        except InlaidError as failure:
            draft, error = None, f"{failure.code}: {failure.message}"
        calls = sum(not is_verifier(asked) for asked in model.asked)
        found.append(Replayed(case, answers[case.key], draft, calls, error))
    return found


def measures(found: Sequence[Replayed]) -> dict[str, float]:
    """The shares of a group."""
    count = max(1, len(found))
    return {
        "unchanged": sum(replay.is_unchanged for replay in found) / count,
        "lost": sum(replay.is_lost for replay in found) / count,
        "objected": sum(bool(replay.objections) for replay in found) / count,
        "calls": sum(replay.calls for replay in found) / count,
    }


def show(found: Sequence[Replayed], *, every: bool) -> bool:
    """Print the groups beside the bars; say whether all are met."""
    groups: dict[str, list[Replayed]] = defaultdict(list)
    for replay in found:
        for name in ("all", replay.case.task, replay.case.language):
            groups[name].append(replay)
    print(f"{'':20} {'n':>4} " + " ".join(f"{name:>10}" for name in BARS))
    for name, group in groups.items():
        print(f"{name:20} {len(group):4} " + " ".join(f"{value:10.3f}" for value in measures(group).values()))
    print(f"{'bar':25} " + " ".join(f"{bar:10.2f}" for bar, _ in BARS.values()))
    checks = Counter(sentence.partition(":")[0] for replay in found for sentence in replay.objections)
    print("objections:", ", ".join(f"{check} {count}" for check, count in checks.most_common()) or "none")
    for one in found if every else ():
        if one.objections or not one.is_unchanged:
            print(f"\n{one.case.key} calls {one.calls}{' LOST' if one.is_lost else ''}")
            print("  " + "\n  ".join(one.objections))
    total = measures(found)
    return all(total[name] >= bar if more else total[name] <= bar for name, (bar, more) in BARS.items())


def overhead(answers: dict[str, str], of: Iterable[Case]) -> dict[str, float]:
    """Median milliseconds from a request to its draft with a model that answers at once, checks and all included.

    Without recorded answers each case is answered with the beginning of its own main text.
    """
    model = RecordedModel(answers)
    write = pipeline_writer(Pipeline(load_recipes(), models_of(model, verify=False)).generate)
    took: list[float] = []
    busy: list[float] = []
    for case in of:
        model.key = case.key
        told = max(case.inputs.values(), key=len)
        model.answers = answers if case.key in answers else {case.key: told[:600].rpartition(". ")[0] + "."}
        model.asked.clear()
        started, before = time.perf_counter(), time.process_time()
        with contextlib.suppress(InlaidError):
            write(case.recipe, case.inputs)
        took.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - before) * 1000)
    # The second is what remains of it when other processes wait for the same cores.
    p50, p50_busy = (round(statistics.median(times[COLD_CASES:]), 1) for times in (took, busy))
    return {"overhead_p50_ms": p50, "overhead_processor_p50_ms": p50_busy}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--items", type=Path, nargs="+", default=[], help="files of items instead of ours")
    parser.add_argument("--recorded", type=Path, default=RECORDED)
    parser.add_argument("--languages", type=lambda text: text.split(","), default=list(LANGUAGES))
    parser.add_argument("--tasks", type=lambda text: text.split(","), default=[])
    parser.add_argument("--verify", action="store_true", help="with what the verifier said of each draft")
    parser.add_argument("--planted", action="store_true", help="drafts with planted faults instead of the honest ones")
    parser.add_argument("--overhead", action="store_true", help="what the pipeline costs around an instant model")
    parser.add_argument("--show", action="store_true", help="print each draft that was objected to or changed")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    written = chosen_cases(chosen.items, grounded=False, languages=chosen.languages, tasks=chosen.tasks)
    if chosen.prompts:
        print(f"{write_prompts(chosen.prompts, written)} prompts in {chosen.prompts}")
        return 0
    if chosen.sheet:
        given = chosen_cases(chosen.items, grounded=True, languages=chosen.languages, tasks=chosen.tasks)
        print(f"{write_sheet(chosen.sheet, given)} results in {chosen.sheet}")
        return 0
    if chosen.planted:
        from benchmarks import writing_planted, writing_planted_meaning

        failed = writing_planted.report(verify=chosen.verify, every=chosen.show, as_json=chosen.json)
        return failed or (0 if chosen.json else writing_planted_meaning.report(every=chosen.show))
    if chosen.overhead:
        cost = overhead(read_answers(chosen.recorded), written)
        print(json.dumps(cost) if chosen.json else f"{cost} (bar: <= {OVERHEAD_BAR_MS:.0f} ms)")
        return 0 if cost["overhead_p50_ms"] <= OVERHEAD_BAR_MS else 1
    found = replay(read_answers(chosen.recorded), written, verify=chosen.verify)
    if chosen.json:
        figures: dict[str, Any] = {"n": len(found), **measures(found)}
        print(json.dumps(figures))
        return 0
    return 0 if show(found, every=chosen.show) else 1


if __name__ == "__main__":
    sys.exit(main())
