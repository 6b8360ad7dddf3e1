"""Documents in OneDrive and SharePoint: a link comes in, the file there gets tracked changes. The worker opens it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from core.errors import ConflictError, CredentialError
from core.job import DriveTarget, SaveMode
from integrations.api.forms import Form, ModelName, RecipeName, inputs_beside, recipe_named
from integrations.api.routes import IdempotencyKey, accepted
from integrations.api.services import AnyCaller, Caller, GuardedRoute

SURFACE = "word"
MAX_CHANGE = "max_change"

# Takes a caller's token, and raises when Microsoft does not let us act with it.
CheckConsent = Callable[[str], None]


class DriveForm(Form):
    """A file of a drive to run a recipe over. `save`: a new version, a copy, or a copy where it cannot be written."""

    link: Annotated[str, Field(min_length=1, max_length=4000)]
    recipe: RecipeName
    inputs: dict[str, Any] = Field(default_factory=dict)
    max_change: Annotated[float | None, Field(gt=0, le=1)] = None
    model: ModelName = ""
    save: SaveMode = "either"


def drive_router(check_consent: CheckConsent, saved_of: Callable[[Any, Any], dict[str, Any]]) -> APIRouter:
    """Return the routes.

    Args:
        check_consent: asks Microsoft for a token on the caller's behalf, so that what is missing shows at once.
        saved_of: tells from a job and the effects where its result was saved.
    """
    router = APIRouter(prefix="/api/v1", route_class=GuardedRoute)

    @router.post("/documents/drive", status_code=202)
    def edit_drive_document(form: DriveForm, caller: AnyCaller, idempotency_key: IdempotencyKey = None) -> Response:
        """Store a job that edits a Word document of OneDrive or SharePoint, or comments on it.

        When the person must first consent or prove more, the error holds the `claims` to ask for.
        """
        _require_microsoft(caller)
        recipe = recipe_named(caller.api.recipes, form.recipe)
        inputs = inputs_beside(recipe, form.inputs) | ({MAX_CHANGE: form.max_change} if form.max_change else {})
        check_consent(caller.who.assertion)
        target = DriveTarget(form.link, caller.who.assertion, form.save)
        job = caller.submit(recipe, inputs, idempotency_key, target=target, surface=SURFACE, model=form.model)
        return accepted(job)

    @router.get("/jobs/{job_id}/saved")
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
