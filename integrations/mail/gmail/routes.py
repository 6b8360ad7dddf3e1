"""The web routes of mailboxes at Gmail: the way to Google's sign-in and back."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from core.errors import InlaidError
from integrations.mail.gmail.accounts import Google
from integrations.mail.gmail.connecting import SIGN_IN_PATH, SIGNED_IN_PATH, Connecting
from integrations.mail.mailbox.sign_in_pages import finished, trouble


def gmail_router(google: Google, wake: Callable[[], None]) -> APIRouter:
    """Return the routes.

    Args:
        google: the way to the mailboxes.
        wake: has a worker look at what was stored.
    """
    router = APIRouter(include_in_schema=False)
    connecting = Connecting(google)

    @router.get(SIGN_IN_PATH)
    def sign_in(ticket: str = "") -> Response:
        """Lead to Google's sign-in."""
        try:
            return RedirectResponse(connecting.begin(ticket[:200]), 302, {"Cache-Control": "no-store"})
        except InlaidError as error:
            return trouble(error)

    @router.get(SIGNED_IN_PATH)
    def signed_in(request: Request) -> Response:
        """Come back from it."""
        answer = {name: value[:4000] for name, value in request.query_params.items()}
        return finished(lambda: connecting.finish(answer), wake)

    return router
