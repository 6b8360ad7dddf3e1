"""Jobs: everybody sees their own with texts; an administrator the states of their workspaces, and no text of others."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import InputError, NotFoundError, UnreadableJob
from core.job import Job, Outcome
from core.runner.refinements import Refinements
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import MAX_TEXT_CHARS, PATH, filled, fragment, moment, page, plain_lines

HERE = "/jobs"
MAX_JOBS = 100

UsedText = Annotated[str, Form(max_length=MAX_TEXT_CHARS)]


@dataclass(frozen=True)
class JobRow:
    """A job as a row. `is_own` says whether its texts may be shown to the visitor."""

    job: Job
    is_own: bool

    @property
    def when(self) -> str:
        """When it was requested."""
        return moment(self.job.created_at)

    @property
    def can_cancel(self) -> bool:
        """Whether it can still be stopped."""
        return not self.job.has_ended and not self.job.cancel_requested

    @property
    def can_retry(self) -> bool:
        """Whether it can be tried again."""
        return self.job.state in {"failed", "cancelled"}


@dataclass(frozen=True)
class Said:
    """What a visitor said about a draft, and the answer where it makes no new version."""

    wish: str
    answer: str
    is_refused: bool = False


def add_jobs(router: APIRouter, context: ConsoleContext) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show_list(request: Request, whose: str = "own") -> Response:
        """Show the newest jobs."""
        visitor = context.visitor(request)
        is_all = whose == "all" and visitor.is_admin
        names = context.names(visitor)
        found = context.store.jobs.list(
            limit=MAX_JOBS, names=None if is_all else names, scope=visitor.scope if is_all else None
        )
        jobs = [JobRow(job, (job.workspace, job.person) in names) for job in found]
        left_out = found.left_out
        return page("jobs.html.jinja", visitor, here=HERE, jobs=jobs, left_out=left_out, is_all=is_all, most=MAX_JOBS)

    @router.get(HERE + "/{job_id}")
    def show_one(request: Request, job_id: str) -> Response:
        """Show one job; its texts only to their owner."""
        visitor = context.visitor(request)
        return job_page(context, visitor, _find(context, visitor, job_id))

    @router.get(HERE + "/{job_id}/result")
    def show_result(request: Request, job_id: str) -> Response:
        """Show how far one's own job is, for a page that waits for it."""
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        return fragment("result.html.jinja", job=row.job, visitor=visitor)

    _add_changing(router, context)
    _add_using(router, context)


def _add_using(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{job_id}/fill")
    def fill(request: Request, job_id: str, text: UsedText = "", pick: str = Form("", max_length=20)) -> Response:
        """Show the text with a ready answer in its place; nothing is kept of it."""
        visitor = context.visitor(request)
        row = find_own(context, visitor, job_id)
        draft = row.job.draft
        return job_page(context, visitor, row, filled(draft, plain_lines(text), pick) if draft else None)

    @router.post(HERE + "/{job_id}/use")
    def use(request: Request, job_id: str, text: UsedText) -> Response:
        """Store the text that the person uses: as drafted, or what they made of it."""
        visitor = context.visitor(request)
        job = find_own(context, visitor, job_id).job
        words = plain_lines(text)
        if job.draft is None or not words.strip():
            raise InputError("There is no text that could be used.", fix="Write one, or wait for the draft.")
        outcome: Outcome = "accepted" if words == plain_lines(job.draft.text) else "edited"
        context.store.outcomes.add(job, outcome, person=job.person, distance=None, detail={"text": words})
        if "hx-request" in request.headers:
            return job_page(context, visitor, _job_row(context, job, visitor))
        return RedirectResponse(f"{PATH}{HERE}/{job.id}#draft", 303)


def job_page(
    context: ConsoleContext,
    visitor: Visitor,
    row: JobRow,
    words: str | None = None,
    said: Said | None = None,
) -> Response:
    """Return the page of a job; `words` is its text as the person has it now, before it is used."""
    draft = row.job.draft if row.is_own else None
    status = 422 if said and said.is_refused else 200
    told = {"versions": _versions(context, row.job) if row.is_own else [], "said": said}
    if draft is None:
        return page("job.html.jinja", visitor, here=HERE, status=status, row=row, **told)
    used = context.store.outcomes.used_text(row.job) if words is None else None
    text = words or used or draft.text
    shown = {"words": text, "is_used": bool(used), **told}
    return page("job.html.jinja", visitor, here=HERE, status=status, row=row, **shown)


def _versions(context: ConsoleContext, job: Job) -> list[Job]:
    """Return a job with the versions of its draft before it; none where it is the first."""
    refinements = Refinements(context.store.jobs, context.store.outcomes, context.people)
    return refinements.versions(job) if job.refines else []


def _add_changing(router: APIRouter, context: ConsoleContext) -> None:
    @router.post(HERE + "/{job_id}/cancel")
    def cancel(request: Request, job_id: str) -> Response:
        """Stop it."""
        visitor = context.visitor(request)
        job = context.store.jobs.request_cancel(_find(context, visitor, job_id, closed=True).job.id)
        context.tell(job)
        return _changed(context, request, visitor, job)

    @router.post(HERE + "/{job_id}/retry")
    def retry(request: Request, job_id: str) -> Response:
        """Try it again."""
        visitor = context.visitor(request)
        job = context.store.jobs.request_retry(_find(context, visitor, job_id, closed=True).job.id)
        context.tell(job)
        context.wake(job)
        return _changed(context, request, visitor, job)


def _changed(context: ConsoleContext, request: Request, visitor: Visitor, job: Job) -> Response:
    row = _job_row(context, job, visitor)
    if "hx-request" in request.headers:
        return fragment("job_row.html.jinja", is_answer=True, row=row)
    return RedirectResponse(f"{PATH}{HERE}/{job.id}", 303)


def _find(context: ConsoleContext, visitor: Visitor, job_id: str, *, closed: bool = False) -> JobRow:
    read = context.store.jobs.peek if closed else context.store.jobs.get
    try:
        row = _job_row(context, read(str(UUID(job_id))), visitor)
    except UnreadableJob:
        _find(context, visitor, job_id, closed=True)  # others must not learn that it exists
        raise
    except (ValueError, NotFoundError):
        raise _missing() from None
    if not row.is_own and not visitor.administers(row.job.workspace):
        raise _missing()
    return row


def find_own(context: ConsoleContext, visitor: Visitor, job_id: str) -> JobRow:
    """Return a job of the visitor.

    Raises:
        NotFoundError: it does not exist, or is somebody else's, which looks the same.
    """
    row = _find(context, visitor, job_id)
    if not row.is_own:
        raise _missing()
    return row


def _missing() -> NotFoundError:
    return NotFoundError("There is no such job of yours.", fix="The list of jobs shows yours.")


def _job_row(context: ConsoleContext, job: Job, visitor: Visitor) -> JobRow:
    return JobRow(job, context.people.is_same((job.workspace, job.person), (visitor.workspace, visitor.person)))
