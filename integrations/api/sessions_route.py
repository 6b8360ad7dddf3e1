"""`POST /api/v1/session`: see `integrations.api.sessions`."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from core.errors import ForbiddenError
from core.store.sessions import COOKIE, LIFE_SECONDS, Sessions
from integrations.api.access import SESSION_PREFIX
from integrations.api.services import ApiServices
from integrations.api.sessions import require_own_browser

router = APIRouter(prefix="/api/v1")


@router.post("/session", status_code=201)
def open_session(request: Request) -> Response:
    """Give the page of this server, in the browser that is signed in here, a token that ends after some hours."""
    api: ApiServices = request.app.state.api
    if api.access.here is None:
        raise ForbiddenError("This server gives no sessions.", fix="Enter a token of INLAID_API_TOKENS.")
    server = request.scope.get("server")
    require_own_browser(request.headers, request.scope.get("client"), (server[0], server[1]) if server else None)
    sessions = Sessions(api.store.records)
    who = sessions.find(request.cookies.get(COOKIE, ""))
    if who is None or who.way != "here" or not api.access.still_holds(who):
        fix = "Open the link that `inlaid up` or `inlaid console` prints, then load this page again; or enter a token."
        raise ForbiddenError("This browser is not signed in on this machine.", fix=fix)
    token = sessions.open(replace(who, way="pane"), device=request.headers.get("user-agent", ""))
    return JSONResponse({"token": SESSION_PREFIX + token, "seconds": LIFE_SECONDS}, 201)
