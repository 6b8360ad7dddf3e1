"""Word documents: one comes in, its copy with tracked changes goes out. The worker opens it, not this process.

Only a document whose job was delivered is opened here: the worker has read it and written its changes by then. A link
to OneDrive or SharePoint takes the place of the file where Microsoft lets us act with its caller's token.
"""

import json
from collections.abc import Callable
from pathlib import PureWindowsPath
from typing import Annotated
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import JSONResponse, Response

from core.drafts import JsonObject, cut_name
from core.errors import ConflictError, CredentialError
from core.job import MAX_SUBJECT_CHARS, DocumentTarget, DriveTarget, Job, TemplateTarget
from core.ports import Effects
from integrations.api.answers import AcceptedAnswer, ParagraphsAnswer, SavedAnswer, body_of
from integrations.api.forms import (
    ChoiceForm,
    DriveForm,
    FieldErrors,
    ModelName,
    RecipeName,
    UploadSurface,
    checked_inputs,
    inputs_beside,
    recipe_named,
)
from integrations.api.routes import IdempotencyKey, accepted, drafted, edits_at
from integrations.api.services import AnyCaller, Caller, DocumentsRoute
from integrations.api.words import WORD_SURFACE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INSTRUCTION = "instruction"
MAX_CHANGE = "max_change"
# The recipe that fills templates, and its input that the worker reads from the template.
FILL, FIELDS = "fill", "fields"

router = APIRouter(prefix="/api/v1", route_class=DocumentsRoute)
# Takes a caller's token, and raises when Microsoft does not let us act with it.
CheckConsent = Callable[[str], None]


@router.post("/documents/edit", status_code=202, response_model=AcceptedAnswer)
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
    target, files = DocumentTarget(subject=_named(file.filename or "")), {DocumentTarget.DOCUMENT_FILE: data}
    job = caller.submit(wanted, checked, idempotency_key, target=target, surface=surface, model=model, files=files)
    return accepted(caller, job)


@router.post("/documents/fill", status_code=202, response_model=AcceptedAnswer)
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
    target, files = TemplateTarget(subject=_named(file.filename or "")), {TemplateTarget.DOCUMENT_FILE: data}
    return accepted(caller, caller.submit(recipe, given, idempotency_key, target=target, model=model, files=files))


@router.get("/jobs/{job_id}/document", response_class=Response, responses=body_of(MEDIA_TYPE, format="binary"))
def read_document(job_id: str, caller: AnyCaller) -> Response:
    """Return the document with tracked changes."""
    return _docx(caller.api.store.effects.get_file(caller.own_job(job_id), DocumentTarget.RESULT_FILE))


@router.post("/jobs/{job_id}/document", response_class=Response, responses=body_of(MEDIA_TYPE, format="binary"))
def choose_edits(job_id: str, form: ChoiceForm, caller: AnyCaller) -> Response:
    """Return the document with the tracked changes that you chose, and no others."""
    job = caller.own_job(job_id)
    if unchosen := sorted(form.texts.keys() - set(form.edits), key=int):
        raise FieldErrors({"texts": f"Edit {unchosen[0]} has a text but is not among the edits that you chose."})
    chosen = edits_at(drafted(job), form.edits)
    if remarks := [place for place in form.texts if not chosen[place].text]:
        raise FieldErrors({"texts": f"Edit {remarks[0]} is a remark, which takes no text."})
    edits = [edit.model_copy(update={"text": form.texts.get(place, edit.text)}) for place, edit in chosen.items()]
    return _docx(caller.api.documents.with_edits(_delivered_document(caller, job_id), edits, job.finished_at or 0.0))


@router.get("/jobs/{job_id}/paragraphs", response_model=ParagraphsAnswer)
def read_paragraphs(job_id: str, caller: AnyCaller) -> Response:
    """Return the text of the document that a delivered job worked on, by paragraph."""
    return JSONResponse({"paragraphs": caller.api.documents.paragraphs(_delivered_document(caller, job_id))})


def _delivered_document(caller: Caller, job_id: str) -> bytes:
    """Return the document as it came, if its result, or what was found in it, shows that the worker could read it."""
    job = caller.own_job(job_id)
    if job.state != "cancelled" or job.draft is None:
        caller.api.store.effects.get_file(job, DocumentTarget.RESULT_FILE)
    return caller.api.store.effects.get_file(job, DocumentTarget.DOCUMENT_FILE)


def _docx(data: bytes) -> Response:
    disposition = f'attachment; filename="{DocumentTarget.DOCUMENT_FILE}"'
    return Response(data, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


def _named(path: str) -> str:
    """Return what lists call a document: the name of its file, without folders, which some browsers say too."""
    return cut_name(PureWindowsPath(path).name, MAX_SUBJECT_CHARS)


def name_in(link: str) -> str:
    """Return the name of the document behind a link of OneDrive or SharePoint, "" where it does not say it."""
    parts = urlsplit(link)
    paths = [*parse_qs(parts.query).get("file", ()), unquote(parts.path)]
    return next((_named(path) for path in paths if path.lower().endswith(".docx")), "")


def _object(text: str) -> JsonObject:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise FieldErrors({"inputs": "Send a JSON object."})
    return value


def drive_router(check_consent: CheckConsent, saved_of: Callable[[Job, Effects], JsonObject]) -> APIRouter:
    """Return the routes.

    Args:
        check_consent: asks Microsoft for a token on the caller's behalf, so that what is missing shows at once.
        saved_of: tells from a job and the effects where its result was saved.
    """
    router = APIRouter(prefix="/api/v1", route_class=DocumentsRoute)

    @router.post("/documents/drive", status_code=202, response_model=AcceptedAnswer)
    def edit_drive_document(form: DriveForm, caller: AnyCaller, idempotency_key: IdempotencyKey = None) -> Response:
        """Store a job that edits a Word document of OneDrive or SharePoint, or comments on it.

        When the person must first consent or prove more, the error holds the `claims` to ask for.
        """
        _require_microsoft(caller)
        recipe = recipe_named(caller.api.recipes, form.recipe)
        inputs = inputs_beside(recipe, form.inputs) | ({MAX_CHANGE: form.max_change} if form.max_change else {})
        check_consent(caller.who.assertion)
        target = DriveTarget(form.link, caller.who.assertion, form.save, name_in(form.link))
        job = caller.submit(recipe, inputs, idempotency_key, target=target, surface=WORD_SURFACE, model=form.model)
        return accepted(caller, job)

    @router.get("/jobs/{job_id}/saved", response_model=SavedAnswer)
    def read_saved(job_id: str, caller: AnyCaller) -> Response:
        """Return where the result was saved: `name`, `link`, `is_copy`, and the `reason` for a copy."""
        saved = saved_of(caller.own_job(job_id), caller.api.store.effects)
        if not saved:
            raise ConflictError("The document has not been saved.", fix="Wait until the job's state is delivered.")
        return JSONResponse(saved)

    return router


def _require_microsoft(caller: Caller) -> None:
    if not caller.who.assertion:
        raise CredentialError(
            "Documents of OneDrive and SharePoint need a sign-in at Microsoft 365.", fix="Sign in in the Word pane."
        )
