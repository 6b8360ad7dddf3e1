"""The cost of the pipeline around the model, against bare llama.cpp on the same prompt, in one run.

Prints tokens per second through the pipeline and through a bare HTTP call with the same messages and options
(bar: at least 0.9 of it), and the time to the first token of a second job of the same recipe against the first
(bar: at most half, since the prompt's fixed part is in the prefix cache).

    .venv/bin/python -m benchmarks.model [--rounds 5] [--json]
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from core.drafts import ChatMessage, Edit
from core.job import Job, JobRequest
from core.llm import connect
from core.llm.local import LocalModel, start_local_model
from core.llm.ports import Chat, ChatOptions, Completion
from core.llm.routes import only
from core.recipes.loader import load_recipes
from core.runner.pipeline import Pipeline
from core.settings import Settings
from core.store import open_store

RECIPE = "rewrite"
TEXTS = (
    "The stage is free from nine in the morning, and the lighting desk can be used two hours later.",
    "Please tell us at least ten days in advance whether you need the orchestra pit, and for how many players.",
    "Questions go to the stage management office, which answers until six in the evening on weekdays.",
    "Guest companies bring their own technicians, or book ours for the whole day of the performance.",
    "The iron curtain has to stay free of props at all times, since the fire department checks it often.",
    "Costumes can stay in the dressing rooms overnight when the company plays on the following day too.",
)


@dataclass
class Watched:
    """A chat that notes each call and when its first token came."""

    chat: Chat
    calls: list[tuple[Sequence[ChatMessage], ChatOptions, float, float, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.chat.name

    @property
    def window_tokens(self) -> int:
        return self.chat.window_tokens

    @property
    def is_small(self) -> bool:
        return self.chat.is_small

    def complete(self, messages: Sequence[ChatMessage], *, options: ChatOptions, on_token: Any = None) -> Completion:
        started, first = time.perf_counter(), 0.0

        def note(piece: str) -> None:
            nonlocal first
            first = first or time.perf_counter() - started
            if on_token:
                on_token(piece)

        done = self.chat.complete(messages, options=options, on_token=note)
        self.calls.append((messages, options, first, time.perf_counter() - started, done.usage.output_tokens))
        return done


class Silent:
    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        del text, done, total

    def token(self, piece: str) -> None:
        del piece

    def found(self, edit: Edit) -> None:
        del edit


def bare_seconds(model: LocalModel, messages: Sequence[ChatMessage], options: ChatOptions) -> tuple[float, int]:
    """The same call by plain HTTP, not streamed: seconds and tokens written."""
    body: dict[str, Any] = {
        "model": model.name,
        "messages": [message.model_dump() for message in messages],
        "max_tokens": options.max_tokens,
        "temperature": options.temperature,
        "seed": options.seed,
        "stop": list(options.stop),
    }
    started = time.perf_counter()
    answer = httpx2.post(
        f"{model.url}/chat/completions", json=body, headers={"Authorization": f"Bearer {model.key}"}, timeout=120
    )
    return time.perf_counter() - started, answer.json()["usage"]["completion_tokens"]


def measure(rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        os.environ["INLAID_HOME"] = home
        settings = Settings(home=Path(home))
        store = open_store(settings)
        recipes = {RECIPE: load_recipes()[RECIPE].model_copy(update={"plan": "direct", "checks": ()})}
        first_seconds, second_seconds, ratios = [], [], []
        for round_number in range(rounds):
            with start_local_model(settings) as model:
                chat = Watched(connect(model.applied_to(settings)))
                pipeline = Pipeline(recipes, only(chat))
                took = []
                for text in TEXTS[:2]:
                    job: Job = store.jobs.add(JobRequest(RECIPE, {"text": text}, "cli", "bench"))[0]
                    started = time.perf_counter()
                    pipeline.generate(job, {}, Silent())
                    took.append(time.perf_counter() - started)
                first_seconds.append(chat.calls[0][2])
                second_seconds.append(chat.calls[1][2])
                ratios.append(_ratio(pipeline, chat, store, model, TEXTS[2 + round_number % 4]))
        store.close()
    return {
        "pipeline_to_bare_tokens_per_second": round(statistics.median(ratios), 3),
        "first_token_first_job_seconds": round(statistics.median(first_seconds), 4),
        "first_token_second_job_seconds": round(statistics.median(second_seconds), 4),
        "first_token_speedup": round(statistics.median(first_seconds) / statistics.median(second_seconds), 2),
        "rounds": rounds,
    }


def _ratio(pipeline: Pipeline, chat: Watched, store: Any, model: LocalModel, text: str) -> float:
    """Tokens per second of a whole job against the bare call with its own messages, both with a warm prefix."""
    job = store.jobs.add(JobRequest(RECIPE, {"text": text}, "cli", "bench"))[0]
    pipeline.generate(job, {}, Silent())
    messages, options = chat.calls[-1][:2]
    through, bare = [], []
    for _ in range(3):
        seconds, tokens = bare_seconds(model, messages, options)
        bare.append(tokens / seconds)
        started = time.perf_counter()
        pipeline.generate(job, {}, Silent())
        through.append(chat.calls[-1][4] / (time.perf_counter() - started))
    return statistics.median(through) / statistics.median(bare)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.rounds)
    if arguments.json:
        print(json.dumps(figures))
        return
    print(f"tokens/s, pipeline / bare llama.cpp   {figures['pipeline_to_bare_tokens_per_second']}   (bar: >= 0.9)")
    print(f"first token, first / second job       {figures['first_token_speedup']}   (bar: >= 2)")
    print(
        f"first token: {figures['first_token_first_job_seconds']} s, "
        f"then {figures['first_token_second_job_seconds']} s; {figures['rounds']} rounds"
    )


if __name__ == "__main__":
    main()
