"""The data sets of evaluation: JSON lines, one item a line. `README.md` beside this file describes the form."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# What an item of each task needs besides its task.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "proofread": ("source", "references"),
    "shorten": ("source", "max_ratio"),
    "summarize": ("source",),
    "title": ("source",),
    "reply": ("source", "sender", "owner"),
    "qa": ("question", "passages", "answerable"),
    "mine": ("query", "turns"),
    "request": ("source", "label"),
    "needs_reply": ("source", "label"),
    "draft": ("recipe", "inputs"),
}
_MAX_LINE_CHARS = 4_000_000


class Part(BaseModel):
    """Base of the parts of an item. Further keys, such as where an item is from, are allowed and not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class NumberedPassage(Part):
    """A passage that a question may be answered from."""

    id: str
    text: str
    title: str = ""


class SpokenTurn(Part):
    """What one person says in a conversation."""

    id: int
    speaker: str
    text: str


class EvalItem(Part):
    """One item. Which fields count is said by its task (`NEEDED`); the others stay empty."""

    id: str
    task: str
    source: str = ""
    references: tuple[str, ...] = ()
    query: str = ""
    subject: str = ""
    sender: str = ""
    owner: str = ""
    date: str = ""
    question: str = ""
    passages: tuple[NumberedPassage, ...] = ()
    gold_passages: tuple[str, ...] = ()
    answerable: bool | None = None
    turns: tuple[SpokenTurn, ...] = ()
    evidence: tuple[int, ...] = ()
    label: str = Field("", pattern="^(yes|no|)$")
    max_ratio: float = Field(0.0, ge=0, le=1)
    recipe: str = ""
    language: str = ""
    inputs: dict[str, str] = Field(default_factory=dict)

    @property
    def transcript(self) -> str:
        """The turns as a text, one line each."""
        return "\n".join(f"{turn.speaker}: {turn.text}" for turn in self.turns)

    @property
    def text(self) -> str:
        """What the task is about, as one text."""
        if self.turns:
            return self.transcript
        if self.passages:
            return "\n\n".join(passage.text for passage in self.passages)
        return self.source or "\n".join(self.inputs.values())

    @property
    def given(self) -> str:
        """Everything that a system was told: what is in it is not invented."""
        others = (self.query, self.question, self.subject, self.sender, self.owner, self.date)
        return "\n".join(part for part in (self.text, *others) if part)


@dataclass(frozen=True)
class BrokenLine:
    """A line that is no item, and why."""

    place: str
    reason: str


@dataclass(frozen=True)
class Dataset:
    """The items of a data set in their order, and the lines that were left out."""

    items: tuple[EvalItem, ...]
    broken: tuple[BrokenLine, ...]


def read_items(lines: Iterable[str], name: str = "line") -> Dataset:
    """Return the items of a data set; a line that cannot be scored is named and left out.

    Args:
        lines: the lines of a JSON lines file; blank ones are skipped.
        name: what the lines are called in messages, usually the file's name.
    """
    items: list[EvalItem] = []
    broken: list[BrokenLine] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            item = _item(line, place)
        except ValueError as error:
            broken.append(BrokenLine(place, str(error)))
            continue
        if item.id in seen:
            broken.append(BrokenLine(place, f"The id “{item.id}” stands on an earlier line too."))
        else:
            seen.add(item.id)
            items.append(item)
    return Dataset(tuple(items), tuple(broken))


def _item(line: str, place: str) -> EvalItem:
    """Return the item of a line, or raise ValueError with a sentence for the person."""
    if len(line) > _MAX_LINE_CHARS:
        raise ValueError(f"The line is longer than {_MAX_LINE_CHARS:,} characters.")
    try:
        data: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("The line is not JSON.") from None
    if not isinstance(data, dict):
        raise ValueError("The line is not a JSON object.")
    task = data.get("task")
    if not isinstance(task, str) or task not in NEEDED:
        raise ValueError(f"The task “{task}” cannot be scored; known are {', '.join(NEEDED)}.")
    missing = [key for key in NEEDED[task] if data.get(key) in (None, "", [], {})]
    if missing:
        raise ValueError(f"An item for {task} needs {', '.join(missing)}.")
    try:
        return EvalItem.model_validate({"id": place, **data})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{key}: {first['msg'][:1].lower()}{first['msg'][1:]}.") from None
