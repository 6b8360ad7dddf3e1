"""A chat that answers with what a strong model wrote once, kept in data/writing/recorded."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.writing_items import DATA
from core.drafts import ChatMessage, Usage
from core.llm.models_file import DEFAULT, ModelsFile, SettingsEndpoint
from core.llm.ports import ChatOptions, Completion
from core.llm.routes import Models

RECORDED = DATA / "recorded"
# How the prompt of the check of the meaning begins (core/writing/model_lane/verifier.toml), and "nothing found".
VERIFIER, NO_ERRORS = "You compare a draft with what it may rest on", '{"errors": []}'


@dataclass
class RecordedModel:
    """A chat that answers each case with what a strong model wrote for it, and keeps what it was asked.

    What the verifier said of a draft stands under the case's key and "#verify", a repair under "#repair"; without one
    there was nothing to say, and the same draft comes again.
    """

    answers: dict[str, str]
    key: str = ""
    asked: list[list[ChatMessage]] = field(default_factory=list)
    is_small: bool = False
    name: str = "recorded"
    window_tokens: int = 32_000

    def complete(
        self, messages: Sequence[ChatMessage], *, options: ChatOptions, on_token: Callable[[str], None] | None = None
    ) -> Completion:
        del options
        self.asked.append(list(messages))
        text = self.answers.get(self.key, "")
        if is_verifier(messages):
            text = self.answers.get(f"{self.key}#verify", NO_ERRORS)
        elif sum(not is_verifier(one) for one in self.asked) > 1:
            text = self.answers.get(f"{self.key}#repair", text)
        if on_token:
            on_token(text)
        return Completion(text, self.name, "stop", Usage(calls=1))


def is_verifier(messages: Sequence[ChatMessage]) -> bool:
    """Whether a call compares a draft with its source."""
    return messages[0].content.startswith(VERIFIER)


def models_of(model: RecordedModel, *, verify: bool) -> Models:
    """One large model, whose drafts are compared with their source or not."""
    entry = SettingsEndpoint(name=DEFAULT, url="http://localhost", size="large")
    return Models(ModelsFile(endpoints=(entry,), verify=verify), lambda _entry: model)


def read_answers(folder: Path) -> dict[str, str]:
    """The recorded answers by their case."""
    lines = (line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines())
    return {one["key"]: one["answer"] for one in map(json.loads, lines)}
