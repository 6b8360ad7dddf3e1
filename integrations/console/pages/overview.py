"""The first page: what waits for the person, and whether everything runs."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.llm.ladder.choosing import standing
from integrations.console.context import ConsoleContext
from integrations.console.rendering import page

MAX_JOBS = 5


def add_overview(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get("")
    def show(request: Request) -> Response:
        """Show it."""
        visitor = context.visitor(request)
        jobs = context.store.jobs.list(limit=MAX_JOBS, names=context.names(visitor))
        health = context.health() if visitor.is_admin else {}
        stands = standing(context.settings) if visitor.is_admin else None
        return page("overview.html.jinja", visitor, here="", jobs=jobs, health=health, stands=stands)
