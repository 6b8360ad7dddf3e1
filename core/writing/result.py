"""What every plan takes and returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.drafts import ChatMessage, DraftSource, Finding, Gap, Item
from core.llm.ports import Embedder
from core.recipes.model import Recipe

# Stands in a notice that says what was corrected, and why.
CHANGED = " → "


class Ask(Protocol):
    """One call of a model; the pipeline gives it. Raises errors of `core.errors`, which plans let through."""

    def __call__(  # noqa: PLR0913 - a model call has that many settings
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        json_schema: Mapping[str, object] | None = None,
        prefill: str = "",
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        """Return the text that the model wrote after `prefill`."""
        ...


class Verify(Protocol):
    """One call of a model that compares a draft with its source, counted apart. Raises as `Ask`."""

    @property
    def window_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""
        ...

    def __call__(self, messages: Sequence[ChatMessage], *, max_tokens: int, json_schema: Mapping[str, object]) -> str:
        """Return what the model says."""
        ...


@dataclass(frozen=True)
class PlanOptions:
    """What the pipeline may set.

    Attributes:
        variant: the prompt variant under test, "" for the main prompt.
        budget_chars: how much of all inputs fits into one prompt.
        shows_context: whether the prompt tells what stands around the text; it only confuses a small model.
        on_token: receives text as it is written, for display only: checks may still reject it.
        verify: compares the draft with its source; None: nothing does.
        embedder: gives what compares texts by meaning; None: they are compared by their words.
        turns: what was written and said after the first prompt, for a new version of a draft.
    """

    variant: str = ""
    budget_chars: int = 12_000
    shows_context: bool = True
    on_token: Callable[[str], None] | None = None
    verify: Verify | None = None
    embedder: Callable[[], Embedder] | None = None
    turns: tuple[ChatMessage, ...] = ()


@dataclass(frozen=True)
class PlanResult:
    """A plan's result, before it becomes a draft.

    Attributes:
        text: the whole text with its frame; "" when the result is a list.
        items: entries of a list result; None for a text.
        subject: a subject line made by rule, for recipes that write new mail.
        alternatives: other texts that pass the checks.
        findings: what the checks say about `text`.
        sources: the passages that the text rests on, for recipes that answer from passages.
        gaps: what only the person can fill in.
        notices: sentences about how the result came about, such as what was left out.
        skeleton: True when no text of a model passed.
        reason: why it is a skeleton, "" otherwise.
        cause: the check that spoke against the model's text, "" when none did.
    """

    text: str = ""
    items: tuple[Item, ...] | None = None
    subject: str | None = None
    alternatives: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    sources: tuple[DraftSource, ...] = ()
    gaps: tuple[Gap, ...] = ()
    notices: tuple[str, ...] = ()
    skeleton: bool = False
    reason: str = ""
    cause: str = ""


DEFAULT_OPTIONS = PlanOptions()


class Plan(Protocol):
    """A way from a recipe to a result."""

    def __call__(self, recipe: Recipe, values: Mapping[str, str], ask: Ask, options: PlanOptions = ...) -> PlanResult:
        """Run the plan on validated values."""
        ...
