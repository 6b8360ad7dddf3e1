"""The page of the audit trail: who did what in the workspaces of the administrator, with filters, a page at a time."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from core.store.audit import AuditFilter
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext
from integrations.console.rendering import PATH, page

HERE = "/audit"
PAGE_ENTRIES = 100
ACTION_GROUPS = N_(
    {
        "session": "sign-ins",
        "access": "refusals",
        "job": "requests and results",
        "result": "what was done with results",
        "data": "what left the house",
        "connection": "mailboxes",
        "installation": "Slack",
        "recipe": "recipes",
        "variant": "variants",
        "person": "people",
        "team": "teams",
        "consent": "consent to learning",
        "preference": "preferences",
        "fact": "standing facts",
        "style": "writing styles",
        "source": "sources",
        "scan": "scans of sources",
        "signal": "signals",
        "signals": "exports of signals",
        "policy": "policies",
        "hold": "legal holds",
        "jobs": "deletions after their time",
        "token": "API tokens",
        "backup": "backups",
        "work": "exports of work",
        "report": "exports of the report",
        "audit": "this trail",
        "model": "models",
        "keys": "keys",
        "schema": "tables",
        "record": "extensions",
        "earlier": "what an earlier version wrote down",
    }
)
DOORS = N_(
    {
        "console": "console",
        "api": "API",
        "slack": "Slack",
        "word": "Word",
        "outlook": "Outlook",
        "mail": "mail",
        "cli": "command line",
        "worker": "worker",
        "system": "system",
    }
)

Words = Annotated[str, Query(max_length=200)]


def add_audit(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(  # noqa: PLR0913 - one parameter for each filter
        request: Request,
        who: Words = "",
        thing: Words = "",
        action: Words = "",
        door: Words = "",
        days: Annotated[int, Query(ge=0, le=3660)] = 0,
        before: Annotated[int | None, Query(ge=1)] = None,
    ) -> Response:
        """Show the newest entries that are asked for."""
        visitor = context.admin(request)
        chosen = AuditFilter(visitor.scope, who.strip(), thing.strip(), action, door, days)
        found = context.store.audit.newest(chosen, limit=PAGE_ENTRIES + 1, before=before)
        shown = found[:PAGE_ENTRIES]
        asked = {"who": who, "thing": thing, "action": action, "door": door, "days": days}
        older = ""
        if len(found) > PAGE_ENTRIES:
            older = f"{PATH}{HERE}?{urlencode({**asked, 'before': shown[-1].entry.sequence})}"
        return page(
            "audit.html.jinja",
            visitor,
            here=HERE,
            entries=[(entry, entry.to_json()["details"]) for entry in shown],
            asked=asked,
            older=older,
            groups=ACTION_GROUPS,
            doors=DOORS,
        )
