"""The pages that end a sign-in at a provider of mailboxes; nothing in them can run."""

import html
from collections.abc import Callable

from starlette.responses import HTMLResponse, Response

from core.errors import InlaidError

_CLOSED = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}
_STYLE = "font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em"


def finished(finish: Callable[[], str], wake: Callable[[], None]) -> Response:
    """Finish a sign-in, have a worker look at the new mailbox, and say what came of it."""
    try:
        words = finish()
    except InlaidError as error:
        return trouble(error)
    wake()
    return _page("Connected", words)


def trouble(error: InlaidError) -> Response:
    """Say why nothing was connected, and what to do."""
    return _page("Not connected", f"{error.message} {error.fix}", status=503 if error.retryable else 400)


def _page(title: str, text: str, *, status: int = 200) -> Response:
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Inlaid: {html.escape(title)}</title>'
        f'<body style="{_STYLE}"><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></body></html>'
    )
    return HTMLResponse(body, status, _CLOSED)
