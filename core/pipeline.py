"""The product in one page: a recipe and its inputs go in, a checked draft comes out."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.checks import passes
from core.drafts import ChatMessage, Draft, Edit, Escalation, Usage
from core.errors import InputError, ModelAnswerError, NotFoundError
from core.jobs import Job
from core.plans import PlanOptions, PlanResult, choose_plan
from core.ports import Chat, ChatOptions, Progress
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs

CHARS_PER_TOKEN = 3.0
PROMPT_TOKENS = 900
ATOM = "\ufffc"
_WORD = re.compile(r"\w", re.UNICODE)


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a document, as the surface read it."""

    id: str
    hash: str
    text: str


@dataclass(frozen=True)
class Pipeline:
    """Writes drafts.

    Args:
        recipes: by name.
        connect: gives the model; called for each job, so that a changed setting counts.
    """

    recipes: Mapping[str, Recipe]
    connect: Callable[[], Chat]

    def generate(self, job: Job, further: Mapping[str, Any], progress: Progress) -> Draft:
        """Return the draft of a job.

        Args:
            job: what was asked.
            further: inputs that the surface read in the worker; `paragraphs` makes it a document job.
            progress: hears of each step, and stops the work by raising.

        Raises:
            InlaidError: see `core.errors`; retryable ones are worth another try.
        """
        started = time.monotonic()
        recipe = self.recipe(job.recipe)
        inputs = {**job.inputs, **further}
        paragraphs = inputs.pop("paragraphs", None)
        model = _Model(self.connect(), progress)
        if paragraphs is None:
            draft = _write_text(recipe, inputs, model, progress)
        else:
            parts = [Paragraph(**one) for one in paragraphs]
            draft = _edit_paragraphs(recipe, inputs, parts, model, progress)
        usage = model.usage.model_copy(update={"seconds": round(time.monotonic() - started, 3)})
        return draft.model_copy(update={"job_id": job.id, "model": model.name, "usage": usage})

    def recipe(self, name: str) -> Recipe:
        """Return a recipe.

        Raises:
            NotFoundError: there is none of that name; the fix lists what there is.
        """
        try:
            return self.recipes[name]
        except KeyError:
            known = ", ".join(sorted(self.recipes))
            raise NotFoundError(f"There is no recipe called {name}.", fix=f"Take one of: {known}.") from None


class _Model:
    """The chat as plans see it (`core.plans.Ask`): counts usage, shows tokens, and stops when the job must."""

    def __init__(self, chat: Chat, progress: Progress) -> None:
        self._chat = chat
        self._progress = progress
        self.usage = Usage()

    @property
    def name(self) -> str:
        """The model's name, or "" when the rules alone did the work."""
        return self._chat.name if self.usage.calls else ""

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

        def show(piece: str) -> None:
            self._progress.token(piece)
            if on_token:
                on_token(piece)

        options = ChatOptions(
            max_tokens=max_tokens,
            temperature=temperature,
            stop=tuple(stop),
            seed=SEED,
            json_schema=dict(json_schema) if json_schema else None,
            prefill=prefill,
        )
        done = self._chat.complete(messages, options=options, on_token=show)
        before = self.usage
        self.usage = Usage(
            input_tokens=before.input_tokens + done.usage.input_tokens,
            output_tokens=before.output_tokens + done.usage.output_tokens,
            usd=before.usd + done.usage.usd,
            calls=before.calls + 1,
        )
        return done.text


SEED = 7


def _run_plan(recipe: Recipe, values: Mapping[str, str], model: _Model) -> PlanResult:
    room_tokens = model.window_tokens - PROMPT_TOKENS - recipe.decoding.max_tokens
    budget_chars = max(1000, int(room_tokens / 1.5 * CHARS_PER_TOKEN))
    return choose_plan(recipe.plan, small=True)(recipe, values, model.ask, PlanOptions(budget_chars=budget_chars))


def _write_text(recipe: Recipe, inputs: Mapping[str, Any], model: _Model, progress: Progress) -> Draft:
    values = validate_inputs(recipe, inputs)
    progress.say("Writing")
    result = _run_plan(recipe, values, model)
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


def _to_skeleton(model: _Model, result: PlanResult) -> tuple[Escalation, ...]:
    if not result.skeleton:
        return ()
    return (Escalation(source=model.name or "rules", to="skeleton", reason=result.reason),)


def _edit_paragraphs(
    recipe: Recipe, inputs: Mapping[str, Any], paragraphs: Sequence[Paragraph], model: _Model, progress: Progress
) -> Draft:
    """Run the recipe over each paragraph that holds words; what has no sound new text stays as it is."""
    if recipe.output.apply_to != "paragraphs":
        raise InputError(
            f"The recipe {recipe.name} writes one text and cannot edit a document paragraph by paragraph.",
            fix="Take one of the recipes for paragraphs: proofread, rewrite, shorten.",
        )
    worth = [paragraph for paragraph in paragraphs if _WORD.search(paragraph.text)]
    edits: list[Edit] = []
    unchanged: dict[str, int] = {}
    for done, paragraph in enumerate(worth):
        progress.say("Reading paragraphs", done=done, total=len(worth))
        edit, reason = _edit_paragraph(recipe, inputs, paragraph, model)
        if edit:
            edits.append(edit)
        elif reason:
            unchanged[reason] = unchanged.get(reason, 0) + 1
    progress.say("Reading paragraphs", done=len(worth), total=len(worth))
    notices = [f"{count} of {len(worth)} paragraphs left as they are: {reason}" for reason, count in unchanged.items()]
    findings = tuple(finding for edit in edits for finding in edit.findings)
    return Draft(recipe=recipe.name, edits=tuple(edits), findings=findings, notices=tuple(notices))


def _edit_paragraph(
    recipe: Recipe, inputs: Mapping[str, Any], paragraph: Paragraph, model: _Model
) -> tuple[Edit | None, str]:
    """Return the edit, or None and the reason why the paragraph stays ("" when it simply is good)."""
    values = validate_inputs(recipe, {**inputs, recipe.main_input: paragraph.text})
    try:
        result = _run_plan(recipe, values, model)
    except ModelAnswerError as error:
        return None, error.message
    if result.skeleton:
        return None, result.reason
    if result.text.strip() == paragraph.text.strip():
        return None, ""
    if result.text.count(ATOM) != paragraph.text.count(ATOM):
        return None, "the new text would have lost a picture, a note or a field."
    sentences = [finding.sentence for finding in result.findings]
    if not passes(result.findings):
        return None, sentences[0]
    reason = " ".join(sentences)
    return Edit(id=paragraph.id, hash=paragraph.hash, text=result.text, reason=reason, findings=result.findings), ""
