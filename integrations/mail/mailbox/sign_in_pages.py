"""The pages of a link by which something is connected at a provider; nothing in them can run.

A link opens a page with a button, which binds the sign-in to this browser by a cookie. What leads to the provider is a
page that goes on by itself: browsers hold a form to its own site, redirects of its answer too. Microsoft's answer is
a POST from another site, which bears no such cookie: it is laid aside, and the GET that follows bears it.
"""

import base64
import hashlib
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.connect_links import FLOW_SECONDS, ConnectLinks, LinkPage, Owner, Question
from core.errors import ForbiddenError, InlaidError
from core.text.catalogues import current_locale, gettext, told

COOKIE = "inlaid_connecting"
ANSWER = "/answer"
_MAX_CHARS = 4000
_STYLE = """
:root { color-scheme: light dark; --text: #1b1b1f; --ground: #fff; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8ec; --ground: #131316; --link: #8abdf0; } }
body { background: var(--ground); color: var(--text); margin: 0; font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 34rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h1, p { overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
button { font: inherit; color: inherit; background: none; border: 1px solid; border-radius: .35rem; cursor: pointer; }
button { min-height: 2.75rem; padding: .4rem 1.1rem; overflow-wrap: anywhere; }
button.first { background: #0b5cad; border-color: #0b5cad; color: #fff; font-weight: 600; }
a { color: var(--link); }
button:focus-visible, a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without a referrer a browser posts forms with `Origin: null`, which would look like another site's.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Field = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class Browsers:
    """What the web process knows of browsers.

    Attributes:
        require_own_page: raises ForbiddenError for a form that another site has posted.
        session: returns who is signed in to the console in this browser.
    """

    require_own_page: Callable[[Request], None]
    session: Callable[[Request], Owner | None]


@dataclass(frozen=True)
class SignInPages:
    """The pages of one provider.

    Args:
        links: makes links and takes people back.
        browsers: who is there.
        wake: has a worker look at what was connected.
    """

    links: ConnectLinks
    browsers: Browsers
    wake: Callable[[], None]

    def add_to(self, router: APIRouter) -> None:
        """Add the routes that every provider has."""
        authority = self.links.authority

        @router.get(authority.sign_in_path)
        def offer(request: Request, ticket: str = "") -> Response:
            """Say what a link is for."""
            return self._answer(lambda: self._offer(request, ticket[:200]))

        @router.post(authority.sign_in_path)
        def begin(request: Request, ticket: Field = "") -> Response:
            """Bind the sign-in to this browser, and lead to the provider."""
            return self._answer(lambda: self._begin(request, ticket))

        @router.get(authority.signed_in_path)
        def come_back(request: Request) -> Response:
            """Come back from the provider with the cookie of the browser that went there."""
            return self._answer(lambda: self._finish(request))

        @router.post(authority.signed_in_path + ANSWER)
        def answer(request: Request, key: Field = "", connect: Field = "") -> Response:
            """Say whether an account is meant that is not known to be the owner's."""
            return self._answer(lambda: self._confirm(request, key, is_meant=connect == "yes"))

    def add_form_post(self, router: APIRouter) -> None:
        """Add the route of a provider whose answer comes as a form."""

        @router.post(self.links.authority.signed_in_path)
        async def lay_aside(request: Request) -> Response:
            """Keep the answer, and have the browser come again with its cookie."""
            form = {name: str(value)[:_MAX_CHARS] for name, value in (await request.form()).items()}
            return await run_in_threadpool(self._answer, lambda: self._lay_aside(form))

    def _answer(self, act: Callable[[], Response]) -> Response:
        try:
            return act()
        except InlaidError as error:
            refused = 403 if isinstance(error, ForbiddenError) else 400
            return _trouble(error, 503 if error.retryable else refused)

    def _session(self, request: Request) -> Owner | None:
        return self.browsers.session(request)

    def _offer(self, request: Request, ticket: str) -> Response:
        return _offer_page(self.links.look(ticket, self._session(request)), ticket)

    def _begin(self, request: Request, ticket: str) -> Response:
        self.browsers.require_own_page(request)
        begun = self.links.begin(ticket, self._session(request))
        response = _leading_page(begun.auth_uri, self.links.authority.title)
        is_https = self.links.settings.public_url.startswith("https://")
        response.set_cookie(
            COOKIE, begun.browser, int(FLOW_SECONDS), path=self._path, secure=is_https, httponly=True, samesite="lax"
        )
        return response

    def _lay_aside(self, form: Mapping[str, str]) -> Response:
        key = self.links.lay_aside(form)
        return RedirectResponse(f"{self.links.authority.signed_in_path}?key={key}", 303, {"Cache-Control": "no-store"})

    def _finish(self, request: Request) -> Response:
        given = {name: value[:_MAX_CHARS] for name, value in request.query_params.items()}
        browser, session = request.cookies.get(COOKIE, ""), self._session(request)
        if "key" in given:
            found = self.links.finish(given["key"], browser, session=session)
        else:
            found = self.links.finish(given.get("state", ""), browser, given, session)
        if isinstance(found, Question):
            return _question_page(found, self.links.authority.signed_in_path + ANSWER)
        return self._connected(found)

    def _confirm(self, request: Request, key: str, *, is_meant: bool) -> Response:
        self.browsers.require_own_page(request)
        browser = request.cookies.get(COOKIE, "")
        words = self.links.answer(key, browser, is_meant=is_meant, session=self._session(request))
        if not words:
            text = gettext("Nothing was connected, and nothing of that account was kept. The link can be opened again.")
            return self._without_cookie(_page(gettext("Not connected"), _paragraph(text)))
        return self._connected(words)

    def _connected(self, words: str) -> Response:
        self.wake()
        return self._without_cookie(_page(gettext("Connected"), _paragraph(told(words))))

    def _without_cookie(self, response: Response) -> Response:
        response.delete_cookie(COOKIE, path=self._path)
        return response

    @property
    def _path(self) -> str:
        """Where the cookie is sent to."""
        return self.links.authority.sign_in_path.rpartition("/")[0]


def _offer_page(offer: LinkPage, ticket: str) -> Response:
    names = {"authority": offer.authority, "owner": offer.owner, "what": told(offer.what)}
    text = gettext(
        "You sign in at %(authority)s next, with the account that is to be connected. Inlaid then works with it for "
        "%(owner)s. It sends nothing."
    )
    warning = gettext("If you have not asked for this yourself, close this page: nothing happens.")
    fields = f'<input type="hidden" name="ticket" value="{html.escape(ticket)}">'
    label = gettext("Continue to %(authority)s") % names
    button = f'<button class="first" type="submit">{html.escape(label)}</button>'
    form = f'<form method="post">{fields}{button}</form>'
    title = gettext("Connect %(what)s for %(owner)s") % names
    return _page(title, _paragraph(text % names) + _paragraph(warning) + form)


def _leading_page(address: str, authority: str) -> Response:
    names = {"authority": authority}
    label = gettext("Go on to %(authority)s") % names
    link = f'<p><a href="{html.escape(address)}">{html.escape(label)}</a></p>'
    refresh = f'<meta http-equiv="refresh" content="0; url={html.escape(address)}">'
    return _page(gettext("On the way to %(authority)s") % names, link, head=refresh)


def _question_page(question: Question, path: str) -> Response:
    offer = question.offer
    names = {"address": question.address, "owner": offer.owner}
    text = gettext(
        "You signed in as %(address)s. The link was made for %(owner)s, who is not known to have this address. If you "
        "connect it, that person sees what Inlaid reads there. If both are you, connect it."
    )
    fields = f'<input type="hidden" name="key" value="{html.escape(question.key)}">'
    label, refusal = gettext("Connect %(address)s") % names, gettext("Do not connect it")
    yes = f'<button type="submit" name="connect" value="yes">{html.escape(label)}</button>'
    no = f'<button class="first" type="submit" name="connect" value="no">{html.escape(refusal)}</button>'
    form = f'<form method="post" action="{path}">{fields}{no}{yes}</form>'
    return _page(gettext("Connect %(address)s for %(owner)s?") % names, _paragraph(text % names) + form)


def _trouble(error: InlaidError, status: int) -> Response:
    """Say why nothing was connected, and what to do."""
    return _page(gettext("Not connected"), _paragraph(f"{told(error.message)} {told(error.fix)}"), status=status)


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _page(title: str, body: str, *, head: str = "", status: int = 200) -> Response:
    """Return a page of escaped parts."""
    name = html.escape(title)
    text = (
        f'<!doctype html><html lang="{current_locale()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}<title>Inlaid: {name}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{name}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, _HEADERS)
