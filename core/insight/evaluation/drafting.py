"""A model within Inlaid: the recipe of the task, its plan, checks and repairs, by the way that every surface takes."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.drafts import Draft
from core.errors import InlaidError
from core.insight.evaluation.items import EvalItem
from core.insight.evaluation.outputs import Output, QuotedItem
from core.ports import Chat
from core.recipes.model import Recipe
from core.writing import ModelDesk, write_text

# Which recipe answers a task; the names of its inputs are set in `inputs_of`.
RECIPES: Mapping[str, str] = {
    "proofread": "proofread", "shorten": "shorten", "summarize": "summarize", "title": "title", "reply": "reply",
    "qa": "answer", "mine": "scan", "request": "actions",
}  # fmt: skip
Classify = Callable[[str], bool]


class _Unheard:
    """Progress that nobody listens to."""

    def say(self, text: str, *, done: int = 0, total: int = 0) -> None:
        """Hear nothing."""
        del text, done, total

    def token(self, piece: str) -> None:
        """Hear nothing."""
        del piece


@dataclass(frozen=True)
class InlaidModel:
    """A chat within Inlaid.

    Attributes:
        chat: the model.
        recipes: by name.
        label: how tables call it.
        needs_reply: decides over a raw mail; without it, items of that task are answered with an error.
    """

    chat: Chat
    recipes: Mapping[str, Recipe]
    label: str = "inlaid"
    needs_reply: Classify | None = field(default=None)

    @property
    def name(self) -> str:
        """How tables call it."""
        return self.label

    def answer(self, item: EvalItem) -> Output:
        """Write the draft that a person would get."""
        started = time.monotonic()
        if item.task == "needs_reply":
            return self._decide(item, started)
        recipe = self.recipes.get(item.recipe or RECIPES.get(item.task, ""))
        if recipe is None:
            return Output(error=f"There is no recipe for the task {item.task}.")
        desk = ModelDesk(self.chat, _Unheard(), seed=recipe.decoding.seed)
        try:
            draft = write_text(recipe, inputs_of(item), desk)
        except InlaidError as error:
            return Output(error=error.message, seconds=time.monotonic() - started)
        return _output(item, draft, desk, time.monotonic() - started)

    def _decide(self, item: EvalItem, started: float) -> Output:
        if self.needs_reply is None:
            return Output(error="Nothing here decides whether a mail needs a reply.")
        try:
            verdict = "yes" if self.needs_reply(item.source) else "no"
        except InlaidError as error:
            return Output(error=error.message)
        return Output(verdict=verdict, seconds=time.monotonic() - started)


def inputs_of(item: EvalItem) -> dict[str, str]:
    """Return the inputs of the task's recipe."""
    if item.task == "draft":
        return dict(item.inputs)
    if item.task == "reply":
        return {
            "message": item.source, "subject": item.subject, "sender_name": item.sender, "owner_name": item.owner,
        }  # fmt: skip
    if item.task == "qa":
        passages = [{"title": one.title or one.id, "text": one.text} for one in item.passages]
        return {"question": item.question, "passages": json.dumps(passages, ensure_ascii=False)}
    focus = {"focus": item.query} if item.query else {}
    return {"text": item.text, **focus}


def _output(item: EvalItem, draft: Draft, desk: ModelDesk, seconds: float) -> Output:
    items = None if draft.items is None else tuple(QuotedItem(one.text, one.quote) for one in draft.items)
    return Output(
        text=draft.text,
        items=items,
        cited=tuple(dict.fromkeys(_passage_id(item, source.number) for source in draft.sources)),
        verdict=("yes" if items else "no") if item.task == "request" else "",
        abstained=draft.skeleton and item.task != "reply",
        skeleton=draft.skeleton,
        seconds=seconds,
        tokens=desk.usage.output_tokens,
        usd=desk.usage.usd,
    )


def _passage_id(item: EvalItem, number: int) -> str:
    return item.passages[number - 1].id if 0 < number <= len(item.passages) else str(number)
