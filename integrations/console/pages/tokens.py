"""API tokens: the visitor's own, made and revoked; administrators see those of the people that they look after."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from core.errors import ForbiddenError, InputError, NotFoundError
from core.store.tokens import SCOPES, ApiToken
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import PATH, page

HERE = "/tokens"
USUAL_DAYS = 90
WORDS = N_(
    {
        "jobs": "ask for results",
        "documents": "edit documents",
        "sources": "manage sources",
        "report": "read the report",
        "admin": "sign in to this console",
        "mcp": "work as tools of AI assistants (MCP)",
    }
)


def add_tokens(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""
    tokens = context.store.tokens

    def shown(visitor: Visitor, made: str = "") -> Response:
        own, found = context.names(visitor), _shown_tokens(context, visitor)
        return page("tokens.html.jinja", visitor, here=HERE, tokens=found, own=own, words=WORDS, made=made)

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show the tokens."""
        return shown(context.visitor(request))

    @router.post(HERE)
    def add(
        request: Request,
        name: Annotated[str, Form(max_length=200)] = "",
        scopes: Annotated[list[str] | None, Form()] = None,
        days: Annotated[str, Form(max_length=10)] = str(USUAL_DAYS),
    ) -> Response:
        """Make a token for the visitor, and show it once."""
        visitor = context.visitor(request)
        asked = [scope for scope in scopes or () if scope in SCOPES]
        if "admin" in asked and not visitor.is_admin:
            raise ForbiddenError("Only administrators can make a token for the console.", fix="Leave that scope out.")
        if days.strip() and not days.strip().isdecimal():
            raise InputError("Days must be a number.", fix="For example 90; empty: until it is revoked.")
        kept = int(days) if days.strip() else None
        _, text = tokens.add(visitor.workspace, visitor.person, name=name.strip(), scopes=asked, days=kept)
        return shown(visitor, text)

    @router.post(HERE + "/revoke")
    def revoke(request: Request, token: Annotated[str, Form(max_length=64)]) -> Response:
        """Revoke a token at once."""
        visitor = context.visitor(request)
        found = tokens.holds(token) or next((listed for listed in tokens.list() if listed.id == token), None)
        if found is None or not _may_end(context, visitor, found):
            raise NotFoundError("There is no such token of yours.", fix="Load the page again.")
        tokens.revoke(token)
        return RedirectResponse(PATH + HERE, 303)


def _shown_tokens(context: ConsoleContext, visitor: Visitor) -> list[ApiToken]:
    tokens = context.store.tokens
    found = {token.id: token for token in tokens.list(names=context.names(visitor))}
    if visitor.is_admin:
        found |= {token.id: token for token in tokens.list(scope=visitor.scope)}
    return list(found.values())


def _may_end(context: ConsoleContext, visitor: Visitor, token: ApiToken) -> bool:
    is_own = (token.workspace, token.person) in context.names(visitor)
    return is_own or visitor.administers(token.workspace)
