"""Slack's HTTP side: requests of Slack, and installing by OAuth."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from integrations.slack import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from integrations.slack.context import AppContext

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse
    from slack_bolt.oauth import OAuthFlow

MAX_BODY_BYTES = 2**20
NOT_SET_UP = "Slack is not set up: INLAID_SLACK_SIGNING_SECRET is missing."
NO_OAUTH = "Installing is not set up: INLAID_SLACK_CLIENT_ID and INLAID_SLACK_CLIENT_SECRET are missing."


def slack_router(context: AppContext) -> APIRouter:
    """Return the routes. Without a signing secret, or client id and secret, they say what is missing."""
    router = APIRouter()
    has_secret = bool(context.settings.slack_signing_secret.get_secret_value())
    app, flow = (_make_app(context) if has_secret else None), _make_flow(context)

    @router.post(EVENTS_PATH, include_in_schema=False)
    async def take(request: Request) -> Response:
        """Take a request from Slack: commands, interactions and events alike."""
        if app is None:
            return JSONResponse({"error": NOT_SET_UP}, 503)
        body = await _read_body(request)
        if body is None:
            return JSONResponse({"error": "The body is too large."}, 413)
        if not request.headers.get("x-slack-request-timestamp", "").isdecimal():
            return JSONResponse({"error": "invalid request"}, 401)
        return await run_in_threadpool(_dispatch, app, request, body)

    @router.get(INSTALL_PATH, include_in_schema=False)
    def install(request: Request) -> Response:
        """Begin to install: leads to Slack's consent page."""
        return _to_response(flow.handle_installation(_to_bolt(request, ""))) if flow else _no_oauth()

    @router.get(REDIRECT_PATH, include_in_schema=False)
    def finish(request: Request) -> Response:
        """Come back from Slack's consent page, and keep the installation."""
        return _to_response(flow.handle_callback(_to_bolt(request, ""))) if flow else _no_oauth()

    return router


def _make_app(context: AppContext) -> "App":
    from integrations.slack.app import make_app

    return make_app(context)


def _make_flow(context: AppContext) -> "OAuthFlow | None":
    from integrations.slack.setup import make_flow

    return make_flow(context.settings, context.store.records)


async def _read_body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return body


def _dispatch(app: "App", request: Request, body: bytes) -> Response:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return JSONResponse({"error": "invalid request"}, 400)
    from integrations.slack.app import dispatch

    return _to_response(dispatch(app, text, dict(request.headers), request.url.query))


def _to_bolt(request: Request, body: str) -> Any:
    from slack_bolt import BoltRequest

    return BoltRequest(body=body, query=request.url.query, headers=dict(request.headers))


def _to_response(answer: "BoltResponse") -> Response:
    response = Response(answer.body, answer.status)
    for name, values in answer.headers.items():
        if name.lower() not in {"set-cookie", "content-length"}:
            response.headers[name] = values[0]
    for value in answer.headers.get("set-cookie", ()):
        response.headers.append("set-cookie", value)
    return response


def _no_oauth() -> Response:
    return HTMLResponse(NO_OAUTH, 503)
