"""Jobs: everybody sees their own with texts; an administrator the states of their workspaces, and no text of others."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import InputError, NotFoundError, UnreadableJob
from core.job import Job, Outcome
from integrations.console.context import ConsoleDesk
from integrations.console.draft_text import MOST_TEXT_CHARS, filled, plain_lines
from integrations.console.pages.audit import note
from integrations.console.rendering import PATH, fragment, moment, page
from integrations.console.sessions import Visitor

HERE = "/jobs"
MOST_JOBS = 100

UsedText = Annotated[str, Form(max_length=MOST_TEXT_CHARS)]


@dataclass(frozen=True)
class Listed:
    """A job as a row. `is_own` says whether its texts may be shown to the visitor."""

    job: Job
    is_own: bool

    @property
    def when(self) -> str:
        """When it was asked for."""
        return moment(self.job.created_at)

    @property
    def can_cancel(self) -> bool:
        """Whether it can still be stopped."""
        return not self.job.has_ended and not self.job.cancel_requested

    @property
    def can_retry(self) -> bool:
        """Whether it can be tried again."""
        return self.job.state in {"failed", "cancelled"}


def add_jobs(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the pages."""

    @router.get(HERE)
    def show_list(request: Request, whose: str = "own") -> Response:
        """Show the newest jobs."""
        visitor = desk.visitor(request)
        is_all = whose == "all" and visitor.is_admin
        found = desk.store.jobs.list(
            limit=MOST_JOBS,
            workspace=None if is_all else visitor.workspace,
            person=None if is_all else visitor.person,
            scope=visitor.scope if is_all else None,
        )
        jobs = [_listed(job, visitor) for job in found]
        left_out = found.left_out
        return page("jobs.html.jinja", visitor, here=HERE, jobs=jobs, left_out=left_out, is_all=is_all, most=MOST_JOBS)

    @router.get(HERE + "/{job_id}")
    def show_one(request: Request, job_id: str) -> Response:
        """Show one job; its texts only to whom they belong."""
        visitor = desk.visitor(request)
        return _job_page(desk, visitor, _find(desk, visitor, job_id))

    @router.get(HERE + "/{job_id}/result")
    def show_result(request: Request, job_id: str) -> Response:
        """Show how far one's own job is, for a page that waits for it."""
        visitor = desk.visitor(request)
        listed = _find_own(desk, visitor, job_id)
        return fragment("result.html.jinja", job=listed.job, visitor=visitor)

    _add_changing(router, desk)
    _add_using(router, desk)


def _add_using(router: APIRouter, desk: ConsoleDesk) -> None:
    @router.post(HERE + "/{job_id}/fill")
    def fill(request: Request, job_id: str, text: UsedText = "", pick: str = Form("", max_length=20)) -> Response:
        """Show the text with a ready answer in its place; nothing is kept of it."""
        visitor = desk.visitor(request)
        listed = _find_own(desk, visitor, job_id)
        draft = listed.job.draft
        return _job_page(desk, visitor, listed, filled(draft, plain_lines(text), pick) if draft else None)

    @router.post(HERE + "/{job_id}/use")
    def use(request: Request, job_id: str, text: UsedText) -> Response:
        """Store the text that the person uses: as drafted, or what they made of it."""
        visitor = desk.visitor(request)
        job = _find_own(desk, visitor, job_id).job
        words = plain_lines(text)
        if job.draft is None or not words.strip():
            raise InputError("There is no text that could be used.", fix="Write one, or wait for the draft.")
        outcome: Outcome = "accepted" if words == plain_lines(job.draft.text) else "edited"
        desk.store.outcomes.add(job, outcome, person=visitor.person, distance=None, detail={"text": words})
        if "hx-request" in request.headers:
            return _job_page(desk, visitor, _listed(job, visitor))
        return RedirectResponse(f"{PATH}{HERE}/{job.id}#draft", 303)


def _job_page(desk: ConsoleDesk, visitor: Visitor, listed: Listed, words: str | None = None) -> Response:
    """Return the page of a job; `words` is its text as the person has it now, before it is used."""
    draft = listed.job.draft if listed.is_own else None
    if draft is None:
        return page("job.html.jinja", visitor, here=HERE, one=listed)
    used = desk.store.outcomes.used_text(listed.job) if words is None else None
    text = words or used or draft.text
    return page("job.html.jinja", visitor, here=HERE, one=listed, words=text, is_used=bool(used))


def _add_changing(router: APIRouter, desk: ConsoleDesk) -> None:
    @router.post(HERE + "/{job_id}/cancel")
    def cancel(request: Request, job_id: str) -> Response:
        """Stop it."""
        visitor = desk.visitor(request)
        job = desk.store.jobs.request_cancel(_find(desk, visitor, job_id, closed=True).job.id)
        desk.tell(job)
        return _changed(desk, request, visitor, job, "cancelled a job")

    @router.post(HERE + "/{job_id}/retry")
    def retry(request: Request, job_id: str) -> Response:
        """Try it again."""
        visitor = desk.visitor(request)
        job = desk.store.jobs.request_retry(_find(desk, visitor, job_id, closed=True).job.id)
        desk.tell(job)
        desk.wake(job)
        return _changed(desk, request, visitor, job, "tried a job again")


def _changed(desk: ConsoleDesk, request: Request, visitor: Visitor, job: Job, what: str) -> Response:
    listed = _listed(job, visitor)
    if not listed.is_own:
        note(desk.store.records, visitor, what, job.id)
    if "hx-request" in request.headers:
        return fragment("job_row.html.jinja", is_answer=True, one=listed)
    return RedirectResponse(f"{PATH}{HERE}/{job.id}", 303)


def _find(desk: ConsoleDesk, visitor: Visitor, job_id: str, *, closed: bool = False) -> Listed:
    read = desk.store.jobs.peek if closed else desk.store.jobs.get
    try:
        listed = _listed(read(str(UUID(job_id))), visitor)
    except UnreadableJob:
        _find(desk, visitor, job_id, closed=True)  # that it is there is nobody else's business
        raise
    except (ValueError, NotFoundError):
        raise _missing() from None
    if not listed.is_own and not visitor.looks_after(listed.job.workspace):
        raise _missing()
    return listed


def _find_own(desk: ConsoleDesk, visitor: Visitor, job_id: str) -> Listed:
    listed = _find(desk, visitor, job_id)
    if not listed.is_own:
        raise _missing()
    return listed


def _missing() -> NotFoundError:
    return NotFoundError("There is no such job of yours.", fix="The list of jobs shows yours.")


def _listed(job: Job, visitor: Visitor) -> Listed:
    return Listed(job, (job.workspace, job.person) == (visitor.workspace, visitor.person))
