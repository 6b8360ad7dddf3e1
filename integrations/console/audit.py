"""The audit trail: who changed what that concerns others, kept for a year. Never a text, never a token."""

import time
import uuid

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.store.records import RecordStore
from integrations.console.desk import ConsoleDesk
from integrations.console.pages import page
from integrations.console.sessions import Visitor

KIND = "audit"
WORKSPACE = "console"
HERE = "/audit"
KEEP_SECONDS = 365 * 24 * 3600.0
MOST_ENTRIES = 200


def note(records: RecordStore, visitor: Visitor, what: str, which: str = "") -> None:
    """Write down that somebody did something. `what` is a sentence without a subject, `which` names its object."""
    entry = {"at": time.time(), "who": visitor.name, "what": what, "which": which[:200]}
    # Keys are listed in order, so they begin with the time.
    key = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
    records.put(KIND, WORKSPACE, key, entry, person=visitor.person, expires_in_seconds=KEEP_SECONDS)


def add_audit(router: APIRouter, desk: ConsoleDesk) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show the newest entries."""
        visitor = desk.admin(request)
        found = desk.store.records.list(KIND, workspace=WORKSPACE)[-MOST_ENTRIES:]
        entries = [record.data for record in reversed(found)]
        return page("audit.html.jinja", visitor, here=HERE, entries=entries, most=MOST_ENTRIES)
