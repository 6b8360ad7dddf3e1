"""The way in: a token, a browser on the machine itself, Microsoft 365 (through msal), or another OpenID provider.

Microsoft's answer comes as a POST from another site, without our Lax cookie: it is laid aside under a one-time ticket,
and taken up by the GET that follows, which bears the cookie of the browser that began. Another provider's answer comes
as such a GET at once. Where somebody is signed in is a page, with a button that ends each session.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from core.audit.acting import note_person
from core.errors import CredentialError, ForbiddenError, InlaidError, InputError, NotFoundError
from core.store.language_choice import choose_language, chosen_language
from core.store.sessions import COOKIE, LIFE_SECONDS, SessionPerson, session_id
from core.text.catalogues import N_
from integrations.console.context import COOKIE_PATH, ConsoleContext, Visitor, require_own_page
from integrations.console.rendering import PATH, SIGN_IN_WAYS, page
from integrations.graph.sign_in import GraphSignIn
from integrations.openid.sign_in import OpenIdAccount, OpenIdSignIn

FLOW_KIND = "console_flow"
FLOW_WORKSPACE = "console"
FLOW_SECONDS = 600
FLOW_COOKIE = "inlaid_signing_in"
SCOPES = ("User.Read",)
Code = Annotated[str, Query(max_length=200)]
SIGN_IN = f"{PATH}/sign-in"
SIGNED_IN = f"{PATH}/signed-in"
SIGNED_IN_OPENID = f"{SIGNED_IN}/openid"
SESSIONS = "/sessions"
# So many are shown at once; the others are folded.
MAX_SESSIONS = 5
OTHERS = "others"
# Each in its own words.
LANGUAGES = {"en": "English", "de": "Deutsch"}


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
                context, ForbiddenError("Other people use this server too.", fix="Sign in with a token.")
            )
        local_browser = context.local_browser
        return _sign_in(context, request, lambda: local_browser(request, code))

    @router.post("/sign-out")
    def leave(request: Request) -> Response:
        """End the session."""
        require_own_page(request, context.settings.public_url)
        secret = request.cookies.get(COOKIE, "")
        if who := context.sessions.find(secret):
            note_person(who.workspace, who.person, who.name or who.address)
        context.sessions.close(secret)
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return response

    if context.microsoft:
        _add_microsoft(router, context, context.microsoft)
    if context.openid:
        _add_openid(router, context, context.openid)


def _add_openid(router: APIRouter, context: ConsoleContext, openid: OpenIdSignIn) -> None:
    @router.post("/sign-in/openid")
    def begin(request: Request) -> Response:
        """Lead to the sign-in of the organisation's provider."""
        return _lead_away(context, request, lambda: openid.begin(_base(context, request) + SIGNED_IN_OPENID))

    @router.get("/signed-in/openid")
    def finish(request: Request) -> Response:
        """Sign in the person that the provider names."""
        answer = dict(request.query_params)
        return _sign_in(context, request, lambda: _from_openid(context, openid, request, answer))


def _lead_away(context: ConsoleContext, request: Request, begin: Callable[[], Mapping[str, Any]]) -> Response:
    """Lead the browser to a provider; what is needed when it comes back is kept under the state that it brings.

    It goes there by a page: browsers hold a form to the sites that its page allows, redirects of its answer too.
    """
    require_own_page(request, context.settings.public_url)
    browser = secrets.token_urlsafe(24)
    try:
        flow = begin()
    except InlaidError as error:
        return _sign_in_page(context, error)
    kept = {"flow": flow, "browser": _digest(browser)}
    key = _digest(str(flow["state"]))
    context.store.records.put(FLOW_KIND, FLOW_WORKSPACE, key, kept, expires_in_seconds=FLOW_SECONDS)
    response = page("leading.html.jinja", None, address=str(flow["auth_uri"]))
    _set_cookie(response, context, FLOW_COOKIE, browser, seconds=FLOW_SECONDS)
    return response


def _add_microsoft(router: APIRouter, context: ConsoleContext, microsoft: GraphSignIn) -> None:
    @router.post("/sign-in/microsoft")
    def begin(request: Request) -> Response:
        """Lead to Microsoft's sign-in."""
        return _lead_away(context, request, lambda: microsoft.begin(SCOPES, _base(context, request) + SIGNED_IN))

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


def _from_microsoft(context: ConsoleContext, microsoft: GraphSignIn, request: Request, ticket: str) -> SessionPerson:
    kept = _take_flow(context, request, ticket)
    if "form" not in kept:
        raise _unknown()
    person = microsoft.finish(kept["flow"], kept["form"])
    context.people.remember(person.tenant, person.oid, person.address)
    groups = tuple(sorted(person.groups))
    return SessionPerson(
        person.tenant, person.oid, "microsoft", person.name, person.address, groups=groups, account=person.account
    )


def _from_openid(
    context: ConsoleContext, openid: OpenIdSignIn, request: Request, answer: Mapping[str, str]
) -> SessionPerson:
    account = openid.finish(_take_flow(context, request, answer.get("state", ""))["flow"], answer)
    realm = context.settings.openid_realm
    context.people.remember(realm, account.subject, account.address, "openid")
    return signed_in_by_openid(realm, account)


def signed_in_by_openid(realm: str, account: OpenIdAccount) -> SessionPerson:
    """Return who an account of the OpenID provider is here."""
    groups = tuple(sorted(account.groups))
    return SessionPerson(
        realm, account.subject, "openid", account.name, account.address, groups=groups, account=account.refresh_token
    )


def _take_flow(context: ConsoleContext, request: Request, secret: str) -> dict[str, Any]:
    """Return what was kept of a sign-in that this browser began; it can be taken once.

    Raises:
        InputError: there is none, or another browser began it.
    """
    records, key = context.store.records, _digest(secret)
    record = records.get(FLOW_KIND, FLOW_WORKSPACE, key) if secret else None
    if record is None or not records.delete(FLOW_KIND, FLOW_WORKSPACE, key):
        raise _unknown()
    if not hmac.compare_digest(record.data["browser"], _digest(request.cookies.get(FLOW_COOKIE, ""))):
        raise _unknown()
    return dict(record.data)


def _sign_in(context: ConsoleContext, request: Request, identify: Callable[[], SessionPerson]) -> Response:
    try:
        require_own_page(request, context.settings.public_url)
        who = identify()
        if context.standing(who) is None:
            raise ForbiddenError("Your organisation is not set up here.", fix="Sign in with another account.")
        context.people.let_in(who.workspace, who.person)
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
        openid=context.settings.openid_realm if context.openid else "",
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
        this = session_id(request.cookies.get(COOKIE, ""))
        found.sort(key=lambda session: (session.id == this, session.started_at), reverse=True)
        chosen = chosen_language(context.store.records, context.people.identity(visitor.workspace, visitor.person))
        languages = {"": N_("the language of my browser"), **LANGUAGES}
        return page(
            "sessions.html.jinja",
            visitor,
            here=SESSIONS,
            sessions=found,
            this=this,
            most=MAX_SESSIONS,
            others=OTHERS,
            ways=SIGN_IN_WAYS,
            languages=languages,
            language=chosen,
        )

    @router.post(SESSIONS + "/language")
    def choose(request: Request, language: Annotated[str, Form(max_length=10)] = "") -> Response:
        """Note in which language the person wants to be spoken to."""
        visitor = context.visitor(request)
        choose_language(context.store.records, context.people.identity(visitor.workspace, visitor.person), language)
        return RedirectResponse(PATH + SESSIONS, 303)

    @router.post(SESSIONS + "/end")
    def end(request: Request, session: Annotated[str, Form(max_length=64)]) -> Response:
        """End one of them, or all but this one."""
        visitor = context.visitor(request)
        if session == OTHERS:
            _end_others(context, visitor, session_id(request.cookies.get(COOKIE, "")))
        elif not any(context.sessions.revoke(*name, session) for name in context.names(visitor)):
            raise NotFoundError("That session no longer exists.", fix="Load the page again.")
        return RedirectResponse(PATH + SESSIONS, 303)


def _end_others(context: ConsoleContext, visitor: Visitor, this: str) -> None:
    for name in context.names(visitor):
        for other in context.sessions.of(*name):
            if other.id != this:
                context.sessions.revoke(*name, other.id)
