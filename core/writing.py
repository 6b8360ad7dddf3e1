"""One text through one recipe: the model as plans see it, and the draft that their result becomes."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.drafts import ChatMessage, Draft, Escalation, Usage
from core.plans import PlanOptions, PlanResult, choose_plan
from core.ports import Chat, ChatOptions, Progress
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs

# Low on purpose: a text of short words or in a language that the model's tokens fit badly must still fit.
CHARS_PER_TOKEN = 2.0
PROMPT_TOKENS = 900


class ModelDesk:
    """The chat as plans see it (`core.plans.Ask`): counts usage, shows tokens, and stops when the job must.

    Of several calls at a time only one shows its tokens, from its first to its last: mixed they could not be read.
    `call_end` is shown after each call.

    Args:
        chat: the model.
        progress: hears the tokens; what it raises stops the call.
        seed: of the first call; each further one counts up, so that a second try is another try.
    """

    def __init__(self, chat: Chat, progress: Progress, *, seed: int) -> None:
        self._chat = chat
        self._progress = progress
        self._seed = seed
        self._lock = threading.Lock()
        self._shown = threading.Lock()
        self.call_end = ""
        self.usage = Usage()

    @property
    def name(self) -> str:
        """The model's name, or "" when the rules alone did the work."""
        return self._chat.name if self.usage.calls else ""

    @property
    def is_small(self) -> bool:
        """Whether the plans for small models are needed."""
        return self._chat.is_small

    @property
    def window_tokens(self) -> int:
        """Context window of the model."""
        return self._chat.window_tokens

    def ask(  # noqa: PLR0913 - the signature of core.plans.Ask
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
        """Return what the model wrote after the prefill."""
        is_shown = self._shown.acquire(blocking=False)

        def show(piece: str) -> None:
            self._progress.token(piece if is_shown else "")
            if on_token:
                on_token(piece)

        options = ChatOptions(
            max_tokens=max_tokens,
            temperature=temperature,
            stop=tuple(stop),
            seed=self._seed + self.usage.calls,
            json_schema=dict(json_schema) if json_schema else None,
            prefill=prefill,
        )
        try:
            done = self._chat.complete(messages, options=options, on_token=show)
            self._count(done.usage)
            self._progress.token(self.call_end if is_shown else "")
        finally:
            if is_shown:
                self._shown.release()
        return done.text

    def _count(self, used: Usage) -> None:
        with self._lock:
            before = self.usage
            self.usage = Usage(
                input_tokens=before.input_tokens + used.input_tokens,
                output_tokens=before.output_tokens + used.output_tokens,
                usd=before.usd + used.usd,
                calls=before.calls + 1,
            )


def run_plan(recipe: Recipe, values: Mapping[str, str], model: ModelDesk) -> PlanResult:
    """Run the recipe's plan on validated values, within the model's window."""
    room_tokens = model.window_tokens - PROMPT_TOKENS - recipe.decoding.max_tokens
    budget_chars = max(1000, int(room_tokens * CHARS_PER_TOKEN))
    plan = choose_plan(recipe.plan, small=model.is_small)
    return plan(recipe, values, model.ask, PlanOptions(budget_chars=budget_chars))


def write_text(recipe: Recipe, inputs: Mapping[str, Any], model: ModelDesk) -> Draft:
    """Run a recipe on one text.

    Raises:
        InputError: an input is missing or cannot be used.
    """
    values = validate_inputs(recipe, inputs)
    result = run_plan(recipe, values, model)
    return Draft(
        recipe=recipe.name,
        subject=result.subject,
        text=result.text,
        items=result.items,
        gaps=result.gaps,
        findings=result.findings,
        alternatives=result.alternatives,
        notices=result.notices,
        skeleton=result.skeleton,
        escalations=_to_skeleton(model, result),
    )


def _to_skeleton(model: ModelDesk, result: PlanResult) -> tuple[Escalation, ...]:
    if not result.skeleton:
        return ()
    return (Escalation(source=model.name or "rules", to="skeleton", reason=result.reason),)
