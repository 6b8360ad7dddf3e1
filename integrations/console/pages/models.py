"""The models, for administrators: the endpoints, the routes over them, and a button that asks one for a word."""

import time

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.drafts import ChatMessage
from core.errors import NotFoundError
from core.llm.models_file import ModelsFile, load_models_file
from core.llm.ports import ChatOptions
from core.llm.routes import connect_endpoint
from core.text.catalogues import N_
from integrations.console.context import ConsoleContext
from integrations.console.rendering import fragment, page

HERE = "/models"
QUESTION = "Reply with the single word: ready"
MAX_TOKENS = 8


def add_models(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(HERE)
    def show(request: Request) -> Response:
        """Show them."""
        visitor = context.admin(request)
        file = load_models_file(context.settings)
        return page("models.html.jinja", visitor, here=HERE, file=file, routes=_routes(file, context))

    @router.post(HERE + "/{name}/test")
    def test(request: Request, name: str) -> Response:
        """Ask an endpoint for a word."""
        context.admin(request)
        entries = {entry.name: entry for entry in load_models_file(context.settings).endpoints}
        if name not in entries:
            raise NotFoundError("There is no such endpoint.", fix="Load the page again.")
        started = time.monotonic()
        done = connect_endpoint(context.settings, entries[name]).complete(
            [ChatMessage(role="user", content=QUESTION)], options=ChatOptions(max_tokens=MAX_TOKENS)
        )
        seconds = time.monotonic() - started
        words = N_(f"{done.model or name} answered in {seconds:.1f} s ({done.usage.output_tokens} tokens).")
        return fragment("flash.html.jinja", words=words)


def _routes(file: ModelsFile, context: ConsoleContext) -> list[tuple[str, str, str]]:
    """Return for each recipe its name, its title, and the endpoints it asks, smallest first."""
    return [(name, recipe.title, " → ".join(file.route_of(name))) for name, recipe in sorted(context.recipes.items())]
