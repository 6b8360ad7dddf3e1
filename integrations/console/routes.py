"""The routes of the console. Each page is a module with an `add_...`; this file lists them."""

import math
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from core.errors import (
    ConflictError,
    ForbiddenError,
    InlaidError,
    InputError,
    LimitError,
    NotFoundError,
    OutageError,
    RateLimited,
)
from core.text.catalogues import current_locale, speaking
from integrations.console.context import ConsoleContext, NotSignedIn
from integrations.console.pages.ask import add_ask
from integrations.console.pages.audit import add_audit
from integrations.console.pages.connections import add_connections, add_mailbox
from integrations.console.pages.filling import add_filling
from integrations.console.pages.health import add_health
from integrations.console.pages.home import add_home
from integrations.console.pages.jobs import add_jobs
from integrations.console.pages.learned import add_learned
from integrations.console.pages.mailbox_groups import add_mailbox_groups
from integrations.console.pages.models import add_models
from integrations.console.pages.people import add_people
from integrations.console.pages.policies import add_policies
from integrations.console.pages.recipe_trials import add_recipe_trials
from integrations.console.pages.recipes import add_recipes
from integrations.console.pages.refining import add_refining
from integrations.console.pages.signals import add_signals
from integrations.console.pages.sources import add_sources
from integrations.console.pages.tokens import add_tokens
from integrations.console.pages.using import add_using
from integrations.console.rendering import PATH, flash, page, static_file
from integrations.console.sign_in import SIGN_IN, add_sessions, add_sign_in

# Pages name a file with a digest of its content, so that it can be kept.
STATIC_SECONDS = 30 * 86_400
_STATUS: tuple[tuple[type[InlaidError], int], ...] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (ConflictError, 409),
    (LimitError, 429),
    (OutageError, 503),
    (InlaidError, 422),
)


class ConsoleRoute(APIRoute):
    """Shows errors as pages, or in place when htmx asked; leads visitors who are not signed in to the sign-in page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the errors around it."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except NotSignedIn:
                return _lead_to_sign_in(request)
            except InlaidError as error:
                return _show(request, error)
            except RequestValidationError as invalid:
                fields = ", ".join(sorted({str(error["loc"][-1]) for error in invalid.errors()}))
                wrong = InputError(f"This cannot be used: {fields}.", fix="Go back and fill it in again.")
                return _show(request, wrong)

        return shown


def add_console(app: FastAPI, context: ConsoleContext) -> None:
    """Add the console to the app."""
    router = APIRouter(prefix=PATH, include_in_schema=False, route_class=ConsoleRoute)
    for add in (
        add_sign_in,
        add_home,
        add_ask,
        add_jobs,
        add_using,
        add_refining,
        add_filling,
        add_connections,
        add_mailbox,
        add_mailbox_groups,
        add_sources,
        add_signals,
        add_learned,
        add_recipes,
        add_recipe_trials,
        add_models,
        add_health,
        add_people,
        add_sessions,
        add_audit,
        add_tokens,
        add_policies,
    ):
        add(router, context)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        """Return the style or the script."""
        found = static_file(name)
        if found is None:
            raise NotFoundError("There is no such file.")
        return Response(found[0], media_type=found[1], headers={"Cache-Control": f"public, max-age={STATIC_SECONDS}"})

    app.include_router(router)


def _lead_to_sign_in(request: Request) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": SIGN_IN})
    return RedirectResponse(SIGN_IN, 303)


def _show(request: Request, error: InlaidError) -> Response:
    # The handler spoke in its own thread.
    with speaking(getattr(request.state, "language", current_locale())):
        return _shown(request, error)


def _shown(request: Request, error: InlaidError) -> Response:
    status = next(number for kind, number in _STATUS if isinstance(error, kind))
    if "hx-request" not in request.headers:
        shown = page("error.html.jinja", None, status=status, error=error)
        if isinstance(error, RateLimited):
            shown.headers["Retry-After"] = str(math.ceil(error.retry_after_seconds))
        return shown
    # htmx puts only successful answers in place.
    return flash(request, "notice.html.jinja", error=error)
