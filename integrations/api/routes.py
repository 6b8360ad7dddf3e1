"""The job API. Handlers parse, call and answer; `errors` turns what they reject into answers."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import JSONResponse, Response

from core.drafts import Draft, Edit, cut_at_word
from core.errors import ConflictError, ForbiddenError, StoreOutage
from core.job import MAX_SUBJECT_CHARS, Job, OpenMailTarget, ParagraphsTarget, Target
from core.recipes.model import Recipe
from core.sources.cited import open_cited
from core.sources.recipients import RecipientRights
from core.store.job_pages import JobFilter
from core.store.sessions import COOKIE, Sessions
from core.text.catalogues import told
from core.writing.lanes import allowed_recipes, public_recipes, require_offered
from integrations.api.access import SESSION_PREFIX
from integrations.api.answers import (
    AcceptedAnswer,
    JobAnswer,
    JobsAnswer,
    OneJobAnswer,
    PassageAnswer,
    RecipesAnswer,
    RemarksAnswer,
    body_of,
)
from integrations.api.forms import (
    FieldErrors,
    JobForm,
    ParagraphForm,
    RecipientsForm,
    checked_inputs,
    inputs_beside,
    recipe_named,
)
from integrations.api.services import SURFACE, AnyCaller, ApiServices, Caller, JobsRoute
from integrations.api.sessions import require_own_browser
from integrations.api.words import OUTLOOK_SURFACE, WORD_SURFACE, told_job

REPLY = "reply"
router = APIRouter(prefix="/api/v1", route_class=JobsRoute)

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]


def accepted(caller: Caller, job: Job) -> JSONResponse:
    """Return 202 with the job, which is stored, and how long it will wait, where that can be known."""
    shown = told_job(job)
    if job.state == "queued":
        with suppress(StoreOutage):  # the job is stored: what cannot be said about it is left out
            seconds = caller.api.waits.expected_seconds(job)
            shown |= {} if seconds is None else {"expected_wait_seconds": round(seconds, 1)}
    return JSONResponse(shown, 202, {"Location": f"/api/v1/jobs/{job.id}"})


@router.post("/jobs", status_code=202, response_model=AcceptedAnswer)
def create_job(form: JobForm, caller: AnyCaller, idempotency_key: IdempotencyKey = None) -> Response:
    """Store a job. The same `Idempotency-Key` gives the same job; with other content it is a conflict (409)."""
    recipe = recipe_named(caller.api.recipes, form.recipe)
    require_offered(recipe, caller.api.models, caller.policy, model=form.model)
    if sum(part is not None for part in (form.paragraphs, form.mail, form.about)) > 1:
        raise FieldErrors({"about": "Send one of paragraphs, mail and about."})
    if form.paragraphs is not None:
        return accepted(caller, submit_paragraphs(caller, form, recipe, idempotency_key))
    if form.about is not None:
        return accepted(caller, submit_about_mail(caller, form, recipe, idempotency_key))
    inputs = checked_inputs(recipe, form.inputs)
    target: Target | None = None
    if mail := form.mail:
        target, given = caller.api.new_mails(caller.who, recipe, form.inputs, to=mail.to, mailbox=mail.mailbox)
        inputs = checked_inputs(recipe, given)
    submitted = caller.submit(recipe, inputs, idempotency_key, target=target, surface=form.surface, model=form.model)
    return accepted(caller, submitted)


@router.get("/jobs", response_model=JobsAnswer)
def list_jobs(
    caller: AnyCaller, limit: Annotated[int, Query(ge=1, le=200)] = 50, before: UUID | None = None
) -> Response:
    """Return your newest jobs, or those before one; `left_out` counts those that cannot be read.

    `next` is what to send as `before` for the page that follows, null at the end.
    """
    names = caller.api.people.names(caller.workspace, caller.person)
    wanted = JobFilter(names, without=(), before=str(before or ""))
    page = caller.api.store.job_pages.page(wanted, limit=limit)
    jobs = [told_job(job) for job in page.jobs]
    return JSONResponse({"jobs": jobs, "next": page.following or None, "left_out": page.jobs.left_out})


@router.get("/jobs/{job_id}", response_model=OneJobAnswer)
def read_job(job_id: str, caller: AnyCaller) -> Response:
    """Return one of your jobs; `retries` says how often it was tried, of how many times, and until when it is."""
    job = caller.own_job(job_id)
    return JSONResponse({**told_job(job), "retries": caller.api.retries.shown(job)})


@router.get("/jobs/{job_id}/events", response_class=Response, responses=body_of("text/event-stream"))
def follow_job(
    job_id: str, caller: AnyCaller, last_event_id: Annotated[str, Header(alias="Last-Event-ID")] = ""
) -> Response:
    """Stream what happens to one of your jobs as server-sent events; the last is its final state, with all of it."""
    return caller.api.feed.response(caller.own_job(job_id), last_event_id, caller.home)


@router.get("/jobs/{job_id}/passages/{number}", response_model=PassageAnswer)
def open_passage(job_id: str, number: Annotated[int, Path(ge=0)], caller: AnyCaller) -> Response:
    """Open a passage that an answer of yours cites, with what is before and after it, as you may read it now."""
    return JSONResponse(open_cited(caller.api.sources.sources, caller.own_job(job_id), number).to_json())


@router.post("/jobs/{job_id}/remarks", response_model=RemarksAnswer)
def remark_on_recipients(job_id: str, form: RecipientsForm, caller: AnyCaller) -> Response:
    """Return what of a draft of yours rests on sources that those who are to get it may not read, in sentences."""
    job = caller.own_job(job_id)
    owner, *to = ((recipient.name, recipient.address) for recipient in (form.owner, *form.to))
    found = RecipientRights(caller.api.sources.sources).findings(
        (caller.workspace, caller.person), caller.api.recipients(owner, to), drafted(job)
    )
    return JSONResponse({"remarks": [told(finding.sentence) for finding in found]})


@router.post("/jobs/{job_id}/cancel", response_model=JobAnswer)
def cancel_job(job_id: str, caller: AnyCaller) -> Response:
    """Cancel one of your jobs, or ask the worker that runs it to stop."""
    job = caller.api.store.jobs.request_cancel(caller.own_id(job_id))
    caller.api.tell(job)
    return JSONResponse(told_job(job))


@router.post("/jobs/{job_id}/retry", status_code=202, response_model=AcceptedAnswer)
def retry_job(job_id: str, caller: AnyCaller) -> Response:
    """Queue one of your failed or cancelled jobs once more."""
    job = caller.api.store.jobs.request_retry(caller.own_id(job_id))
    caller.api.tell(job)
    caller.api.wake(job)
    return accepted(caller, job)


@router.get("/waiting-draft")
def find_waiting_draft(
    caller: AnyCaller,
    message_id: Annotated[str, Query(max_length=1000)],
    before: Annotated[list[str] | None, Query(max_length=100)] = None,
) -> Response:
    """Return the job of the draft that waits in your mailbox for the thread of a mail, `null` when none does."""
    found = caller.api.waiting_draft((caller.workspace, caller.person), message_id, before or [])
    return JSONResponse({"job": found or None})


@router.get("/recipes", response_model=RecipesAnswer)
def list_recipes(caller: AnyCaller) -> Response:
    """Return the recipes with their inputs, enough to build a form, and which of them the models can do."""
    recipes, models, policy = caller.api.recipes, caller.api.models, caller.policy
    allowed = {
        name: recipe
        for surface in (SURFACE, WORD_SURFACE, OUTLOOK_SURFACE)
        for name, recipe in allowed_recipes(recipes, models, policy, surface).items()
    }
    return JSONResponse(public_recipes(allowed, models, policy))


def drafted(job: Job) -> Draft:
    """Return the job's draft.

    Raises:
        ConflictError: it has none, or none yet.
    """
    if job.draft is None:
        raise ConflictError(f"The job is {job.state} and has no draft.", fix="Wait until its state is delivered.")
    return job.draft


def edits_at(draft: Draft, places: Sequence[str]) -> dict[str, Edit]:
    """Return the edits at these places by place, in the draft's order.

    Raises:
        FieldErrors: the draft has no such edit.
    """
    edits = draft.edits or ()
    chosen = sorted({int(place) for place in places})
    if chosen and chosen[-1] >= len(edits):
        raise FieldErrors({"edits": f"The draft has {len(edits)} edits, counted from 0."})
    return {str(place): edits[place] for place in chosen}


def as_file(paragraphs: Iterable[ParagraphForm]) -> bytes:
    """Return paragraphs as the file of a job."""
    told = [paragraph.model_dump(exclude_none=True) for paragraph in paragraphs]
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def submit_paragraphs(caller: Caller, form: JobForm, recipe: Recipe, key: str | None) -> Job:
    """Store a job that runs a recipe over the paragraphs of the form.

    Raises:
        FieldErrors: an input cannot be used.
    """
    assert form.paragraphs is not None
    files = {ParagraphsTarget.PARAGRAPHS_FILE: as_file(form.paragraphs)}
    # A question is answered from them; for everything else they are the text.
    inputs = checked_inputs(recipe, form.inputs) if recipe.retrieve else inputs_beside(recipe, form.inputs)
    named = (form.subject, *(paragraph.text for paragraph in form.paragraphs))
    begin = next((words for text in named if (words := " ".join(text.split()))), "")
    target = ParagraphsTarget(recipe.retrieve, subject=cut_at_word(begin, MAX_SUBJECT_CHARS))
    surface = WORD_SURFACE if form.surface == SURFACE and recipe.is_on(WORD_SURFACE) else form.surface
    return caller.submit(recipe, inputs, key, target=target, surface=surface, model=form.model, files=files)


def submit_about_mail(caller: Caller, form: JobForm, recipe: Recipe, key: str | None) -> Job:
    """Store a job about the mail of the form.

    Raises:
        FieldErrors: an input cannot be used, or the recipe reads no text.
    """
    assert form.about is not None
    subject = form.about.subject
    main = recipe.input_named(recipe.main_input)
    if recipe.name == REPLY:
        target, inputs = OpenMailTarget("reply", subject=subject), inputs_beside(recipe, form.inputs)
    elif recipe.retrieve:
        target, inputs = OpenMailTarget("passages", recipe.retrieve, subject), checked_inputs(recipe, form.inputs)
    elif main and main.type == "text":
        target, inputs = OpenMailTarget("text", main.name, subject), inputs_beside(recipe, form.inputs)
    else:
        raise FieldErrors({"about": f"{recipe.title} reads no mail."})
    files = {OpenMailTarget.MAIL_FILE: form.about.model_dump_json().encode("utf-8", "replace")}
    return caller.submit(recipe, inputs, key, target=target, surface=form.surface, model=form.model, files=files)


# Without a guard: who asks here has no token yet.
session_router = APIRouter(prefix="/api/v1")


@session_router.post("/session", status_code=201)
def open_session(request: Request) -> Response:
    """Give the page of this server, in the browser that is signed in here, a token that ends after some hours."""
    api: ApiServices = request.app.state.api
    if api.access.here is None:
        raise ForbiddenError("This server does not offer sessions.", fix="Enter a token of INLAID_API_TOKENS.")
    server = request.scope.get("server")
    require_own_browser(request.headers, request.scope.get("client"), (server[0], server[1]) if server else None)
    sessions = Sessions(api.store.records)
    browser = request.cookies.get(COOKIE, "")
    who = sessions.find(browser)
    if who is None or who.way != "here" or not api.access.still_holds(who):
        fix = "Open the link that `inlaid up` or `inlaid console` prints, then load this page again; or enter a token."
        raise ForbiddenError("This browser is not signed in on this machine.", fix=fix)
    token, seconds = sessions.open_pane(browser, who, device=request.headers.get("user-agent", ""))
    return JSONResponse({"token": SESSION_PREFIX + token, "seconds": int(seconds)}, 201)
