"""`POST /api/v1/session`: see `integrations.api.sessions`."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from core.errors import ForbiddenError
from integrations.api.services import ApiServices
from integrations.api.sessions import LIFE_SECONDS, require_own_browser

router = APIRouter(prefix="/api/v1")


@router.post("/session", status_code=201)
def open_session(request: Request) -> Response:
    """Give the page of this server, in a browser on this machine, a token that ends after some hours."""
    api: ApiServices = request.app.state.api
    if api.access.sessions is None:
        raise ForbiddenError("This server gives no sessions.", fix="Enter a token of INLAID_API_TOKENS.")
    server = request.scope.get("server")
    require_own_browser(request.headers, request.scope.get("client"), (server[0], server[1]) if server else None)
    return JSONResponse({"token": api.access.sessions.open(), "seconds": LIFE_SECONDS}, 201)
