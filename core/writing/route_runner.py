"""One text through one recipe and the models of its route: smallest first, each with the same checks."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.drafts import Draft, Escalation, Usage
from core.errors import (
    CredentialError,
    InlaidError,
    InputError,
    LimitError,
    ModelAnswerError,
    ModelOutage,
    WindowExceeded,
)
from core.llm.ports import Embedder
from core.model_outages import is_of_server
from core.recipes.model import Recipe
from core.recipes.render import validate_inputs
from core.text.catalogues import N_
from core.writing.fitting import MIN_BUDGET_CHARS, budget_chars
from core.writing.grounded.proofread import NO_RULES, checked_note
from core.writing.lanes import lane_of, needs_writer, too_small
from core.writing.metered_chat import MeteredChat
from core.writing.model_lane.dangers import watch_dangers
from core.writing.plans import Plan, PlanOptions, PlanResult, choose_plan
from core.writing.refining import Refinement
from core.writing.subject import skeleton_result

TRIES_TO_FIT = 4
# What speaks against one model and not against the job.
_OUT = (ModelOutage, ModelAnswerError, CredentialError, LimitError, InputError)


class RouteRunner:
    """The models of a route as recipes use them. Safe for several threads.

    Args:
        chats: one for each endpoint of the route, smallest first.
        fallback: those to ask when every one of the route is out.
        for_large: gives the recipe as larger models get it; None: as all do.
        verify: whether what a larger model writes is compared with its source.
    """

    def __init__(
        self,
        chats: Sequence[MeteredChat],
        fallback: Sequence[MeteredChat] = (),
        *,
        for_large: Callable[[Recipe], Recipe] | None = None,
        verify: bool = False,
        embedder: Callable[[], Embedder] | None = None,
    ) -> None:
        self._chats = chats
        self._fallback = fallback
        self._for_large = for_large
        self._verify = verify
        self._embedder = embedder
        self._lock = threading.Lock()
        self._wrote: Counter[str] = Counter()
        self._escalations: dict[tuple[str, str, str], Escalation] = {}

    @property
    def model(self) -> str:
        """The model that wrote most of it, "" when the rules alone did."""
        with_models = self._wrote.keys() - {""}
        return max(with_models, key=lambda name: self._wrote[name], default="")

    @property
    def escalations(self) -> tuple[Escalation, ...]:
        """Why other models were asked, each reason once."""
        return tuple(self._escalations.values())

    @property
    def usage(self) -> Usage:
        """What all models used."""
        used = [chat.usage for chat in (*self._chats, *self._fallback)]
        return sum(used, Usage())

    def require_for(self, recipe: Recipe, inputs: Mapping[str, Any]) -> None:
        """Refuse what every model that may be asked is too small for.

        Raises:
            ModelTooSmall: it says what to do.
        """
        if needs_writer(recipe, inputs) and all(map(_is_surely_small, (*self._chats, *self._fallback))):
            raise too_small(recipe)

    def end_calls_with(self, text: str) -> None:
        """Show a text after what each call wrote."""
        for chat in (*self._chats, *self._fallback):
            chat.display.call_end = text

    def writes(self, recipe: Recipe) -> bool:
        """Tell whether the first model that is asked for a recipe is one that writes.

        Raises:
            ModelTooSmall: none of them can do it.
        """
        return lane_of(is_small=_is_surely_small(self._chats_for(recipe, {})[0])) == "model"

    def run(
        self,
        recipe: Recipe,
        values: Mapping[str, str],
        *,
        variant: str = "",
        plan: Plan | None = None,
        refinement: Refinement | None = None,
    ) -> PlanResult:
        """Run the recipe's plan, or another one, with one model after the other until a result is sound.

        With a refinement each model makes a new version of its draft.

        Returns:
            The first sound result, else the skeleton of the first model that had one.

        Raises:
            InlaidError: every model is out; the error that another try may help with most.
        """
        unsound: PlanResult | None = None
        errors: dict[str, InlaidError] = {}
        left: tuple[str, str, str] | None = None
        unsound_by = ""
        chats = self._chats_for(recipe, values)
        for chat in chats:
            chat.is_last = chat is chats[-1]
            if unsound and chat in self._fallback:
                break
            if left:
                self._note(left, chat.label)
            try:
                way = refinement.plan(recipe, is_small=chat.is_small) if refinement else plan
                result = self._run_with(chat, recipe, values, variant, way)
            except _OUT as error:
                errors[chat.label] = error
                left = (chat.label, error.message, error.code)
                continue
            if is_sound(result):
                self._count(chat.name)
                return result
            left = (chat.label if chat.name else "rules", *_why_not(result))
            if unsound is None:
                unsound, unsound_by = _as_skeleton(recipe, values, result), chat.name
        if unsound is None:
            raise _with_dangers(_all_out(errors), recipe, values, self._embedder)
        if left:
            self._note(left, "skeleton")
        self._count(unsound_by)
        return unsound

    def _run_with(
        self, chat: MeteredChat, recipe: Recipe, values: Mapping[str, str], variant: str, plan: Plan | None
    ) -> PlanResult:
        recipe, means = self._recipe_for(chat, recipe), self._embedder
        return run_plan(recipe, values, chat, variant=variant, verify=self._verify, embedder=means, plan=plan)

    def _chats_for(self, recipe: Recipe, values: Mapping[str, Any]) -> list[MeteredChat]:
        chats = [*self._chats, *self._fallback]
        if needs_writer(recipe, values):
            chats = [chat for chat in chats if not _is_surely_small(chat)]
        if not chats:
            raise too_small(recipe)
        return chats

    def _recipe_for(self, chat: MeteredChat, recipe: Recipe) -> Recipe:
        return recipe if self._for_large is None or chat.is_small else self._for_large(recipe)

    def _count(self, model: str) -> None:
        with self._lock:
            self._wrote[model] += 1

    def _note(self, left: tuple[str, str, str], to: str) -> None:
        source, reason, cause = left
        with self._lock:
            self._escalations[(source, to, reason)] = Escalation(source=source, to=to, reason=reason, cause=cause)


def _is_surely_small(chat: MeteredChat) -> bool:
    """Tell whether a model is a small one; of one that cannot be reached, its first call will tell."""
    try:
        return chat.is_small
    except InlaidError:
        return False


def _all_out(errors: Mapping[str, InlaidError]) -> InlaidError:
    """Return the error of the models by name that another try may help with most.

    One that tells how its server is set up names the other models as well.
    """
    name = next((name for name, error in errors.items() if error.retryable), [*errors][-1])
    if len(errors) == 1 or not is_of_server(errors[name].to_json()):
        return errors[name]
    others = ", ".join(other for other in errors if other != name)
    also = N_(f"No other model of the route could answer either: {others}.")
    return errors[name].reworded(f"{errors[name].message} {also}")  # what its endpoint keeps is of that one alone


def _with_dangers(
    error: InlaidError, recipe: Recipe, values: Mapping[str, str], embedder: Callable[[], Embedder] | None
) -> InlaidError:
    """Return the error with what of a message is to be seen before anybody answers it: no model writes that."""
    if recipe.plan != "reply" or embedder is None:
        return error
    seen = watch_dangers(recipe, values, embedder)(PlanResult()).gaps
    if not seen:
        return error
    told = error.reworded(error.message)  # what its endpoint keeps is of no message
    told.look_first = "\n".join(gap.question for gap in seen)
    return told


def is_sound(result: PlanResult) -> bool:
    """Tell whether a result may reach a person as the model's: no skeleton, and nothing that a check blocks."""
    return not result.skeleton and all(finding.severity != "block" for finding in result.findings)


def _why_not(result: PlanResult) -> tuple[str, str]:
    """Return the reason in a sentence, and the check behind it."""
    if result.reason:
        return result.reason, result.cause
    return next(
        ((finding.sentence, finding.check) for finding in result.findings if finding.severity == "block"), ("", "")
    )


def _as_skeleton(recipe: Recipe, values: Mapping[str, str], result: PlanResult) -> PlanResult:
    """Return a result that a person may see: in place of a text that a check blocks, the recipe's skeleton."""
    if result.skeleton or result.items is not None:
        return result
    return skeleton_result(recipe, values, result.notices, _why_not(result)[0])


def run_plan(  # noqa: PLR0913 - what a plan may be told
    recipe: Recipe,
    values: Mapping[str, str],
    model: MeteredChat,
    *,
    variant: str = "",
    verify: bool = False,
    embedder: Callable[[], Embedder] | None = None,
    plan: Plan | None = None,
) -> PlanResult:
    """Run the recipe's plan, or another one, on validated values with one model, in pieces that fit its window.

    How many tokens a text has is only known to the server: when it refuses a prompt as too long, smaller pieces are
    tried.
    """
    plan = plan or choose_plan(recipe.plan, small=model.is_small)
    budget = budget_chars(recipe, values, model.window_tokens, is_small=model.is_small)
    options = PlanOptions(
        variant=variant,
        budget_chars=budget,
        shows_context=not model.is_small,
        verify=model.verifier if verify and not model.is_small else None,
        embedder=embedder,
    )
    if recipe.plan != "reply" or model.is_small or embedder is None:
        return _fitted(plan, recipe, values, model, options)
    with_dangers = watch_dangers(recipe, values, embedder)
    return with_dangers(_fitted(plan, recipe, values, model, options))


def _fitted(
    plan: Plan, recipe: Recipe, values: Mapping[str, str], model: MeteredChat, options: PlanOptions
) -> PlanResult:
    for _ in range(TRIES_TO_FIT - 1):
        try:
            return plan(recipe, values, model.ask, options)
        except WindowExceeded:
            told_chars = sum(map(len, values.values()))
            smaller = min(options.budget_chars, told_chars) // 2
            options = replace(options, budget_chars=max(MIN_BUDGET_CHARS, smaller))
    return plan(recipe, values, model.ask, options)


def write_text(
    recipe: Recipe, inputs: Mapping[str, Any], writer: RouteRunner, refinement: Refinement | None = None
) -> Draft:
    """Run a recipe on one text; with a refinement, make a new version of the draft that came of it.

    What cannot be done about a draft leaves it as it is and is said beside it.

    Raises:
        InputError: an input is missing or cannot be used, or the models are too small for the recipe.
        InlaidError: every model of the route is out.
    """
    values = validate_inputs(recipe, inputs)
    writer.require_for(recipe, values)
    if refinement:
        try:
            result = writer.run(refinement.recipe(recipe), refinement.values(values), refinement=refinement)
        except InputError as error:
            return refinement.unchanged(error)
        # A part of an answer that may be none is no surer.
        result = replace(result, skeleton=recipe.plan == "answer" and refinement.draft.skeleton)
    else:
        result = writer.run(recipe, values)
    return Draft(
        recipe=recipe.name,
        subject=result.subject,
        text=result.text,
        items=result.items,
        sources=result.sources,
        gaps=result.gaps,
        findings=result.findings,
        alternatives=result.alternatives,
        notices=(*result.notices, *([checked_note(result.text)] if _is_checked(recipe, result) else [])),
        skeleton=result.skeleton,
    )


def _is_checked(recipe: Recipe, result: PlanResult) -> bool:
    """Tell whether a text was looked through for faults, of which some may be left."""
    return recipe.corrects and not result.skeleton and NO_RULES not in result.notices
