"""The way in: a token, a browser on the machine itself, or Microsoft 365 (OpenID Connect through msal).

Microsoft's answer comes as a POST from another site, without our Lax cookie: it is laid aside under a one-time ticket,
and taken up by the GET that follows, which bears the cookie of the browser that began. Where somebody is signed in is a
page, with a button that ends each session.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.errors import CredentialError, ForbiddenError, InlaidError, InputError, NotFoundError
from core.people import load_people
from core.store.sessions import COOKIE, LIFE_SECONDS, SignedIn, session_id
from integrations.console.context import COOKIE_PATH, ConsoleContext, require_own_page
from integrations.console.rendering import PATH, page
from integrations.graph.sign_in import SignIn

FLOW_KIND = "console_flow"
FLOW_WORKSPACE = "console"
FLOW_SECONDS = 600
FLOW_COOKIE = "inlaid_signing_in"
SCOPES = ("User.Read",)
Code = Annotated[str, Query(max_length=200)]
SIGN_IN = f"{PATH}/sign-in"
SIGNED_IN = f"{PATH}/signed-in"
SESSIONS = "/sessions"
SIGN_IN_WAYS = {
    "token": "with a token",
    "here": "on this machine",
    "microsoft": "with Microsoft 365",
    "pane": "the pane in a browser on this machine",
}


def add_sign_in(router: APIRouter, context: ConsoleContext) -> None:
    """Add the sign-in's pages."""

    @router.get("/sign-in")
    def show(code: Code = "") -> Response:
        """Show the ways in. With a code one button is enough: a link alone changes nothing, nor uses the code up."""
        return _sign_in_page(context, code=code)

    @router.post("/sign-in")
    def by_token(request: Request, token: Annotated[str, Form(max_length=1000)] = "") -> Response:
        """Sign in with an API token."""
        return _sign_in(context, request, lambda: context.identify(token.strip()))

    @router.post("/sign-in/here")
    def by_browser(request: Request, code: Annotated[str, Form(max_length=200)] = "") -> Response:
        """Sign in the person at this machine."""
        if context.local_browser is None:
            return _sign_in_page(
                context, ForbiddenError("This server has other people too.", fix="Sign in with a token.")
            )
        local_browser = context.local_browser
        return _sign_in(context, request, lambda: local_browser(request, code))

    @router.post("/sign-out")
    def leave(request: Request) -> Response:
        """End the session."""
        require_own_page(request, context.settings.public_url)
        context.sessions.close(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return response

    if context.microsoft:
        _add_microsoft(router, context, context.microsoft)


def _add_microsoft(router: APIRouter, context: ConsoleContext, microsoft: SignIn) -> None:
    @router.post("/sign-in/microsoft")
    def begin(request: Request) -> Response:
        """Lead to Microsoft's sign-in."""
        require_own_page(request, context.settings.public_url)
        browser = secrets.token_urlsafe(24)
        try:
            flow = microsoft.begin(SCOPES, _base(context, request) + SIGNED_IN)
        except InlaidError as error:
            return _sign_in_page(context, error)
        kept = {"flow": flow, "browser": _digest(browser)}
        context.store.records.put(
            FLOW_KIND, FLOW_WORKSPACE, _digest(str(flow["state"])), kept, expires_in_seconds=FLOW_SECONDS
        )
        response = RedirectResponse(str(flow["auth_uri"]), 303)
        _set_cookie(response, context, FLOW_COOKIE, browser, seconds=FLOW_SECONDS)
        return response

    @router.post("/signed-in")
    async def keep_answer(request: Request) -> Response:
        """Take Microsoft's answer, and have the browser come again with its cookie."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        return await run_in_threadpool(_keep_answer, context, form)

    @router.get("/signed-in")
    def finish(request: Request, ticket: str = "") -> Response:
        """Sign in the person that Microsoft names."""
        return _sign_in(context, request, lambda: _from_microsoft(context, microsoft, request, ticket))


def _keep_answer(context: ConsoleContext, form: dict[str, str]) -> Response:
    ticket = secrets.token_urlsafe(24)
    key = _digest(form.get("state", ""))
    record = context.store.records.get(FLOW_KIND, FLOW_WORKSPACE, key)
    if record is None:
        return _sign_in_page(context, _unknown())
    context.store.records.delete(FLOW_KIND, FLOW_WORKSPACE, key)
    context.store.records.put(
        FLOW_KIND, FLOW_WORKSPACE, _digest(ticket), {**record.data, "form": form}, expires_in_seconds=60
    )
    return RedirectResponse(f"{SIGNED_IN}?ticket={ticket}", 303)


def _from_microsoft(context: ConsoleContext, microsoft: SignIn, request: Request, ticket: str) -> SignedIn:
    record = context.store.records.get(FLOW_KIND, FLOW_WORKSPACE, _digest(ticket))
    if record is None or "form" not in record.data:
        raise _unknown()
    context.store.records.delete(FLOW_KIND, FLOW_WORKSPACE, _digest(ticket))
    if not hmac.compare_digest(record.data["browser"], _digest(request.cookies.get(FLOW_COOKIE, ""))):
        raise _unknown()
    person = microsoft.finish(record.data["flow"], record.data["form"])
    load_people(context.settings, context.store.records).remember(person.tenant, person.oid, person.address)
    return SignedIn(person.tenant, person.oid, "microsoft", person.name, person.address)


def _sign_in(context: ConsoleContext, request: Request, identify: Callable[[], SignedIn]) -> Response:
    try:
        require_own_page(request, context.settings.public_url)
        who = identify()
        if context.standing(who) is None:
            raise ForbiddenError("Your organisation is not set up here.", fix="Sign in with another account.")
    except InlaidError as error:
        return _sign_in_page(context, error)
    response = RedirectResponse(PATH, 303)
    device = request.headers.get("user-agent", "")
    _set_cookie(response, context, COOKIE, context.sessions.open(who, device=device), seconds=LIFE_SECONDS)
    return response


def _sign_in_page(context: ConsoleContext, error: InlaidError | None = None, code: str = "") -> Response:
    status = 200 if error is None else 401 if isinstance(error, CredentialError) else 403
    return page(
        "sign_in.html.jinja",
        None,
        status=status,
        error=error,
        has_own_browser=context.local_browser is not None,
        code=code,
        has_microsoft=context.microsoft is not None,
    )


def _set_cookie(response: Response, context: ConsoleContext, name: str, value: str, *, seconds: int) -> None:
    is_https = context.settings.public_url.startswith("https://")
    path = COOKIE_PATH if name == COOKIE else PATH
    response.set_cookie(name, value, max_age=seconds, path=path, secure=is_https, httponly=True, samesite="lax")


def _base(context: ConsoleContext, request: Request) -> str:
    return context.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")


def _unknown() -> InputError:
    return InputError("This sign-in is not known or has taken too long.", fix="Begin again.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def add_sessions(router: APIRouter, context: ConsoleContext) -> None:
    """Add the page."""

    @router.get(SESSIONS)
    def show(request: Request) -> Response:
        """Show one's own sessions."""
        visitor = context.visitor(request)
        found = [session for name in context.names(visitor) for session in context.sessions.of(*name)]
        found.sort(key=lambda session: session.started_at, reverse=True)
        this = session_id(request.cookies.get(COOKIE, ""))
        return page("sessions.html.jinja", visitor, here=SESSIONS, sessions=found, this=this, ways=SIGN_IN_WAYS)

    @router.post(SESSIONS + "/end")
    def end(request: Request, session: Annotated[str, Form(max_length=64)]) -> Response:
        """End one of them."""
        visitor = context.visitor(request)
        if not any(context.sessions.revoke(*name, session) for name in context.names(visitor)):
            raise NotFoundError("There is no such session of yours any more.", fix="Load the page again.")
        return RedirectResponse(PATH + SESSIONS, 303)
