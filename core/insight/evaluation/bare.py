"""The model alone, with the request of a person in a chat window: no examples, no checks, no second try."""

import functools
import json
import re
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.drafts import ChatMessage
from core.errors import InlaidError
from core.insight.evaluation.items import EvalItem
from core.insight.evaluation.outputs import Output, QuotedItem
from core.llm.ports import Chat, ChatOptions

_REQUESTS = Path(__file__).with_name("bare.toml")
_TOKENS: Mapping[str, int] = {"title": 32, "request": 8, "needs_reply": 8, "qa": 96, "mine": 400}
_USUAL_TOKENS = 600
# At two characters a token, so that prompt and answer fit whatever the language is.
_CHARS_PER_TOKEN = 2
_CITED = re.compile(r"\[(\d{1,2}|p\d{1,2})\]|\bpassage (\d{1,2})\b", re.I)
_DECLINES = re.compile(
    r"(?i)\bnot found\b|no answer|not (?:mentioned|stated|specified|answer|provided|given)|does(?:n['\u2019]t| not)"
    r" (?:say|mention|answer|state|specify)|unknown|cannot be (?:answered|determined)"
)


@dataclass(frozen=True)
class BareModel:
    """A chat that is asked without anything around it. `label` names it in tables."""

    chat: Chat
    label: str = "bare model"

    @property
    def name(self) -> str:
        """How tables call it."""
        return self.label

    def answer(self, item: EvalItem) -> Output:
        """Ask once, at temperature 0."""
        most_tokens = _TOKENS.get(item.task, _USUAL_TOKENS)
        room_chars = max(500, (self.chat.window_tokens - most_tokens - 200) * _CHARS_PER_TOKEN)
        messages = [ChatMessage(role="user", content=prompt_for(item, room_chars))]
        started = time.monotonic()
        try:
            done = self.chat.complete(messages, options=ChatOptions(max_tokens=most_tokens, seed=7))
        except InlaidError as error:
            return Output(error=error.message)
        output = read_answer(item, done.text.strip())
        used = done.usage
        return replace(output, seconds=time.monotonic() - started, tokens=used.output_tokens, usd=used.usd, calls=1)


def prompt_for(item: EvalItem, room_chars: int) -> str:
    """Return the request with the item's text, which is cut to the room there is."""
    requests = _requests()
    text = item.text
    if item.passages:
        text = "\n\n".join(f"[{number}] {passage.text}" for number, passage in enumerate(item.passages, 1))
    if item.task == "draft":
        usual = requests["endings"]["other"].format(recipe=item.recipe)
        wanted = f"{requests['recipes'].get(item.recipe, usual)} {requests['endings']['any']}"
        given = "\n\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in item.inputs.items() if value)
        return f"{wanted}\n\n{given[:room_chars]}"
    focus = f" with regard to: {item.query}" if item.query else ""
    return requests["tasks"][item.task].format(
        text=text[:room_chars], focus=focus, owner=item.owner, sender=item.sender, subject=item.subject,
        question=item.question, query=item.query,
    )  # fmt: skip


@functools.cache
def _requests() -> dict[str, dict[str, str]]:
    return tomllib.loads(_REQUESTS.read_text(encoding="utf-8"))


def read_answer(item: EvalItem, text: str) -> Output:
    """Return what a bare answer says, in the form of its task."""
    if item.task in {"request", "needs_reply"}:
        first = re.match(r"\W*(yes|no)\b", text.casefold())
        return Output(text=text, verdict=first[1] if first else "")
    if item.task == "qa":
        ids = [passage.id for passage in item.passages]
        numbers = [(match[1] or match[2]).casefold().lstrip("p") for match in _CITED.finditer(text)]
        cited = tuple(
            ids[int(number) - 1] if 0 < int(number) <= len(ids) else number for number in dict.fromkeys(numbers)
        )
        return Output(text=text, cited=cited, abstained=bool(_DECLINES.search(text)))
    if item.task == "mine":
        return Output(text="", items=_read_list(text)) if _read_list(text) is not None else Output(text=text)
    return Output(text=text)


def _read_list(text: str) -> tuple[QuotedItem, ...] | None:
    begin, end = text.find("["), text.rfind("]")
    try:
        entries: Any = json.loads(text[begin : end + 1]) if 0 <= begin < end else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return None
    return tuple(QuotedItem(str(entry.get("text", "")), str(entry.get("quote", ""))) for entry in entries)
