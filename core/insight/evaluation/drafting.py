"""A model within Inlaid, by the way that every surface takes, and the same model alone.

Alone it has the request of a person in a chat window: no examples, no checks, no second try.
"""

import functools
import json
import re
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.drafts import ChatMessage, Draft, Edit, Finding
from core.errors import InlaidError
from core.insight.evaluation.items import EvalItem, ModelOutput, QuotedItem, objections_of
from core.job import LOCAL_WORKSPACE, Job, new_id
from core.llm.ports import Chat, ChatOptions
from core.ports import Progress
from core.recipes.model import Recipe
from core.text.lexicon import pattern_beside
from core.writing.checks import listening

# Which recipe answers a task; the names of its inputs are set in `inputs_of`.
RECIPES: Mapping[str, str] = {
    "proofread": "proofread",
    "shorten": "shorten",
    "summarize": "summarize",
    "title": "title",
    "reply": "reply",
    "qa": "answer",
    "mine": "scan",
    "request": "actions",
}
Classify = Callable[[str], bool]
# Writes the draft of a recipe, by name, from its inputs, as every surface does; its `usage` says what it took.
Write = Callable[[str, dict[str, str]], Draft]
# `core.runner.pipeline.Pipeline.generate`.
Generate = Callable[[Job, Mapping[str, Any], Progress], Draft]
_REQUESTS = Path(__file__).with_name("bare.toml")
_TOKENS: Mapping[str, int] = {"title": 32, "request": 8, "needs_reply": 8, "qa": 96, "mine": 400}
_USUAL_TOKENS = 600
# At two characters a token, so that prompt and answer fit whatever the language is.
_CHARS_PER_TOKEN = 2
_CITED = re.compile(r"\[(\d{1,2}|p\d{1,2})\]|\bpassage (\d{1,2})\b", re.I)
_DECLINES = pattern_beside(__file__, "declines")


class _Unheard:
    """Progress that nobody listens to."""

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Hear nothing."""
        del text, done, total

    def token(self, piece: str) -> None:
        """Hear nothing."""
        del piece

    def found(self, edit: Edit) -> None:
        """Hear nothing."""
        del edit


def pipeline_writer(generate: Generate, model: str = "") -> Write:
    """Return the way to a draft through a pipeline, with one endpoint or model of it; "" takes the recipe's route."""

    def write(recipe: str, inputs: dict[str, str]) -> Draft:
        job = Job(
            id=new_id(),
            workspace=LOCAL_WORKSPACE,
            person="evaluation",
            surface="cli",
            recipe=recipe,
            queue="interactive",
            state="running",
            inputs=dict(inputs),
            delivery={},
            model=model,
            draft=None,
            error=None,
            attempts=1,
            delivery_attempts=0,
            fence=0,
            cancel_requested=False,
            created_at=time.time(),
            started_at=None,
            finished_at=None,
            delivered_at=None,
        )
        return generate(job, {}, _Unheard())

    return write


def recipe_of(item: EvalItem) -> str:
    """Return the name of the recipe that answers an item; "" where none does."""
    return item.recipe or RECIPES.get(item.task, "")


def with_variant(recipes: Mapping[str, Recipe], variant: str) -> dict[str, Recipe]:
    """Return the recipes with a prompt variant in place of the main prompt, where a recipe has it."""
    return {
        name: recipe.model_copy(update={"prompt": recipe.prompt_for(variant)})
        if variant in recipe.prompt.variants
        else recipe
        for name, recipe in recipes.items()
    }


@dataclass(frozen=True)
class InlaidModel:
    """A model within Inlaid.

    Attributes:
        write: the way to a draft.
        label: how tables call it.
        needs_reply: decides over a raw mail; without it, items of that task are answered with an error.
    """

    write: Write
    label: str = "inlaid"
    needs_reply: Classify | None = field(default=None)

    @property
    def name(self) -> str:
        """How tables call it."""
        return self.label

    def answer(self, item: EvalItem) -> ModelOutput:
        """Write the draft that a person would get."""
        started = time.monotonic()
        if item.task == "needs_reply":
            return self._decide(item, started)
        heard: list[tuple[Finding, ...]] = []
        try:
            with listening(heard.append):
                draft = self.write(recipe_of(item), inputs_of(item))
        except InlaidError as error:
            return ModelOutput(error=error.message, seconds=time.monotonic() - started)
        return _output(item, draft, heard, time.monotonic() - started)

    def _decide(self, item: EvalItem, started: float) -> ModelOutput:
        if self.needs_reply is None:
            return ModelOutput(error="Nothing here decides whether a mail needs a reply.")
        try:
            verdict = "yes" if self.needs_reply(item.source) else "no"
        except InlaidError as error:
            return ModelOutput(error=error.message)
        return ModelOutput(verdict=verdict, seconds=time.monotonic() - started)


def inputs_of(item: EvalItem) -> dict[str, str]:
    """Return the inputs of the task's recipe."""
    if item.task == "draft":
        return dict(item.inputs)
    if item.task == "reply":
        return {
            "message": item.source,
            "subject": item.subject,
            "sender_name": item.sender,
            "owner_name": item.owner,
        }
    if item.task == "qa":
        passages = [{"title": passage.title or passage.id, "text": passage.text} for passage in item.passages]
        return {"question": item.question, "passages": json.dumps(passages, ensure_ascii=False)}
    focus = {"focus": item.query} if item.query else {}
    return {"text": item.text, **focus}


def _output(item: EvalItem, draft: Draft, heard: Sequence[tuple[Finding, ...]], seconds: float) -> ModelOutput:
    items = None if draft.items is None else tuple(QuotedItem(entry.text, entry.quote) for entry in draft.items)
    return ModelOutput(
        text=draft.text,
        items=items,
        cited=tuple(dict.fromkeys(_passage_id(item, source.number) for source in draft.sources)),
        verdict=("yes" if items else "no") if item.task == "request" else "",
        abstained=draft.skeleton and item.task != "reply",
        skeleton=draft.skeleton,
        is_refusal=draft.is_refusal,
        seconds=seconds,
        tokens=draft.usage.output_tokens,
        usd=draft.usage.usd,
        calls=draft.usage.calls,
        subject=draft.subject or "",
        objections=objections_of(draft, heard),
    )


def _passage_id(item: EvalItem, number: int) -> str:
    return item.passages[number - 1].id if 0 < number <= len(item.passages) else str(number)


@dataclass(frozen=True)
class BareModel:
    """A chat that is asked without anything around it. `label` names it in tables."""

    chat: Chat
    label: str = "bare model"

    @property
    def name(self) -> str:
        """How tables call it."""
        return self.label

    def answer(self, item: EvalItem) -> ModelOutput:
        """Ask once, at temperature 0."""
        most_tokens = _TOKENS.get(item.task, _USUAL_TOKENS)
        room_chars = max(500, (self.chat.window_tokens - most_tokens - 200) * _CHARS_PER_TOKEN)
        messages = [ChatMessage(role="user", content=prompt_for(item, room_chars))]
        started = time.monotonic()
        try:
            done = self.chat.complete(messages, options=ChatOptions(max_tokens=most_tokens, seed=7))
        except InlaidError as error:
            return ModelOutput(error=error.message)
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
        text=text[:room_chars],
        focus=focus,
        owner=item.owner,
        sender=item.sender,
        subject=item.subject,
        question=item.question,
        query=item.query,
    )


@functools.cache
def _requests() -> dict[str, dict[str, str]]:
    return tomllib.loads(_REQUESTS.read_text(encoding="utf-8"))


def read_answer(item: EvalItem, text: str) -> ModelOutput:
    """Return what a bare answer says, in the form of its task."""
    if item.task in {"request", "needs_reply"}:
        first = re.match(r"\W*(yes|no)\b", text.casefold())
        return ModelOutput(text=text, verdict=first[1] if first else "")
    if item.task == "qa":
        ids = [passage.id for passage in item.passages]
        numbers = [(match[1] or match[2]).casefold().lstrip("p") for match in _CITED.finditer(text)]
        cited = tuple(
            ids[int(number) - 1] if 0 < int(number) <= len(ids) else number for number in dict.fromkeys(numbers)
        )
        return ModelOutput(text=text, cited=cited, abstained=bool(_DECLINES.search(text)))
    if item.task == "mine":
        return ModelOutput(text="", items=_read_list(text)) if _read_list(text) is not None else ModelOutput(text=text)
    return ModelOutput(text=text)


def _read_list(text: str) -> tuple[QuotedItem, ...] | None:
    begin, end = text.find("["), text.rfind("]")
    try:
        entries: Any = json.loads(text[begin : end + 1]) if 0 <= begin < end else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return None
    return tuple(QuotedItem(str(entry.get("text", "")), str(entry.get("quote", ""))) for entry in entries)
