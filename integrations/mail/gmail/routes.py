"""The web routes of mailboxes at Gmail: the way to Google's sign-in and back."""

from collections.abc import Callable

from fastapi import APIRouter

from integrations.mail.gmail.accounts import Google
from integrations.mail.gmail.connecting import GmailConnecting
from integrations.mail.mailbox.sign_in_pages import Browsers, SignInPages


def gmail_router(google: Google, wake: Callable[[], None], browsers: Browsers) -> APIRouter:
    """Return the routes.

    Args:
        google: the way to the mailboxes.
        wake: has a worker look at what was stored.
        browsers: who follows links.
    """
    router = APIRouter(include_in_schema=False)
    SignInPages(GmailConnecting(google).links, browsers, wake).add_to(router)
    return router
