"""The first page: what waits for the person, and whether everything runs."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.llm.ladder.standing import standing
from integrations.console.context import ConsoleDesk
from integrations.console.rendering import page

MOST_JOBS = 5


def add_overview(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the page."""

    @router.get("")
    def show(request: Request) -> Response:
        """Show it."""
        visitor = desk.visitor(request)
        jobs = desk.store.jobs.list(limit=MOST_JOBS, workspace=visitor.workspace, person=visitor.person)
        health = desk.health() if visitor.is_admin else {}
        stands = standing(desk.settings) if visitor.is_admin else None
        return page("overview.html.jinja", visitor, here="", jobs=jobs, health=health, stands=stands)
