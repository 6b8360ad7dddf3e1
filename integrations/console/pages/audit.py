"""The page of the audit trail: who changed what that concerns others, in the workspaces of the administrator."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.store.audit import AuditTrail
from core.store.records import RecordStore
from integrations.console.context import ConsoleDesk
from integrations.console.rendering import page
from integrations.console.sessions import Visitor

HERE = "/audit"
MOST_ENTRIES = 200


def note(records: RecordStore, visitor: Visitor, what: str, which: str = "") -> None:
    """Write down that a visitor did something. `what` is a sentence without a subject, `which` names its object."""
    AuditTrail(records).note(visitor.workspace, visitor.name, what, which)


def add_audit(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show the newest entries."""
        visitor = desk.admin(request)
        entries = AuditTrail(desk.store.records).entries(visitor.scope)[:MOST_ENTRIES]
        return page("audit.html.jinja", visitor, here=HERE, entries=entries, most=MOST_ENTRIES)
