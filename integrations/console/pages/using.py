"""What a person makes of a draft on its page: ready answers in it, the text that they use, and that they do not."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.drafts import without_hints
from core.errors import InputError
from core.job import Job, Outcome
from core.store import Store
from core.store.marks import MARKED
from integrations.console.context import ConsoleContext
from integrations.console.pages.job_rows import JobRow
from integrations.console.pages.jobs import HERE, REASONS, UsedText, find_own, job_page, told_why
from integrations.console.rendering import PATH, filled, plain_lines


def add_using(router: APIRouter, context: ConsoleContext) -> None:
    """Add what the form of a draft's text does."""

    @router.post(HERE + "/{job_id}/fill")
    def fill(request: Request, job_id: str, text: UsedText = "", pick: str = Form("", max_length=20)) -> Response:
        """Show the text with a ready answer in its place; nothing is kept of it."""
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        draft = row.job.draft
        return job_page(context, visitor, row, filled(draft, plain_lines(text), pick) if draft else None)

    @router.post(HERE + "/{job_id}/use")
    def use(request: Request, job_id: str, text: UsedText = "", *, sure: Annotated[bool, Form()] = False) -> Response:
        """Store what the person uses: as drafted, or the text that they made of it.

        Where questions are open in it the page asks first; `sure` is the answer.
        """
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        job = row.job
        words = without_hints(plain_lines(text), job.draft.gaps if job.draft else ())
        if job.draft is None or (job.draft.text and not words.strip()):
            raise InputError("There is no text that could be used.", fix="Write one, or wait for the draft.")
        if not sure and (still_open := _still_open(row, words)):
            return job_page(context, visitor, row, words, still_open=still_open)
        _keep_used(context.store, job, without_hints(job.draft.text, job.draft.gaps), words)
        if "hx-request" in request.headers:
            return job_page(context, visitor, find_own(context, visitor, job.id))
        return RedirectResponse(f"{PATH}{HERE}/{job.id}#draft", 303)

    _add_deciding(router, context)


def _add_deciding(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{job_id}/discard")
    def discard(request: Request, job_id: str, reason: Annotated[str, Form(max_length=40)] = "") -> Response:
        """Store that the person does not use it, and why if they say so; or that they know of a failure."""
        visitor = context.visitor(request)
        job = find_own(context, visitor, job_id).job
        if job.draft is None and job.state != "failed":
            raise InputError("There is no draft that could be discarded.", fix="Cancel it instead.")
        detail = {MARKED: True} | ({"reasons": [reason]} if reason in REASONS else {})
        # Whoever said why has said it: pressing again, in another window or by mistake, counts no more.
        if not told_why(context, job):
            context.store.outcomes.add(job, "rejected", person=job.person, distance=None, detail=detail)
        return RedirectResponse(f"{PATH}{HERE}/{job.id}" if job.draft else PATH, 303)

    @router.post(HERE + "/{job_id}/unuse")
    def take_back(request: Request, job_id: str, text: UsedText = "") -> Response:
        """Take back that the person uses or discards it; `text` is what stands in the page, and stays there."""
        visitor = context.visitor(request)
        job = find_own(context, visitor, job_id).job
        context.store.marks.take_back(job, context.people.names(job.workspace, job.person))
        if not text:
            return RedirectResponse(f"{PATH}{HERE}/{job.id}", 303)
        return job_page(context, visitor, find_own(context, visitor, job_id), plain_lines(text))


def _keep_used(store: Store, job: Job, drafted: str, words: str) -> None:
    outcome: Outcome = "accepted" if words == plain_lines(drafted) else "edited"
    detail = {MARKED: True} | ({"text": words} if drafted else {})
    store.outcomes.add(job, outcome, person=job.person, distance=None, detail=detail)


def _still_open(row: JobRow, words: str) -> int:
    """Return how many questions of a draft are open in the text that its person has now, or beside a list."""
    if row.job.draft is None or row.is_question:
        return 0
    return sum(gap.place in words or not row.job.draft.text for gap in row.job.draft.questions)
