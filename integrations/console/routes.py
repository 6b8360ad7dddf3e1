"""The routes of the console. Each page is a module with an `add_...`; this file lists them."""

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from core.errors import NotFoundError
from integrations.console.desk import ConsoleDesk, NotSignedIn
from integrations.console.overview import add_overview
from integrations.console.pages import PATH, static_file
from integrations.console.signing_in import SIGN_IN, add_sign_in

STATIC_SECONDS = 3600


def add_console(app: FastAPI, desk: ConsoleDesk) -> None:
    """Add the console to the app."""
    router = APIRouter(prefix=PATH, include_in_schema=False)
    for add in (add_sign_in, add_overview):
        add(router, desk)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        """Return the style or the script."""
        found = static_file(name)
        if found is None:
            raise NotFoundError("There is no such file.")
        return Response(found[0], media_type=found[1], headers={"Cache-Control": f"public, max-age={STATIC_SECONDS}"})

    app.include_router(router)
    app.add_exception_handler(NotSignedIn, _lead_to_sign_in)


def _lead_to_sign_in(request: Request, _error: Exception) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": SIGN_IN})
    return RedirectResponse(SIGN_IN, 303)
