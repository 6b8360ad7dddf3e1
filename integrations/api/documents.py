"""Word documents: one comes in, its copy with tracked changes goes out. The worker opens it, not this process."""

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import Response

from core.jobs import JobRequest
from integrations.api.forms import ModelName, RecipeName, checked_inputs, dedupe_key, recipe_named
from integrations.api.routes import SURFACE, IdempotencyKey, accepted
from integrations.api.services import AnyCaller, GuardedRoute

# What the delivery of the kind `document` reads and writes.
KIND = "document"
DOCUMENT_FILE = "document.docx"
RESULT_FILE = "result.docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INSTRUCTION = "instruction"
MAX_CHANGE = "max_change"

router = APIRouter(prefix="/api/v1", route_class=GuardedRoute)


@router.post("/documents/edit", status_code=202)
def edit_document(  # noqa: PLR0913 - one parameter for each part of the form
    file: UploadFile,
    recipe: Annotated[RecipeName, Form()],
    caller: AnyCaller,
    instruction: Annotated[str, Form()] = "",
    max_change: Annotated[float | None, Form(gt=0, le=1)] = None,
    model: Annotated[ModelName, Form()] = "",
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Store a job that edits a .docx, or comments on it; its result is at `GET /api/v1/jobs/{job_id}/document`.

    `max_change` is the largest share of a paragraph, and of the document, that may change.
    """
    wanted = recipe_named(caller.api.recipes, recipe)
    given = {INSTRUCTION: instruction} if instruction.strip() else {}
    # The document's text is the main input, and only the worker reads it.
    checked = checked_inputs(wanted, {wanted.main_input: "text", **given})
    inputs = {name: checked[name] for name in given} | ({MAX_CHANGE: max_change} if max_change else {})
    data = file.file.read()
    caller.api.check_document(data)
    request = JobRequest(
        wanted.name,
        inputs,
        surface=SURFACE,
        person=caller.person,
        dedupe_key=dedupe_key(caller.person, idempotency_key),
        queue=wanted.queue,
        model=model,
        delivery={"kind": KIND},
        blobs={DOCUMENT_FILE: data},
    )
    return accepted(caller.api.submit(request))


@router.get("/jobs/{job_id}/document")
def read_document(job_id: str, caller: AnyCaller) -> Response:
    """Return the document with tracked changes."""
    data = caller.api.store.effects.get_file(caller.own_job(job_id), RESULT_FILE)
    return Response(
        data, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{DOCUMENT_FILE}"'}
    )
