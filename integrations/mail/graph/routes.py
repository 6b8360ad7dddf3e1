"""The web routes of mailboxes at Microsoft: change notifications, and the redirects of the sign-in."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from core.connect_links import Purpose
from core.errors import InputError, StoreOutage
from integrations.mail.graph.accounts import Microsoft
from integrations.mail.graph.change_notifications import MAX_TOKEN_CHARS, Incoming
from integrations.mail.graph.connecting import GraphConnecting
from integrations.mail.graph.subscriptions import LIFECYCLE_PATH, NOTIFICATIONS_PATH
from integrations.mail.mailbox.sign_in_pages import Browsers, SignInPages


def graph_mail_router(
    microsoft: Microsoft,
    wake: Callable[[], None],
    browsers: Browsers,
    others: Mapping[str, Purpose] | None = None,
) -> APIRouter:
    """Return the routes.

    Args:
        microsoft: the way to the mailboxes.
        wake: has a worker look at what was stored.
        browsers: who follows links.
        others: what else than mailboxes people sign in for.
    """
    router = APIRouter(include_in_schema=False)
    incoming, links = Incoming(microsoft.records), GraphConnecting(microsoft).links
    pages = SignInPages(replace(links, purposes={**links.purposes, **(others or {})}), browsers, wake)
    pages.add_to(router)
    pages.add_form_post(router)

    @router.post(NOTIFICATIONS_PATH)
    async def take_notices(request: Request) -> Response:
        """Take notices of new mail."""
        return await _take(request, incoming.take_mails, wake)

    @router.post(LIFECYCLE_PATH)
    async def take_lifecycle(request: Request) -> Response:
        """Take events of subscriptions."""
        return await _take(request, incoming.take_events, wake)

    return router


async def _take(request: Request, store: Callable[[bytes], int], wake: Callable[[], None]) -> Response:
    """Answer the handshake, or store what was posted: 202 only when it is safe, 503 asks to be told again."""
    token = request.query_params.get("validationToken")
    if token is not None:
        if len(token) > MAX_TOKEN_CHARS:
            return PlainTextResponse("The token is too long.", 400)
        return PlainTextResponse(token, headers={"X-Content-Type-Options": "nosniff"})
    body = await request.body()
    try:
        count = await run_in_threadpool(store, body)
    except StoreOutage:
        return PlainTextResponse("Try again later.", 503)
    except InputError as error:
        return PlainTextResponse(error.message, 400)
    if count:
        wake()
    return Response(status_code=202)
