"""What is said about a draft on its page: a new version, or an answer beside it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import InlaidError, InputError
from core.job import Job
from core.runner.refinements import MAX_WISH_CHARS, Refinements
from core.runner.version_targets import new_version
from core.writing.lanes import lane_with
from integrations.console.context import ConsoleContext
from integrations.console.pages.job_rows import JobRow
from integrations.console.pages.jobs import HERE, RefineAnswer, UsedText, find_own, job_page, refusal
from integrations.console.rendering import PATH, plain_lines


def add_refining(router: APIRouter, context: ConsoleContext) -> None:
    """Add what the form below a draft does."""

    @router.post(HERE + "/{job_id}/refine")
    def refine(
        request: Request,
        job_id: str,
        wish: Annotated[str, Form(max_length=10 * MAX_WISH_CHARS)] = "",
        text: UsedText = "",
    ) -> Response:
        """Say something about a draft; `text` is it as the person has it in the page."""
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        words = plain_lines(text) or None
        try:
            made = _refined(context, row, wish, text)
        except InlaidError as error:
            if error.retryable:
                raise
            return job_page(context, visitor, row, words, refusal(error, wish))
        if isinstance(made, Job):
            return RedirectResponse(f"{PATH}{HERE}/{made.id}#draft", 303)
        return job_page(context, visitor, row, words, RefineAnswer(wish, made))


def _refined(context: ConsoleContext, row: JobRow, wish: str, text: str) -> Job | str:
    """Return the job of the new version, or what to say."""
    job, refinements = row.job, Refinements(context.store.jobs, context.store.outcomes, context.people)
    if job.recipe not in context.recipes:
        raise InputError("Its recipe is not offered any more.", fix="Begin a new draft with another.")
    recipe = context.recipes[job.recipe]
    policy = context.policies.of(job.workspace, job.person)
    lane = lane_with(recipe, context.models, policy, job.model)
    own = refinements.typed_words(job, plain_lines(text))
    reply = refinements.reply(job, recipe, plain_lines(wish), lane, may_ask=False, text=own)
    if reply.inputs is None:
        return reply.answer
    if own:
        context.store.outcomes.keep_typed(job, own)
    place = new_version(job, recipe, reply, context.store.effects)
    made = context.ask(job, recipe, reply.inputs, model=job.model, place=place)
    refinements.note_refined(job, reply)
    return made
