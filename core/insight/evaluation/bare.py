"""The model alone: one line of instruction, no examples, no checks, no second try."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.drafts import ChatMessage
from core.errors import InlaidError
from core.insight.evaluation.items import EvalItem
from core.insight.evaluation.outputs import Output, QuotedItem
from core.ports import Chat, ChatOptions

_INSTRUCTIONS: Mapping[str, str] = {
    "proofread": "Correct the spelling and grammar of this text:\n\n{text}",
    "shorten": "Shorten this text to less than half its length:\n\n{text}",
    "summarize": "Summarize this text{focus}:\n\n{text}",
    "title": "Write a subject line for this mail:\n\n{text}",
    "reply": "You are {owner}. Write a reply to this mail from {sender} with the subject {subject}:\n\n{text}",
    "qa": "Answer the question from the passages and cite the passage as [number]. Say “not found” when none of them"
    " answers it.\n\n{text}\n\nQuestion: {question}",
    "mine": "List what this conversation says on the question “{query}” as a JSON list of objects with the keys text"
    " and quote (word for word).\n\n{text}",
    "request": "Does this sentence ask its reader for something? Answer yes or no.\n\n{text}",
    "needs_reply": "Does this mail need a reply from its reader? Answer yes or no.\n\n{text}",
    "draft": "{recipe}:\n\n{text}",
}
_TOKENS: Mapping[str, int] = {"title": 32, "request": 8, "needs_reply": 8, "qa": 96, "mine": 300, "summarize": 180}
_USUAL_TOKENS = 240
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
        return _with_cost(output, time.monotonic() - started, done.usage.output_tokens, done.usage.usd)


def _with_cost(output: Output, seconds: float, tokens: int, usd: float) -> Output:
    return Output(
        output.text,
        output.items,
        output.cited,
        output.verdict,
        output.abstained,
        seconds=seconds,
        tokens=tokens,
        usd=usd,
    )


def prompt_for(item: EvalItem, room_chars: int) -> str:
    """Return the one-line instruction with the item's text, which is cut to the room there is."""
    text = item.text
    if item.passages:
        text = "\n\n".join(f"[{number}] {passage.text}" for number, passage in enumerate(item.passages, 1))
    focus = f" with regard to: {item.query}" if item.query else ""
    return _INSTRUCTIONS[item.task].format(
        text=text[:room_chars], focus=focus, owner=item.owner, sender=item.sender, subject=item.subject,
        question=item.question, query=item.query, recipe=item.recipe.capitalize(),
    )  # fmt: skip


def read_answer(item: EvalItem, text: str) -> Output:
    """Return what a bare answer says, in the form of its task."""
    if item.task in {"request", "needs_reply"}:
        first = re.match(r"\W*(yes|no)\b", text.casefold())
        return Output(text=text, verdict=first[1] if first else "")
    if item.task == "qa":
        ids = [passage.id for passage in item.passages]
        numbers = [(match[1] or match[2]).casefold().lstrip("p") for match in _CITED.finditer(text)]
        cited = tuple(ids[int(one) - 1] if 0 < int(one) <= len(ids) else one for one in dict.fromkeys(numbers))
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
