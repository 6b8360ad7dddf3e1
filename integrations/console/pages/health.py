"""Health, for administrators: whether each part answers, how long work waits, and which mailboxes and sources fail."""

import time

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.embeddings import by_words_only, load_embedder
from core.llm.ladder.choosing import standing
from core.settings import Settings
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext
from integrations.console.pages.connections import with_console_fix
from integrations.console.rendering import page

HERE = "/health"
QUEUE_WORDS = N_(
    {
        "interactive": "somebody waits for it",
        "background": "mail and rewritten drafts",
        "bulk": "documents and scans",
    }
)
# The one failure of a source that passes by itself.
_PASSING = "source_busy"


def add_health(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show it."""
        visitor = context.admin(request)
        cards = [card for card in context.connections.mailboxes(visitor) if not card.works]
        listed = [status for status in context.sources.listed() if visitor.scope.covers(status.source.workspace)]
        sources = [status for status in listed if status.error and status.error["code"] != _PASSING]
        return page(
            "health.html.jinja",
            visitor,
            here=HERE,
            health=context.health(),
            stands=standing(context.settings),
            compares=known_of_embeddings(context.settings),
            loads=context.store.job_pages.loads(),
            words=QUEUE_WORDS,
            now=time.time(),
            mailboxes=cards,
            sources=sources,
            partly_read=[status for status in listed if status.errors and status not in sources],
            with_console_fix=with_console_fix,
        )


def known_of_embeddings(settings: Settings) -> str:
    """Return what is to be known of the embeddings, "" for nothing; a server is not asked for the name of its model."""
    if settings.embeddings_url and not settings.embeddings_model:
        return ""
    return by_words_only(load_embedder(settings))
