"""The data sets of evaluation: JSON lines, one item a line. `README.md` beside this file describes the form.

Beside them the output of a system for an item, in one form for bare models, trivial baselines and Inlaid, with what
checks did to it: how often each objected, what came of it, and what it cost. Pure.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.drafts import Draft, Finding

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
MAX_EXAMPLES = 3
MAX_EXAMPLE_CHARS = 160


class ItemPart(BaseModel):
    """Base of the parts of an item. Further keys, such as where an item is from, are allowed and not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class NumberedPassage(ItemPart):
    """A passage that a question may be answered from."""

    id: str
    text: str
    title: str = ""


class SpokenTurn(ItemPart):
    """What one person says in a conversation."""

    id: int
    speaker: str
    text: str


class EvalItem(ItemPart):
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


@dataclass(frozen=True)
class QuotedItem:
    """One entry of a list, with the words that it rests on."""

    text: str
    quote: str


@dataclass(frozen=True)
class Objection:
    """What one check did to one draft.

    Attributes:
        check: its name.
        is_repaired: the draft was rewritten, and the check has nothing to say about what came of it.
        is_delivered: the remark stands beside the draft that a person gets.
        is_lost: no text of a model passed, and this check is why.
        extra_calls: calls of the model after the first one.
        example: the sentence of the finding, and the words that it is about.
    """

    check: str
    is_repaired: bool
    is_delivered: bool
    is_lost: bool
    extra_calls: int
    example: str


@dataclass(frozen=True)
class ModelOutput:
    """One answer.

    Attributes:
        text: the text; "" for none.
        items: the entries of a list, or None if there is no valid list.
        cited: ids of the passages that an answer rests on.
        verdict: "yes" or "no" where that was asked, "" for neither.
        abstained: True when the system says that it has no result.
        skeleton: True when no text of a model is in it.
        is_refusal: True when all that it says is why there is no result: the work needs a larger model.
        seconds: wall time.
        tokens: how many tokens the model wrote.
        usd: what it cost.
        calls: how many calls of the model it took.
        subject: of a mail, beside its text.
        objections: what checks had to say while it was written, one for each check.
        error: why there is no answer, or "" if there is one.
    """

    text: str = ""
    items: tuple[QuotedItem, ...] | None = None
    cited: tuple[str, ...] = ()
    verdict: str = ""
    abstained: bool = False
    skeleton: bool = False
    is_refusal: bool = False
    seconds: float = 0.0
    tokens: int = 0
    usd: float = 0.0
    error: str = ""
    calls: int = 0
    subject: str = ""
    objections: tuple[Objection, ...] = ()

    @property
    def whole(self) -> str:
        """All that was written, lists included."""
        return self.text if self.items is None else "\n".join([self.text, *(item.text for item in self.items)])


class System(Protocol):
    """What is evaluated: a bare model, a trivial baseline, a model within Inlaid."""

    @property
    def name(self) -> str:
        """How tables call it."""

    def answer(self, item: EvalItem) -> ModelOutput:
        """Answer one item; faults of a model are answers with `error`."""


@dataclass(frozen=True)
class CheckEffect:
    """What one check did in all drafts of a system; the counts are of drafts, but for `extra_calls`."""

    system: str
    check: str
    drafts: int
    objections: int
    repaired: int
    delivered: int
    lost: int
    extra_calls: int
    examples: tuple[str, ...]


def objections_of(draft: Draft, heard: Sequence[tuple[Finding, ...]]) -> tuple[Objection, ...]:
    """Return what each check did to a draft.

    Args:
        draft: as a person gets it.
        heard: the findings of every text that was checked on the way to it.
    """
    against = [finding for findings in heard for finding in findings if finding.severity != "warn"]
    told: dict[str, Finding] = {}
    for finding in (*against, *draft.findings):
        told.setdefault(finding.check, finding)
    stopped = {finding.check for finding in against}
    causes = (
        {escalation.cause for escalation in draft.escalations if escalation.to == "skeleton"}
        if draft.skeleton
        else set()
    )
    delivered = {finding.check for finding in draft.findings}
    return tuple(
        Objection(
            check=check,
            is_repaired=check in stopped and check not in delivered and not draft.skeleton,
            is_delivered=check in delivered,
            is_lost=check in causes,
            extra_calls=max(0, draft.usage.calls - 1) if check in stopped else 0,
            example=_example(finding),
        )
        for check, finding in told.items()
    )


def _example(finding: Finding) -> str:
    place = " ".join(finding.place.split())
    told = f"{finding.sentence} “{place}”" if place and place not in finding.sentence else finding.sentence
    return told if len(told) <= MAX_EXAMPLE_CHARS else f"{told[: MAX_EXAMPLE_CHARS - 2]} …"


def effects_of_checks(system: str, outputs: Iterable[ModelOutput]) -> list[CheckEffect]:
    """Return what each check did in the drafts of a system, those that objected most first."""
    drafts = list(outputs)
    found: dict[str, list[Objection]] = {}
    for output in drafts:
        for objection in output.objections:
            found.setdefault(objection.check, []).append(objection)
    effects = [
        CheckEffect(
            system=system,
            check=check,
            drafts=len(drafts),
            objections=len(those),
            repaired=sum(objection.is_repaired for objection in those),
            delivered=sum(objection.is_delivered for objection in those),
            lost=sum(objection.is_lost for objection in those),
            extra_calls=sum(objection.extra_calls for objection in those),
            examples=tuple(dict.fromkeys(objection.example for objection in those))[:MAX_EXAMPLES],
        )
        for check, those in found.items()
    ]
    return sorted(effects, key=lambda effect: (-effect.objections, effect.check))
