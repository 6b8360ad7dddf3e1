"""Drafts of the embedded model: bare, trivial outputs and Inlaid on the same items, beside the bars.

Measures the repository's own data (benchmarks/data) and, with --data, the JSON lines files of a folder. The model's
answers are kept in --cache, so that a second run costs seconds.

    .venv/bin/python -m benchmarks.quality [--data FOLDER] [--tasks reply,title] [--limit N] [--cache FOLDER] [--json]
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.drafts import ChatMessage, Usage
from core.insight.evaluation import BareModel, EvalItem, Evaluation, InlaidModel, System, evaluate, read_items
from core.insight.evaluation.drafting import pipeline_writer
from core.insight.evaluation.overview import public_evaluation
from core.insight.evaluation.running import summarize
from core.llm import connect
from core.llm.local import start_local_model
from core.llm.ports import Chat, ChatOptions, Completion
from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.settings import Settings
from integrations.mail.message.message import owner_of, parse_message
from integrations.mail.triage.decide import decide

OWN_DATA = Path(__file__).parent / "data"
# Task, measure, comparison, bar.
BARS: tuple[tuple[str, str, str, float], ...] = (
    ("proofread", "passes_checks", ">=", 0.60), ("proofread", "edit_precision", ">=", 0.80),
    ("proofread", "clean_kept", ">=", 0.95), ("proofread", "gleu_over_source", ">", 0.0),
    ("summarize", "passes_checks", ">=", 0.60), ("title", "passes_checks", ">=", 0.60),
    ("shorten", "passes_checks", ">=", 0.65),
    ("reply", "passes_checks", ">=", 0.65), ("reply", "skeleton", "<=", 0.30), ("qa", "passes_checks", ">=", 0.55),
    ("qa", "invented_answer", "<=", 0.10), ("mine", "passes_checks", ">=", 0.50),
    ("mine", "quotes_verbatim", ">=", 1.0),
    ("needs_reply", "precision", ">=", 0.80), ("needs_reply", "recall", ">=", 0.70),
    ("needs_reply", "wrongly_answered", "<=", 0.02),
    *((task, name, ">=", 1.0) for task in ("reply", "summarize", "title") for name in ("no_placeholder", "no_leak")),
    ("reply", "greeting_ok", ">=", 1.0), ("reply", "signature_ok", ">=", 1.0),
    *((task, "facts_ok", ">=", 0.98) for task in ("reply", "summarize", "title")),
    *((task, "names_ok", ">=", 0.95) for task in ("reply", "summarize", "title")),
)  # fmt: skip
# Here Inlaid has to beat the trivial output itself.
BEATS_BASELINE = (("summarize", "rouge_l", "opening words"), ("title", "rouge_l", "opening words"))


@dataclass
class KeptChat:
    """A chat whose answers are kept in a folder, by what was asked."""

    chat: Chat
    folder: Path

    @property
    def name(self) -> str:
        return self.chat.name

    @property
    def window_tokens(self) -> int:
        return self.chat.window_tokens

    @property
    def is_small(self) -> bool:
        return self.chat.is_small

    def complete(
        self, messages: Sequence[ChatMessage], *, options: ChatOptions, on_token: Callable[[str], None] | None = None
    ) -> Completion:
        asked = json.dumps([self.name, [message.content for message in messages], repr(options)])
        file = self.folder / f"{hashlib.sha256(asked.encode()).hexdigest()}.json"
        if file.exists():
            text, usage = json.loads(file.read_text())
            return Completion(text, self.name, "stop", Usage(**usage))
        done = self.chat.complete(messages, options=options, on_token=on_token)
        file.write_text(json.dumps([done.text, done.usage.model_dump()]))
        return done


def needs_reply(raw_mail: str) -> bool:
    mail = parse_message(raw_mail.encode("utf-8", "surrogateescape"))
    return decide(mail, owner_of(mail, name="", address="")).needs_reply


def items_of(folder: Path, tasks: set[str], limit: int) -> list[EvalItem]:
    """The items of a folder; what cannot be scored is named on stderr."""
    items: list[EvalItem] = []
    for file in sorted(folder.glob("*.jsonl")):
        data = read_items(file.read_text(encoding="utf-8").splitlines(), file.name)
        if data.broken:
            print(f"{len(data.broken)} lines of {file.name} left out: {data.broken[0].reason}", file=sys.stderr)
        wanted = [item for item in data.items if not tasks or item.task in tasks]
        items += wanted[:limit] if limit else wanted
    return items


def measure(folder: Path, chat: Chat, tasks: set[str], limit: int) -> Evaluation:
    items = items_of(folder, tasks, limit)
    pipeline = Pipeline(load_recipes(), only(chat))
    systems: list[System] = [BareModel(chat), InlaidModel(pipeline_writer(pipeline.generate), needs_reply=needs_reply)]

    def say(done: int, total: int, doing: str) -> None:
        print(f"\r{done} of {total} {doing:60.60}", end="", file=sys.stderr)

    result = evaluate(items, systems, say=say) if items else summarize([])
    print(file=sys.stderr)
    return result


def rows(result: Evaluation) -> list[dict[str, Any]]:
    """One row for each bar whose task was measured."""
    figures = {(figure.task, figure.system, figure.measure): figure.interval for figure in result.figures}
    found: list[dict[str, Any]] = []
    beaten = [(task, name, "beats", result.value(task, base, name)) for task, name, base in BEATS_BASELINE]
    for task, name, comparison, bar in [*BARS, *beaten]:
        ours = figures.get((task, "inlaid", name))
        if ours is None or bar is None or not ours.n:
            continue
        systems = [system for figure, system, _ in figures if figure == task and system not in {"inlaid", "bare model"}]
        met = {">=": ours.value >= bar, "<=": ours.value <= bar}.get(comparison, ours.value > bar)
        found.append({
            "task": task, "measure": name, "n": ours.n, "bare": result.value(task, "bare model", name),
            "baseline": result.value(task, systems[0], name) if systems else None, "inlaid": round(ours.value, 3),
            "interval": [round(ours.low, 3), round(ours.high, 3)], "bar": f"{comparison} {bar:.2f}", "met": met,
        })  # fmt: skip
    return found


def show(title: str, result: Evaluation) -> None:
    print(
        f"\n{title}\n{'task':10} {'measure':17} {'n':>3} {'bare':>6} {'trivial':>8} {'inlaid':>7} {'interval':>12}  bar"
    )
    for row in rows(result):
        bare, trivial = (f"{value:.2f}" if value is not None else "" for value in (row["bare"], row["baseline"]))
        low, high = row["interval"]
        print(
            f"{row['task']:10} {row['measure']:17} {row['n']:3} {bare:>6} {trivial:>8} {row['inlaid']:7.2f}"
            f" {low:6.2f}-{high:4.2f}  {row['bar']:12} {'' if row['met'] else 'MISSED'}"
        )
    for cost in result.costs:
        if cost.system == "inlaid":
            print(f"{cost.task:10} median {cost.median_seconds:.1f} s, {cost.median_tokens:.0f} tokens written")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with further data sets (*.jsonl)")
    parser.add_argument("--tasks", default="", help="only these, comma-separated")
    parser.add_argument("--limit", type=int, default=0, help="at most so many items of each file")
    parser.add_argument("--cache", type=Path, help="folder that keeps the model's answers")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tasks = {task for task in arguments.tasks.split(",") if task}
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        with start_local_model(settings) as model:
            chat: Chat = connect(model.applied_to(settings))
            if arguments.cache:
                arguments.cache.mkdir(parents=True, exist_ok=True)
                chat = KeptChat(chat, arguments.cache)
            folders = {"own data": OWN_DATA, **({str(arguments.data): arguments.data} if arguments.data else {})}
            results = {name: measure(folder, chat, tasks, arguments.limit) for name, folder in folders.items()}
    if arguments.json:
        table = {name: {"bars": rows(one), **public_evaluation(one)} for name, one in results.items()}
        print(json.dumps(table, ensure_ascii=False))
        return
    for name, one in results.items():
        show(name, one)


if __name__ == "__main__":
    main()
