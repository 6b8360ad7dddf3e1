"""What the core costs around a model, and what a draft takes on the local one.

    .venv/bin/python -m benchmarks.core [--rounds 40] [--part overhead|speed] [--json]

overhead: from a job to its draft with a model that answers at once, for inputs of 2 kB: prompt, facts, checks, budget,
book and cache included; median over each recipe that writes a text (bar: 15 ms).
speed: median seconds of a reply (bar: 1) and of a summary of 400 words (bar: 1.5) with the local model on one thread,
and the tokens generated for each finished draft.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.drafts import Draft, Edit
from core.job import JobRequest
from core.llm import open_models
from core.llm.local import start_local_model
from core.llm.routes import Models, only
from core.runner.pipeline import Pipeline, open_pipeline
from core.settings import Settings
from core.store import Store, open_store
from tests.in_memory import ScriptedChat

OVERHEAD_BAR_MS, REPLY_BAR_SECONDS, SUMMARY_BAR_SECONDS = 15.0, 1.0, 1.5
INPUT_CHARS, SUMMARY_WORDS = 2000, 400
# The main input of each recipe, and an answer to a text that its checks let pass.
RECIPES: dict[str, tuple[str, Callable[[str], str]]] = {
    "rewrite": ("text", lambda text: text.replace("This is note", "Here is note")),
    "shorten": ("text", lambda text: text[: int(len(text) * 0.6)].rpartition(". ")[0] + "."),
    "summarize": ("text", lambda text: text[:500].rpartition(". ")[0] + "."),
    "reply": ("message", lambda _text: "Thank you for the note about the stage."),
}
SENTENCES = (
    "The stage is free from nine in the morning, and the lighting desk can be used two hours later.",
    "Please tell us by Friday whether you need the orchestra pit, and for how many players.",
    "Questions go to the stage office at stage@example.org, which answers until 18:00 on weekdays.",
    "Guest companies bring their own technicians, or book ours for 1,200 EUR a day.",
    "The iron curtain has to stay free of props at all times, since the fire department checks it often.",
    "Could you send the plan of the set to Maria Lopez before the 14th of March?",
    "We decided that the costumes stay in the dressing rooms overnight when the company plays on the next day too.",
)
MAILS = (
    "Hi Tom,\n\ncould you send me the figures for March? I also need to know whether the room is booked.\n\nAnna",
    "Hello,\n\nthank you for the offer of 12 May. Can you tell us when you could start, and who would come?\n\nPaul",
    "Dear Tom,\n\nwe meet on Tuesday at 10:00. Please bring the contract, and let me know who else comes.\n\nIda",
)


class Silent:
    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        del text, done, total

    def token(self, piece: str) -> None:
        del piece

    def found(self, edit: Edit) -> None:
        del edit


def text_of(chars: int, number: int) -> str:
    """Running text of about that length, another one for each number."""
    sentences = [f"This is note {number} of the house."]
    while sum(map(len, sentences)) + len(sentences) < chars:
        sentences.append(SENTENCES[(number + len(sentences)) % len(SENTENCES)])
    return " ".join(sentences)[:chars]


@contextmanager
def opened(models: Callable[[Settings], Models]) -> Iterator[tuple[Pipeline, Store]]:
    with tempfile.TemporaryDirectory() as home:
        os.environ["INLAID_HOME"] = home
        settings = Settings(home=Path(home))
        store = open_store(settings)
        try:
            yield open_pipeline(settings, store, models(settings)), store
        finally:
            store.close()


def draft_of(pipeline: Pipeline, store: Store, recipe: str, inputs: dict[str, str]) -> tuple[Draft, float]:
    job = store.jobs.add(JobRequest(recipe, inputs, "cli", "bench"))[0]
    started = time.perf_counter()
    draft = pipeline.generate(job, {}, Silent())
    return draft, time.perf_counter() - started


def overhead(rounds: int) -> dict[str, Any]:
    """Milliseconds without the model, by recipe and over all of them."""
    answer = ""
    chat = ScriptedChat([lambda _messages: answer], repeat_last=True, is_small=False)
    took: dict[str, list[float]] = {recipe: [] for recipe in RECIPES}
    busy: list[float] = []
    calls: list[int] = []
    with opened(lambda _settings: only(chat)) as (pipeline, store):
        for number in range(rounds + 1):
            for recipe, (main, answer_to) in RECIPES.items():
                text = text_of(INPUT_CHARS, number)
                answer = answer_to(text)
                before = time.process_time()
                draft, seconds = draft_of(pipeline, store, recipe, {main: text})
                # The first round loads word lists and compiles templates.
                if number:
                    took[recipe].append(seconds * 1000)
                    busy.append((time.process_time() - before) * 1000)
                    calls.append(draft.usage.calls)
    medians = {recipe: round(statistics.median(times), 1) for recipe, times in took.items()}
    every = [time for times in took.values() for time in times]
    return {
        "overhead_p50_ms": round(statistics.median(every), 1),
        "overhead_p50_ms_by_recipe": medians,
        # What remains of it when other processes wait for the same cores.
        "overhead_processor_p50_ms": round(statistics.median(busy), 1),
        "overhead_calls_per_draft": statistics.mean(calls),
    }


def speed(rounds: int) -> dict[str, Any]:
    """Seconds and generated tokens of drafts on the local model."""
    replies: list[tuple[Draft, float]] = []
    summaries: list[tuple[Draft, float]] = []
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), model_threads=1)
        with start_local_model(settings) as model, opened(lambda _: open_models(model.applied_to(settings))) as used:
            for number in range(rounds):
                mail = {"message": MAILS[number % len(MAILS)], "owner_name": "Tom Becker", "sender_name": "Anna"}
                replies.append(draft_of(*used, "reply", {**mail, "subject": f"Question {number}"}))
                words = text_of(SUMMARY_WORDS * 8, number).split()[:SUMMARY_WORDS]
                summaries.append(draft_of(*used, "summarize", {"text": " ".join(words)}))
    drafts = [draft for draft, _ in (*replies, *summaries)]
    return {
        "reply_median_seconds": round(statistics.median(seconds for _, seconds in replies), 2),
        "summary_400_words_median_seconds": round(statistics.median(seconds for _, seconds in summaries), 2),
        "tokens_generated_per_draft": round(statistics.mean(draft.usage.output_tokens for draft in drafts), 1),
        "calls_per_draft": round(statistics.mean(draft.usage.calls for draft in drafts), 1),
        "drafts": len(drafts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40, help="of the overhead; the speed takes a quarter")
    parser.add_argument("--part", choices=("overhead", "speed"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {}
    if arguments.part != "speed":
        figures |= overhead(arguments.rounds)
    if arguments.part != "overhead":
        figures |= speed(max(3, arguments.rounds // 4))
    if arguments.json:
        print(json.dumps(figures))
        return
    bars = {
        "overhead_p50_ms": OVERHEAD_BAR_MS,
        "reply_median_seconds": REPLY_BAR_SECONDS,
        "summary_400_words_median_seconds": SUMMARY_BAR_SECONDS,
    }
    for name, value in figures.items():
        print(f"{name:36} {value}" + (f"   (bar: <= {bars[name]})" if name in bars else ""))


if __name__ == "__main__":
    main()
