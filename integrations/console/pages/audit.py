"""The page of the audit trail: who did what in the workspaces of the administrator, with filters, a page at a time."""

from collections.abc import Iterator, Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from core.insight.report.wording import CAUSES, KINDS, SURFACES
from core.recipes.model import Recipe
from core.signals.model import STATE_WORDS
from core.store.audit import AuditFilter
from core.system.disk import MEGABYTE
from core.text.catalogues import N_, number, told
from integrations.console.context import ConsoleContext
from integrations.console.pages.jobs import REASONS
from integrations.console.pages.tokens import WORDS as SCOPES
from integrations.console.rendering import OUTCOMES, PATH, SIGN_IN_WAYS, page
from integrations.frame.pages import moment

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
# What the details of an entry are called; a flag is its words alone.
DETAILS = N_(
    {
        "about": "about",
        "after": "after version",
        "change": "change",
        "count": "how many",
        "days": "after days",
        "delivery": "delivery",
        "endpoint": "asked at",
        "error": "error",
        "escalated_to": "handed on to",
        "files": "files",
        "format": "form",
        "host": "server",
        "input_tokens": "tokens read",
        "is_delivered": "delivered",
        "is_shared": "shared",
        "is_without_model": "without a model",
        "jobs": "jobs",
        "kind": "kind",
        "left": "left",
        "made_at": "made on",
        "masked": "replaced by pseudonyms",
        "method": "method",
        "model": "model",
        "outcome": "what was done",
        "output_tokens": "tokens written",
        "pairs": "pairs",
        "queue": "queue",
        "reasons": "reasons",
        "recipe": "recipe",
        "region": "region",
        "resealed": "encrypted again",
        "restores": "takes up version",
        "route": "page",
        "rule": "rule",
        "scopes": "for",
        "size_bytes": "size",
        "sources": "sources",
        "state": "state",
        "status": "status",
        "surface": "from",
        "trial": "trial",
        "variant": "prompt variant",
        "version": "version",
        "vouched_by": "vouched for by",
        "way": "by",
        "with_keys": "with the keys",
    }
)
QUEUES = N_({"interactive": "Interactive", "background": "Background", "bulk": "Bulk"})
SIGNAL_STATES = {str(name): words for name, words in STATE_WORDS.items()}
SESSION_KINDS = N_({"console_session": "console"})
# By which door a sign-in was put to a person, and what that rests on, beside the ways into the console.
LINKS = N_(
    {
        "address": "address",
        "administrator": "administrator",
        "entra": "Microsoft 365",
        "former": "an earlier name",
        "local": "on this machine",
        "machine": "this machine",
        "mailbox": "mailbox",
        "slack": "Slack",
    }
)
# The end of a route at which nothing is written.
_NOBODY = "skeleton"

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
            entries=[(entry, _said(entry.to_json()["details"], context.recipes)) for entry in shown],
            asked=asked,
            older=older,
            groups=ACTION_GROUPS,
            doors=DOORS,
        )


def _said(details: Mapping[str, object], recipes: Mapping[str, Recipe]) -> Iterator[tuple[str, str]]:
    """Give the details of an entry in words, each with its value, "" for a flag; what is nothing is left out."""
    for name, value in details.items():
        if value not in ("", [], 0, False, None):
            words = told(DETAILS.get(name, name.removeprefix("is_").replace("_", " ")))
            values = value if isinstance(value, list) else [value]
            yield words, "" if value is True else ", ".join(_value(name, listed, recipes) for listed in values)


def _value(name: str, value: object, recipes: Mapping[str, Recipe]) -> str:
    shown = str(value)
    if name == "size_bytes" and isinstance(value, int):
        return f"{number(value / MEGABYTE, 1)} MB"
    if name == "made_at" and isinstance(value, int):
        return f"{moment(value)} UTC"
    if name == "escalated_to" and shown == _NOBODY:
        return told(N_("the person"))
    if name == "recipe" and shown in recipes:
        return told(recipes[shown].title)
    known = {
        "delivery": SURFACES.get(shown),
        "surface": SURFACES.get(shown),
        "outcome": OUTCOMES.get(shown, (None,))[0],
        "queue": QUEUES.get(shown),
        "way": SIGN_IN_WAYS.get(shown) or LINKS.get(shown),
        "vouched_by": LINKS.get(shown),
        "reasons": KINDS.get(shown) or REASONS.get(shown),
        "scopes": SCOPES.get(shown),
        "state": SIGNAL_STATES.get(shown),
        "kind": SESSION_KINDS.get(shown),
        "error": CAUSES.get(shown),
    }
    return told(known.get(name) or shown)
