"""What a form or a document has on its page: values for open fields, how far the work is, and the result as a file."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import InlaidError, InputError
from core.job import Job, TemplateTarget
from core.runner.refinements import Refinements, with_values
from core.runner.version_targets import new_version
from core.writing.grounded.fill import MAX_FIELDS, named_gaps
from integrations.console.context import ConsoleContext
from integrations.console.pages.job_rows import JobRow
from integrations.console.pages.jobs import HERE, find_own, job_page, refusal
from integrations.console.rendering import MAX_TEXT_CHARS, PATH, fragment, plain_lines

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Values = Annotated[list[Annotated[str, Form(max_length=MAX_TEXT_CHARS)]], Form(max_length=MAX_FIELDS)]


def add_filling(router: APIRouter, context: ConsoleContext) -> None:
    """Add what the form beside a filled one does, how far a document is, and the result as a file."""

    @router.post(HERE + "/{job_id}/values")
    def give(request: Request, job_id: str, value: Values) -> Response:
        """Fill the form once more with values for the fields that are open, in the order in which the page has them."""
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        if row.job.draft is None or not named_gaps(row.job.draft):
            raise InputError("No field of this draft is open.", fix="Go back to it.")
        values = tuple(map(plain_lines, value))
        try:
            made = _filled(context, row, values)
        except InlaidError as error:
            if error.retryable:
                raise
            return job_page(context, visitor, row, said=refusal(error, values=values))
        return RedirectResponse(f"{PATH}{HERE}/{made.id}", 303)

    @router.get(HERE + "/{job_id}/document")
    def document(request: Request, job_id: str) -> Response:
        """Give the filled document, or the one with changes and comments."""
        job = find_own(context, context.visitor(request), job_id).job
        data = context.store.effects.get_file(job, TemplateTarget.RESULT_FILE)
        name = quote(str(job.delivery.get("subject") or TemplateTarget.RESULT_FILE), safe="")
        return Response(data, media_type=_WORD, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})

    @router.get(HERE + "/{job_id}/progress")
    def show_progress(request: Request, job_id: str) -> Response:
        """Say how far one's own job is, by the last step that its worker told; nothing where none is known."""
        job = find_own(context, context.visitor(request), job_id).job
        told = [event.data for event in context.events.read(job.id) if event.kind == "progress"]
        return fragment("steps.html.jinja", step=told[-1] if told and not job.has_ended else None)


def _filled(context: ConsoleContext, row: JobRow, values: tuple[str, ...]) -> Job:
    job, refinements = row.job, Refinements(context.store.jobs, context.store.outcomes, context.people)
    if row.recipe is None:
        raise InputError("Its recipe is not offered any more.", fix="Begin a new draft with another.")
    reply = with_values(job, values)
    place = new_version(job, row.recipe, reply, context.store.effects)
    made = context.ask(job, row.recipe, reply.inputs or {}, model=job.model, place=place)
    refinements.note_refined(job, reply)
    return made
