"""Word documents: one comes in, its copy with tracked changes goes out. The worker opens it, not this process.

Only a document whose job was delivered is opened here: the worker has read it and written its changes by then.
"""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import JSONResponse, Response

from core.job import DocumentTarget, TemplateTarget
from integrations.api.forms import (
    ChoiceForm,
    FieldErrors,
    ModelName,
    RecipeName,
    UploadSurface,
    checked_inputs,
    inputs_beside,
    recipe_named,
)
from integrations.api.routes import IdempotencyKey, accepted, drafted, edits_at
from integrations.api.services import AnyCaller, Caller, GuardedRoute

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INSTRUCTION = "instruction"
MAX_CHANGE = "max_change"
# The recipe that fills templates, and its input that the worker reads from the template.
FILL, FIELDS = "fill", "fields"

router = APIRouter(prefix="/api/v1", route_class=GuardedRoute)


@router.post("/documents/edit", status_code=202)
def edit_document(  # noqa: PLR0913 - one parameter for each part of the form
    file: UploadFile,
    recipe: Annotated[RecipeName, Form()],
    caller: AnyCaller,
    instruction: Annotated[str, Form()] = "",
    inputs: Annotated[str, Form()] = "{}",
    max_change: Annotated[float | None, Form(gt=0, le=1)] = None,
    model: Annotated[ModelName, Form()] = "",
    surface: Annotated[UploadSurface, Form()] = "api",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Store a job that edits a .docx, or comments on it; its result is at `GET /api/v1/jobs/{job_id}/document`.

    `inputs` is a JSON object of the recipe's further inputs; `instruction` is the one of that name. `max_change` is the
    largest share of a paragraph, and of the document, that may change. `surface` is where the person sits.
    """
    wanted = recipe_named(caller.api.recipes, recipe)
    given = _object(inputs) | ({INSTRUCTION: instruction} if instruction.strip() else {})
    checked = inputs_beside(wanted, given) | ({MAX_CHANGE: max_change} if max_change else {})
    data = file.file.read()
    caller.api.check_document(data)
    target, files = DocumentTarget(), {DocumentTarget.DOCUMENT_FILE: data}
    job = caller.submit(wanted, checked, idempotency_key, target=target, surface=surface, model=model, files=files)
    return accepted(job)


@router.post("/documents/fill", status_code=202)
def fill_template(
    file: UploadFile,
    brief: Annotated[str, Form(min_length=1)],
    caller: AnyCaller,
    model: Annotated[ModelName, Form()] = "",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Store a job that fills the fields of a .docx template from a brief; its result is where `edit` has it."""
    recipe = recipe_named(caller.api.recipes, FILL)
    inputs = checked_inputs(recipe, {recipe.main_input: brief})
    data = file.file.read()
    caller.api.check_document(data)
    given = {name: value for name, value in inputs.items() if name != FIELDS}
    target, files = TemplateTarget(), {TemplateTarget.DOCUMENT_FILE: data}
    return accepted(caller.submit(recipe, given, idempotency_key, target=target, model=model, files=files))


@router.get("/jobs/{job_id}/document")
def read_document(job_id: str, caller: AnyCaller) -> Response:
    """Return the document with tracked changes."""
    return _docx(caller.api.store.effects.get_file(caller.own_job(job_id), DocumentTarget.RESULT_FILE))


@router.post("/jobs/{job_id}/document")
def choose_edits(job_id: str, form: ChoiceForm, caller: AnyCaller) -> Response:
    """Return the document with the tracked changes that you chose, and no others."""
    job = caller.own_job(job_id)
    edits = edits_at(drafted(job), form.edits)
    return _docx(caller.api.documents.with_edits(_delivered_document(caller, job_id), edits, job.finished_at or 0.0))


@router.get("/jobs/{job_id}/paragraphs")
def read_paragraphs(job_id: str, caller: AnyCaller) -> Response:
    """Return the text of the document that a delivered job worked on, by paragraph."""
    return JSONResponse({"paragraphs": caller.api.documents.paragraphs(_delivered_document(caller, job_id))})


def _delivered_document(caller: Caller, job_id: str) -> bytes:
    """Return the document as it came; the result beside it shows that the worker could read it."""
    job = caller.own_job(job_id)
    caller.api.store.effects.get_file(job, DocumentTarget.RESULT_FILE)
    return caller.api.store.effects.get_file(job, DocumentTarget.DOCUMENT_FILE)


def _docx(data: bytes) -> Response:
    disposition = f'attachment; filename="{DocumentTarget.DOCUMENT_FILE}"'
    return Response(data, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise FieldErrors({"inputs": "Send a JSON object."})
    return value
