"""The job API. Handlers parse, call and answer; what they refuse, `errors` puts into words."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response

from core.drafts import Draft, Edit
from core.errors import ConflictError
from core.job import Job
from core.targets import Target
from core.writing.public_recipes import public_recipes
from integrations.api.forms import FieldErrors, JobForm, checked_inputs, recipe_named
from integrations.api.paragraphs import submit_paragraphs
from integrations.api.services import AnyCaller, GuardedRoute

router = APIRouter(prefix="/api/v1", route_class=GuardedRoute)

IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]


def accepted(job: Job) -> JSONResponse:
    """Return 202 with the job, which is stored."""
    return JSONResponse(job.to_json(), 202, {"Location": f"/api/v1/jobs/{job.id}"})


@router.post("/jobs", status_code=202)
def create_job(form: JobForm, caller: AnyCaller, idempotency_key: IdempotencyKey = None) -> Response:
    """Store a job. The same `Idempotency-Key` gives the same job; with other content it is a conflict (409)."""
    recipe = recipe_named(caller.api.recipes, form.recipe)
    if form.paragraphs is not None:
        return accepted(submit_paragraphs(caller, form, recipe, idempotency_key))
    inputs = checked_inputs(recipe, form.inputs)
    target: Target | None = None
    if mail := form.mail:
        target, given = caller.api.new_mails(caller.who, recipe, form.inputs, to=mail.to, mailbox=mail.mailbox)
        inputs = checked_inputs(recipe, given)
    return accepted(caller.submit(recipe, inputs, idempotency_key, target=target, model=form.model))


@router.get("/jobs")
def list_jobs(caller: AnyCaller, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
    """Return your newest jobs; `left_out` counts those that cannot be read."""
    jobs = caller.api.store.jobs.list(limit=limit, workspace=caller.workspace, person=caller.person)
    return JSONResponse({"jobs": [job.to_json() for job in jobs], "left_out": jobs.left_out})


@router.get("/jobs/{job_id}")
def read_job(job_id: str, caller: AnyCaller) -> Response:
    """Return one of your jobs."""
    return JSONResponse(caller.own_job(job_id).to_json())


@router.get("/jobs/{job_id}/events")
def follow_job(
    job_id: str, caller: AnyCaller, last_event_id: Annotated[str, Header(alias="Last-Event-ID")] = ""
) -> Response:
    """Stream what happens to one of your jobs as server-sent events; the last is its final state, with all of it."""
    return caller.api.feed.response(caller.own_job(job_id), last_event_id)


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: str, caller: AnyCaller) -> Response:
    """Cancel one of your jobs, or ask the worker that runs it to stop."""
    job = caller.api.store.jobs.request_cancel(caller.own_id(job_id))
    caller.api.tell(job)
    return JSONResponse(job.to_json())


@router.post("/jobs/{job_id}/retry", status_code=202)
def retry_job(job_id: str, caller: AnyCaller) -> Response:
    """Queue one of your failed or cancelled jobs once more."""
    job = caller.api.store.jobs.request_retry(caller.own_id(job_id))
    caller.api.tell(job)
    caller.api.wake(job)
    return accepted(job)


@router.get("/recipes")
def list_recipes(caller: AnyCaller) -> Response:
    """Return the recipes with their inputs, enough to build a form, and which of them the models can do."""
    return JSONResponse(public_recipes(caller.api.recipes, caller.api.models))


def drafted(job: Job) -> Draft:
    """Return the job's draft.

    Raises:
        ConflictError: it has none, or none yet.
    """
    if job.draft is None:
        raise ConflictError(f"The job is {job.state} and has no draft.", fix="Wait until its state is delivered.")
    return job.draft


def edits_at(draft: Draft, places: Sequence[str]) -> list[Edit]:
    """Return the edits at these places, each once, in the draft's order.

    Raises:
        FieldErrors: the draft has no such edit.
    """
    edits = draft.edits or ()
    chosen = sorted({int(place) for place in places})
    if chosen and chosen[-1] >= len(edits):
        raise FieldErrors({"edits": f"The draft has {len(edits)} edits, counted from 0."})
    return [edits[place] for place in chosen]
