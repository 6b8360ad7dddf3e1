"""Where the visitor is signed in: each session with its browser, ended by one button."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import NotFoundError
from core.store.sessions import COOKIE, session_id
from integrations.console.context import ConsoleContext
from integrations.console.rendering import PATH, page

HERE = "/sessions"
WAYS = {
    "token": "with a token",
    "here": "on this machine",
    "microsoft": "with Microsoft 365",
    "pane": "the pane in a browser on this machine",
}


def add_sessions(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show one's own sessions."""
        visitor = context.visitor(request)
        found = [one for name in context.names(visitor) for one in context.sessions.of(*name)]
        found.sort(key=lambda one: one.started_at, reverse=True)
        this = session_id(request.cookies.get(COOKIE, ""))
        return page("sessions.html.jinja", visitor, here=HERE, sessions=found, this=this, ways=WAYS)

    @router.post(HERE + "/end")
    def end(request: Request, session: Annotated[str, Form(max_length=64)]) -> Response:
        """End one of them."""
        visitor = context.visitor(request)
        if not any(context.sessions.revoke(*name, session) for name in context.names(visitor)):
            raise NotFoundError("There is no such session of yours any more.", fix="Load the page again.")
        return RedirectResponse(PATH + HERE, 303)
