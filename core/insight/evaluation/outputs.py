"""The output of a system for an item, in one form for bare models, trivial baselines and Inlaid.

With it what checks did to drafts: how often each objected, what came of it, and what it cost. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.drafts import Draft, Finding
from core.insight.evaluation.items import EvalItem

MAX_EXAMPLES = 3
MAX_EXAMPLE_CHARS = 160


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
        is_repaired: the draft was written anew, and the check has nothing to say about what came of it.
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
class Output:
    """One answer.

    Attributes:
        text: the text; "" for none.
        items: the entries of a list, None when there is no valid list.
        cited: ids of the passages that an answer rests on.
        verdict: "yes" or "no" where that was asked, "" for neither.
        abstained: True when the system says that it has no result.
        skeleton: True when no text of a model is in it.
        seconds: wall time.
        tokens: how many tokens the model wrote.
        usd: what it cost.
        calls: how many calls of the model it took.
        subject: of a mail, beside its text.
        objections: what checks had to say while it was written, one for each check.
        error: why there is no answer, "" when there is one.
    """

    text: str = ""
    items: tuple[QuotedItem, ...] | None = None
    cited: tuple[str, ...] = ()
    verdict: str = ""
    abstained: bool = False
    skeleton: bool = False
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

    def answer(self, item: EvalItem) -> Output:
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


def effects_of_checks(system: str, outputs: Iterable[Output]) -> list[CheckEffect]:
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
