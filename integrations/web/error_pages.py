"""Errors as pages where a person looks at pages: a browser that asks for HTML below `/console` or `/report`.

So is an address that nothing has, except below `/api/`.

A browser that has not signed in is led to the sign-in page.
"""

from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ExceptionHandler

from core.errors import CredentialError, InlaidError
from core.text.catalogues import N_
from integrations.api.errors import install_error_handlers
from integrations.console.sign_in import SIGN_IN
from integrations.frame.pages import CONSOLE, REPORT, environment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_WORDS = {
    404: (N_("This page does not exist."), N_("Go back, or start from the home page.")),
    405: (N_("This page cannot be opened like this."), N_("Go back, and use the buttons of the page before.")),
    413: (N_("What you sent is too large."), N_("Send a smaller file or a shorter text.")),
}
_UNKNOWN = (
    N_("Something went wrong on our side."),
    N_("Try again in a minute. If it happens again, tell your administrator when it happened."),
)


def install_error_pages(app: FastAPI) -> None:
    """Answer every error of the app: with a page where one is wanted, else as the API does."""
    install_error_handlers(app)
    for kind in (InlaidError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _page_or(app.exception_handlers[kind]))


def _page_or(handle: ExceptionHandler) -> ExceptionHandler:
    def answer(request: Request, error: Exception) -> Response:
        usual = cast("Response", handle(request, error))  # type: ignore[arg-type] # ours are for HTTP, and sync
        is_page = request.url.path.startswith((f"{CONSOLE}/", f"{REPORT}/")) or request.url.path in {CONSOLE, REPORT}
        if not (is_page or _is_nowhere(request, error)) or "text/html" not in request.headers.get("accept", ""):
            return usual
        # Who showed something that is not known is told so, and counted among those who guess.
        if isinstance(error, CredentialError) and "authorization" not in request.headers:
            return RedirectResponse(SIGN_IN, 303)
        message, fix = _words(error, usual.status_code)
        html = environment("integrations.frame").get_template("problem.html.jinja")
        shown = html.render(menu=None, message=message, fix=fix, home=CONSOLE if is_page else "/")
        kept = {name: usual.headers[name] for name in ("retry-after", "allow") if name in usual.headers}
        return HTMLResponse(shown, usual.status_code, {**kept, "Content-Security-Policy": POLICY})

    return answer


def _is_nowhere(request: Request, error: Exception) -> bool:
    is_unknown = isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND
    return is_unknown and not request.url.path.startswith("/api/")


def _words(error: Exception, status: int) -> tuple[str, str]:
    if isinstance(error, InlaidError):
        return error.message, error.fix or _WORDS[404][1]
    if isinstance(error, RequestValidationError):
        return N_("This address or form cannot be used as it is."), N_("Go back, and choose again.")
    return _WORDS.get(status, _UNKNOWN)
