"""The output of a system for an item, in one form for bare models, trivial baselines and Inlaid."""

from dataclasses import dataclass
from typing import Protocol

from core.insight.evaluation.items import EvalItem


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
