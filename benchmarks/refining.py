"""Conversations about drafts: 40 dialogues of 3 to 5 turns through the real pipeline, and what a reader said of each.

The dialogues (benchmarks/data/refining/dialogues.jsonl) were written by somebody who did not see the drafts. In the
model lane they are replayed with the answers that a strong model gave (recorded.jsonl); in the grounded lane rules
answer. The readings (grades.csv: `lane,dialogue,turn,output,grade,reason`) are printed with Wilson's 95 % intervals
beside the bar, A+B >= 80 % in the model lane, and each output is made again and compared with the one that was read.

    .venv/bin/python -m benchmarks.refining [--json]
    .venv/bin/python -m benchmarks.refining --by-hand FOLDER  # each request is a file, which somebody answers
    .venv/bin/python -m benchmarks.refining --sheet FILE    # what a reader needs, all turns of both lanes
"""

import argparse
import csv
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.drafts import ChatMessage, Draft, Edit, Usage
from core.errors import InlaidError, ModelAnswerError
from core.insight.report.figures import share
from core.job import Job, JobRequest
from core.llm.ports import Chat, ChatOptions, Completion
from core.llm.routes import only
from core.outcomes import shown_text
from core.people import load_people
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.runner.refinements import Refinements
from core.settings import Settings, load_settings
from core.store import open_store

DATA = Path(__file__).parent / "data" / "refining"
DIALOGUES, RECORDED, GRADES = (DATA / name for name in ("dialogues.jsonl", "recorded.jsonl", "grades.csv"))
LANES = ("model", "grounded")
MIN_USED = 0.80
AT_ONCE, ASK_SECONDS = 40, 1.0
PERSON = "reader"


@dataclass
class Talking:
    """A model that answers from a list for each turn, or asks another one and keeps what it said."""

    answers: Sequence[Sequence[str]] = ()
    ask: Chat | None = None
    said: list[list[str]] = field(default_factory=lambda: [[]])
    name: str = "recorded"
    window_tokens: int = 32_768
    is_small: bool = False

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """See `core.llm.ports.Chat.complete`."""
        del on_token
        turn, number = len(self.said) - 1, len(self.said[-1])
        known = self.answers[turn] if turn < len(self.answers) else ()
        if self.ask is None and number >= len(known):
            raise ModelAnswerError("The recording has no further answer for this turn.")
        text = self.ask.complete(messages, options=options).text if self.ask else known[number]
        self.said[-1].append(text)
        return Completion(text, self.name, "stop", Usage(calls=1))


@dataclass(frozen=True)
class ByHand:
    """A model that somebody plays: each request is a file `NAME.prompt.md`, its answer `NAME.answer.md` beside it."""

    folder: Path
    name: str
    window_tokens: int = 32_768
    is_small: bool = False

    def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        options: ChatOptions,
        on_token: Callable[[str], None] | None = None,
    ) -> Completion:
        """Write the request, and wait for its answer."""
        del on_token, options
        number = len(list(self.folder.glob(f"{self.name}-*.prompt.md")))
        prompt, answer = (self.folder / f"{self.name}-{number}.{kind}.md" for kind in ("prompt", "answer"))
        told = "\n\n".join(f"### {message.role}\n\n{message.content}" for message in messages)
        written = prompt.with_suffix(".tmp")
        written.write_text(told, encoding="utf-8")
        written.rename(prompt)
        while not answer.exists():
            time.sleep(ASK_SECONDS)
        return Completion(answer.read_text(encoding="utf-8").strip(), self.name, "stop", Usage(calls=1))


@dataclass(frozen=True)
class Turn:
    """What came of one thing that was said: `kind` is draft, answer or refused."""

    dialogue: str
    number: int
    said: str
    kind: str
    output: str


class _Silent:
    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        del text, done, total

    def token(self, text: str) -> None:
        del text

    def found(self, edit: Edit) -> None:
        del edit

    def check(self) -> None:
        return


def dialogues() -> list[dict[str, Any]]:
    """The dialogues: id, recipe, inputs and what is said."""
    return [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines() if line.strip()]


def talk(dialogue: Mapping[str, Any], chat: Talking, settings: Settings) -> Iterator[Turn]:
    """Hold one dialogue: the first draft, then each turn about the newest version."""
    store = open_store(settings)
    refinements = Refinements(store.jobs, store.outcomes, load_people(settings, store.records))
    recipes = load_recipes()
    pipeline = Pipeline(recipes, only(chat), refinements=refinements)

    def made(inputs: dict[str, Any]) -> Job:
        request = JobRequest(dialogue["recipe"], inputs, "api", PERSON)
        leased = store.leases.claim(store.jobs.add(request)[0].id, lease_seconds=3600)
        assert leased
        try:
            draft = pipeline.generate(leased, {}, _Silent())
        except InlaidError as error:
            store.leases.fail(leased, error)
            raise
        return store.leases.delivered(store.leases.finish(leased, draft))

    try:
        job = made(dict(dialogue["inputs"]))
        yield Turn(dialogue["id"], 0, "", "draft", _shown(job.draft))
        for number, said in enumerate(dialogue["turns"], 1):
            chat.said.append([])
            try:
                # What rules make nothing of stands beside the draft, as it was read; doors refuse it with these words.
                reply = refinements.reply(job, recipes[dialogue["recipe"]], said, "model")
                if reply.inputs is None:
                    yield Turn(dialogue["id"], number, said, "answer", reply.answer)
                    continue
                job = made(reply.inputs)
                yield Turn(dialogue["id"], number, said, "draft", _shown(job.draft))
            except InlaidError as error:
                yield Turn(dialogue["id"], number, said, "refused", str(error))
    except InlaidError as error:  # no first draft: nothing can be said about it
        yield Turn(dialogue["id"], 0, "", "refused", str(error))
    finally:
        store.close()


def _shown(draft: Draft | None) -> str:
    """Return a draft as a person sees it, with its remarks and notices."""
    assert draft
    lines = [f"Subject: {draft.subject}\n" if draft.subject else "", shown_text(draft)]
    lines += [f"! {finding.sentence}" for finding in draft.findings]
    lines += [f"({notice})" for notice in draft.notices]
    return "\n".join(filter(None, lines))


def hold_all(lane: str, ask: Callable[[], Chat] | None = None) -> tuple[list[Turn], dict[str, list[list[str]]]]:
    """Hold all dialogues in a lane; returns the turns, and what a model said in each turn of each dialogue."""
    known = _recorded() if lane == "model" and ask is None else {}
    said: dict[str, list[list[str]]] = {}

    def one(dialogue: dict[str, Any]) -> list[Turn]:
        chat = Talking(known.get(dialogue["id"], ()), ask() if ask else None, is_small=lane == "grounded")
        with tempfile.TemporaryDirectory() as home:
            turns = list(talk(dialogue, chat, load_settings().model_copy(update={"home": Path(home)})))
        said[dialogue["id"]] = chat.said
        return turns

    with ThreadPoolExecutor(AT_ONCE if ask else 1) as pool:
        return [turn for turns in pool.map(one, dialogues()) for turn in turns], said


def _recorded() -> dict[str, list[list[str]]]:
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    return {one["id"]: one["answers"] for one in map(json.loads, lines)}


def record(folder: Path) -> None:
    """Have somebody answer as the model, and write down what they said."""
    numbers = itertools.count()
    _turns, said = hold_all("model", lambda: ByHand(folder, f"{next(numbers):02}"))
    with RECORDED.open("w", encoding="utf-8") as file:
        for name in sorted(said):
            file.write(json.dumps({"id": name, "answers": said[name]}, ensure_ascii=False) + "\n")


def write_sheet(path: Path) -> int:
    """Write what a reader needs: each output, the request before it and the turns so far; returns how many."""
    by_id = {dialogue["id"]: dialogue for dialogue in dialogues()}
    turns = [(lane, turn) for lane in LANES for turn in hold_all(lane)[0] if turn.number]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("lane", "dialogue", "turn", "said", "output", "grade", "reason"))
        writer.writerows((lane, turn.dialogue, turn.number, turn.said, turn.output, "", "") for lane, turn in turns)
    return len({turn.dialogue for _, turn in turns} & by_id.keys()) and len(turns)


def report() -> dict[str, Any]:
    """The grades of each lane, and how many outputs are not those that were read any more."""
    with GRADES.open(encoding="utf-8", newline="") as file:
        read = {(row["lane"], row["dialogue"], int(row["turn"])): row for row in csv.DictReader(file)}
    found: dict[str, Any] = {}
    for lane in LANES:
        turns = [turn for turn in hold_all(lane)[0] if turn.number]
        rows = [read.get((lane, turn.dialogue, turn.number)) for turn in turns]
        counts = Counter(row["grade"] for row in rows if row)
        used = counts["A"] + counts["B"]
        other = sum(row is None or row["output"] != turn.output for row, turn in zip(rows, turns, strict=True))
        estimate = share(used, sum(counts.values()))
        found[lane] = {"n": estimate.n, **{grade: counts[grade] for grade in "ABCH"}, "not_read": other}
        found[lane] |= {"used": estimate.value or 0.0, "low": estimate.low or 0.0, "high": estimate.high or 0.0}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by-hand", type=Path, help="a folder in which somebody answers as the model")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.by_hand:
        record(chosen.by_hand)
        return 0
    if chosen.sheet:
        print(f"{write_sheet(chosen.sheet)} turns in {chosen.sheet}")
        return 0
    found = report()
    print(json.dumps(found) if chosen.json else _table(found))
    return 0 if found["model"]["used"] >= MIN_USED else 1


def _table(found: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["lane          n    A    B    C    H    A+B (95 %)             changed since"]
    for lane, one in found.items():
        counts = "".join(f"{one[grade]:5}" for grade in "ABCH")
        used = f"{one['used']:.2f} ({one['low']:.2f} to {one['high']:.2f})"
        lines.append(f"{lane:9}{one['n']:6}{counts}    {used}{one['not_read']:14}")
    return "\n".join([*lines, f"bar: A+B >= {MIN_USED:.2f} in the model lane"])


if __name__ == "__main__":
    sys.exit(main())
