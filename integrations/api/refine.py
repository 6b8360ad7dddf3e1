"""What a person says next about a result: a new version of it, or an answer."""

import json
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import Field, StringConstraints
from starlette.responses import JSONResponse, Response

from core.errors import ConflictError
from core.job import Job, ParagraphsTarget
from core.runner.refinements import MAX_WISH_CHARS, Refinements, with_values
from core.runner.version_targets import new_version
from core.writing.grounded.fill import MAX_FIELDS, named_gaps
from core.writing.lanes import lane_with
from integrations.api.answers import AcceptedAnswer, ReplyAnswer, VersionsAnswer
from integrations.api.forms import MAX_USED_TEXT_CHARS, EditPlace, Form, Paragraphs, recipe_named
from integrations.api.routes import accepted, as_file, edits_at
from integrations.api.services import SURFACE, AnyCaller, Caller, JobsRoute
from integrations.api.words import PANES, told_job

router = APIRouter(prefix="/api/v1", route_class=JobsRoute)
# A longer one is refused with what is too long, and not only as a field.
MAX_BODY_CHARS = 10 * MAX_WISH_CHARS
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key")]


class WishForm(Form):
    """What is said about a result: "shorter", "in German", "drop the price", "undo", "why?".

    Of a document, `open` are the places of the changes that are not decided yet; "accept all", "reject the rest" and
    "take the ones about untill" are answered with the places that are meant; what is not clear, with a question.
    Of a text, `text` is it as its person has it now: the new version is made from that, and nothing counts as used.
    """

    wish: Annotated[str, StringConstraints(max_length=MAX_BODY_CHARS)]
    open: list[EditPlace] | None = Field(None, max_length=10_000)
    text: str | None = Field(None, max_length=MAX_USED_TEXT_CHARS)


def refinements_of(caller: Caller) -> Refinements:
    """Return what knows the versions of results."""
    store = caller.api.store
    return Refinements(store.jobs, store.outcomes, caller.api.people)


@router.post(
    "/jobs/{job_id}/refine",
    status_code=202,
    response_model=AcceptedAnswer,
    responses={200: {"model": ReplyAnswer}},
)
def refine(job_id: str, form: WishForm, caller: AnyCaller, idempotency_key: IdempotencyKey = None) -> Response:
    """Say something about one of your results: 202 with the job of a new version, or 200 with `answer` or `decide`.

    What nothing can be made of is refused, and the result stays as it is. "undo" and "redo" give the version before
    or after as a new one, so that each version has its own end.
    """
    job = caller.own_job(job_id)
    recipe = recipe_named(caller.api.recipes, job.recipe)
    refinements = refinements_of(caller)
    lane, own = lane_with(recipe, caller.api.models, caller.policy, job.model), ""
    if form.open is not None and job.draft and job.draft.edits is not None:
        edits_at(job.draft, form.open)
        places = sorted({int(place) for place in form.open})
        reply = refinements.reply_on_edits(job, recipe, form.wish, places, lane)
    else:
        own = refinements.typed_words(job, form.text or "")
        reply = refinements.reply(job, recipe, form.wish, lane, text=own)
    if reply.decide:
        return JSONResponse({"decide": reply.decide, "edits": [str(place) for place in reply.edits]})
    if reply.inputs is None:
        return JSONResponse({"answer": reply.answer})
    if own:
        caller.api.store.outcomes.keep_typed(job, own)
    place = new_version(job, recipe, reply, caller.api.store.effects)
    made = caller.submit(
        recipe,
        reply.inputs,
        idempotency_key,
        target=place.target,
        surface=place.surface or _surface_of(job),
        model=job.model,
        files=place.files,
    )
    refinements.note_refined(job, reply)
    return accepted(caller, made)


def _surface_of(job: Job) -> str:
    """Return the surface of a new version: the pane of the one before, else the API."""
    return job.surface if job.surface in PANES else SURFACE


def _without_place(paragraph_id: str) -> str:
    """Return the name of a paragraph without its place, which moves: `guid@4`."""
    return paragraph_id.partition("@")[0] or paragraph_id


class ValuesForm(Form):
    """Values for the open fields of a filled form, in the order of its gaps with a name; "" leaves one open.

    `paragraphs` are those of an open document as they are now, where some changes were made in it since.
    """

    values: list[Annotated[str, StringConstraints(max_length=MAX_BODY_CHARS)]] = Field(max_length=MAX_FIELDS)
    paragraphs: Paragraphs | None = None


@router.post("/jobs/{job_id}/values", status_code=202, response_model=AcceptedAnswer)
def give_values(job_id: str, form: ValuesForm, caller: AnyCaller, idempotency_key: IdempotencyKey = None) -> Response:
    """Store a job that fills a form of yours once more, with values for what was open."""
    job = caller.own_job(job_id)
    recipe = recipe_named(caller.api.recipes, job.recipe)
    if job.draft is None or not recipe.fills or not named_gaps(job.draft):
        raise ConflictError("No field of this draft is open.", fix="Begin a new draft.")
    reply = with_values(job, form.values)
    place = new_version(job, recipe, reply, caller.api.store.effects)
    files, name = place.files, ParagraphsTarget.PARAGRAPHS_FILE
    if form.paragraphs and name in files:
        # What was not part of the document before stays out of it: it may have been a selection.
        before = {_without_place(paragraph["id"]) for paragraph in json.loads(files[name])}
        known = [paragraph for paragraph in form.paragraphs if _without_place(paragraph.id) in before]
        # In another session Word names all of them anew: the document stays as it was read.
        files = {name: as_file(known)} if known else files
    made = caller.submit(
        recipe,
        reply.inputs or {},
        idempotency_key,
        target=place.target,
        surface=place.surface or _surface_of(job),
        model=job.model,
        files=files,
    )
    refinements_of(caller).note_refined(job, reply)
    return accepted(caller, made)


@router.get("/jobs/{job_id}/versions", response_model=VersionsAnswer)
def list_versions(job_id: str, caller: AnyCaller) -> Response:
    """Return one of your results with the versions that it goes back to, the oldest first."""
    versions = refinements_of(caller).versions(caller.own_job(job_id))
    return JSONResponse({"versions": [told_job(job) for job in versions]})
