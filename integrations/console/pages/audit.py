"""The page of the audit trail: who changed what that concerns others, in the workspaces of the administrator."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.store.audit import AuditTrail
from core.store.records import RecordStore
from integrations.console.context import ConsoleContext, Visitor
from integrations.console.rendering import page

HERE = "/audit"
MAX_ENTRIES = 200


def record_change(records: RecordStore, visitor: Visitor, what: str, which: str = "") -> None:
    """Write down that a visitor did something. `what` is a sentence without a subject, `which` names its object."""
    AuditTrail(records).note(visitor.workspace, visitor.name, what, which)


def add_audit(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show the newest entries."""
        visitor = context.admin(request)
        entries = AuditTrail(context.store.records).entries(visitor.scope)[:MAX_ENTRIES]
        return page("audit.html.jinja", visitor, here=HERE, entries=entries, most=MAX_ENTRIES)
